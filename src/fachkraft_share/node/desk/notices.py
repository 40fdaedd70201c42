"""What the person is told before deciding (Art. 13, 14 GDPR), versioned by the hash of its text."""

import attrs

from fachkraft_share.model.organisation import Organisation
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.wire.encoding import sha256


@attrs.frozen
class Notice:
    """The text exactly as shown; `sha256` is over its plain form in UTF-8."""

    language: str
    title: str
    sections: tuple[tuple[str, str], ...]

    @property
    def plain(self) -> str:
        """The whole notice as plain text."""
        parts = [f"{title}\n{text}" for title, text in self.sections]
        return "\n\n".join([self.title, *parts]) + "\n"

    @property
    def sha256(self) -> str:
        """The hash a consent names."""
        return sha256(self.plain.encode("utf-8"))


def notice(
    origin: Organisation, *, presented: bool, settings: DeskSettings, node: str, language: str
) -> Notice:
    """Return the notice for a referral of this origin; `presented`: by the person themselves."""
    texts = catalogue(language)
    own = "notice.presented" if presented else "notice.applied"
    values = {
        "origin": origin.name,
        "origin_contact": origin.support or texts.text(f"{own}.via"),
        "operator": settings.operator or settings.name,
        "contact": settings.contact or node,
        "officer": settings.officer or texts.text("notice.via_contact"),
        "authority": settings.authority or texts.text("notice.your_authority"),
        "service": settings.name,
        "node": node,
        "location": texts.country(settings.location),
    }
    for part in ("who", "source", "kept", "again"):
        values[part] = texts.text(f"{own}.{part}", origin=origin.name)
    sections = tuple(
        (title.format_map(values), text.format_map(values))
        for title, text in texts.sections("notice.sections")
    )
    return Notice(texts.language, texts.text("notice.title"), sections)
