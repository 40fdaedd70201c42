"""How a room's pages are made: its templates over the shared ones, in the visitor's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.catalogue import Catalogue, catalogue
from fachkraft_share.web.environment import environment
from fachkraft_share.web.headers import PAGE_HEADERS
from fachkraft_share.web.saying import Saying
from fachkraft_share.web.visit import Visit, queried, roles_of

HTML = "text/html; charset=utf-8"


@attrs.frozen
class Link:
    """One entry of a room's navigation; `path` is below the site's root.

    `parts` are the pages behind it: on each of them they stand as a line of their own. Then `path`
    is the first of them.
    """

    path: str
    text: str  # id in the catalogue
    roles: frozenset[str] = attrs.field(default=frozenset(), converter=roles_of)
    parts: tuple["Link", ...] = ()

    def leads_to(self, path: str) -> bool:
        """Tell whether a page is this one, lies below it, or is one of its parts."""
        below = self.path != "/" and path.startswith(f"{self.path}/")
        return path == self.path or below or any(one.leads_to(path) for one in self.parts)


@attrs.frozen
class Look:
    """Renders a room's templates; `settings` has what `base.html` names (see `web.legal`)."""

    package: str  # holds the folder `templates`
    settings: Callable[[], Any]
    texts: Callable[[str], Catalogue] = catalogue
    links: Sequence[Link] = ()
    languages: Sequence[str] = ("de", "en")  # those a page offers
    default: str = "de"
    login: str = "/login"  # empty: people sign in elsewhere, and have no account here
    refusals: str = ""  # table in which the room says a refusal in its own words

    def page(
        self,
        template: str,
        visit: Visit,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Response:
        """Return a page."""
        say = Saying(self.texts(visit.language(self.default)))
        shown = _open_to(visit, self.links)
        context = {
            "say": say,
            "t": say.t,
            "lang": say.texts.tag,
            "settings": self.settings(),
            "root": visit.call.root,
            "url": visit.url,
            "here": visit.call.path,
            "home_query": queried({"lang": visit.asked}) if visit.asked else "",
            "switch": visit.switch() if visit.call.method != "POST" else None,
            "languages": self.languages,
            "who": visit.who,
            "account": bool(self.login),
            "links": shown,
            "open_to_all": not self.links,  # a room without navigation has no accounts either
            "form": visit.form,
            "faults": {},
        }
        html = environment(self.package).get_template(template).render(context | values)
        made = {**PAGE_HEADERS, **(headers or {})}
        return Response(status, html.encode("utf-8"), HTML, made)

    def refused(self, visit: Visit, code: str, *, status: int) -> Response:
        """Say why something was not done."""
        texts = self.texts(visit.language(self.default))
        known = (f"{self.refusals}.{code}", f"refused.{code}", "refused.unknown")
        text = texts.text(next(filter(texts.has, known)))
        # Whoever came without the link that opens these pages would only come back here.
        return self.page("refused.html", visit, status=status, text=text, back=code != "local")

    def sign_in(self, visit: Visit) -> Response:
        """Lead to the sign-in page, and from there back."""
        back = {"back": visit.call.path} if visit.call.method == "GET" else {}
        return see_other(visit.url(self.login, **back))


def see_other(address: str, **headers: str) -> Response:
    """Lead the browser to another page after a form (RFC 9110 section 15.4.4)."""
    return Response(303, b"", HTML, {**PAGE_HEADERS, "Location": address, **headers})


def attachment(name: str, content: bytes, content_type: str) -> Response:
    """Hand out a file that a browser saves and never shows; `name` is ASCII of our own making."""
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(200, content, content_type, headers)


def _open_to(visit: Visit, links: Sequence[Link]) -> tuple[Link, ...]:
    """Return the entries that the visitor may follow."""
    mine = (one for one in links if not one.roles or _has(visit, one))
    return tuple(attrs.evolve(one, parts=_open_to(visit, one.parts)) for one in mine)


def _has(visit: Visit, link: Link) -> bool:
    return visit.who is not None and visit.who.has(*link.roles)
