"""The pages on which a person decides: question by question, later, no, and once more."""

import datetime as dt

import attrs

from fachkraft_share.errors import RefusedError
from fachkraft_share.node.desk.choice import ChoiceError, Fault, faults_of
from fachkraft_share.node.desk.choosing import choice_of, pairs_of
from fachkraft_share.node.desk.documents import purposes_of
from fachkraft_share.node.desk.room import Room, below, secret_of
from fachkraft_share.node.desk.steps import FIELDS, STEPS, before, beyond, first_of, within
from fachkraft_share.node.desk.views import Stage, View
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.visit import Visit


@attrs.frozen
class Deciding:
    """From the invitation to yes, no or later, and from there to a renewal."""

    room: Room

    def choose(self, visit: Visit) -> Response:
        """Ask one question after the other; nothing is stored before the last is confirmed."""
        view, form = self.room.open(visit), visit.form
        step = form.one("step")
        if view.stage is not Stage.ASKED:
            return self.room.show(visit)
        if step not in STEPS:
            return self._step(visit, view, STEPS[0])
        if form.has("go", "back"):
            return self._step(visit, view, before(step))
        if faults := within(step, faults_of(choice_of(form), view)):
            return self._step(visit, view, step, faults=faults)
        following = None if form.has("then", "check") else beyond(step)
        return self._step(visit, view, following) if following else self.check(visit)

    def check(self, visit: Visit) -> Response:
        """Show what a choice would mean, to be confirmed; nothing is stored."""
        view = self.room.open(visit)
        try:
            seen = self.room.desk.preview(
                secret_of(visit), choice_of(visit.form), language=view.language
            )
        except ChoiceError as error:
            return self._again(visit, view, error.faults)
        return self._summary(visit, seen)

    def change(self, visit: Visit) -> Response:
        """Ask again with everything as it was entered; from there back to the summary."""
        view, step = self.room.open(visit), visit.form.one("step")
        if view.stage is Stage.ASKED:
            return self._step(visit, view, step if step in STEPS else STEPS[0], then="check")
        return self._again(visit, view, ())

    def grant(self, visit: Visit) -> Response:
        """Give consent and show the new link, once."""
        view = self.room.open(visit)
        try:
            fresh = self.room.desk.grant(
                secret_of(visit), choice_of(visit.form), language=view.language
            )
        except ChoiceError as error:
            return self._again(visit, view, error.faults)
        manage = below(attrs.evolve(visit, params={"secret": fresh}))
        link = self.room.desk.link(fresh)
        code = self.room.code(link, view)
        return self.room.page("granted.html", visit, view, link=link, manage=manage, code=code)

    def renewal(self, visit: Visit) -> Response:
        """Show the form for a renewal."""
        view = self.room.demand(visit, Stage.OPEN)
        if not view.renewable:
            raise RefusedError("renewed-too-often", "ask for a new invitation")
        return self.room.page("renew.html", visit, view)

    def renew(self, visit: Visit) -> Response:
        """Renew consent."""
        view = self.room.open(visit)
        try:
            self.room.desk.renew(secret_of(visit), choice_of(visit.form), language=view.language)
        except ChoiceError as error:
            return self._again(visit, view, error.faults)
        return self.room.back(visit, "renewed")

    def later(self, visit: Visit) -> Response:
        """Offer days on which to decide."""
        view = self.room.demand(visit, Stage.ASKED)
        say = self.room.desk.texts(view.language).moment
        days = [(_iso(one), say(one)) for one in self.room.desk.days(view)]
        return self.room.page("later.html", visit, view, days=days, chosen=None)

    def defer(self, visit: Visit) -> Response:
        """Note the day and offer a reminder for the person's own calendar."""
        self.room.desk.defer(secret_of(visit), _day(visit.form.one("day")))
        view = self.room.demand(visit, Stage.ASKED)
        return self.room.page("later.html", visit, view, days=(), chosen=view.later)

    def declining(self, visit: Visit) -> Response:
        """Ask whether the person really wants to decline."""
        return self.room.page("decline.html", visit, self.room.demand(visit, Stage.ASKED))

    def decline(self, visit: Visit) -> Response:
        """Say no."""
        self.room.desk.decline(secret_of(visit))
        return self.room.back(visit, "declined")

    def _again(self, visit: Visit, view: View, faults: tuple[Fault, ...]) -> Response:
        """Show the form as it was filled in, with what is to be mended beside the fields."""
        if view.stage not in (Stage.ASKED, Stage.OPEN):
            return self.room.show(visit)
        if view.stage is Stage.ASKED:
            return self._step(visit, view, first_of(faults), faults=faults, then="check")
        beside = {one.field: one.code for one in faults}
        status = 422 if faults else 200
        return self.room.page("renew.html", visit, view, status=status, faults=beside)

    def _step(
        self, visit: Visit, view: View, step: str, *, faults: tuple[Fault, ...] = (), then: str = ""
    ) -> Response:
        """Show one question; the answers to all others travel along."""
        values = {
            "step": step,
            "number": STEPS.index(step) + 1,
            "steps": len(STEPS),
            "pairs": pairs_of(visit.form, but=FIELDS[step]),
            "then": then or visit.form.one("then"),
            "faults": {one.field: one.code for one in faults},
        }
        status = 422 if faults else 200
        return self.room.page("step.html", visit, view, status=status, **values)

    def _summary(self, visit: Visit, view: View) -> Response:
        choice, renewing = choice_of(visit.form), view.stage is Stage.OPEN
        chosen = [one for one in view.profile if renewing or one.category in choice.categories]
        before = view.consent.purposes if renewing and view.consent else purposes_of(choice, view)
        return self.room.page(
            "check.html",
            visit,
            view,
            chosen=chosen,
            purposes=before,
            renewing=renewing,
            end=next(term.end for term in view.terms if term.months == choice.months),
            pairs=pairs_of(visit.form),
        )


def _day(text: str) -> int:
    """Return the moment a day begins (UTC), or 0 for what is no day."""
    try:
        day = dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC)
    except ValueError:
        return 0
    return int(day.timestamp())


def _iso(at: int) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).date().isoformat()
