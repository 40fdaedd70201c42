"""The guards every adapter has: settings, translated errors, capabilities, stage maps."""

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import (
    AdapterError,
    ConsentError,
    CredentialsError,
    InvalidRecordError,
    MalformedError,
    PermanentAdapterError,
    RefusedError,
    SetupError,
    TemporaryAdapterError,
    UnsupportedCapabilityError,
)
from fachkraft_share.model.candidate import DocumentKind, Stage
from fachkraft_share.ports.adapter import Setting
from fachkraft_share.ports.capabilities import Capabilities, Upload, UploadMethod, rows
from fachkraft_share.ports.forbidden import is_forbidden, without_forbidden
from fachkraft_share.ports.reading import Record, RemoteDocument, StageMap, read_stage_map
from fachkraft_share.testing.adapter_harness import invented, leave, pdf, referral_id
from fachkraft_share.testing.adapter_suite import AtsAdapterSuite
from fachkraft_share.testing.memory_ats import MemoryAdapter, MemorySystem
from fachkraft_share.testing.memory_harness import MemoryHarness
from fachkraft_share.testing.system_harness import START


class Settled(MemoryAdapter):
    """Wants to be told two things."""

    settings = (Setting("url", "address"), Setting("zone", "time zone", default="UTC"))

    @classmethod
    def _connect(cls, settings):
        adapter = cls(MemorySystem())
        vars(adapter)["told"] = dict(settings)
        return adapter


def test_settings_are_checked_before_anything_is_made():
    """Missing and unknown ones are named; defaults are filled in."""
    assert vars(Settled.connect({"url": "u"}))["told"] == {"url": "u", "zone": "UTC"}
    with pytest.raises(SetupError, match="url"):
        Settled.connect({})
    with pytest.raises(SetupError, match="ulr"):
        Settled.connect({"ulr": "u"})


@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        (PermissionError("person@mail.example"), CredentialsError),
        (ConnectionResetError("person@mail.example"), TemporaryAdapterError),
        (TimeoutError("person@mail.example"), TemporaryAdapterError),
        (OSError(28, "person@mail.example"), TemporaryAdapterError),
        (KeyError("person@mail.example"), PermanentAdapterError),
        (ValueError("person@mail.example"), PermanentAdapterError),
        (MalformedError("basics.name: missing"), InvalidRecordError),
        (TemporaryAdapterError("later"), TemporaryAdapterError),
        (ConsentError("expired"), ConsentError),
    ],
)
def test_only_errors_of_our_tree_leave_and_none_quotes_the_answer(raised, seen):
    """The cause is kept, its text is not."""

    class Troubled(MemoryAdapter):
        def _check(self, *, at):  # noqa: ARG002
            raise raised

    with pytest.raises(seen) as caught:
        Troubled(MemorySystem()).check(at=START)
    assert type(caught.value) is seen
    assert "mail.example" not in str(caught.value)
    if isinstance(caught.value, AdapterError):
        assert caught.value.adapter == "memory"
        assert str(caught.value).startswith("memory: ")


class Undeclared(MemoryAdapter):
    """Declares nothing."""

    capabilities = Capabilities()


def test_an_adapter_that_declares_nothing_does_nothing():
    """Each flag in its negative direction."""
    suite = AtsAdapterSuite()
    suite.test_a18_what_is_not_declared_raises(MemoryHarness(Undeclared))
    suite.test_a18_what_is_declared_works(MemoryHarness(Undeclared))


class Bare(MemoryAdapter):
    """Declares much and fills in nothing."""

    _find = MemoryAdapter.__mro__[1]._find
    _look = MemoryAdapter.__mro__[1]._look
    _stages = MemoryAdapter.__mro__[1]._stages


def test_a_declared_method_that_was_not_filled_in_says_so():
    """It never passes silently."""
    adapter = Bare(MemorySystem())
    for attempt in (
        adapter.stages,
        lambda: adapter.find("r1"),
        lambda: adapter.look("p1", at=START),
    ):
        with pytest.raises(AdapterError, match="cannot"):
            attempt()
    assert adapter.reasons() == ()


@pytest.mark.parametrize("ref", ["", "a/b", "../x", "a b", "a@b.example", ".x", "ä", "x" * 129])
def test_an_id_that_is_not_opaque_goes_nowhere(ref):
    """No path, no blank, no mail address."""
    adapter = MemoryAdapter(MemorySystem())
    for attempt in (
        lambda: adapter.erase(ref, at=START),
        lambda: adapter.look(ref, at=START),
        lambda: adapter.find(ref),
    ):
        with pytest.raises(PermanentAdapterError):
            attempt()


def test_too_many_documents_and_too_large_hooks_are_refused():
    """Every list and body has a maximum."""
    adapter = MemoryAdapter(MemorySystem())
    documents = tuple(pdf(str(n)) for n in range(limits.DOCUMENTS + 1))
    person = attrs.evolve(invented(1), documents=documents)
    permit = leave(referral_id(1), at=START)
    with pytest.raises(InvalidRecordError, match="documents"):
        adapter.import_referral(referral_id(1), person, permit=permit, at=START)
    with pytest.raises(RefusedError, match="hook-size"):
        adapter.hint({}, b"x" * (limits.HOOK_BYTES + 1), at=START)


