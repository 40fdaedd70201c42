"""The inbox as a site: the same pages at `inbox --open`, in a host application and at `host`."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from fachkraft_share.member.facade import Member
from fachkraft_share.member.inbox.contacts import contact_routes
from fachkraft_share.member.inbox.entries import NOTHING, Asked
from fachkraft_share.member.inbox.home import home_routes
from fachkraft_share.member.inbox.letters import letter_routes
from fachkraft_share.member.inbox.managing import managing_routes
from fachkraft_share.member.inbox.own import own_routes
from fachkraft_share.member.inbox.profiles import profile_routes
from fachkraft_share.member.inbox.recommend import recommend_routes
from fachkraft_share.member.inbox.rights import right_routes
from fachkraft_share.member.inbox.room import ACT, MANAGE, READ, Refusing, Room, safely
from fachkraft_share.member.inbox.searches import search_routes
from fachkraft_share.member.inbox.settings_form import legal_of
from fachkraft_share.member.inbox.settings_pages import settings_routes
from fachkraft_share.member.inbox.synchronising import synchronising_routes
from fachkraft_share.web.assets import asset_routes
from fachkraft_share.web.jobs import Jobs, Start
from fachkraft_share.web.legal import legal_routes
from fachkraft_share.web.look import Link, Look
from fachkraft_share.web.site import Gate, Route, Site

PACKAGE: Final = "fachkraft_share.member.inbox"
WHERE: Final = "config.toml, [legal]"
RECOMMENDING: Final = (
    Link("/recommend", "inbox.home.recommend", ACT),
    Link("/recommended", "inbox.nav.recommended", ACT),
)
DAILY: Final = (
    Link("/", "inbox.nav.home", READ),
    Link("/profiles", "inbox.nav.profiles", ACT),
    Link("/searches", "inbox.nav.searches", READ),
    Link("/waiting", "inbox.nav.waiting", ACT),
    Link("/received", "inbox.nav.received", ACT),
    Link("/recommend", "inbox.nav.recommend", ACT, RECOMMENDING),
    Link("/rights", "inbox.nav.rights", ACT),
    Link("/figures", "inbox.nav.figures", READ),
)
SETTINGS: Final = Link("/settings", "inbox.nav.settings", MANAGE)
ROUTES: Final = (
    profile_routes,
    search_routes,
    contact_routes,
    recommend_routes,
    letter_routes,
    own_routes,
    right_routes,
    managing_routes,
    settings_routes,
    synchronising_routes,
)


def inbox_site(
    member: Callable[[], Member],
    *,
    gate: Gate,
    settings: Callable[[], Any] | None = None,
    routes: Sequence[Route] = (),
    links: Sequence[Link] = (SETTINGS,),
    login: str = "/login",
    start: Start | None = None,
    next_round: Callable[[], int | None] = lambda: None,
    beside: Asked = lambda: NOTHING,
) -> Site:
    """Return the inbox of one member, for people with the roles `administrator`, `hr`, `reader`.

    `member` is asked at every visit, `gate` says who that is. `settings` names what the frame of a
    page shows (see `web.legal`); without it the pages the law wants stand here too, filled from the
    member's own settings. `routes` come before ours: sign-in, account, or what a host shows beside
    the inbox; `links` stand after the daily ones. Where `login` is empty, people sign in elsewhere.
    `start` does work beside the pages (see `web.jobs`); `next_round` says when it synchronises by
    itself; `beside` adds to the start page.
    """
    look = Look(
        PACKAGE,
        settings or (lambda: legal_of(member().engine.settings)),
        links=(*DAILY, *links),
        login=login,
    )
    jobs = Jobs(look, start=start, new_id=lambda: _new_id(member)) if start else None
    room = Room(member, look, jobs, next_round, own_legal=settings is None)
    own = [*home_routes(room, beside), *(route for make in ROUTES for route in make(room))]
    own += [attrs.evolve(one, roles=ACT) for one in (jobs.routes() if jobs else ())]
    guarded = [attrs.evolve(one, get=safely(one.get), post=safely(one.post)) for one in own]
    legal = () if settings else legal_routes(look, where=WHERE)
    return Site((*routes, *guarded, *legal, *asset_routes()), look=Refusing(look), gate=gate)


def _new_id(member: Callable[[], Member]) -> str:
    return member().engine.voice.new_id()
