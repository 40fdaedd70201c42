"""Firms on one host: each for itself, from its first login to the day it leaves."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import attrs
import pytest

from fachkraft_share import Candidate, Endorsement, Member, limits
from fachkraft_share.errors import RefusedError, SetupError, StateError
from fachkraft_share.host import backups, contract, leaving
from fachkraft_share.host.app import Sites
from fachkraft_share.host.contract_paper import PDF
from fachkraft_share.host.doors import login_of
from fachkraft_share.host.folder import init, open_host
from fachkraft_share.host.opened import Opened
from fachkraft_share.host.pages import frame_of
from fachkraft_share.host.records import FirmRow, FirmState
from fachkraft_share.host.settings import Settings, read_settings, write_settings
from fachkraft_share.member.recommending import roles_of
from fachkraft_share.model.organisation import Role
from fachkraft_share.rules.consent import EEA
from fachkraft_share.web.legal import LegalSettings

AYLIN = Candidate(
    given="Aylin",
    family="Xylophonia",
    email="aylin@example.org",
    postcode="38640",
    occupation="43414",
    title="Softwareentwicklerin",
    skills=("Python",),
)
PRAISE = Endorsement("second", ("reliable",))  # type: ignore[arg-type]


def test_a_firms_first_login_leads_over_the_contract_to_the_inbox(town) -> None:
    """Nothing of the inbox is shown before the contract was accepted, and then everything is."""
    slug = town.add("Beispiel GmbH")
    browser = town.administrator(slug)
    page = browser.text(f"/f/{slug}/")
    assert browser.at == f"/f/{slug}/contract"
    assert "IHK Beispiel" in page
    assert "Rechenzentrum Harz" in page
    refused = browser.post(f"/f/{slug}/contract", version=_version(page))
    assert refused.status == 422
    done = browser.post(f"/f/{slug}/contract", version=_version(page), accept="yes")
    assert "Petra Chefin" in done.body.decode()
    browser.text(f"/f/{slug}/")
    assert browser.at == f"/f/{slug}/"


def test_what_was_accepted_is_kept_and_a_new_version_is_asked_for(town, tmp_path: Path) -> None:
    """Who, when and which text; the old one can be read ever after."""
    slug = town.add("Beispiel GmbH")
    town.accepted(slug)
    firm = town.opened.firm(slug)
    [row] = contract.accepted(firm.beside)
    assert (row.name, row.at) == ("Petra Chefin", town.host.now())
    assert contract.sha256(row.text.encode()) == row.sha256
    town.host.settings = _legal(town.host.settings, location="AT")
    roles = roles_of(firm.member.engine)
    newer = contract.version(town.host.settings, firm.row, roles=roles)
    assert newer != row.sha256
    again = _again(town)
    page = again.text(f"/f/{slug}/contract")
    assert 'name="version"' in page
    assert row.sha256 in page
    assert "gespeichert wird: Deutschland" in page
    assert "gespeichert wird: Österreich" in page


@pytest.mark.skipif(not PDF, reason="the extra `pdf` is not installed")
def test_the_contract_can_be_taken_to_whoever_decides(town, browser: Callable) -> None:
    """As PDF, before it is accepted and after; strangers sign in first."""
    slug = town.add("Anton GmbH")
    staff = town.administrator(slug)
    assert f'href="/f/{slug}/contract.pdf"' in staff.text(f"/f/{slug}/contract")
    for language in ("de", "en"):
        answer = staff.get(f"/f/{slug}/contract.pdf?lang={language}")
        assert answer.body.startswith(b"%PDF")
        assert "attachment" in answer.headers["Content-Disposition"]
    assert b"%PDF" not in browser().get(f"/f/{slug}/contract.pdf").body


def test_a_version_that_was_not_shown_is_not_accepted(town) -> None:
    """The text may have changed while somebody read it."""
    slug = town.add("Beispiel GmbH")
    browser = town.administrator(slug)
    answer = browser.post(f"/f/{slug}/contract", version="0" * 43, accept="yes")
    assert answer.status == 409
    assert contract.accepted(town.opened.firm(slug).beside) == ()


def test_without_a_named_processor_nobody_can_begin(town) -> None:
    """Art. 28(3): a contract without a party is none."""
    slug = town.add("Beispiel GmbH")
    town.host.settings = _legal(town.host.settings, operator="")
    page = _again(town, slug).text(f"/f/{slug}/contract")
    assert 'name="version"' not in page
    assert "noch nicht vollständig" in page


@pytest.mark.parametrize("code", sorted(EEA))
def test_the_contract_names_the_country_in_words(code: str) -> None:
    """In both languages, for every country in which data may lie (R26)."""
    legal = LegalSettings(operator="x", contact="x", location=code)
    settings = Settings(measures="x", legal=legal)
    row = FirmRow("a", "https://a.example", "A", FirmState.ACTIVE, 0)
    for language in ("de", "en"):
        said = contract.contract(settings, row, roles=frozenset(), language=language)
        text = dict(said.sections)
        [said] = [one for title, one in text.items() if title.startswith("6.")]
        assert f": {code}." not in said
    assert contract.ready(settings) == ()


PEOPLE = {
    "employer": ("Bewerberinnen und Bewerbern, die Anton", "applicants whom Anton"),
    "besides": ("Menschen, die sich bei Anton", "people who applied to Anton"),
    "presenting": ("Zustimmung eines Elternteils", "agreement of a parent"),
}


@pytest.mark.parametrize(
    ("roles", "named"),
    [
        ((Role.EMPLOYER,), {"employer"}),
        ((Role.EDUCATION,), {"besides", "presenting"}),
        ((Role.ADVICE,), {"besides", "presenting"}),
        ((Role.EMPLOYER, Role.EDUCATION), {"employer", "presenting"}),
        ((Role.COORDINATOR,), {"employer"}),
    ],
)
def test_the_contract_names_whose_data_a_member_of_that_role_has(roles, named) -> None:
    """Art. 28(3) GDPR: the type of data and the categories of data subjects."""
    settings = Settings(measures="x", legal=LegalSettings(operator="x", contact="x"))
    row = FirmRow("a", "https://a.example", "Anton", FirmState.ACTIVE, 0)
    for at, language in enumerate(("de", "en")):
        text = contract.contract(settings, row, roles=frozenset(roles), language=language)
        plain = contract.plain(text.title, text.sections)
        assert {one for one, words in PEOPLE.items() if words[at] in plain} == named
        assert "{" not in plain


def test_a_school_is_asked_for_a_contract_of_its_own(town) -> None:
    """As the newest list states it."""
    school = town.add("Berufsschule Harz", "education")
    page = town.administrator(school).text(f"/f/{school}/contract")
    assert "Sind sie minderjährig" in page
    firm = town.add("Anton GmbH")
    assert "minderjährig" not in town.administrator(firm).text(f"/f/{firm}/contract")


def test_there_is_no_contract_for_a_country_outside(town) -> None:
    """Its text says that nothing leaves the EEA."""
    settings = _legal(town.host.settings, location="US")
    assert contract.ready(settings) == ("legal.location",)


def test_a_person_of_one_firm_never_sees_another(town, browser: Callable) -> None:
    """A session, a link and an account belong to one firm, whatever is sent along."""
    first, second = town.add("Anton GmbH"), town.add("Berta GmbH")
    anton, berta = town.accepted(first), town.accepted(second)
    own = {**anton.cookies}
    anton.get(f"/f/{second}/")
    assert anton.at == f"/f/{second}/login"
    for name, value in own.items():  # the same session under the other firm's name
        anton.cookies[name.replace(first, second)] = value
    anton.get(f"/f/{second}/contract")
    assert anton.at == f"/f/{second}/login"
    link = town.link(first).partition("/login/link/")[2]
    thief = browser()
    used = thief.post(f"/f/{second}/login/link/{link}", name="X", mail="x@x.example")
    assert used.status == 410
    assert "Anton" not in berta.text(f"/f/{second}/contract")


def test_firms_have_keys_and_stores_of_their_own(town) -> None:
    """Nothing is shared but the process."""
    first, second = town.add("Anton GmbH"), town.add("Berta GmbH")
    engines = [town.opened.firm(one).member.engine for one in (first, second)]
    kids = [{key.kid for key in one.identity.keys} for one in engines]
    assert not kids[0] & kids[1]
    for one in (first, second):
        folder = town.host.folder_of(one)
        assert {"state", "keys", "journal"} <= {path.name for path in folder.iterdir()}
        assert (folder.stat().st_mode & 0o077) == 0


def test_an_address_of_no_firm_is_no_page(town, browser: Callable) -> None:
    """And tells nobody which firms there are."""
    town.add("Anton GmbH")
    assert browser().get("/f/niemand/").status == 404
    home = browser().text("/")
    assert "Anton" not in home
    assert f"{town.host.settings.url}/f/" in home  # but how such an address looks


def test_a_suspended_firm_has_no_pages_and_still_hears_withdrawals(town) -> None:
    """The contract may be in dispute; the person's withdrawal is not."""
    slug = town.add("Beispiel GmbH")
    browser = town.accepted(slug)
    person = _received(town, slug)
    town.host.set_state(slug, FirmState.SUSPENDED)
    assert browser.get(f"/f/{slug}/").status == 403
    person.withdraw()
    town.alliance.settle()
    [thread] = town.worker.tick()
    thread.join()
    town.settle()
    assert not leaving.held(town.opened.firm(slug).member.engine)
    town.host.set_state(slug, FirmState.ACTIVE)
    assert browser.get(f"/f/{slug}/").status == 200