def test_a_portrait_is_not_read_even_when_asked_for():
    """It is not listed, and asking for it by hand does not help (R13)."""
    portrait = RemoteDocument("f1", "a1", "x.jpg", DocumentKind.OTHER, "image/jpeg")
    with pytest.raises(InvalidRecordError, match="R13"):
        MemoryAdapter(MemorySystem()).read_document(portrait)


def test_a_document_beyond_the_limit_is_not_read_to_its_end(monkeypatch):
    """Reading stops at the limit."""
    monkeypatch.setattr(limits, "BLOB_BYTES", 10)
    harness = MemoryHarness()
    application = harness.seed(invented(1), documents=(pdf("long enough"),))
    [document] = harness.fresh().documents(application)
    with pytest.raises(InvalidRecordError, match="larger"):
        harness.fresh().read_document(document)


MAP = StageMap(
    {"no": Stage.REJECTED, "off": Stage.WITHDRAWN, "new": Stage.OPEN, "in": Stage.HIRED},
    runner_ups=frozenset({"off", "second", "new", "in"}),
    by_candidate=frozenset({"own wish"}),
)


@pytest.mark.parametrize(
    ("stage", "reason", "flag", "runner_up"),
    [
        ("no", "second", None, True),
        ("no", "", None, False),
        ("no", "", True, True),
        ("no", "second", False, False),
        ("no", "own wish", True, False),
        ("off", "", None, True),
        ("off", "own wish", None, False),
        ("new", "", None, False),
        ("new", "", True, False),
        ("in", "", True, False),
        ("strange", "second", True, False),
    ],
)
def test_only_the_rejected_and_the_withdrawn_by_the_employer_are_asked(
    stage, reason, flag, runner_up
):
    """R2, whatever an adapter or a record claims."""
    record = Record("a1", stage, {}, reason=reason, runner_up=flag)
    assert MAP.runner_up(record) is runner_up


def test_a_stage_map_is_read_from_settings():
    """Wrong words are refused, with the right ones named."""
    table = {"stages": {"no": "rejected"}, "runner_ups": ["no"], "by_candidate": []}
    assert read_stage_map(table) == StageMap({"no": Stage.REJECTED}, frozenset({"no"}))
    for wrong in (
        {"stages": {"no": "refused"}},
        {"stages": []},
        {"runner_ups": "no"},
        {"by_candidate": 7},
    ):
        with pytest.raises(SetupError):
            read_stage_map(wrong)


@pytest.mark.parametrize(
    "name", ["birthDate", "date_of_birth", "Geburtsdatum", "photo-url", "desiredSalary", "image"]
)
def test_forbidden_fields_are_taken_away_at_every_depth(name):
    """Whatever the spelling (R13, R24)."""
    assert is_forbidden(name)
    foreign = {"a": [{"b": {name: "x", "c": 1}}], name: {"d": 2}}
    assert without_forbidden(foreign) == {"a": [{"b": {"c": 1}}]}


def test_a_declaration_can_be_shown_to_people():
    """One line for each flag."""
    shown = dict(rows(MemoryAdapter.capabilities))
    assert shown["changes"] == "updated"
    assert shown["granularity"] == "second"
    assert shown["naive"] == "yes"
    assert shown["covers"] == "documents, record, status"
    assert shown["consent"] == "-"
    assert shown["upload.max_bytes"] == str(2**20)


def test_a_system_says_which_documents_it_takes():
    """By kind, by type, by size, or none at all."""

    class CvOnly(MemoryAdapter):
        capabilities = attrs.evolve(
            MemoryAdapter.capabilities,
            upload=Upload(UploadMethod.MULTIPART, 100, kinds=frozenset({DocumentKind.CV})),
        )

    class NoDocuments(MemoryAdapter):
        capabilities = attrs.evolve(MemoryAdapter.capabilities, upload=Upload())

    certificate = pdf("x", kind=DocumentKind.CERTIFICATE)
    assert CvOnly(MemorySystem()).refusal(pdf("x")) == ""
    assert "certificate" in CvOnly(MemorySystem()).refusal(certificate)
    assert "bytes" in CvOnly(MemorySystem()).refusal(pdf("x" * 100))
    person = attrs.evolve(invented(1), documents=(certificate,))
    with pytest.raises(UnsupportedCapabilityError):
        NoDocuments(MemorySystem()).import_referral(
            referral_id(1), person, permit=leave(referral_id(1), at=START), at=START
        )


class Reading(MemoryAdapter):
    """An adapter whose setting names a file."""

    settings = (Setting("stages", "A file."),)

    @classmethod
    def _connect(cls, settings):
        with open(settings["stages"], encoding="utf-8"):
            raise AssertionError


def test_a_setting_that_cannot_be_used_is_an_error_of_ours(tmp_path):
    """Whatever the adapter stumbled over; the value, which may be a secret, is not quoted."""
    with pytest.raises(SetupError, match=r"a setting cannot be used \(FileNotFoundError\)") as told:
        Reading.connect({"stages": str(tmp_path / "qzx.toml")})
    assert "qzx" not in str(told.value)
