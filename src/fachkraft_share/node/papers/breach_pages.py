"""`/breach`: report a wrong recipient, recall, tell authority and person, close."""

from collections.abc import Mapping

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.model.organisation import Organisation
from fachkraft_share.node.desk.holders import stated
from fachkraft_share.node.office.access import acting, office_route
from fachkraft_share.node.office.acts import acted
from fachkraft_share.node.office.clock import clock
from fachkraft_share.node.office.people import people
from fachkraft_share.node.papers.breaches import NOTED, Breaches, Wrong, duties
from fachkraft_share.node.papers.letters import authority_report, person_letter
from fachkraft_share.node.papers.paper import Paper
from fachkraft_share.node.papers.room import MARKDOWN, Room, written
from fachkraft_share.node.papers.witnesses import Scene, scene
from fachkraft_share.ports.runtime import Response
from fachkraft_share.protocol.records import Held, Referral
from fachkraft_share.rules.breach import Risk, deadline, hours_left
from fachkraft_share.web.forms import EMPTY
from fachkraft_share.web.look import attachment, see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

OUTSIDE = "outside"
EVERYBODY = "everybody"


class BreachPages:
    """The pages of breaches; each method answers one address."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._breaches = Breaches(room.exchange)

    def routes(self) -> tuple[Route, ...]:
        """Return the addresses."""
        return (
            office_route("/breach", self.listing),
            office_route("/breach/find", acting(self.start), self.find),
            office_route("/breach/open", post=self.open),
            office_route("/breach/{id}", self.case),
            office_route("/breach/{id}/recall", acting(self.ask), self.recall),
            office_route("/breach/{id}/note", post=self.note),
            office_route("/breach/{id}/{letter}", self.letter),
            office_route("/breach/{id}/{letter}/pdf", self.letter_pdf),
            office_route("/breach/{id}/{letter}/text", self.letter_text),
        )

    def listing(self, visit: Visit) -> Response:
        """Show every case."""
        at = self._room.exchange.now()
        rows = [
            (one, hours_left(one.known_at, at=at), self._name(one.recipient), duties(one))
            for one in self._breaches.cases()
        ]
        return self._room.page("breaches.html", visit, rows=rows)

    def start(self, visit: Visit, *, faults: Mapping[str, str] | None = None) -> Response:
        """Ask what it is about."""
        status = 422 if faults else 200
        return self._room.page(
            "breach_start.html", visit, status=status, options=self._members(), faults=faults or {}
        )

    def find(self, visit: Visit) -> Response:
        """Show who was given it, and ask who should not have been; changes nothing."""
        referral = _reference(visit.form.one("referral"))
        member = visit.form.one("member")
        if bool(referral) is bool(member):
            return self.start(visit, faults={"referral": "papers.fault.one"})
        return self._member(visit, member) if member else self._referral(visit, referral)

    def open(self, visit: Visit) -> Response:
        """Begin the case."""
        form, hours = visit.form, visit.form.one("hours").strip() or "0"
        referral, recipient = form.one("referral") or None, form.one("recipient")
        if not (hours.isascii() and hours.isdecimal()) or int(hours) > limits.BREACH_AGO:
            return self._again(visit, {"hours": "papers.fault.hours"})
        if not recipient:
            return self._again(visit, {"recipient": "papers.fault.recipient"})
        wrong = Wrong(
            referral,
            None if recipient == OUTSIDE else recipient,
            everybody=form.one("scope") == EVERYBODY,
            hours_ago=int(hours),
        )
        with acted(self._room.exchange, visit, "breach.open"):
            made = self._breaches.open(wrong, by=_who(visit))
        return see_other(visit.url(f"/breach/{made.id}"))

    def case(self, visit: Visit) -> Response:
        """Show a case: the clock, what is to be done, who saw what, what was done."""
        found, texts = self._scene(visit), self._room.texts(visit)
        case, at = found.case, self._room.exchange.now()
        return self._room.page(
            "breach.html",
            visit,
            scene=found,
            case=case,
            left=hours_left(case.known_at, at=at),
            until=deadline(case.known_at),
            duties=duties(case),
            options=[(str(one), texts.text(f"papers.breach.choose_{one}")) for one in Risk],
            moment=lambda when: clock(when, texts),
            actor=people(self._room.exchange, texts),
        )

    def ask(self, visit: Visit) -> Response:
        """Ask before a recall, which is for good."""
        return self._room.page("breach_recall.html", visit, scene=self._scene(visit))

    def recall(self, visit: Visit) -> Response:
        """Recall."""
        id = visit.params["id"]
        with acted(self._room.exchange, visit, "breach.recall", about=id):
            self._breaches.recall(id, by=_who(visit))
        return self._back(visit)

    def note(self, visit: Visit) -> Response:
        """Note what was done, or how the risk was weighed."""
        what = visit.form.one("what")
        if what not in NOTED:
            raise RefusedError("malformed", "nothing was chosen")
        id = visit.params["id"]
        with acted(self._room.exchange, visit, f"breach.{what}", about=id):
            self._breaches.note(id, what, by=_who(visit))
        return self._back(visit)

    def letter(self, visit: Visit) -> Response:
        """Show a letter, filled in as far as anything is known."""
        paper = self._letter(visit)
        path = f"/breach/{visit.params['id']}/{visit.params['letter']}"
        back = f"/breach/{visit.params['id']}"
        return self._room.paper(paper, visit, path=path, back=back)

    def letter_pdf(self, visit: Visit) -> Response:
        """Hand it out as PDF."""
        return self._room.pdf(self._letter(visit), visit, name=f"breach-{visit.params['letter']}")

    def letter_text(self, visit: Visit) -> Response:
        """Hand it out as text."""
        paper, texts = self._letter(visit), self._room.texts(visit)
        content = written(paper, self._room.exchange, texts).encode("utf-8")
        return attachment(f"breach-{visit.params['letter']}.md", content, MARKDOWN)

    def _letter(self, visit: Visit) -> Paper:
        write = {"authority": authority_report, "person": person_letter}.get(visit.params["letter"])
        if write is None:
            raise RefusedError("not-found")
        return write(self._scene(visit), self._room.exchange, self._room.texts(visit))

    def _scene(self, visit: Visit) -> Scene:
        return scene(self._room.exchange, self._breaches.case(visit.params["id"]))

    def _back(self, visit: Visit) -> Response:
        return see_other(visit.url(f"/breach/{visit.params['id']}"))

    def _again(self, visit: Visit, faults: Mapping[str, str]) -> Response:
        """Show the choice anew with what is wrong in it."""
        referral = visit.form.one("referral")
        if referral:
            return self._referral(visit, referral, faults=faults)
        return self._member(visit, visit.form.one("recipient"), faults=faults)

    def _referral(
        self, visit: Visit, id: str, *, faults: Mapping[str, str] | None = None
    ) -> Response:
        with self._room.exchange.store.begin(write=False) as transaction:
            known = transaction.get(Referral, id)
            held = transaction.every(Held, referral=id)
        if known is None:
            return self.start(visit, faults={"referral": "papers.fault.unknown"})
        holders = [self._stated(one.holder) for one in held]
        return self._which(visit, referral=known, holders=holders, faults=faults)

    def _member(
        self, visit: Visit, id: str, *, faults: Mapping[str, str] | None = None
    ) -> Response:
        with self._room.exchange.store.begin(write=False) as transaction:
            given = transaction.every(Held, holder=id, limit=1)
        if not given:
            return self.start(visit, faults={"member": "papers.fault.nothing"})
        return self._which(visit, member=id, faults=faults)

    def _which(
        self,
        visit: Visit,
        *,
        referral: Referral | None = None,
        holders: list[Organisation] | None = None,
        member: str = "",
        faults: Mapping[str, str] | None = None,
    ) -> Response:
        return self._room.page(
            "breach_who.html",
            visit,
            status=422 if faults else 200,
            referral=referral,
            origin=self._name(referral.origin if referral is not None else None),
            options=_options(holders or []),
            member=self._stated(member) if member else None,
            most=limits.BREACH_AGO,
            faults=faults or {},
            form=visit.form if faults else EMPTY,
        )

    def _members(self) -> list[tuple[str, str]]:
        newest = self._room.exchange.directory().newest
        readers = [one for one in newest.members if one.reads] if newest is not None else []
        return _options(readers)

    def _stated(self, id: str) -> Organisation:
        return stated(id, here=self._room.exchange.party().here)

    def _name(self, id: str | None) -> str:
        return self._stated(id).name if id is not None else ""


def _options(organisations: list[Organisation]) -> list[tuple[str, str]]:
    named = sorted(organisations, key=lambda one: (one.name.casefold(), one.id))
    return [(one.id, one.name) for one in named]


def breach_routes(room: Room) -> tuple[Route, ...]:
    """Return the pages of breaches."""
    return BreachPages(room).routes()


def _reference(typed: str) -> str:
    """Return the reference that was typed, or that a whole address ends with."""
    return typed.strip().partition("?")[0].rstrip("/").rpartition("/")[2]


def _who(visit: Visit) -> str:
    return visit.who.id if visit.who is not None else ""
