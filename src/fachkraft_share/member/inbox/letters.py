"""The letter in which a person is asked: shown once to be printed, or saved as PDF from there.

The link is kept nowhere. So the page that shows it sends it along to be put on paper, in a form and
never in an address, and only for a recommendation of this member.
"""

import re
from typing import Final

import attrs

from fachkraft_share.errors import RefusedError, SetupError
from fachkraft_share.member.inbox.room import ACT, Room
from fachkraft_share.member.recommended import recommended
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.catalogue import LANGUAGES
from fachkraft_share.web.letters import Letter, letter_page, letter_pdf
from fachkraft_share.web.local_time import local
from fachkraft_share.web.look import attachment
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

_LINK: Final = re.compile(r"https?://[!-~]{1,400}")  # one line of visible ASCII


@attrs.frozen
class Letters:
    """Makes letters."""

    room: Room

    def show(
        self, visit: Visit, link: str, *, referral: str, person: Candidate, language: str
    ) -> Response:
        """Show the letter, this once."""
        made = self._letter(link, person, language)
        return letter_page(
            made, look=self.room.look, visit=visit, referral=referral, papers=_papers(), act=True
        )

    def save(self, visit: Visit) -> Response:
        """Hand out the letter as PDF/UA."""
        link, wanted = visit.form.one("link"), visit.params["referral"]
        rows = recommended(self.room.member().engine)
        found = next((one for one in rows if one.referral == wanted), None)
        if found is None or found.candidate is None or not _LINK.fullmatch(link):
            raise RefusedError("not-found")
        made = self._letter(link, found.candidate, read_language(visit.form.one("language")))
        try:
            content = letter_pdf(made)
        except SetupError as error:
            raise RefusedError("no-pdf") from error
        return attachment(f"brief-{wanted[:8]}.pdf", content, "application/pdf")

    def _letter(self, link: str, person: Candidate, language: str) -> Letter:
        engine = self.room.member().engine
        today = local(engine.now()).date()
        service = self.room.names()(engine.settings.node)
        return Letter(engine.settings.name, link, service, language, _address(person), today)


def _papers() -> bool:
    try:
        import typst  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True


def read_language(text: str) -> str:
    """Return the language of a letter; German where the form names none we have."""
    return text if text in LANGUAGES else "de"


def _address(person: Candidate) -> tuple[str, ...]:
    lines = (
        f"{person.given} {person.family}",
        person.street,
        f"{person.postcode} {person.city}",
    )
    return tuple(line.strip() for line in lines if line.strip())


def letter_routes(room: Room) -> tuple[Route, ...]:
    """Return the route of the letter on paper."""
    return (Route("/recommended/{referral}/letter", post=Letters(room).save, roles=ACT),)
