"""Settings an administrator changes on a page: in the file, at once, and nothing else of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import attrs
import pytest

from fachkraft_share import Member
from fachkraft_share.member.folder import CONFIG, save_settings
from fachkraft_share.member.inbox.site import inbox_site

from .conftest import Tab, gate

REMARK = "# Written by hand; ask Petra.\n"


@pytest.fixture
def firm(town: Any, tmp_path: Path) -> Iterator[Member]:
    """A member whose settings come from a file that somebody wrote remarks into."""
    save_settings(tmp_path, town.beispiel.engine.settings)
    file = tmp_path / CONFIG
    file.write_text(REMARK + file.read_text("utf-8"), "utf-8")
    yield Member(town.beispiel.engine, folder=tmp_path)
    shutil.rmtree(tmp_path, ignore_errors=True)


def opened(member: Member, **more: Any) -> Tab:
    return Tab(inbox_site(lambda: member, gate=gate, **more), "administrator")


def send(member: Member, **fields: str) -> Any:
    return opened(member).post("/settings/change", urlencode(fields))


def test_what_is_changed_counts_at_once_and_stands_in_the_file(firm: Member) -> None:
    """Also on the pages the law wants; remarks and everything else stay."""
    fields = {"set_notice": "https://b.example/neu", "legal_address": "Weg 1\r\n38640 Goslar"}
    answer = send(firm, set_digest="weekly", **fields)
    assert answer.headers["Location"] == "/settings?said=settings-changed"
    settings = firm.engine.settings
    assert (settings.notice, settings.digest) == ("https://b.example/neu", "weekly")
    assert firm.folder is not None
    text = (firm.folder / CONFIG).read_text("utf-8")
    assert text.startswith(REMARK)
    assert (firm.folder / CONFIG).stat().st_mode & 0o077 == 0
    tab = opened(firm)
    assert "Weg 1" in tab.text("/impressum")
    assert "wöchentlich" in tab.text("/settings")


def test_what_was_not_touched_is_not_written(firm: Member) -> None:
    """A form sent as it came changes nothing, whatever line its values came from."""
    assert firm.folder is not None
    before = (firm.folder / CONFIG).read_bytes()
    name = firm.engine.settings.name
    answer = send(firm, legal_operator=name, set_language="de", set_digest="")
    assert answer.headers["Location"] == "/settings"
    assert (firm.folder / CONFIG).read_bytes() == before


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("set_notice", "http://b.example", "die mit https:// beginnt"),
        ("set_notice", "javascript:alert(1)", "die mit https:// beginnt"),
        ("set_pages", "ftp://b.example", "die mit https:// beginnt"),
        ("set_digest", "hourly", "steht nicht zur Wahl"),
        ("set_language", "", "steht nicht zur Wahl"),
        ("legal_email", "nobody", "keine E-Mail-Adresse"),
        ("legal_accessibility_date", "gestern", "ein Datum"),
        ("set_contact", "x" * 501, "zu lang"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    firm: Member, field: str, value: str, said: str
) -> None:
    """And nothing is written."""
    assert firm.folder is not None
    before = (firm.folder / CONFIG).read_bytes()
    answer = send(firm, **{field: value})
    assert answer.status == 422
    assert said in answer.body.decode()
    assert (firm.folder / CONFIG).read_bytes() == before


def test_what_is_written_in_an_unusual_way_is_to_be_changed_by_hand(firm: Member) -> None:
    """The page says where, and leaves it alone."""
    assert firm.folder is not None
    file = firm.folder / CONFIG
    file.write_text(file.read_text("utf-8") + 'legal = { phone = "1" }\n', "utf-8")
    before = file.read_bytes()
    answer = send(firm, legal_phone="2")
    assert answer.status == 422
    assert "wer dieses Programm betreibt" in answer.body.decode()
    assert file.read_bytes() == before


def test_a_setting_we_do_not_offer_is_not_set(firm: Member) -> None:
    """Whatever somebody sends: id, node, keys and systems are changed in the file alone."""
    sent = {"node": "https://evil.example", "set_node": "x", "root": "x", "adapters": "x"}
    assert send(firm, **sent).headers["Location"] == "/settings"
    assert "evil" not in opened(firm).text("/settings")


def test_a_file_that_cannot_be_written_stays(firm: Member) -> None:
    """It is said, not swallowed."""
    gone = Member(firm.engine, folder=Path("/nowhere/at/all"))
    assert send(gone, set_contact="Petra").status == 422


def test_where_a_program_gives_the_settings_they_are_only_shown(town: Any) -> None:
    """And the page says so."""
    tab = town.tab(town.beispiel, role="administrator")
    assert "gibt das Programm vor" in tab.text("/settings")
    assert "/settings/change" not in tab.text("/settings")
    for answer in (tab.get("/settings/change"), tab.post("/settings/change")):
        assert answer.status == 409


def test_where_others_answer_for_the_pages_their_words_are_not_asked_for(firm: Member) -> None:
    """At a host the chamber's imprint stands below every page."""
    from fachkraft_share.web.legal import LegalSettings

    page = opened(firm, settings=LegalSettings).text("/settings/change")
    assert "set_notice" in page
    assert "legal_address" not in page


def test_each_setting_on_the_form_is_one_of_the_file(firm: Member) -> None:
    """Named as the file names it."""
    from fachkraft_share.member.inbox.settings_form import FOR_LAW, OWN
    from fachkraft_share.member.settings import Settings
    from fachkraft_share.web.legal import LegalSettings

    names = {one.name for one in attrs.fields(Settings)}
    assert {one.name for one in OWN} <= names
    assert {one.name.removeprefix("legal.") for one in FOR_LAW} <= {
        one.name for one in attrs.fields(LegalSettings)
    }
    assert firm.folder is not None


def test_what_nobody_said_is_not_declared(firm: Member) -> None:
    """An accessibility nobody stated is not offered as "not accessible"."""
    page = opened(firm).text("/settings/change")
    assert '<option value="" selected>noch nicht angegeben</option>' in page
    assert '<option value="none">nicht barrierefrei</option>' in page
