"""Odoo 17, 18 and 19 pass the shared suite, live or as recorded, and keep their own promises."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import attrs
import pytest
import requests
from odoo_exchange import Exchange, Exchanged, Recording

from fachkraft_share.errors import (
    CredentialsError,
    InvalidRecordError,
    PermanentAdapterError,
    RefusedError,
    SetupError,
    TemporaryAdapterError,
)
from fachkraft_share.model.candidate import Stage
from fachkraft_share.plugins.loading import load_plugins
from fachkraft_share.ports.adapter import Provenance
from fachkraft_share.ports.capabilities import rows
from fachkraft_share.ports.erasure_evidence import ResidueKind, receipt_state
from fachkraft_share.ports.hooks import Hint
from fachkraft_share.ports.reading import Change
from fachkraft_share.testing.adapter_harness import invented, leave, reading, referral_id
from fachkraft_share.testing.adapter_suite import AtsAdapterSuite
from fachkraft_share.testing.system_harness import START
from fachkraft_share_odoo import OdooAdapter
from fachkraft_share_odoo.api import error_of


class TestOdoo(AtsAdapterSuite):
    """The shared suite."""


def changes(harness):
    """Return the ids of the runner-ups a first reading yields."""
    items = reading(harness.fresh(), at=harness.at)
    return [one.application.id for one in items if isinstance(one, Change)]


def test_the_reserve_tag_marks_a_runner_up_whatever_the_reason(harness):
    """Refused because somebody else fitted better, and worth a recommendation."""
    plain, marked = (harness.seed(invented(n), reason="refuse_reason_1") for n in (1, 2))
    assert changes(harness) == []
    harness.tag(marked, "tag_applicant_reserve")
    assert changes(harness) == [marked]
    assert plain != marked


def test_who_refused_by_themselves_is_not_asked_though_tagged(harness):
    """The person ended it: nobody is recommended who did not want (R2)."""
    application = harness.seed(invented(1), reason="refuse_reason_2")
    harness.tag(application, "tag_applicant_reserve")
    assert changes(harness) == []


def test_reasons_and_tags_are_named_by_their_xml_ids(harness):
    """Their numbers differ from one database to the next, and their names are translated."""
    ids = {one.id for one in harness.fresh().reasons()}
    assert {"hr_recruitment.refuse_reason_5", "hr_recruitment.tag_applicant_reserve"} <= ids


def test_a_received_person_is_not_passed_on_again(harness):
    """Whom the company got from others and refuses is no runner-up of its own."""
    ref = harness.put(harness.fresh())
    harness.restage(ref.partition(".")[0], Stage.REJECTED, at=harness.at)
    own = harness.seed(invented(2))
    assert changes(harness) == [own]


def test_a_colleagues_notes_below_the_line_stay(harness):
    """A correction writes the profile anew and leaves what was written below it."""
    adapter, referral = harness.fresh(), referral_id(1)
    ref = harness.put(adapter)
    adapter.mark(ref, Provenance("https://origin.example", referral, "consent-1"))
    harness.note(ref, "<p>qzxnote</p>")
    corrected = attrs.evolve(invented(1), skills=("qzxskill",))
    permit = leave(referral, at=harness.at)
    harness.fresh().import_referral(referral, corrected, permit=permit, at=harness.at)
    content = harness.content_of(ref)
    assert b"qzxnote" in content
    assert b"qzxskill" in content
    assert b"consent-1" in content


def test_a_contact_somebody_else_uses_stays_and_is_named(harness):
    """Whoever applied again on their own is not erased; a person must decide."""
    adapter = harness.fresh()
    ref = harness.put(adapter)
    own = harness.apply_with_contact_of(ref)
    erasure = adapter.erase(ref, at=harness.at)
    kinds = {one.kind for one in erasure.residue if one.goes is None}
    assert kinds == {ResidueKind.PERSON_RECORD}
    assert receipt_state(erasure, at=harness.at) == "failed"
    assert harness.api.search("hr.applicant", []) == [own]


def test_files_are_waited_for_until_odoo_has_cleaned_up(harness):
    """Deleted files lie in the filestore for a day: named, then gone."""
    adapter, at = harness.fresh(), harness.at
    ref = harness.put(adapter)
    erasure = adapter.erase(ref, at=at)
    [residue] = erasure.residue
    assert (residue.kind, residue.where) == (ResidueKind.FILE, "filestore")
    assert receipt_state(erasure, at=at) == "requested"
    assert adapter.look(ref, at=residue.goes) == ()
    assert adapter.look(ref, at=residue.goes + 1) == ()


def test_checking_tells_the_version(harness):
    """Version, clock and rights are asked for."""
    checked = harness.fresh().check(at=harness.at)
    assert checked.version.startswith(str(harness.version.major))


def test_a_rule_of_odoo_itself_calls_and_is_understood(harness):
    """The real webhook of an automation rule, with the field it must carry."""
    harness.needs_running_odoo()
    bodies, came = [], threading.Event()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            came.set()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with harness.webhook(f"http://127.0.0.1:{server.server_port}/"):
        application = harness.seed(invented(1))
        assert came.wait(20)
    server.shutdown()
    server.server_close()
    assert json.loads(bodies[-1])["_model"] == "hr.applicant"
    assert harness.fresh().hint({}, bodies[-1], at=harness.at) == Hint(application)


@pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b'{"_id": 7, "write_date": "yesterday"}'])
def test_what_odoo_does_not_send_is_refused(body):
    """Nonsense from the open network is no hint."""
    with pytest.raises(RefusedError):
        _unconnected().hint({}, body, at=START)


def test_a_hook_about_a_candidate_means_reading_for_changes():
    """In 18 the person has a record of its own; which application it is, the reading finds."""
    body = json.dumps({"_id": 7, "_model": "hr.candidate"}).encode()
    assert _unconnected().hint({}, body, at=START) == Hint("")


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("odoo.exceptions.AccessDenied", CredentialsError),
        ("odoo.exceptions.ValidationError", InvalidRecordError),
        ("psycopg2.errors.SerializationFailure", TemporaryAdapterError),
        ("builtins.KeyError", PermanentAdapterError),
    ],
)
def test_errors_of_json_rpc_become_ours_and_are_not_quoted(name, ours):
    """JSON-RPC answers 200 to everything: the class of the exception tells what to do."""
    error = error_of({"data": {"name": name, "message": "qzxsecret"}})
    assert type(error) is ours
    assert "qzxsecret" not in str(error)


def test_a_request_that_was_not_recorded_fails_loudly(tmp_path):
    """An answer is never made up, and the test hears of it."""
    exchange = Exchange(Recording(tmp_path / "none.json"), "x", target="", at=START)
    answer = requests.post(exchange.address + "/jsonrpc", json={}, timeout=5)
    exchange.close(record=False)
    assert answer.status_code == 501
    assert len(exchange.unknown) == 1


def test_what_was_recorded_and_is_not_asked_any_more_is_told(tmp_path):
    """A recording of another adapter's questions does not pass."""
    recording = Recording(tmp_path / "one.json")
    recording.tests["x"] = Exchanged(START, (("/jsonrpc 1", '[200, "{}"]'),))
    recording.save()
    exchange = Exchange(Recording(recording.path), "x", target="", at=START)
    exchange.close(record=False)
    assert exchange.unasked() == ["/jsonrpc 1"]


