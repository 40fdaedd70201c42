"""The desk as a site: the home page, the static files and everything below a person's link."""

from fachkraft_share.node.desk.deciding import Deciding
from fachkraft_share.node.desk.handouts import Handouts
from fachkraft_share.node.desk.pages import Pages
from fachkraft_share.node.desk.room import DeskLook, Room
from fachkraft_share.node.desk.service import Desk
from fachkraft_share.web.assets import asset_routes
from fachkraft_share.web.catalogue import LANGUAGES
from fachkraft_share.web.site import Route, Site, Work

PACKAGE = "fachkraft_share.node.desk"


def desk_site(desk: Desk, *, office: str = "") -> Site:
    """Return the home page, the static files and the desk; nobody signs in there.

    `office` is where coordinators sign in, if they do: the home page leads there.
    """
    look = DeskLook(
        PACKAGE,
        lambda: desk.settings,
        desk.texts,
        languages=LANGUAGES,
        login="",
        refusals="desk.refused",
    )
    room = Room(desk, look)
    routes = (Route("/", get=Pages(room, office).home), *asset_routes(), *_desk(room))
    return Site(routes, look=look, own=(desk.node, desk.link("")))


def _desk(room: Room) -> tuple[Route, ...]:
    pages, deciding, handouts = Pages(room), Deciding(room), Handouts(room)
    table: tuple[tuple[str, Work, Work | None], ...] = (
        ("", room.show, None),
        ("/", room.show, None),
        ("/choose", deciding.choose, deciding.choose),
        # A form's address opened by itself, as after a reload, shows where the person stands.
        ("/check", room.show, deciding.check),
        ("/change", room.show, deciding.change),
        ("/grant", room.show, deciding.grant),
        ("/answer", room.show, pages.answer),
        ("/decline", deciding.declining, deciding.decline),
        ("/later", deciding.later, deciding.defer),
        ("/renew", deciding.renewal, deciding.renew),
        ("/withdraw", pages.withdrawing, pages.withdraw),
        ("/rights", pages.rights, pages.exercise),
        ("/rights/{right}", pages.right, None),
        ("/request/{request}", pages.request, None),
        ("/holders", pages.holders, None),
        ("/complain", pages.complain, None),
        ("/link", pages.link, None),
        ("/papers", pages.papers, None),
        ("/receipt", handouts.receipt, None),
        ("/receipt.pdf", handouts.receipt_pdf, None),
        ("/receipt.json", handouts.receipt_file, None),
        ("/about.json", handouts.about, None),
        ("/resume.json", handouts.resume, None),
        ("/hr-open.json", handouts.hr_open, None),
        ("/europass.xml", handouts.europass, None),
        ("/bundle.json", handouts.bundle, None),
        ("/erased.pdf", handouts.confirmation, None),
        ("/later.ics", handouts.reminder, None),
    )
    return tuple(Route(f"/d/{{secret}}{path}", get=get, post=post) for path, get, post in table)