def test_a_firm_that_holds_data_is_not_deleted(town, tmp_path: Path) -> None:
    """It takes them along: the backup is a member's, and its engine goes on elsewhere."""
    slug = town.add("Beispiel GmbH")
    _received(town, slug)
    with pytest.raises(StateError, match="DossierRow"):
        leaving.delete(town.opened, slug)
    leaving.take_along(town.opened, slug, tmp_path / "gone")
    assert not town.host.folder_of(slug).exists()
    assert town.host.firms() == ()
    runtime = town.alliance.world.runtime("elsewhere")
    with Member.restore(tmp_path / "gone", tmp_path / "own", runtime=runtime) as member:
        member.sync()
        assert [one.candidate.family for one in member.received()] == ["Xylophonia"]


def test_a_firm_that_holds_nothing_is_deleted_without_a_trace(town) -> None:
    """Keys, store, accounts."""
    slug = town.add("Beispiel GmbH")
    town.accepted(slug)
    town.settle()
    leaving.delete(town.opened, slug)
    assert not town.host.folder_of(slug).exists()
    with pytest.raises(RefusedError):
        town.host.firm(slug)


def test_a_backup_brings_every_firm_back(town, tmp_path: Path) -> None:
    """With accounts and contract; in quarantine until the node was heard."""
    slug = town.add("Beispiel GmbH")
    town.accepted(slug)
    _received(town, slug)
    assert backups.backup(town.opened, tmp_path / "backup") == (slug,)
    runtime = town.alliance.world.runtime("restored")
    backups.restore(tmp_path / "backup", tmp_path / "again", runtime=runtime)
    restored = open_host(tmp_path / "again", runtime=runtime)
    opened = Opened(restored)
    firm = opened.firm(slug)
    assert len(contract.accepted(firm.beside)) == 1
    firm.member.sync()
    assert [one.candidate.family for one in firm.member.received()] == ["Xylophonia"]
    opened.close()
    restored.close()


