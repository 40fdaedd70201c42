"""Every page stands behind the same guards, whatever room it belongs to."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, RefusedError, StateError
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.assets import asset_routes
from fachkraft_share.web.look import Link, Look, attachment, see_other
from fachkraft_share.web.site import Route, Site
from fachkraft_share.web.visit import Call, Person, Visit

FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
BOUNDARY = "multipart/form-data; boundary=x"


@attrs.frozen
class Settings:
    """What the frame of a page names."""

    name: str = "Verbund Harz"
    imprint: str = ""
    privacy: str = ""
    documentation: str = ""


LOOK = Look("fachkraft_share.web", Settings, links=(Link("/two", "page.back", {"hr"}),))
KNOWN = {"1": Person("p1", "Ada", frozenset({"hr"})), "2": Person("p2", "Bea", frozenset())}


def gate(visit: Visit) -> Person | None:
    """Believe a cookie."""
    return KNOWN.get(visit.cookie("who"))


def said(text: str) -> Response:
    return Response(200, text.encode(), "text/plain")


def fails(error: Exception) -> Any:
    """Return a page that raises."""

    def page(_: Visit) -> Response:
        raise error

    return page


SITE = Site(
    (
        Route("/one/{name}", get=lambda visit: said(visit.params["name"])),
        Route("/form", post=lambda visit: said(visit.form.one("a"))),
        Route("/file", post=lambda visit: said(_sent(visit)), bytes=500),
        Route("/hr", get=lambda visit: said(visit.who.name if visit.who else ""), roles={"hr"}),
        Route(
            "/page",
            get=lambda visit: LOOK.page("refused.html", visit, text=visit.url("/a"), back=True),
        ),
        Route("/busy", get=fails(BusyError("x"))),
        Route("/refused", get=fails(RefusedError("forbidden"))),
        Route("/state", get=fails(StateError("secret of Ada"))),
        *asset_routes(),
    ),
    look=LOOK,
    gate=gate,
)


def _sent(visit: Visit) -> str:
    file = visit.form.file("cv")
    return f"{visit.form.one('a')}:{file.name}:{file.content.decode()}" if file else "none"


def call(method: str, path: str, **more: Any) -> Response:
    return SITE.respond(Call(method, path, **more))


def test_a_part_of_the_path_is_named() -> None:
    """And unquoted once."""
    assert call("GET", "/one/a%20b").body == b"a b"
    assert call("GET", "/one/a/b").status == 404


def test_a_form_is_read_from_our_own_page_only() -> None:
    """Sec-Fetch-Site decides; where a browser has none, Origin does."""
    assert call("POST", "/form", headers=FORM, body=b"a=x").body == b"x"
    foreign = FORM | {"sec-fetch-site": "cross-site"}
    assert call("POST", "/form", headers=foreign, body=b"a=x").status == 403
    old = {"content-type": FORM["content-type"], "host": "fks.example"}
    own = old | {"origin": "https://fks.example"}
    assert call("POST", "/form", headers=own, body=b"a=x").status == 200
    other = old | {"origin": "https://fremd.example"}
    assert call("POST", "/form", headers=other, body=b"a=x").status == 403


def test_get_changes_nothing() -> None:
    """A page that only changes something has no GET, and the other way round."""
    assert call("GET", "/form").status == 405
    assert call("POST", "/one/a", headers=FORM).status == 405


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"a=%zz", 200), (b"a\xff", 400), (b"a=%00", 400), (b"a" * (limits.FORM_BYTES + 1), 413)],
)
def test_a_form_that_is_none_is_refused(body: bytes, status: int) -> None:
    """With a page that says so."""
    assert call("POST", "/form", headers=FORM, body=body).status == status


def multipart(*parts: tuple[str, str]) -> bytes:
    """Return parts as a browser sends them."""
    lines = [
        f"--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n" for head, text in parts
    ]
    return ("".join(lines) + "--x--\r\n").encode()


def test_a_file_comes_along() -> None:
    """With its name, beside the other fields."""
    body = multipart(('name="a"', "ü"), ('name="cv"; filename="../x.pdf"', "PDF"))
    answer = call("POST", "/file", headers=FORM | {"content-type": BOUNDARY}, body=body)
    assert answer.body.decode() == "ü:../x.pdf:PDF"


def test_no_file_is_none() -> None:
    """A browser sends an empty part for a field that was left empty."""
    body = multipart(('name="cv"; filename=""', ""))
    answer = call("POST", "/file", headers=FORM | {"content-type": BOUNDARY}, body=body)
    assert answer.body == b"none"


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (BOUNDARY, b"not multipart", 400),
        ("multipart/form-data", b"--x\r\n", 400),
        (BOUNDARY, multipart(('name="a"', "x" * 500)), 413),
        ("application/json", b"{}", 400),
    ],
)
def test_files_that_cannot_be_read_are_refused(kind: str, body: bytes, status: int) -> None:
    """Whatever is wrong with them, and each route has its own limit."""
    headers = FORM | {"content-type": kind}
    assert call("POST", "/file", headers=headers, body=body).status == status


def test_too_many_files_are_refused() -> None:
    """As with any field."""
    site = Site((Route("/", post=lambda _: said("x"), bytes=10**6),), look=LOOK)
    body = multipart(*(('name="a"', "x") for _ in range(limits.FORM_FIELDS + 1)))
    headers = FORM | {"content-type": BOUNDARY}
    assert site.respond(Call("POST", "/", headers=headers, body=body)).status == 400


def test_who_is_not_signed_in_is_led_to_sign_in_and_back() -> None:
    """A form is not sent again."""
    answer = call("GET", "/hr", query="lang=en")
    assert answer.status == 303
    assert answer.headers["Location"] == "/login?back=%2Fhr&lang=en"
    assert call("POST", "/hr", headers=FORM).headers["Location"] == "/login"


def test_roles_decide() -> None:
    """Signed in is not enough."""
    assert call("GET", "/hr", headers={"cookie": "x=2; who=1"}).body == b"Ada"
    assert call("GET", "/hr", headers={"cookie": "who=2"}).status == 403


def test_navigation_shows_what_one_may_open() -> None:
    """Nothing else."""
    assert b'href="/two"' in call("GET", "/page", headers={"cookie": "who=1"}).body
    assert b'href="/two"' not in call("GET", "/page", headers={"cookie": "who=2"}).body


@pytest.mark.parametrize(
    ("path", "status"), [("/busy", 503), ("/refused", 403), ("/state", 409), ("/none", 404)]
)
def test_what_went_wrong_is_a_page_that_quotes_nothing(path: str, status: int) -> None:
    """In the visitor's language, with every header."""
    answer = call("GET", path, headers={"accept-language": "en"})
    assert answer.status == status
    assert b"That did not work" in answer.body
    assert b"Ada" not in answer.body
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_address_keeps_mount_and_language() -> None:
    """Wherever the site is mounted."""
    answer = call("GET", "/page", root="/office", query="lang=en")
    assert b"/office/a?lang=en" in answer.body


def test_static_files_are_compressed_where_wished() -> None:
    """And nothing else is served from there."""
    plain = call("GET", "/static/fks.css")
    packed = call("GET", "/static/fks.css", headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.body) < len(plain.body) / 2
    assert call("GET", "/static/..%2fsite.py").status == 404
    assert call("GET", "/static/none.css").status == 404


def test_files_are_saved_and_never_shown() -> None:
    """Content-Disposition says so; a redirect after a form is a 303."""
    assert (
        "attachment" in attachment("a.json", b"", "application/json").headers["Content-Disposition"]
    )
    assert see_other("/x").status == 303


def test_half_a_query_is_no_mistake() -> None:
    """Too many names are none."""
    assert call("GET", "/page", query="&".join("a=b" for _ in range(1000))).status == 200


def test_parts_are_asked_for_by_htmx() -> None:
    """Its header tells."""
    assert Visit(Call("GET", "/", headers={"hx-request": "true"})).partial
    assert not Visit(Call("GET", "/")).partial
