"""The frame every page stands in, on a node's home page in a real Chromium."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fachkraft_share.node.http.serve import serving
from fachkraft_share.testing.gallery import gallery_site
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.site import Site


@pytest.fixture(scope="module")
def alliance() -> Alliance:
    """Two members and their node."""
    return Alliance("muster", "beispiel")


@pytest.fixture(scope="module")
def node(alliance: Alliance) -> Iterator[str]:
    """A served node."""
    with serving(alliance.world.node.service) as url:
        yield url


@pytest.fixture(scope="module")
def gallery(served: Callable[[Site], str]) -> str:
    """A served page with every macro."""
    return served(gallery_site())


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_home_page_can_be_read_by_everybody(
    node: str, tab: Any, audit: Any, language: str
) -> None:
    """Both themes, narrow and wide, nothing from elsewhere."""
    page = tab()
    page.goto(f"{node}/?lang={language}")
    audit(page, f"home-{language}")


def test_the_first_tab_lands_on_the_skip_link(node: str, tab: Any) -> None:
    """And leads to the content."""
    page = tab()
    page.goto(node)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("path", ["letter", "job", "nowhere"])
def test_the_pages_that_rooms_share_can_be_read_by_everybody(
    gallery: str, tab: Any, audit: Any, path: str, language: str
) -> None:
    """A letter to print, work that takes long, and what was refused."""
    page = tab()
    page.goto(f"{gallery}/{path}?lang={language}")
    audit(page, f"shared-{path}-{language}")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_operators_pages_can_be_read_by_everybody(
    node: str, alliance: Alliance, tab: Any, audit: Any, language: str
) -> None:
    """Without the token, with it, and the letters that wait."""
    service, page = alliance.world.node.service, tab()
    page.route("**/-/mail*", _unasked)
    page.goto(f"{node}/-/mail?lang={language}")
    audit(page, f"operator-token-{language}")
    page.unroute("**/-/mail*")
    token = base64.b64encode(f"operator:{service.exchange.keys.operator}".encode()).decode()
    page.set_extra_http_headers({"Authorization": f"Basic {token}"})
    for path in ("health", "mail", "agreements"):
        page.goto(f"{node}/-/{path}?lang={language}")
        audit(page, f"operator-{path}-{language}")


def _unasked(route: Any) -> None:
    """Answer without the header for which a browser asks for a password before it shows a page."""
    found = route.fetch()
    headers = {name: text for name, text in found.headers.items() if name != "www-authenticate"}
    route.fulfill(response=found, headers=headers)


@pytest.mark.parametrize("path", ["/", "/faults", "/plain"])
def test_every_macro_can_be_read_by_everybody(
    gallery: str, tab: Any, audit: Any, path: str
) -> None:
    """As first shown, as it comes back from a wrong form, and plain elements without macros."""
    page = tab()
    page.goto(gallery + path)
    audit(page, f"gallery{path}")


def test_our_fonts_are_used_and_nothing_is_loaded_twice(gallery: str, tab: Any) -> None:
    """Two cuts, one style sheet of each kind, one script."""
    page, loaded = tab(), []
    page.on("response", lambda one: loaded.append(one.url.removeprefix(gallery)))
    page.goto(gallery, wait_until="networkidle")
    assert page.evaluate("document.fonts.check('600 18px FKS Sans', 'Ää')")
    assert sorted(loaded) == sorted(
        ["/"]
        + [
            f"/static/{one}"
            for one in (
                "kern.min.css",
                "fks.css",
                "htmx.min.js",
                "fks-sans-regular.woff2",
                "fks-sans-semibold.woff2",
            )
        ]
    )


def test_the_menu_opens_with_the_keyboard_on_a_phone(gallery: str, tab: Any) -> None:
    """One list at a time: the other is not there, to eyes and to screen readers."""
    page = tab(javascript=False, width=320)
    page.goto(gallery)
    entries = page.get_by_role("link", name="Weitere Einträge")
    assert entries.count() == 0
    page.locator("details.menu summary").press("Enter")
    assert entries.count() == 1
    entries.click()
    assert page.url == f"{gallery}/faults"


def test_everything_to_press_is_large_enough_for_a_thumb(gallery: str, tab: Any) -> None:
    """44 px high (WCAG 2.5.5), links within a sentence apart."""
    page = tab(width=320)
    page.goto(gallery)
    small = page.evaluate(
        """() => [...document.querySelectorAll(`button, .button, .kern-btn, select, textarea,
             input:not([type=hidden], [type=checkbox], [type=radio]), header a, footer a, nav a`)]
           .filter(one => one.offsetParent && !one.classList.contains("skip"))
           .filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"""
    )
    assert small == []


def test_colours_forced_by_the_reader_leave_everything_there(gallery: str, tab: Any) -> None:
    """High contrast: borders and texts keep their place."""
    page = tab()
    page.emulate_media(forced_colors="active")
    page.goto(gallery)
    assert page.evaluate(
        "getComputedStyle(document.querySelector('.kern-btn .kern-label')).color"
    ) != page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_a_printed_page_has_no_buttons_and_no_menu(gallery: str, tab: Any) -> None:
    """What is on paper is what was said."""
    page = tab()
    page.goto(gallery)
    page.emulate_media(media="print")
    for part in ("nav.room", "header form", ".actions >> nth=0", ".pages", "footer"):
        assert not page.locator(part).is_visible(), part
    assert page.get_by_role("heading", level=1).is_visible()


@pytest.mark.parametrize("language", ["de", "en", "de_simple"])
@pytest.mark.parametrize(
    "path", ["impressum", "datenschutz", "barrierefreiheit", "leichte-sprache"]
)
def test_the_pages_the_law_wants_are_reached_from_the_home_page(
    node: str, tab: Any, audit: Any, path: str, language: str
) -> None:
    """By the footer, in three languages, without JavaScript as well."""
    page = tab(javascript=False)
    page.goto(f"{node}/?lang={language}")
    page.locator(f"footer a[href^='/{path}']").click()
    assert page.locator("h1").count() == 1
    page = tab()
    page.goto(f"{node}/{path}?lang={language}")
    audit(page, f"{path}-{language}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_bars_of_a_chart_stand_out(gallery: str, tab: Any, theme: str) -> None:
    """4.5 : 1 for words, 3 : 1 for what is drawn (WCAG 1.4.3, 1.4.11); axe cannot tell."""
    page = tab()
    page.emulate_media(color_scheme=theme)
    page.goto(gallery)
    ratio = """selector => {
      const light = text => {
        const canvas = document.createElement("canvas").getContext("2d");
        canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
        const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const drawn = getComputedStyle(document.querySelector(selector));
      const here = light(selector.includes("line") ? drawn.stroke : drawn.fill);
      const paper = light(getComputedStyle(document.body).backgroundColor);
      return (Math.max(here, paper) + 0.05) / (Math.min(here, paper) + 0.05);
    }"""
    assert page.evaluate(ratio, ".chart text") >= 4.5
    assert page.evaluate(ratio, ".chart .bar") >= 3
    assert page.evaluate(ratio, ".chart .line") >= 3


def test_no_page_was_left_unseen(not_looked_at: Any) -> None:
    """The operator's pages, those that rooms share, and those the law wants."""
    assert not_looked_at("node/http", "de", "en") == []
    assert not_looked_at("web", "de", "en") == []
    assert not_looked_at("web:legal", "de", "en", "de-simple") == []