def test_half_a_backup_is_refused(town, tmp_path: Path) -> None:
    """One that broke off has no host.toml."""
    town.add("Beispiel GmbH")
    backups.backup(town.opened, tmp_path / "backup")
    (tmp_path / "backup" / "host" / "host.toml").unlink()
    runtime = town.alliance.world.runtime("restored")
    with pytest.raises(SetupError, match="half a backup"):
        backups.restore(tmp_path / "backup", tmp_path / "again", runtime=runtime)


def test_a_broken_off_joining_is_done_again_with_the_same_code(town) -> None:
    """The node takes a code once, for one application, which is kept until it was taken."""
    code = town.code("Beispiel GmbH")
    handle = town.alliance.world.reachable.pop("https://node.harz.example")
    with pytest.raises(Exception, match="no such node"):
        town.host.add(code, id="https://beispiel.example", name="Beispiel GmbH")
    assert town.host.firms() == ()
    town.alliance.world.reachable["https://node.harz.example"] = handle
    assert town.host.add(code, id="https://beispiel.example", name="Beispiel GmbH").slug


@pytest.mark.parametrize("slug", ["Groß", "../a", "a" * 41, "", "-a"])
def test_a_short_name_is_no_path(town, slug: str) -> None:
    """It stands in addresses, cookies and folders."""
    with pytest.raises(SetupError):
        town.host.add("fks1.x", id="https://x.example", name="!", slug=slug)


def test_a_host_is_never_made_where_a_node_or_a_member_lives(tmp_path: Path) -> None:
    """Within it, around it, or in the same folder."""
    for inner, marker in (("a", "node.toml"), ("a/b", "node.toml"), ("", "config.toml")):
        root = tmp_path / (inner.replace("/", "-") or "same")
        (root / "a" / "b").mkdir(parents=True)
        place = root if marker == "config.toml" else root / "a"
        (place / marker).touch()
        for where in {place, place / "b"} if marker == "node.toml" else {place}:
            with pytest.raises(SetupError):
                init(where, Settings())
    around = tmp_path / "around"
    (around / "node").mkdir(parents=True)
    (around / "node" / "node.toml").touch()
    with pytest.raises(SetupError):
        init(around, Settings())


def test_settings_survive_being_written(tmp_path: Path) -> None:
    """With quotes, umlauts and a list."""
    settings = Settings(measures='TOM "A" ü', subprocessors=("a, b", "c"))
    (tmp_path / "host.toml").write_text(write_settings(settings), encoding="utf-8")
    assert read_settings(tmp_path / "host.toml") == settings


