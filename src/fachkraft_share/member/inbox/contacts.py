"""Contact requests on their way, and the persons who said yes: data, documents, outcome."""

import re
from functools import partial
from pathlib import PurePath

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.member import examining
from fachkraft_share.member.inbox.room import ACT, Room, Shown
from fachkraft_share.member.matching import profile_of
from fachkraft_share.member.reading import Received
from fachkraft_share.member.timeline import Step, Way, ways
from fachkraft_share.model.candidate import Document
from fachkraft_share.ports.documents import opaque_name
from fachkraft_share.ports.runtime import Response
from fachkraft_share.protocol.payloads import OutcomeKind
from fachkraft_share.protocol.records import Contact
from fachkraft_share.rules.folding import fold
from fachkraft_share.web.look import attachment
from fachkraft_share.web.saying import Saying
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

OPEN = (Step.QUEUED, Step.REFUSED, Step.DELIVERED, Step.ACCEPTED)


@attrs.frozen
class Contacts:
    """The pages about requests and persons."""

    room: Room

    def waiting(self, visit: Visit) -> Response:
        """Show every request with what happened and what comes next."""
        found = ways(self.room.member().engine)
        here = {one.referral for one in self._received()}
        under_way = [one for one in found if one.step in OPEN or self._coming(one, here)]
        over = [one for one in found if one not in under_way]
        values = {"under_way": under_way, "over": over, "arrived": here}
        return self.room.page("waiting.html", visit, **values)

    def every(self, visit: Visit) -> Response:
        """List the persons who agreed."""
        found = self._received()
        outcomes = self._outcomes()
        return self.room.page("received.html", visit, received=found, outcomes=outcomes)

    def one(self, visit: Visit) -> Response:
        """Show a person's contact data, what the origin says, and the documents."""
        found, engine = self._demand(visit), self.room.member().engine
        values = {
            "one": found,
            "origin": self.room.names()(found.origin),
            "shown": self._profile(visit, found.referral),
            "documents": list(enumerate(found.candidate.documents, start=1)),
            "outcome": self._outcomes().get(found.referral, ""),
            "outcomes": list(OutcomeKind),
            "label": self.room.label(visit),
            "month": partial(_month, self.room.say(visit)),
            "job": next((way.job for way in ways(engine) if way.request == found.request), ""),
        }
        return self.room.page("person.html", visit, **values)

    def document(self, visit: Visit) -> Response:
        """Hand out a document after it was looked at, as a file that is saved and never shown."""
        document = self._document(visit)
        said = examining.look_at(self.room.member().engine, document)
        if said.verdict is examining.Verdict.REFUSE or (
            said.verdict is examining.Verdict.WARN and visit.query.get("anyway") != "yes"
        ):
            return self.room.page("document.html", visit, said=said, status=409, **visit.params)
        name = self._name(visit, document)
        return attachment(name, document.content, document.media_type)

    def report(self, visit: Visit) -> Response:
        """Tell the origin what came of it."""
        found, said = self._demand(visit), visit.form.one("outcome")
        if said not in set(OutcomeKind):
            raise RefusedError("malformed")
        self.room.member().report(found.referral, said)
        self.room.send()
        return self.room.back(visit, f"/received/{found.referral}", "reported")

    def _received(self) -> list[Received]:
        return self.room.member().received()

    def _coming(self, way: Way, here: set[str]) -> bool:
        return way.step is Step.DISCLOSED and way.referral not in here

    def _demand(self, visit: Visit) -> Received:
        wanted = visit.params["referral"]
        found = next((one for one in self._received() if one.referral == wanted), None)
        if found is None:
            raise RefusedError("not-found")
        return found

    def _document(self, visit: Visit) -> Document:
        documents, number = self._demand(visit).candidate.documents, visit.params["number"]
        if not number.isdecimal() or not 1 <= int(number) <= len(documents):
            raise RefusedError("not-found")
        return documents[int(number) - 1]

    def _name(self, visit: Visit, document: Document) -> str:
        """Return what the file is called on this person's own machine: what it is, and whose."""
        person = self._demand(visit).candidate
        kind = self.room.say(visit).t(f"inbox.document.kind.{document.kind}")
        words = re.findall(r"[a-z0-9]+", fold(f"{kind} {person.given} {person.family}"))
        return "-".join(words)[: limits.SHORT_TEXT] + PurePath(opaque_name(document)).suffix

    def _profile(self, visit: Visit, referral: str) -> Shown:
        with self.room.member().engine.store.begin(write=False) as transaction:
            profile = profile_of(transaction, referral)
        return self.room.profile(visit, profile) if profile is not None else ()

    def _outcomes(self) -> dict[str, str]:
        engine = self.room.member().engine
        with engine.store.begin(write=False) as transaction:
            mine = transaction.every(Contact, requester=engine.id)
        return {one.referral: one.outcome for one in mine if one.outcome}


def _month(say: Saying, text: str) -> str:
    """Return a month of a career (`2010-02`) in words; whatever is none as it is."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])(-\d\d)?", text)
    return f"{say.t(f'month.{int(found[2])}')} {found[1]}" if found else text


def contact_routes(room: Room) -> tuple[Route, ...]:
    """Return the routes of the pages about requests and persons."""
    pages = Contacts(room)
    return (
        Route("/waiting", get=pages.waiting, roles=ACT),
        Route("/received", get=pages.every, roles=ACT),
        Route("/received/{referral}", get=pages.one, roles=ACT),
        Route("/received/{referral}/documents/{number}", get=pages.document, roles=ACT),
        Route("/received/{referral}/outcome", post=pages.report, roles=ACT),
    )
