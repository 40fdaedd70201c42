"""The suite every adapter of an applicant-tracking system passes unchanged: rules A1 to A18.

An adapter's tests say, and nothing else:

    class TestFiles(AtsAdapterSuite):
        @pytest.fixture
        def harness(self, tmp_path): return FilesHarness(tmp_path)

Rules A15 and A18 stand here, the others beside it. The only way round a rule is
`xfail(strict=True, reason="...")`; `Unchanged` refuses any other.
"""

from collections.abc import Callable

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError
from fachkraft_share.model.candidate import Document, DocumentKind, Experience
from fachkraft_share.ports.adapter import Provenance
from fachkraft_share.ports.capabilities import (
    Create,
    DocumentAccess,
    EraseMethod,
    Identity,
    StageSource,
    UploadMethod,
)
from fachkraft_share.ports.reading import Change, Problem
from fachkraft_share.rules.consent import Permit
from fachkraft_share.testing.adapter_harness import (
    AtsHarness,
    everything,
    invented,
    leave,
    pdf,
    reading,
    referral_id,
)
from fachkraft_share.testing.common_rules import CommonRules, assert_unsupported, logged
from fachkraft_share.testing.erasing_rules import ErasingRules
from fachkraft_share.testing.reading_rules import ReadingRules
from fachkraft_share.testing.system_harness import PRIVATE
from fachkraft_share.testing.writing_rules import WritingRules

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


class AtsAdapterSuite(CommonRules, ReadingRules, WritingRules, ErasingRules):
    """All rules for applicant-tracking systems; a subclass provides the fixture `harness`."""

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
        ref = harness.file(harness.fresh(), person)
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
        ref = harness.file(harness.fresh(), attrs.evolve(invented(1), documents=documents))
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

    def test_a16_one_broken_record_does_not_stop_the_rest(self, harness: AtsHarness) -> None:
        """It is reported with field and remedy, without a word of its content; the rest arrives."""
        adapter = harness.fresh()
        if not adapter.capabilities.reads:
            pytest.skip("the system lets nobody read")
        first = harness.seed(invented(1))
        harness.seed_broken(PRIVATE)
        last = harness.seed(invented(3))
        with logged() as lines:
            items = list(reading(adapter, at=harness.at))
        ids = {one.application.id for one in items if isinstance(one, Change)}
        problems = [one for one in items if isinstance(one, Problem)]
        assert ids == {first, last}
        assert len(problems) == 1
        assert problems[0].what
        assert problems[0].fix
        assert PRIVATE not in everything([attrs.evolve(one, place="") for one in problems])
        assert PRIVATE not in repr(problems) + "".join(lines)

    def test_a18_what_is_declared_works(self, harness: AtsHarness) -> None:
        """Each flag in its positive direction."""
        adapter, able = harness.fresh(), harness.fresh().capabilities
        if able.stages is not StageSource.INFERRED:
            assert adapter.stages()
        if able.reads:
            readable = able.documents is not DocumentAccess.NONE
            harness.seed(invented(7), documents=(pdf("x"),) if readable else ())
            items = reading(adapter, at=harness.at)
            changes = [one.application.id for one in items if isinstance(one, Change)]
            assert changes
            if readable:
                read = map(adapter.read_document, adapter.documents(changes[0]))
                assert [one.content for one in read] == [pdf("x").content]
        if able.create is not Create.NONE:
            ref = harness.put(adapter)
            assert ref in harness.stored()
            if able.identity is not Identity.NO_ID:
                assert adapter.find(referral_id(1)) == ref
            if able.mark:
                adapter.mark(ref, Provenance("https://a.example", referral_id(1), "c"))
            if _uploads(harness):
                adapter.add_document(ref, pdf("qzxadded"), permit=_leave(harness), at=harness.at)
                assert b"qzxadded" in harness.content_of(ref)
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
        }
        for flag, (declared, attempt) in attempts.items():
            if not declared:
                assert_unsupported(attempt, flag)
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
                harness.file(harness.fresh(), person)
        assert harness.stored() == ()


def _leave(harness: AtsHarness) -> Permit:
    return leave(referral_id(1), at=harness.at)


def _uploads(harness: AtsHarness) -> bool:
    return harness.fresh().capabilities.upload.method is not UploadMethod.NONE