def test_few_engines_are_open_at_once(town) -> None:
    """The one longest unused is closed, and opened again when it is needed."""
    names = [town.add(f"{one} GmbH") for one in ("Anton", "Berta", "Caesar")]
    opened = Opened(town.host, most=2)
    firms = [opened.firm(one) for one in names]
    assert opened.names() == tuple(names[1:])
    assert firms[0].member.inbox() == []  # who still holds it goes on
    opened.firm(names[0])
    assert opened.names() == (names[2], names[0])
    opened.close()
    assert limits.HOST_OPEN > 2


def _received(town, slug: str):
    """Let the firm receive a dossier; return the person."""
    firm = town.opened.firm(slug).member
    [muster] = town.alliance.members
    made = muster.recommend(AYLIN, PRAISE, application="A-1", rejected_on=date(2026, 11, 19))
    town.settle()
    person = town.alliance.person(made.link)
    person.grant()
    town.settle()
    firm.request_contact(made.referral, job="Entwicklerin", message="Guten Tag")
    town.settle()
    person.agree()
    town.settle()
    return person


def _version(page: str) -> str:
    return page.partition('name="version" value="')[2].partition('"')[0]


def _legal(settings: Settings, **changed: str) -> Settings:
    return attrs.evolve(settings, legal=attrs.evolve(settings.legal, **changed))


def _again(town, slug: str = "beispiel-gmbh"):
    """Return a browser of an administrator at the sites as they are set now."""
    town.sites = Sites(town.opened, checks=tuple)
    return town.administrator(slug)


def test_before_the_contract_there_is_ones_own_account_and_the_way_out(town) -> None:
    """Every page says so in its navigation, and what it does not offer does not open either."""
    slug = town.add("Neuling GmbH")
    staff = town.administrator(slug)
    for page in ("contract", "account", "impressum"):
        before = staff.text(f"/f/{slug}/{page}")
        assert f'href="/f/{slug}/searches' not in before
        assert f'href="/f/{slug}/accounts' not in before
        assert f'href="/f/{slug}/contract"' in before
        assert f'action="/f/{slug}/logout"' in before
    for path in ("", "accounts", "searches", "presentations"):
        staff.text(f"/f/{slug}/{path}")
        assert staff.at == f"/f/{slug}/contract"
    staff.post(f"/f/{slug}/accounts", name="Rita", mail="rita@x.example", role="reader")
    page = staff.text(f"/f/{slug}/contract")
    after = staff.post(f"/f/{slug}/contract", version=_version(page), accept="yes").body.decode()
    assert f'href="/f/{slug}/searches' in after
    assert "Rita" not in staff.text(f"/f/{slug}/accounts")
    assert f'href="/f/{slug}/accounts' in staff.text(f"/f/{slug}/account")


def test_a_form_of_a_foreign_page_is_refused_as_such(town) -> None:
    """Before the contract as after it; not called a fault of ours."""
    slug = town.add("Neuling GmbH")
    staff = town.administrator(slug)
    staff.headers["sec-fetch-site"] = "cross-site"
    assert staff._call("POST", f"/f/{slug}/searches", b"x=1").status == 403


def test_a_link_to_a_firm_lasts_as_long_as_a_letter_takes(town, browser: Callable) -> None:
    """Seven days, for each role one; then it is none."""
    slug = town.add("Beispiel GmbH")
    made = {role: _printed(town, slug, role) for role in ("administrator", "hr", "reader")}
    town.alliance.world.clock.pass_time(limits.HOST_LINK - limits.HOUR)
    for role, path in made.items():
        answer = browser().post(path, name=role, mail=f"{role}@beispiel.example")
        assert answer.status == 200, answer.body
    accounts = _login(town, slug).accounts.all()
    assert sorted(one.roles for one in accounts) == ["administrator", "hr", "reader"]
    late = _printed(town, slug, "hr")
    town.alliance.world.clock.pass_time(limits.HOST_LINK)
    assert browser().post(late, name="x", mail="x@beispiel.example").status == 410


def _login(town, slug: str):
    return login_of(town.host, town.opened.firm(slug), frame_of(town.host, slug))


def _printed(town, slug: str, role: str) -> str:
    return urlsplit(_login(town, slug).console_link(role)).path


def test_a_firms_start_page_leads_through_its_first_days(town) -> None:
    """Contact, search, colleagues, recommendation; nobody is sent to a file of the host."""
    slug = town.add("Beta GmbH")
    browser = town.accepted(slug)
    page = browser.text(f"/f/{slug}/")
    assert "Die ersten Schritte" in page
    assert f'href="/f/{slug}/accounts"' in page
    assert "config.toml" not in page + browser.text(f"/f/{slug}/settings")
