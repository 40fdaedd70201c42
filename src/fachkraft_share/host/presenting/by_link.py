"""What all pages share that are opened by a link of one's own, without an account."""

from collections.abc import Callable
from typing import Any

import attrs

from fachkraft_share.errors import RefusedError, StateError
from fachkraft_share.host.opened import Firm
from fachkraft_share.host.presenting.keeping import Presentations
from fachkraft_share.host.records import Presentation
from fachkraft_share.node.desk.profile import Wording
from fachkraft_share.ports.runtime import Response
from fachkraft_share.rules.vocabulary import Kind
from fachkraft_share.web.catalogue import SIMPLE
from fachkraft_share.web.look import Look
from fachkraft_share.web.visit import Visit, queried

PREFIX = "/p/{secret}"


@attrs.frozen
class LinkPages:
    """Pages of one firm's people; `address` is where the firm stands."""

    firm: Callable[[], Firm]
    look: Look
    address: str

    def _page(self, name: str, visit: Visit, row: Presentation, **values: Any) -> Response:
        firm = self.firm()
        return self.look.page(
            f"presenting/{name}",
            visit,
            row=row,
            origin=firm.row.name,
            alliance=alliance_of(firm),
            contact=firm.member.engine.settings.contact,
            notice=firm.member.engine.settings.notice,
            base=f"{visit.call.path[:2]}/{visit.params['secret']}",
            confirmable=confirmed_words(self._wording(visit), row),
            **values,
        )

    def _row(self, visit: Visit) -> Presentation:
        return self._kept().by_link(visit.params["secret"])

    def _kept(self) -> Presentations:
        return Presentations(self.firm())

    def _at(self, visit: Visit, **query: str) -> str:
        return visit.url(f"/p/{visit.params['secret']}", **query)

    def _language(self, visit: Visit) -> str:
        return self.look.texts(visit.language(self.look.default)).base

    def _wording(self, visit: Visit) -> Wording:
        texts = self.look.texts(visit.language(self.look.default))
        return Wording(self.firm().member.engine.vocabulary, texts)

    @staticmethod
    def _tried(work: Callable[[], object]) -> None:
        try:
            work()
        except StateError as error:
            raise RefusedError("unknown") from error


def in_language(link: str, language: str) -> str:
    """Return a link that keeps Leichte Sprache, which no browser knows to wish for."""
    return link + queried({"lang": language}) if language == SIMPLE else link


def alliance_of(firm: Firm) -> str:
    """Return what the alliance calls itself on its list, or "" before one was read."""
    known = firm.member.engine.directories.now()
    stated = known.organisation(known.authority)
    return stated.name if stated is not None else ""


def confirmed_words(words: Wording, row: Presentation) -> list[str]:
    """Return what was confirmed, in words."""
    return [words.said(Kind.STRENGTH, one) for one in row.confirmed.split()]
