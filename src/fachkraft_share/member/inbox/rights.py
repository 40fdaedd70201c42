"""Rights persons exercised (Art. 15, 16, 18, 21 GDPR): what to do, until when, and what is done."""

import json

import attrs

from fachkraft_share.errors import RefusedError
from fachkraft_share.member.dossier import read_dossier
from fachkraft_share.member.inbox.glance import right_days
from fachkraft_share.member.inbox.room import ACT, Room
from fachkraft_share.member.records import ApplicationRow, DossierRow
from fachkraft_share.member.vault import unlock
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.ports.runtime import Response
from fachkraft_share.protocol.records import PersonRequest, Referral, ReferralState
from fachkraft_share.web.look import attachment
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


@attrs.frozen
class Wish:
    """One request, and whom it is from as far as that is known here."""

    request: PersonRequest
    days_left: int
    candidate: Candidate | None = attrs.field(repr=False)
    application: str = attrs.field(default="", repr=False)


@attrs.frozen
class Rights:
    """The pages about rights."""

    room: Room

    def every(self, visit: Visit) -> Response:
        """List what waits for an answer, the first due first."""
        found = [self._wish(one) for one in self.room.member().person_requests()]
        found.sort(key=lambda one: (one.days_left, one.request.key))
        return self.room.page("rights.html", visit, wishes=found)

    def export(self, visit: Visit) -> Response:
        """Hand out all this member holds about the person of a waiting request."""
        wanted = visit.params["referral"]
        waiting = {one.referral for one in self.room.member().person_requests()}
        if wanted not in waiting:
            raise RefusedError("not-found")
        held = self.room.member().export_for_person(wanted)
        content = json.dumps(held, ensure_ascii=False, indent=2, default=str).encode()
        return attachment(f"auskunft-{wanted[:12]}.json", content, "application/json")

    def answer(self, visit: Visit) -> Response:
        """Note that a request was answered."""
        named = tuple(visit.form.one(name) for name in PersonRequest.KEY)
        waiting = {one.key: one for one in self.room.member().person_requests()}
        if named not in waiting:
            raise RefusedError("not-found")
        self.room.member().answer_person(waiting[named])
        return self.room.back(visit, "/rights", "answered")

    def _wish(self, request: PersonRequest) -> Wish:
        engine = self.room.member().engine
        with engine.store.begin(write=False) as transaction:
            referral = transaction.get(Referral, request.referral)
            rows = transaction.every(DossierRow, referral=request.referral)
            files = transaction.every(ApplicationRow, referral=request.referral)
        left = right_days(request, at=engine.now())
        named = next((one.application for one in files), "")
        if referral is None or referral.state is ReferralState.CLOSED or not rows:
            return Wish(request, left, None, named)
        return Wish(request, left, read_dossier(unlock(engine, rows[0])), named)


def right_routes(room: Room) -> tuple[Route, ...]:
    """Return the routes of the pages about rights."""
    pages = Rights(room)
    return (
        Route("/rights", get=pages.every, post=pages.answer, roles=ACT),
        Route("/rights/{referral}/export", get=pages.export, roles=ACT),
    )
