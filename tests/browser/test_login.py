"""Staff signs in, in a real Chromium: by link or passkey, in both languages, without JavaScript."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.node.folder import Founding, init, open_node
from fachkraft_share.node.http.serve import listen, serving
from fachkraft_share.node.login import office_login, office_with_login
from fachkraft_share.node.service import Node
from fachkraft_share.testing.openid_provider import CLIENT, SECRET, openid_provider
from fachkraft_share.web.login.records import SignInTries

NAME = "Knoten Harz"


@attrs.define
class Office:
    """A served node, as the operator and the staff see it."""

    node: Node
    url: str
    number: int = 0

    def console(self) -> str:
        """Return a link of the console's."""
        return office_login(self.node).console_link()

    def newest(self) -> str:
        """Return the link in the newest mail to staff, which the operator reads."""
        letters = self.node.outbox.read(signing_in=True)
        [link] = [one for one in letters[-1].text.splitlines() if "://" in one]
        return link

    def fresh(self) -> str:
        """Return a mail address nobody has yet."""
        self.number += 1
        return f"person{self.number}@kammer.example"

    def forget_tries(self) -> None:
        """Let the window of tries pass for all tests before."""
        with self.node.exchange.store.begin() as transaction:
            transaction.drop_every(SignInTries)


@contextmanager
def made(folder: Path, *, ways: str = "", mail: bool = False) -> Iterator[Office]:
    """Serve a fresh node as http://localhost: passkeys want a name, no number."""
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    url = f"http://localhost:{port}"
    names = ("https://node.example", "https://harz.example")
    init(folder / "node", Founding(*names, name=NAME, url=url), root=folder / "root.json")
    told = (folder / "node" / "node.toml").read_text("utf-8")
    server = 'host = "127.0.0.1"\nport = 9\ntls = "none"\nsender = "fks@harz.example"\n#'
    told = told.replace('# host = "mail.example"', server) if mail else told
    (folder / "node" / "node.toml").write_text(told + ways, encoding="utf-8")
    node = open_node(folder / "node")
    with serving(node, port=port, office=office_with_login(node)):
        yield Office(node, url)
    node.exchange.store.close()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A served node."""
    with made(tmp_path_factory.mktemp("office")) as found:
        yield found


@pytest.fixture(autouse=True)
def patience(office: Office) -> None:
    """No test waits for another's tries."""
    office.forget_tries()


def authenticator(page: Any, *, verified: bool = True) -> tuple[Any, str]:
    """Give the browser a device that keeps passkeys; return its remote control."""
    control = page.context.new_cdp_session(page)
    control.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    made = control.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return control, made["authenticatorId"]


def come(page: Any, office: Office, *, language: str = "de") -> str:
    """Become an administrator by the console's link, open the own account; return the address."""
    mail = office.fresh()
    page.goto(f"{office.console()}?lang={language}")
    page.fill("#name", "Ada Amtsfrau")
    page.fill("#mail", mail)
    page.click("main button")
    page.wait_for_url(re.compile(r"/office/(\?|$)"))
    page.click(".signed-in a")
    page.wait_for_url("**/account**")
    return mail


