"""A small firm's first day on a chamber's host, in a real Chromium."""

from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from fachkraft_share.host.doors import login_of
from fachkraft_share.host.folder import Host, init, open_host
from fachkraft_share.host.opened import Opened
from fachkraft_share.host.pages import frame_of
from fachkraft_share.host.records import FirmState
from fachkraft_share.host.serve import serving
from fachkraft_share.host.settings import Settings
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.legal import LegalSettings


@attrs.define
class Place:
    """A served host."""

    alliance: Alliance
    host: Host
    url: str

    def add(self, name: str) -> str:
        """Let a firm join."""
        id = f"https://{name.split(maxsplit=1)[0].lower()}.example"
        code = self.alliance.world.node.service.enrolment.invite(name, ["employer"])
        return self.host.add(code, id=id, name=name).slug

    def link(self, slug: str, role: str = "administrator") -> str:
        """Return the address of a link that lets somebody in, on this server."""
        opened = Opened(self.host)
        link = login_of(self.host, opened.firm(slug), frame_of(self.host, slug)).console_link(role)
        opened.close()
        return self.url + link.partition("8767")[2]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A host whose firms are members of an alliance in this process."""
    alliance = Alliance("muster")
    folder = tmp_path_factory.mktemp("host") / "host"
    settings = Settings(
        url="http://127.0.0.1:8767",
        legal=LegalSettings(
            name="Postfach der Kammer",
            operator="IHK Beispiel, Marktplatz 1, 38640 Goslar",
            contact="datenschutz@kammer.example, 05321 123-0",
        ),
        measures="https://kammer.example/tom.pdf",
        subprocessors=("Rechenzentrum Harz, Goslar, betreibt den Rechner",),
    )
    init(folder, settings).close()
    host = open_host(folder, runtime=alliance.world.runtime("host"))
    with serving(host) as (url, _):
        yield Place(alliance, host, url)
    host.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize(("language", "width"), [("de", 1280), ("en", 320)])
def test_a_firms_first_day(
    place: Place, tab: Any, audit: Any, language: str, width: int, javascript: bool
) -> None:
    """Link, sign in, read the contract, be told what is missing, accept, see the inbox."""
    firm = f"Tischlerei{language}{'s' if javascript else 'p'} Nußbaum GmbH"
    slug = place.add(firm)
    page = tab(javascript=javascript, locale="de-DE" if language == "de" else "en-GB", width=width)
    page.goto(place.link(slug))
    page.fill("[name=name]", "Petra Nußbaum")
    page.fill("[name=mail]", "petra@nussbaum.example")
    page.locator("main button").first.click()
    page.goto(f"{place.url}/f/{slug}/?lang={language}")
    assert page.url.partition("?")[0] == f"{place.url}/f/{slug}/contract"
    audit(page, f"host-contract-{language}-{javascript}", axe_can_run=javascript)
    page.goto(f"{place.url}/f/{slug}/account?lang={language}")  # open before the contract is
    assert page.locator("nav.room a").count() == 1
    audit(page, f"host-account-{language}-{javascript}", axe_can_run=javascript)
    page.goto(f"{place.url}/f/{slug}/contract?lang={language}")
    page.locator("main form button").click()
    assert page.locator("#accept-fault").is_visible()
    audit(page, f"host-contract-fault-{language}-{javascript}", axe_can_run=javascript)
    page.focus("#accept-yes")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    audit(page, f"host-contract-done-{language}-{javascript}", axe_can_run=javascript)
    page.locator("main .actions a").last.click()
    assert page.url.partition("?")[0] == f"{place.url}/f/{slug}/accounts"
    page.goto(f"{place.url}/f/{slug}/contract?lang={language}")
    page.locator("main .actions a").first.click()
    assert page.url.partition("?")[0] == f"{place.url}/f/{slug}/"
    audit(page, f"host-inbox-{language}-{javascript}", axe_can_run=javascript)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("path", ["/", "/-/health", "/f/niemand/"])
def test_the_hosts_own_pages(place: Place, tab: Any, audit: Any, language: str, path: str) -> None:
    """Home, health, and an address where no firm is."""
    page = tab()
    page.goto(f"{place.url}{path}?lang={language}")
    audit(page, f"host{path.replace('/', '-')}-{language}")


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_suspended_firm_reads_why(place: Place, tab: Any, audit: Any, language: str) -> None:
    """And whom to ask."""
    slug = place.add(f"Gesperrt{language} GmbH")
    place.host.set_state(slug, FirmState.SUSPENDED)
    page = tab()
    page.goto(f"{place.url}/f/{slug}/?lang={language}")
    assert "datenschutz@kammer.example" in page.inner_text("main")
    audit(page, f"host-suspended-{language}")


@pytest.mark.parametrize(("language", "javascript"), [("de", True), ("en", False)])
def test_somebody_of_personnel_comes_by_a_link_of_their_own(
    place: Place, tab: Any, audit: Any, language: str, javascript: bool
) -> None:
    """The page says for which role; the contract is for an administrator to accept."""
    slug = place.add(f"Personal{language} GmbH")
    page = tab(javascript=javascript, width=320)
    page.goto(f"{place.link(slug, 'hr')}?lang={language}")
    audit(page, f"host-newcomer-{language}", axe_can_run=javascript)
    page.fill("[name=name]", "Rita Öztürk")
    page.fill("[name=mail]", "rita@nussbaum.example")
    page.locator("main button").first.click()
    page.goto(f"{place.url}/f/{slug}/?lang={language}")
    assert page.locator("main form").count() == 0
    audit(page, f"host-contract-hr-{language}", axe_can_run=javascript)


def test_no_page_was_left_unseen(not_looked_at: Any) -> None:
    """Every page of this room was audited above, in every language and with its faults."""
    assert not_looked_at("host", "de", "en") == []
