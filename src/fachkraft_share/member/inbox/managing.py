"""Looking after the inbox: figures and rules, websites, checks."""

from typing import Any, Final

import attrs

from fachkraft_share.errors import SetupError
from fachkraft_share.member import checking, showing
from fachkraft_share.member.inbox.figures import figures
from fachkraft_share.member.inbox.glance import problems
from fachkraft_share.member.inbox.room import MANAGE, READ, Room
from fachkraft_share.member.inbox.typed import read_day
from fachkraft_share.member.recommending import may_present
from fachkraft_share.member.records import Displayed
from fachkraft_share.ports.health import Level
from fachkraft_share.ports.publishing import ItemKind
from fachkraft_share.ports.runtime import Response
from fachkraft_share.rules.matching import weights
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

OPEN_KINDS: Final = (ItemKind.ACTIVITY, ItemKind.INVITATION)


@attrs.frozen
class Managing:
    """The pages for looking after."""

    room: Room

    def figures(self, visit: Visit) -> Response:
        """Show figures without persons, the rules of matching, and what employers owe."""
        engine = self.room.member().engine
        values = {
            "figures": attrs.asdict(figures(engine)),
            "presents": may_present(engine),
            "weights": weights(),
        }
        return self.room.page("figures.html", visit, **values)

    def websites(self, visit: Visit, **more: Any) -> Response:
        """Show what stands on which website, and what is announced."""
        member = self.room.member()
        engine = member.engine
        with engine.store.begin(write=False) as transaction:
            rows = transaction.every(Displayed)
        values = {
            "sites": {name: sum(one.site == name for one in rows) for name in engine.sites},
            "persons": sum(bool(one.referral) for one in rows),
            "leaving": showing.unwanted(engine),
            "troubles": showing.troubles(engine),
            "items": member.announcements(),
            "kinds": OPEN_KINDS,
        }
        return self.room.page("websites.html", visit, **(values | more))

    def announce(self, visit: Visit) -> Response:
        """Announce something, or take it back."""
        member, form = self.room.member(), visit.form
        if form.one("take_back"):
            member.take_back(form.one("take_back"))
            return self.room.back(visit, "/websites", "taken-back")
        until = read_day(form.one("until"))
        faults = {name: "needed" for name in ("headline", "body") if not form.one(name).strip()}
        faults |= {} if until else {"until": "no-day"}
        if faults or until is None:
            return self.websites(visit, faults=faults, status=422)
        kind = form.one("kind")
        try:
            member.announce(
                title=form.one("headline").strip(),
                body=form.one("body").strip(),
                until=until,
                kind=kind if kind in OPEN_KINDS else ItemKind.ACTIVITY,
            )
        except SetupError:
            return self.websites(visit, faults={"body": "not-to-be-sent"}, status=422)
        return self.room.back(visit, "/websites", "announced")

    def checks(self, visit: Visit) -> Response:
        """Show what `doctor` finds, the node asked as well."""
        member = self.room.member()
        found = member.doctor()
        values = {"bad": list(problems(found)), "good": [one for one in found if _fine(one)]}
        return self.room.page("checks.html", visit, **values)


def _fine(one: checking.Finding) -> bool:
    return one.health.level is Level.OK


def managing_routes(room: Room) -> tuple[Route, ...]:
    """Return the routes of the pages for looking after."""
    pages = Managing(room)
    return (
        Route("/figures", get=pages.figures, roles=READ),
        Route("/websites", get=pages.websites, post=pages.announce, roles=MANAGE),
        Route("/checks", get=pages.checks, roles=MANAGE),
    )
