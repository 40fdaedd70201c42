"""Every page of the office, with nothing in it and with something, for everybody who may see it."""

import datetime as dt
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share import Candidate, limits
from fachkraft_share.node.office.acts import acted, newest_acts
from fachkraft_share.node.office.changes import CHANGES
from fachkraft_share.node.office.partners import DEEDS
from fachkraft_share.node.office.room import Office
from fachkraft_share.node.office.setup import HIDDEN, masked, shown_settings
from fachkraft_share.node.office.site import (
    DAILY,
    LOOKING_AFTER,
    office_look,
    office_routes,
)
from fachkraft_share.node.papers.breaches import NOTED
from fachkraft_share.node.settings import origins
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.testing.two_alliances import TwoAlliances
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.visit import Call, Visit

FITS = 9  # entries in a line of a wide window
PATHS = [link.path for link in (*DAILY, *LOOKING_AFTER)]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_every_page_of_the_navigation_is_shown(visitor: Any, path: str, language: str) -> None:
    """To the administrator, in both languages, and named in the navigation."""
    answer = visitor("administrator", language).get(path)
    assert answer.status == 200
    assert f'<a href="{path}" aria-current="page">' in answer.body.decode()


def test_the_navigation_names_every_page_once(visitor: Any) -> None:
    """Those of the papers among them; it stands twice, for narrow and wide windows."""
    page = visitor("administrator").get("/").body.decode()
    narrow, wide = (
        [one for nav in navs for one in re.findall(r'href="([^"]+)"', nav)]
        for navs in (
            re.findall(r'<details class="menu">.*?</nav>', page, re.DOTALL),
            re.findall(r'<nav class="room".*?</nav>', page, re.DOTALL),
        )
    )
    assert {*PATHS, "/report", "/papers"} == set(narrow) - {"/breach"}
    assert len(wide) == len(set(wide)) <= FITS


def test_pages_behind_an_entry_stand_in_a_line_of_their_own(visitor: Any) -> None:
    """Those that the visitor may open."""
    for who, last in (("administrator", "/settings"), ("coordinator", "/audit")):
        page = visitor(who).get("/audit").body.decode()
        [parts] = re.findall(r'<nav class="parts".*?</nav>', page, re.DOTALL)
        assert re.findall(r'href="([^"]+)"', parts)[-1] == last
        assert '<a href="/audit" aria-current="page">' in parts
    assert 'class="parts"' not in visitor().get("/members").body.decode()


@pytest.mark.parametrize(
    ("who", "hidden"),
    [("administrator", set()), ("coordinator", {"/settings"}), ("reader", {"/settings", "/mail"})],
)
def test_roles_open_pages(visitor: Any, who: str, hidden: set[str]) -> None:
    """Coordinators do not see settings, officials no letters; the navigation shows no more."""
    person = visitor(who)
    found = {path for path in PATHS if person.get(path).status == 403}
    assert found == hidden
    start = person.get("/").body.decode()
    assert all(f'<a href="{path}"' not in start for path in hidden)


def test_no_form_is_taken_from_whoever_may_only_read(town: Alliance, visitor: Any) -> None:
    """Every POST there is, whatever it sends; nothing is written down, for nothing was done."""
    node = town.world.node.service
    office = Office(node, office_look(node))
    forms = [route.path for route in office_routes(office) if route.post is not None]
    assert len(forms) > 6
    for path in forms:
        concrete = path.replace("{change}", "suspend").replace("{mark}", "remind")
        concrete = concrete.replace("{deed}", "pause")
        assert visitor("reader").post(concrete, id="https://muster.example").status == 403
        assert visitor("").post(concrete).status == 303
    assert newest_acts(node.exchange) == ()


def test_a_form_of_a_foreign_page_is_refused(visitor: Any) -> None:
    """Sec-Fetch-Site tells."""
    foreign = {"sec-fetch-site": "cross-site"}
    answer = visitor().call("POST", "/members/invite", headers=foreign, body=b"name=x")
    assert answer.status == 403


def test_what_is_wrong_is_told_with_its_remedy(town: Alliance, visitor: Any) -> None:
    """In plain words, with the technical cause beside it."""
    town.world.clock.pass_time(limits.LIST_DAYS * limits.DAY + 1)
    said = visitor().said("/health")
    assert "Die Mitgliederliste ist nicht frisch" in said
    assert "FKS-102" in said
    assert "fehlgeschlagen" in visitor().said("/")


def test_letters_are_deleted_only_once_somebody_sent_them(
    town: Alliance, visitor: Any, plain: Any
) -> None:
    """A GET only counts; who showed them stands in the record, what they say does not."""
    muster = town.members[0]
    assert "Es wartet kein Brief" in visitor().said("/mail")
    assert "Noch ist kein Brief so weit" in plain(visitor().post("/mail"))
    muster.recommend(
        Candidate(
            given="A", family="B", email="a@privat.example", postcode="38640", occupation="43414"
        ),
        application="ATS-1",
        rejected_on=dt.date(2026, 11, 19),
        mail=True,
    )
    town.settle()
    assert "Es wartet 1 Brief" in visitor().said("/mail")
    assert "1 Brief wartet darauf" in visitor().said("/")
    for _ in range(2):  # the printer failed: nothing is lost
        shown = visitor().post("/mail")
        assert "a@privat.example" in plain(shown)
        assert "Es wartet 1 Brief" in visitor().said("/mail")
    keys = re.findall(rb'name="letter" value="([^"]+)"', shown.body)
    assert len(keys) == 1
    visitor().post("/mail/sent", letter=keys[0].decode())
    assert "Es wartet kein Brief" in visitor().said("/mail")
    assert "sind hier gelöscht" in visitor().said("/mail", done="sent")
    acts = newest_acts(town.world.node.service.exchange)
    assert [(one.action, one.about) for one in reversed(acts)] == [
        *[("mail.read", "")] * 3,
        ("mail.sent", ""),
    ]