WORDS = {
    "de": {
        "first": "Einen Zugang mit allen Rechten einrichten",
        "account": "Mein Zugang",
        "sent": "Bitte sehen Sie in Ihr Postfach",
        "asked": "Bitte fragen Sie nach Ihrem Link",
        "link": "Anmelden mit diesem Link",
        "over": "Dieser Link gilt nicht mehr",
        "already": "In diesem Browser sind Sie schon angemeldet, als Ada Amtsfrau.",
        "left": "Sie sind abgemeldet.",
        "passkey": "Mit Passkey anmelden",
        "made": "Der Passkey ist eingerichtet",
        "no script": "Passkeys brauchen JavaScript",
        "no script here": "Zum Einrichten wird JavaScript gebraucht",
    },
    "en": {
        "first": "Set up an account with all rights",
        "account": "My account",
        "sent": "Please look into your mailbox",
        "asked": "Please ask for your link",
        "link": "Sign in with this link",
        "over": "This link is no longer valid",
        "already": "You are signed in already in this browser, as Ada Amtsfrau.",
        "left": "You are signed out.",
        "passkey": "Sign in with a passkey",
        "made": "The passkey is set up",
        "no script": "Passkeys need JavaScript",
        "no script here": "Setting one up needs JavaScript",
    },
}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_console_to_the_next_morning_by_mail(
    office: Office, tab: Any, audit: Any, language: str, javascript: bool
) -> None:
    """First administrator, sign out, a mailed link, and back on the page that was asked for."""
    said = WORDS[language]
    page = tab(javascript=javascript)
    link = f"{office.console()}?lang={language}"
    page.goto(link)
    assert page.inner_text("h1") == said["first"]
    audit(page, f"login-first-{language}", axe_can_run=javascript)
    page.fill("#name", "Ada Amtsfrau")
    page.fill("#mail", "ada@")
    page.click("main button")
    assert page.input_value("#name") == "Ada Amtsfrau"
    assert page.is_visible("#mail-fault")
    audit(page, f"login-first-fault-{language}", axe_can_run=javascript)
    mail = come(page, office, language=language)
    assert page.inner_text("h1") == said["account"]
    audit(page, f"login-account-{language}", axe_can_run=javascript)
    page.goto(link)
    assert page.inner_text("h1") == said["over"]
    assert page.is_visible(f"main >> text={said['already']}")
    page.goto(f"{office.url}/office/logout?lang={language}")
    audit(page, f"logout-{language}", axe_can_run=javascript)
    page.click("main form button")
    page.wait_for_url("**/login**")
    page.goto(f"{office.url}/office/logout?lang={language}")
    assert page.inner_text(".lead") == said["left"]
    page.goto(link)
    assert page.inner_text("h1") == said["over"]
    audit(page, f"login-over-{language}", axe_can_run=javascript)
    page.goto(f"{office.url}/office/members?lang={language}")
    page.wait_for_url("**/login?back=**")
    audit(page, f"login-{language}", axe_can_run=javascript)
    page.fill("#mail", "ada@")
    page.click("form:has(#mail) button")
    assert page.get_attribute("#mail", "aria-invalid") == "true"
    assert page.input_value("#mail") == "ada@"
    audit(page, f"login-mistyped-{language}", axe_can_run=javascript)
    page.fill("#mail", mail)
    page.click("form:has(#mail) button")
    assert page.inner_text("h1") == said["asked"]
    audit(page, f"login-asked-{language}", axe_can_run=javascript)
    mailed = f"{office.newest()}?lang={language}"
    page.goto(mailed)
    assert page.inner_text("h1") == said["link"]
    audit(page, f"login-link-{language}", axe_can_run=javascript)
    page.click("main button")
    page.wait_for_url("**/office/members**")
    page.goto(mailed)
    assert page.inner_text("h1") == said["over"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_passkey_from_setting_up_to_removing(
    office: Office, tab: Any, audit: Any, language: str
) -> None:
    """Named, used to sign in, renamed, removed; by keyboard where it counts."""
    said = WORDS[language]
    page = tab()
    control, device = authenticator(page)
    come(page, office, language=language)
    page.fill("#name", "Dienst-Laptop")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=passkey**")
    assert said["made"] in page.inner_text("main")
    audit(page, f"login-passkey-made-{language}")
    [kept] = control.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert kept["isResidentCredential"]
    assert kept["rpId"] == "localhost"
    page.click("header form button")
    page.wait_for_url("**/login**")
    audit(page, f"login-with-passkey-{language}")
    page.click(f"text={said['passkey']}")
    page.wait_for_url(f"{office.url}/office/?lang={language}")
    page.goto(f"{office.url}/office/account?lang={language}")
    assert page.inner_text("h1") == said["account"]
    page.click("main li a")
    audit(page, f"login-one-passkey-{language}")
    page.fill("#name", "")
    page.keyboard.press("Enter")
    page.wait_for_selector("#name-fault")
    audit(page, f"login-one-passkey-fault-{language}")
    page.fill("#name", "Telefon")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{office.url}/office/account?lang={language}")
    assert "Telefon" in page.inner_text("main")
    page.click("main li a")
    page.click("main form[action*=remove] button")
    assert "Telefon" in page.inner_text(
        "main"
    )  # without a mail server it is the last way, and stays
    audit(page, f"login-last-way-{language}")


def test_a_device_that_does_not_verify_is_not_enough(office: Office, tab: Any, audit: Any) -> None:
    """The page says so, and goes on offering the mail link."""
    page = tab()
    control, device = authenticator(page)
    come(page, office)
    page.fill("#name", "Laptop")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=passkey**")
    page.click("header form button")
    page.wait_for_url("**/login**")
    verified = {"authenticatorId": device, "isUserVerified": False}
    control.send("WebAuthn.setUserVerified", verified)
    page.click("text=Mit Passkey anmelden")
    page.wait_for_selector("[data-failed]:not([hidden])")
    audit(page, "login-passkey-cancelled")
    assert page.is_visible("#mail")


def test_a_passkey_of_a_removed_account_is_refused(office: Office, tab: Any, audit: Any) -> None:
    """The device still has it; here it belongs to nobody."""
    page = tab()
    authenticator(page)
    mail = come(page, office)
    page.fill("#name", "Laptop")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=passkey**")
    come(tab(), office)
    accounts = office_login(office.node).accounts
    [me] = [one.id for one in accounts.all() if one.mail == mail]
    accounts.remove(me, by="console")
    page.goto(f"{office.url}/office/login")
    page.click("text=Mit Passkey anmelden")
    page.wait_for_selector("text=Dieser Passkey gehört zu keinem Zugang hier")
    audit(page, "login-passkey-unknown")


@pytest.mark.parametrize("language", ["de", "en"])
def test_without_javascript_the_pages_say_that_the_link_works(
    office: Office, tab: Any, language: str
) -> None:
    """No button that does nothing is shown."""
    said, page = WORDS[language], tab(javascript=False)
    page.goto(f"{office.url}/office/login?lang={language}")
    assert not page.is_visible(f"text={said['passkey']}")
    assert page.is_visible(f"text={said['no script']}")
    come(page, office, language=language)
    assert not page.is_visible("[data-needs-passkey]")
    assert page.is_visible(f"text={said['no script here']}")


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_an_administrator_looks_after_accounts(
    office: Office, tab: Any, audit: Any, language: str, javascript: bool
) -> None:
    """Invite, mistake, change the role, lock, unlock, remove; each state is looked at."""
    page = tab(javascript=javascript)

    def look(name: str) -> None:
        audit(page, f"accounts-{name}-{language}", axe_can_run=javascript)

    come(page, office, language=language)
    page.goto(f"{office.url}/office/accounts?lang={language}")
    page.click("summary >> nth=-1")
    look("list")
    mail = office.fresh()
    page.fill("#name", "Bea <b>Büro</b>")
    page.fill("#mail", mail)
    page.check("#role-coordinator")
    page.click("form:has(#mail) button")
    page.wait_for_url("**done=invited**")
    look("invited")
    page.fill("#name", "Noch einmal")
    page.fill("#mail", mail)
    page.check("#role-reader")
    page.click("form:has(#mail) button")
    assert page.is_visible("#mail-fault")
    look("twice")
    page.goto(f"{office.url}/office/accounts?lang={language}")
    page.click(f"tr:has-text('{mail}') a")
    look("one")
    page.check("#role-reader")
    page.click("form[action*=role] button")
    page.wait_for_url("**done=changed**")
    page.click("form:has([name=locked]) button")
    page.wait_for_url("**done=changed**")
    look("locked")
    page.click("form[action*=lock] button")
    page.wait_for_url("**done=changed**")
    page.click("form[action*=remove] button")
    assert page.is_visible("#sure-fault")
    look("unsure")
    page.check("#sure")
    page.click("form[action*=remove] button")
    page.wait_for_url("**done=removed**")
    look("removed")


def test_the_last_administrator_reads_why(office: Office, tab: Any, audit: Any) -> None:
    """And what to do first."""
    page = tab()
    mail = come(page, office)
    accounts = office_login(office.node).accounts
    for one in accounts.all():
        if one.mail != mail:
            accounts.remove(one.id, by="console")
    page.goto(f"{office.url}/office/accounts")
    page.click(f"tr:has-text('{mail}') a")
    page.check("#role-reader")
    page.click("form[action*=role] button")
    assert "niemand mehr Zugänge verwalten" in page.inner_text("main")
    audit(page, "accounts-last-administrator")


@pytest.mark.parametrize("language", ["de", "en"])
def test_who_tries_too_often_reads_how_long(
    office: Office, tab: Any, audit: Any, language: str
) -> None:
    """In minutes, and that nothing else is to do."""
    page = tab()
    for _ in range(limits.MAILS_PER_ACCOUNT + 1):
        page.goto(f"{office.url}/office/login?lang={language}")
        page.fill("#mail", "nobody@kammer.example")
        page.click("form:has(#mail) button")
    assert "60" in page.inner_text("main .lead")
    audit(page, f"login-wait-{language}")


def test_the_cookie_holds_in_a_browser(office: Office, tab: Any) -> None:
    """Scripts do not see it; on loopback it has a plain name."""
    page = tab()
    come(page, office)
    [cookie] = page.context.cookies()
    assert cookie["name"] == "fks-office"
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert page.evaluate("document.cookie") == ""


def _unrefreshed(route: Any) -> None:
    """Keep a page still while it is looked at."""
    answer = route.fetch(max_redirects=0)
    headers = {name: text for name, text in answer.headers.items() if name != "refresh"}
    route.fulfill(response=answer, headers=headers)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_house_account_into_the_office(
    tmp_path: Path, tab: Any, audit: Any, language: str, javascript: bool
) -> None:
    """Out to the provider and back to the page that was asked for; a stranger reads why not."""
    locale = {"de": "de-DE", "en": "en-GB"}[language]  # the provider's answer names no language
    page = tab(javascript=javascript, locale=locale)
    with openid_provider(sub="7", name="Kim Kammer", groups=["fks"]) as house:
        house.at_once = False
        ways = f'[login]\nissuer = "{house.url}"\nclient = "{CLIENT}"\nsecret = "{SECRET}"\n'
        ways += 'name = "Haus-Konto"\n[login.groups]\nfks = "coordinator"\n'
        with made(tmp_path, ways=ways, mail=True) as office:
            page.goto(f"{office.url}/office/members?lang={language}")
            audit(page, f"login-house-{language}", axe_can_run=javascript)
            page.route("**/login/oidc*", _unrefreshed)
            page.click("form[action*=oidc] button")
            audit(page, f"login-house-leaving-{language}", axe_can_run=javascript)
            page.unroute("**/login/oidc*")
            page.click("main .actions a")
            page.click("text=Weiter")
            page.wait_for_url("**/office/members")
            assert "Kim Kammer" in page.inner_text("header")
            page.click("header form button")
            house.person["groups"] = []
            page.goto(f"{office.url}/office/login?lang={language}")
            page.click("form[action*=oidc] button")
            page.click("text=Weiter")
            page.wait_for_selector("h1:has-text('Anmeldung'), h1:has-text('Signing in')")
            audit(page, f"login-house-refused-{language}", axe_can_run=javascript)
            page.goto(f"{office.url}/office/login?lang={language}")
            page.fill("#mail", "kim@kammer.example")
            page.click("form:has(#mail) button")
            assert page.inner_text("h1") == WORDS[language]["sent"]
            audit(page, f"login-sent-{language}", axe_can_run=javascript)


def test_no_page_was_left_unseen(not_looked_at: Any) -> None:
    """Every page of this room was audited above, in every language and with its faults."""
    assert not_looked_at("web/login", "de", "en") == []
