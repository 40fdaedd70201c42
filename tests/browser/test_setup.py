"""Set-up in a real Chromium: a chamber and a firm, from the terminal's link to the last button."""

import re
import secrets
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import attrs
import pytest

from fachkraft_share.cli.local_site import LocalSite
from fachkraft_share.cli.setup.case import Case
from fachkraft_share.cli.setup.pages import Frame, setup_site
from fachkraft_share.cli.setup.trials import Surroundings
from fachkraft_share.member.folder import settings_of
from fachkraft_share.node.folder import Founding, init
from fachkraft_share.node.http.serve import serving
from fachkraft_share.node.settings import read_settings
from fachkraft_share.plugins.loading import load_plugins
from fachkraft_share.ports.progress import Progress, Tell
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.assets import asset_routes
from fachkraft_share.web.jobs import Jobs
from fachkraft_share.web.look import Look
from fachkraft_share.web.site import Route, Site

HERE = "127.0.0.1"
LOCALE = {"de": "de-DE", "en": "en-GB"}
HOSTILE = '<script>alert(1)</script>"&\u202e; DROP'


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind((HERE, 0))
        return int(one.getsockname()[1])


@attrs.frozen
class Served:
    """A set-up that is served, and where it writes."""

    local: LocalSite
    case: Case
    folder: Path
    thread: Thread


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Serve set-up as `init --web` does."""
    begun: list[Served] = []

    def served(name: str = "new") -> Served:
        site, case = setup_site(Surroundings(tmp_path / name, load_plugins()), language="de")
        local = LocalSite(site)
        case.when_done = local.stop
        thread = Thread(target=local.run)
        thread.start()
        begun.append(Served(local, case, tmp_path / name, thread))
        return begun[-1]

    yield served
    for one in begun:
        if one.thread.is_alive():
            one.local.stop()
        one.thread.join()
        one.local.__exit__()


@pytest.fixture
def code(tmp_path: Path) -> Iterator[str]:
    """A served chamber's invitation."""
    url = f"http://{HERE}:{free_port()}"
    (tmp_path / "away").mkdir()
    founding = Founding(url, f"{url}/authority", name="Fachkräfteallianz Harz", region="plz:38")
    node = init(tmp_path / "chamber", founding, root=tmp_path / "away" / "root.json")
    with serving(node, port=int(url.rpartition(":")[2])):
        yield node.enrolment.invite("Muster GmbH", ["employer"])
    node.exchange.store.close()  # type: ignore[attr-defined]


def press(page: Any, wish: str) -> None:
    """Press the button that says so."""
    page.locator(f"button[name=do][value={wish}]").click()


def choose(page: Any, name: str, value: str) -> None:
    """Choose one of several."""
    page.check(f"input[name='{name}'][value='{value}']")


