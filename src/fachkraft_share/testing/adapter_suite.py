"""The suite every adapter passes unchanged; rules A14 to A18 stand here, A1 to A13 beside it.

An adapter's tests say, and nothing else:

    class TestFiles(AtsAdapterSuite):
        @pytest.fixture
        def harness(self, tmp_path): return FilesHarness(tmp_path)

The only way round a rule is `xfail(strict=True, reason="...")`.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import (
    AdapterError,
    CredentialsError,
    InvalidRecordError,
    RefusedError,
    TemporaryAdapterError,
    UnsupportedCapabilityError,
)
from fachkraft_share.model.candidate import Document, DocumentKind, Experience
from fachkraft_share.ports.adapter import Provenance
from fachkraft_share.ports.capabilities import (
    Create,
    DocumentAccess,
    EraseMethod,
    Notify,
    StageSource,
    UploadMethod,
)
from fachkraft_share.ports.hooks import Hint
from fachkraft_share.ports.reading import Change, Problem
from fachkraft_share.testing.adapter_harness import (
    AtsHarness,
    everything,
    invented,
    leave,
    pdf,
    reading,
    referral_id,
)
from fachkraft_share.testing.reading_rules import ReadingRules
from fachkraft_share.testing.writing_rules import WritingRules, file_person

_PRIVATE = "qzxprivate"
_HOSTILE_NAMES = (
    "../../qzxescaped.pdf",
    "..\\..\\qzxescaped.pdf",
    "C:\\qzxescaped.pdf",
    "CON",
    "a\x00b.pdf",
    "x" * 300 + ".pdf",
    "qzx\u202efdp.exe",
    "Erika Größe-Muster1.pdf",
    "a:b?c*d|e.pdf",
    "",
)


class AtsAdapterSuite(ReadingRules, WritingRules):
    """All rules for applicant-tracking systems; a subclass provides the fixture `harness`."""

    def test_a14_a_signed_lie_only_causes_a_reading(self, harness: AtsHarness) -> None:
        """Whatever a genuine hook claims, all that comes of it is which record to read again."""
        adapter = harness.fresh()
        headers, body = harness.hook("4711", event="e1", at=harness.at)
        assert adapter.hint(headers, body, at=harness.at) == Hint("4711")
        assert harness.stored() == ()

    def test_a14_wrong_old_repeated_hooks_and_pings_are_told_apart(
        self, harness: AtsHarness
    ) -> None:
        """Wrong and old ones are refused, a repeated one and the test call mean nothing new."""
        adapter, at = harness.fresh(), harness.at
        headers, body = harness.hook("4711", event="e1", at=at)
        if adapter.capabilities.notify is not Notify.UNSIGNED:
            false_headers, false_body = harness.hook("4711", event="e2", at=at, genuine=False)
            for wrong in ((false_headers, false_body), ({}, body), (headers, body + b" ")):
                with pytest.raises(RefusedError):
                    adapter.hint(*wrong, at=at)
        with pytest.raises(RefusedError):
            adapter.hint(headers, body, at=at + limits.HOOK_AGE + 1)
        assert adapter.hint(headers, body, at=at) == Hint("4711")
        assert adapter.hint(headers, body, at=at) is None
        assert adapter.hint(*harness.ping(at=at), at=at) is None

    def test_a15_scripts_do_not_arrive(self, harness: AtsHarness) -> None:
        """Tags, event handlers and script addresses are taken out before sending."""
        adapter = harness.fresh()
        if adapter.capabilities.create is Create.NONE:
            pytest.skip("the system files nobody")
        attack = '<script>alert(1)</script><img src=x onerror="alert(1)">&lt;svg onload=a()&gt;'
        person = attrs.evolve(
            invented(1),
            family=f"Muster{attack}",
            title=f"javascript:alert(1) Bäckerin\u202e{attack}",
            experience=(Experience(f"{attack}Bäckerin", "JaVaScRiPt: alert(2) AG"),),
        )
        ref = _file(harness, person)
        content = harness.content_of(ref).decode("utf-8", "replace").lower()
        for bad in ("<script", "<img", "<svg", "onerror", "onload", "javascript:", "\u202e"):
            assert bad not in content, bad
        assert "bäckerin" in content.replace("\\u00e4", "ä")

    def test_a15_names_of_files_are_harmless_and_name_nobody(self, harness: AtsHarness) -> None:
        """A candidate's file name is never a path, a device or a person's name on our side."""
        adapter = harness.fresh()
        if Create.NONE is adapter.capabilities.create or not _uploads(harness):
            pytest.skip("the system takes no documents")
        documents = tuple(
            pdf(f"page {number}", name=name, kind=DocumentKind.CERTIFICATE)
            for number, name in enumerate(_HOSTILE_NAMES)
        )
        ref = _file(harness, attrs.evolve(invented(1), documents=documents))
        names = harness.names_of(ref)
        assert len(names) >= len(documents)
        for name in (ref, *names):
            assert not {"größe", "muster", "qzx"} & set(name.lower().replace("-", " ").split())
            assert "qzx" not in name.lower()
            assert "muster" not in name.lower()
            assert name.isascii()
            assert name.isprintable()
            assert len(name) < limits.SHORT_TEXT
            assert not set(name) & set('\\/:*?"<>|')
            assert name.split(".")[0].upper() not in {"CON", "NUL", "PRN", "AUX", ""}

    def test_a16_unreachable_means_try_again(self, harness: AtsHarness) -> None:
        """A system that does not answer is temporary; no person stands in error or log."""
        with harness.down():
            errors = _errors_of_all(harness)
        assert errors
        assert all(isinstance(one, TemporaryAdapterError) for one in errors)

    def test_a16_refused_rights_mean_will_not_work(self, harness: AtsHarness) -> None:
        """Refused credentials are an error of their own and not temporary."""
        with harness.forbidding():
            errors = _errors_of_all(harness)
        assert errors
        assert all(isinstance(one, CredentialsError) for one in errors)

    def test_a16_nonsense_means_will_not_work(self, harness: AtsHarness) -> None:
        """An answer nobody understands is permanent, and is not quoted."""
        with harness.talking_nonsense():
            errors = _errors_of_all(harness)
        assert errors
        assert not any(isinstance(one, TemporaryAdapterError) for one in errors)

    def test_a16_one_broken_record_does_not_stop_the_rest(self, harness: AtsHarness) -> None:
        """It is reported with field and remedy, without a word of its content; the rest arrives."""
        adapter = harness.fresh()
        if not adapter.capabilities.reads:
            pytest.skip("the system lets nobody read")
        first = harness.seed(invented(1))
        harness.seed_broken(_PRIVATE)
        last = harness.seed(invented(3))
        with _logged() as logged:
            items = list(reading(adapter, at=harness.at))
        ids = {one.application.id for one in items if isinstance(one, Change)}
        problems = [one for one in items if isinstance(one, Problem)]
        assert ids == {first, last}
        assert len(problems) == 1
        assert problems[0].what
        assert problems[0].fix
        assert _PRIVATE not in everything([attrs.evolve(one, place="") for one in problems])
        assert _PRIVATE not in repr(problems) + "".join(logged)

    def test_a18_what_is_declared_works(self, harness: AtsHarness) -> None:
        """Each flag in its positive direction."""
        adapter, able = harness.fresh(), harness.fresh().capabilities
        assert adapter.limitations
        assert adapter.check(at=harness.at).version
        if able.stages is not StageSource.INFERRED:
            assert adapter.stages()
        if able.reads:
            harness.seed(invented(7))
            assert any(isinstance(one, Change) for one in reading(adapter, at=harness.at))
        if able.create is not Create.NONE:
            ref = file_person(harness, adapter)
            assert ref in harness.stored()
            if able.mark:
                adapter.mark(ref, Provenance("https://a.example", referral_id(1), "c"))
            if able.erase is EraseMethod.HARD:
                adapter.erase(ref, at=harness.at)
                assert ref not in harness.stored()

    def test_a18_what_is_not_declared_raises(self, harness: AtsHarness) -> None:
        """Each flag in its negative direction: refused by its own error, and nothing happens."""
        adapter, able, at = harness.fresh(), harness.fresh().capabilities, harness.at
        permit = leave(referral_id(1), at=at)
        attempts: dict[str, tuple[bool, Callable[[], object]]] = {
            "read": (able.reads, lambda: list(reading(adapter, at=at))),
            "documents": (
                able.documents is not DocumentAccess.NONE,
                lambda: adapter.documents("a"),
            ),
            "stages": (able.stages is not StageSource.INFERRED, adapter.stages),
            "create": (
                able.create is not Create.NONE,
                lambda: adapter.import_referral(referral_id(1), invented(1), permit=permit, at=at),
            ),
            "upload": (
                able.upload.method is not UploadMethod.NONE,
                lambda: adapter.add_document("a", pdf("x"), permit=permit, at=at),
            ),
            "mark": (bool(able.mark), lambda: adapter.mark("a", Provenance("s", "r", "c"))),
            "erase": (able.erase is not EraseMethod.NONE, lambda: adapter.erase("a", at=at)),
            "notify": (able.notify is not Notify.NONE, lambda: adapter.hint({}, b"", at=at)),
        }
        for flag, (declared, attempt) in attempts.items():
            if not declared:
                assert isinstance(_error_of(attempt), UnsupportedCapabilityError), flag
        assert harness.stored() == ()

    def test_a18_the_limits_of_documents_hold_before_anything_is_sent(
        self, harness: AtsHarness
    ) -> None:
        """Too large or of a kind not taken: refused whole, nobody is filed by halves."""
        adapter = harness.fresh()
        takes = adapter.capabilities.upload
        if adapter.capabilities.create is Create.NONE or not _uploads(harness):
            pytest.skip("the system takes no documents")
        bad = [attrs.evolve(pdf("x"), content=b"%PDF-" + b"x" * takes.max_bytes)]
        if takes.formats:
            bad.append(Document("a.xyz", DocumentKind.OTHER, "chemical/x-xyz", b"x"))
        for document in bad:
            person = attrs.evolve(invented(1), documents=(pdf("good"), document))
            assert adapter.refusal(document)
            with pytest.raises(InvalidRecordError):
                _file(harness, person)
        assert harness.stored() == ()


def _file(harness: AtsHarness, person: object) -> str:
    adapter, referral, at = harness.fresh(), referral_id(1), harness.at
    return adapter.import_referral(
        referral,
        person,  # type: ignore[arg-type]
        permit=leave(referral, at=at),
        at=at,
    )


def _uploads(harness: AtsHarness) -> bool:
    return harness.fresh().capabilities.upload.method is not UploadMethod.NONE


def _errors_of_all(harness: AtsHarness) -> list[AdapterError]:
    adapter, at = harness.fresh(), harness.at
    person = attrs.evolve(invented(1, marker=_PRIVATE))
    permit = leave(referral_id(1), at=at)
    able = adapter.capabilities
    calls: list[Callable[[], object]] = [lambda: adapter.check(at=at)]
    if able.reads:
        calls.append(lambda: list(reading(adapter, at=at)))
    if able.create is not Create.NONE:
        calls.append(lambda: adapter.import_referral(referral_id(1), person, permit=permit, at=at))
    with _logged() as logged:
        errors = [error for error in map(_error_of, calls) if error is not None]
    assert len(errors) == len(calls), "every call must raise"
    assert _PRIVATE not in "".join([*map(str, errors), *map(repr, errors), *logged])
    return errors


def _error_of(call: Callable[[], object]) -> AdapterError | None:
    try:
        call()
    except AdapterError as error:
        return error
    return None


@contextmanager
def _logged() -> Iterator[list[str]]:
    """Collect everything that is logged, formatted as a log file would have it."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