def test_the_record_shows_who_did_what(town: Alliance, visitor: Any) -> None:
    """And notices a gap; the lists tell who joined."""
    visitor().post("/members/change/suspend", id="https://muster.example")
    said = visitor("reader").said("/audit")
    assert "Mitglied ausgesetzt" in said
    assert "gelöschter Zugang account-coordinator" in said
    assert "Mitglied ausgesetzt: Muster GmbH https://muster.example" in said
    assert "Sie selbst" in visitor().said("/audit")
    assert "Der Nachweis ist lückenlos" in said
    assert "Dazugekommen: Muster GmbH" in said
    assert "Geändert oder erneuert: Muster GmbH" in said
    assert visitor().get("/audit", until="0").status == 200
    assert visitor().get("/audit", until="x").status == 200


def test_every_action_has_its_words() -> None:
    """Those of the office and of the papers; the login's stand beside them."""
    members = {"roles", "invite", "revoke", *CHANGES}
    wanted = {
        *(f"member.{one}" for one in members),
        *(f"peer.{one}" for one in DEEDS),
        *(f"breach.{one}" for one in ("open", "recall", *NOTED)),
        "erasure.remind",
        "erasure.confirm",
        "mail.read",
        "mail.sent",
    }
    for language in ("de", "en"):
        texts = catalogue(language).texts
        said = {name.removeprefix("office.deed.") for name in texts if ".deed." in name}
        assert {one for one in said if not one.startswith("login.")} == wanted


def test_settings_tell_where_they_come_from(tmp_path: Path) -> None:
    """The environment wins over the file, the file over what is given."""
    file = tmp_path / "node.toml"
    file.write_text(
        'id = "https://n.example"\nauthority = "https://a.example"\nroot = "x"\n'
        '[mail]\nhost = "mail.example"\npassword = "geheim"\n',
        "utf-8",
    )
    found = {one.name: one for one in origins(file, environment={"FKS_NODE_MAIL_PORT": "25"})}
    assert found["id"].source == "file"
    assert found["region"].source == "default"
    assert found["mail.host"].source == "file"
    assert (found["mail.port"].source, found["mail.port"].value) == ("environment", 25)
    assert found["mail.tls"].source == "default"


def test_every_setting_is_said_in_words(town: Alliance) -> None:
    """Beside the name it has in `node.toml`, in both languages."""
    node = town.world.node.service
    names = {one.name for one in shown_settings(Office(node, office_look(node)))}
    for language in ("de", "en"):
        start = "office.settings.label."
        said = {one for one in catalogue(language).texts if one.startswith(start)}
        assert {one.removeprefix(start) for one in said} == names


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("mail.password", "geheim", HIDDEN),
        ("mail.password", "", ""),
        (
            "database",
            "postgresql+psycopg://fks:geheim@db/fks",
            f"postgresql+psycopg://fks:{HIDDEN}@db/fks",
        ),
        ("database", "postgresql://db/fks?password=geheim", f"postgresql://db/fks?{HIDDEN}"),
        ("database", "http://[", HIDDEN),
        ("proxy", "http://a:geheim@p.example:3128", f"http://a:{HIDDEN}@p.example:3128"),
        ("plugins", ("files", "house"), "files, house"),
        ("plugins", None, ""),
        ("mail.port", 587, "587"),
        ("login.passkeys", True, "true"),
        ("login.groups", {}, ""),
        ("login.groups", {"hr": "reader"}, "hr = reader"),
    ],
)
def test_no_secret_is_shown(name: str, value: Any, shown: str) -> None:
    """Wherever it stands."""
    assert masked(name, value) == shown


def test_nobody_signed_in_is_written_down_as_nobody(town: Alliance) -> None:
    """A page without roles cannot act, but if one did, the line would say so."""
    exchange = town.world.node.service.exchange
    with acted(exchange, Visit(Call("POST", "/")), "member.invite"):
        pass
    assert newest_acts(exchange)[0].account == ""


def test_agreements_are_listed_with_the_command_that_renews_them() -> None:
    """The office signs none, and says why."""
    both = TwoAlliances()
    both.recognise()
    node = both.harz.node.service
    office = Office(node, office_look(node))
    [page] = [one.get for one in office_routes(office) if one.path == "/agreements"]
    assert page is not None
    said = unescape(page(Visit(Call("GET", "/agreements"))).body.decode())
    assert "Fachkräfteallianz Goslar" in said
    assert "node agree --partner CARD --gives --takes --until 2027-12-31" in said
    assert "node agree --end https://node.goslar.example" in said
    assert "--cooperation" in said