def fill(page: Any, **answers: str) -> None:
    """Fill in fields."""
    for name, value in answers.items():
        page.fill(f"[id='{name}']", value)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_a_chamber_sets_its_node_up(
    serve: Any, tab: Any, audit: Any, tmp_path: Path, javascript: bool, language: str
) -> None:
    """It forgets something, mistypes, goes back, meets a mail server that is not there."""
    case, port = serve(), free_port()
    page = tab(javascript=javascript, locale=LOCALE[language])

    def look(name: str) -> None:
        audit(page, f"setup-{language}-{name}", axe_can_run=javascript)

    page.goto(case.local.link)
    page.wait_for_url("**/step/who*")
    look("who")
    press(page, "continue")
    look("who-fault")
    choose(page, "who", "chamber")
    press(page, "continue")
    look("alliance")
    fill(page, name=HOSTILE, region="Harz")
    press(page, "continue")
    look("alliance-fault")
    page.click("ul.languages a")  # the other language, with the same faults
    assert page.locator("html").get_attribute("lang") != language
    assert page.input_value("#name") == HOSTILE
    assert page.get_attribute("#region", "aria-invalid") == "true"
    page.click("ul.languages a")
    fill(page, name="Fachkräfteallianz Harz", region="plz:38")
    press(page, "continue")
    look("operator")
    fill(page, operator="IHK Harz, Markt 1, 38100 Harz", contact="Frau Beispiel, 05321 1")
    press(page, "back")
    assert page.input_value("#name") == "Fachkräfteallianz Harz"
    press(page, "continue")
    assert page.input_value("#contact") == "Frau Beispiel, 05321 1"
    press(page, "continue")
    look("legal")
    fill(page, represented_by=HOSTILE)
    page.select_option("#land", label="Baden-Württemberg")
    press(page, "continue")
    look("legal-more")
    press(page, "test")
    look("legal-tried")
    assert "email" not in page.inner_text("#results")  # no setting's key, but words
    press(page, "continue")
    look("address")
    fill(page, url=f"http://{HERE}:{port}/", port=str(port))
    press(page, "test")
    look("address-tried")
    press(page, "continue")
    look("database")
    choose(page, "database_kind", "postgresql")
    press(page, "continue")
    look("database-more")
    choose(page, "database_kind", "sqlite")
    press(page, "continue")
    fill(page, mail_host="mail.invalid")
    press(page, "continue")
    look("mail-more")
    fill(page, mail_sender="fks@harz.example", mail_user="fks")
    press(page, "continue")
    fill(page, mail_password="streng-geheim")
    press(page, "test")
    look("mail-failed")
    assert "streng-geheim" not in page.content()
    press(page, "anyway")
    look("keys")
    fill(page, root_key=str(tmp_path / "new" / "root.json"))
    press(page, "continue")
    look("keys-failed")
    fill(page, root_key=str(tmp_path / "safe" / "root.json"))
    press(page, "continue")
    page.wait_for_url("**/review*")
    look("review")
    assert "streng-geheim" not in page.content()
    assert not (case.folder / "node.toml").exists()
    page.locator("main form button").click()
    page.wait_for_url("**/done*")
    look("done")
    page.locator("main form button").click()
    case.thread.join(10)
    assert not case.thread.is_alive()
    settings = read_settings(case.folder / "node.toml", environment={})
    assert (settings.id, settings.mail.password) == (f"http://{HERE}:{port}", "streng-geheim")


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_a_host_for_firms_without_it_is_set_up(
    serve: Any, tab: Any, audit: Any, javascript: bool, language: str
) -> None:
    """Step by step; a node's folder is no place for it."""
    case, port = serve(), free_port()
    page = tab(javascript=javascript, locale=LOCALE[language])

    def look(name: str) -> None:
        audit(page, f"setup-host-{language}-{name}", axe_can_run=javascript)

    page.goto(case.local.link)
    choose(page, "who", "host")
    press(page, "continue")
    fill(page, name="Posteingänge Harz", operator=HOSTILE, contact="it@harz.example")
    look("operator")
    press(page, "continue")
    fill(page, address="Markt 2, 38100 Harz", represented_by="Dr. Beispiel")
    page.select_option("#land", "none")
    press(page, "continue")
    fill(page, measures="https://harz-it.example/tom", subprocessors="Rechenzentrum GmbH")
    look("contract")
    press(page, "continue")
    fill(page, host_at=f"http://{HERE}:{port}", host_port=str(port))
    press(page, "continue")
    press(page, "continue")
    page.wait_for_url("**/step/host_place*")
    look("place")
    (case.folder / "node.toml").write_text("", encoding="utf-8")
    press(page, "continue")
    look("place-failed")
    (case.folder / "node.toml").unlink()
    press(page, "continue")
    page.wait_for_url("**/review*")
    page.locator("main form button").click()
    page.wait_for_url("**/done*")
    look("done")
    assert (case.folder / "host.toml").exists()


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_a_firm_joins_and_connects_its_system(
    serve: Any,
    tab: Any,
    audit: Any,
    code: str,
    tmp_path: Path,
    javascript: bool,
    language: str,
) -> None:
    """Its code is tried, its firm described, its system asked, and then it is a member."""
    case = serve()
    page = tab(javascript=javascript, locale=LOCALE[language])

    def look(name: str) -> None:
        audit(page, f"setup-firm-{language}-{name}", axe_can_run=javascript)

    page.goto(case.local.link)
    page.wait_for_url("**/step/who*")
    choose(page, "who", "firm")
    press(page, "continue")
    look("code")
    fill(page, code="fks1.unvollständig")
    press(page, "continue")
    look("code-fault")
    fill(page, code=f"{code[:60]}\n{code[60:]}")  # as a mail breaks it
    press(page, "test")
    look("code-tried")
    assert code not in page.content()
    press(page, "continue")
    fill(page, name="Muster GmbH", id="https://muster.example", contact="Frau Muster, 05321 2")
    press(page, "continue")
    look("ats")
    choose(page, "ats", "files")
    press(page, "continue")
    look("ats-more")
    fill(page, **{"setting.files.folder": str(tmp_path / "ats")})
    press(page, "test")
    look("ats-tried")
    press(page, "continue")
    look("site")
    press(page, "continue")
    page.wait_for_url("**/review*")
    look("review")
    page.locator("main form button").click()
    page.wait_for_url("**/done*")
    look("done")
    settings = settings_of(case.folder)
    assert (settings.id, list(settings.adapters)) == ("https://muster.example", ["files"])