def test_the_customers_own_reasons_come_from_a_settings_file(tmp_path):
    """The customer's words are data; what is wrong in them is said when connecting."""
    settings = {"url": "http://127.0.0.1:1", "database": "d", "user": "u", "key": "k"}
    stages = tmp_path / "stages.toml"
    stages.write_text('runner_ups = ["tag-7"]\n[stages]\nrefused = "rejected"\n', encoding="utf-8")
    adapter = OdooAdapter.connect({**settings, "stages": str(stages)})
    assert adapter.stage_map.runner_ups == {"tag-7"}
    for wrong in ('[stages]\nrefused = "perhaps"\n', "[stages"):
        stages.write_text(wrong, encoding="utf-8")
        with pytest.raises(SetupError):
            OdooAdapter.connect({**settings, "stages": str(stages)})


def test_it_is_found_by_its_entry_point():
    """Installed beside fachkraft-share it is there."""
    plugins = load_plugins(only={"odoo"})
    assert plugins.failures == ()
    assert plugins.adapter("odoo") is OdooAdapter


def test_the_documentation_shows_what_is_declared():
    """The table in the documentation is written from the declaration."""
    page = Path(__file__).parents[2] / "docs" / "adapters" / "odoo.md"
    if not page.exists():
        pytest.skip("the documentation is not beside the adapter")
    table = "".join(f"| `{flag}` | {value} |\n" for flag, value in rows(OdooAdapter.capabilities))
    assert table in page.read_text(encoding="utf-8")


def _unconnected():
    return OdooAdapter("http://127.0.0.1:1", database="d", user="u", key="k")
