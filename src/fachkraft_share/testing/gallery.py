"""A page that shows every macro in every state, for tests that look at it."""

import attrs

from fachkraft_share.ports.progress import Progress
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.assets import asset_routes
from fachkraft_share.web.charts import Chart, Series
from fachkraft_share.web.letters import Letter, letter_page
from fachkraft_share.web.look import Link, Look
from fachkraft_share.web.site import Route, Site
from fachkraft_share.web.visit import Person, Visit

PACKAGE = "fachkraft_share.testing"
PERSON = Person("1", "Annegret Müller-Lüdenscheidt", frozenset({"hr"}))


@attrs.frozen
class Named:
    """What the frame of a page names."""

    name: str = "Fachkräfteverbund Harz"
    imprint: str = ""
    privacy: str = ""
    documentation: str = ""


CHART = Chart(
    "Empfehlungen <2026>",
    "Von 12 Vorschlägen wurden 3 eingestellt & 2 abgelehnt.",
    ("Vorgeschlagen", "Freigegeben von der Person", "Eingestellt"),
    (Series("1. Halbjahr", (12, 7, 3)), Series("2. Halbjahr", (9, 0, 2))),
)
MONTHS = Chart(
    "Freigaben", "Sie stiegen von 1 auf 6.", ("Jan", "Feb", "Mär"), (Series("2026", (1, 4, 6)),)
)
LETTER = Letter(
    "Metallbau Donaudampfschifffahrt GmbH", "https://fks.example/d/abc", "Fachkräfteverbund Harz"
)
LOOK = Look(
    PACKAGE,
    Named,
    links=(Link("/", "page.steps"), Link("/faults", "page.pages"), Link("/more", "page.next")),
)


def gallery_site() -> Site:
    """Return the site: `/` as it is first shown, `/faults` as it comes back from a wrong form.

    And the pages that rooms share: `/letter`, `/job`, and whatever is refused.
    """
    routes = (
        Route("/", get=_shown, post=_shown),
        Route("/faults", get=_refused),
        Route("/plain", get=lambda visit: LOOK.page("plain.html", visit)),
        Route("/letter", get=lambda visit: letter_page(LETTER, look=LOOK, visit=visit)),
        Route("/job", get=_working),
        *asset_routes(),
    )
    return Site(routes, look=LOOK, gate=lambda _: PERSON)


def _shown(visit: Visit) -> Response:
    return LOOK.page("gallery.html", visit, chart=CHART, months=MONTHS)


def _working(visit: Visit) -> Response:
    return LOOK.page("job.html", visit, title="page.working", progress=Progress("rows", 30, 120))


def _refused(visit: Visit) -> Response:
    wrong = ("firm", "day", "why", "size", "file", "wishes")
    faults = dict.fromkeys(wrong, "refused.malformed")
    return LOOK.page("gallery.html", visit, faults=faults, chart=CHART, months=MONTHS)