def test_a_code_that_is_used_up_is_told_on_the_last_page(
    serve: Any, tab: Any, audit: Any, code: str
) -> None:
    """Nothing of the answers is lost, and no member was made."""
    for name in ("first", "second"):
        case = serve(name)
        page = tab()
        page.goto(case.local.link)
        page.wait_for_url("**/step/who*")
        choose(page, "who", "firm")
        press(page, "continue")
        fill(page, code=code)
        press(page, "continue")
        id = f"https://{name}.example"
        fill(page, name=name, id=id, contact="Frau Muster")
        for _ in range(3):
            press(page, "continue")
        page.wait_for_url("**/review*")
        page.locator("main form button").click()
        page.wait_for_url(re.compile(r"/(done|review)\b"), wait_until="load")
        page.wait_for_function("!location.pathname.startsWith('/job')")
    audit(page, "setup-firm-refused")
    assert "schon benutzt" in page.inner_text("main")
    assert page.url.endswith("/review")
    assert not (case.folder / "config.toml").exists()
    page.goto(page.url.replace("/review", "/step/firm"))
    assert page.input_value("#name") == "second"


def test_it_can_be_done_by_keyboard_alone(serve: Any, tab: Any) -> None:
    """Tab leads through the form in its order; space chooses, Enter goes on."""
    page = tab()
    page.goto(serve().local.link)
    page.wait_for_url("**/step/who*")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/step/alliance*")
    page.focus("#content")
    page.keyboard.press("Tab")
    page.keyboard.type("Harz")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/step/operator*")


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_who_only_tries_it_out_is_told_the_command(
    serve: Any, tab: Any, audit: Any, javascript: bool, language: str
) -> None:
    """And whoever opens the link a second time is told where a new one comes from."""
    case, page = serve(), tab(javascript=javascript, locale=LOCALE[language])
    page.goto(case.local.link)
    page.wait_for_url("**/step/who*")
    choose(page, "who", "trial")
    press(page, "continue")
    page.wait_for_url("**/review*")
    page.locator("main form button").click()
    page.wait_for_url("**/done*")
    audit(page, f"setup-trial-{language}-done", axe_can_run=javascript)
    assert "fachkraft-share demo" in page.content()
    stranger = tab(javascript=javascript, locale=LOCALE[language])
    stranger.goto(case.local.link)
    audit(stranger, f"setup-local-{language}-refused", axe_can_run=javascript)
    assert "terminal" in stranger.inner_text("main").lower()


def _unrefreshed(route: Any) -> None:
    """Keep a page still while it is looked at."""
    answer = route.fetch(max_redirects=0)
    headers = {name: text for name, text in answer.headers.items() if name != "refresh"}
    route.fulfill(response=answer, headers=headers)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_page_watches_long_work_by_itself(tab: Any, audit: Any, javascript: bool) -> None:
    """It shows how far the work is, and leads to its result without a click."""
    half, end = Event(), Event()
    look = Look("fachkraft_share.web", Frame)

    def work(tell: Tell) -> None:
        tell(Progress("keys", 1, 3))
        half.set()
        end.wait(60)

    def start(work: Callable[[], None]) -> None:
        Thread(target=work, daemon=True).start()

    jobs = Jobs(look, start=start, new_id=lambda: secrets.token_urlsafe(8))
    begin = jobs.begin

    def home(_: Any) -> Response:
        return Response(200, b"<form method=post><button>go", "text/html")

    def send(visit: Any) -> Response:
        return begin(visit, work, title="setup.web.applying", to="/end", failed="/")

    def ended(_: Any) -> Response:
        return Response(200, b"<p>done", "text/html")

    routes = (Route("/", get=home, post=send), Route("/end", get=ended))
    with LocalSite(Site((*routes, *jobs.routes(), *asset_routes()), look=look)) as local:
        thread = Thread(target=local.run)
        thread.start()
        page = tab(javascript=javascript)
        page.route("**/job/*", _unrefreshed)
        page.goto(local.link)
        page.wait_for_url(f"http://{local.host}/")
        page.click("button")
        assert half.wait(20)
        page.wait_for_url("**/job/*")
        page.goto(page.url)  # this time without its header
        assert page.locator("progress").get_attribute("value") == "1"
        audit(page, "setup-job", axe_can_run=javascript)
        page.unroute("**/job/*")
        page.reload()
        end.set()
        page.wait_for_url("**/end")
        local.stop()
        thread.join()


def test_no_page_was_left_unseen(not_looked_at: Any) -> None:
    """Every page of this room was audited above, in every language and with its faults."""
    assert not_looked_at("cli/setup", "de", "en") == []
