"""The mail that brings a candidate the link: short, plain, and without any personal data."""

from fachkraft_share.web.catalogue import Catalogue


def invitation_letter(texts: Catalogue, *, origin: str, link: str, service: str) -> tuple[str, str]:
    """Return subject and text of the mail."""
    values = {"origin": _line(origin), "link": link, "service": _line(service)}
    return texts.text("letter.subject"), texts.text("letter.text", **values)


def _line(text: str) -> str:
    return " ".join(text.split())
