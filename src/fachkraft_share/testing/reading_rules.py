"""Rules A1 to A7 of the adapter suite, and what of A16 reads: applications and documents."""

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import AdapterError, TemporaryAdapterError
from fachkraft_share.model.candidate import Stage
from fachkraft_share.ports.capabilities import Covers, DocumentAccess
from fachkraft_share.ports.reading import Change, Checkpoint, Ended, Problem
from fachkraft_share.testing.adapter_harness import (
    AtsHarness,
    everything,
    invented,
    pdf,
    read_once,
    reading,
)
from fachkraft_share.testing.unchanged import Unchanged

_WINTER = 1_792_886_400  # 2026-10-25 00:00 UTC; the clocks go back at 01:00
_SUMMER = 1_806_192_000  # 2027-03-28 00:00 UTC; the clocks go forward at 01:00
_HALF_HOUR = 1800


def _needs_reading(harness: AtsHarness) -> None:
    if not harness.fresh().capabilities.reads:
        pytest.skip("the system lets nobody read")


class ReadingRules(Unchanged):
    """What every adapter that reads must do."""

    def test_a1_rejected_after_the_cursor_though_created_before_appears(
        self, harness: AtsHarness
    ) -> None:
        """An application is not forgotten because it was old when it was rejected."""
        _needs_reading(harness)
        at = harness.at
        old = harness.seed(
            invented(1), stage=Stage.OPEN, created_at=at - 60 * limits.DAY, changed_at=at - 100
        )
        harness.seed(invented(2), changed_at=at - 50)
        ids, cursor = read_once(harness.fresh(), at=at)
        assert old not in ids
        harness.restage(old, Stage.REJECTED, at=at + 100)
        ids, _ = read_once(harness.fresh(), cursor, at=at + 200)
        assert ids == [old]

    def test_a2_changes_of_one_moment_come_once_across_cursors(self, harness: AtsHarness) -> None:
        """Broken off after each item and taken up again, nothing is lost or comes twice."""
        _needs_reading(harness)
        at, many = harness.at, max(5, harness.page_size + 1)
        first = {harness.seed(invented(n), changed_at=at - 10) for n in range(many)}
        seen: list[str] = []
        cursor = ""
        for _ in range(2 * many):
            item = next(reading(harness.fresh(), cursor, at=at))
            if isinstance(item, Change):
                seen.append(item.application.id)
            cursor = getattr(item, "cursor", cursor)
            if isinstance(item, Checkpoint):
                break
        assert sorted(seen) == sorted(first)
        later = {harness.seed(invented(n), changed_at=at - 10) for n in (many, many + 1)}
        ids, cursor = read_once(harness.fresh(), cursor, at=at + 1)
        assert set(ids) == later
        assert len(ids) == len(later)
        assert read_once(harness.fresh(), cursor, at=at + 2)[0] == []

    @pytest.mark.parametrize("midnight", [_WINTER, _SUMMER])
    def test_a3_nothing_is_lost_when_the_clocks_change(
        self, harness: AtsHarness, midnight: int
    ) -> None:
        """The hour that comes twice and the hour that never comes lose nobody."""
        _needs_reading(harness)
        cursor = ""
        for step in range(-2, 8):
            now = midnight + step * _HALF_HOUR
            added = harness.seed(invented(step + 10), created_at=now, changed_at=now)
            ids, cursor = read_once(harness.fresh(), cursor, at=now + 60)
            assert ids == [added], f"step {step}"

    @pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
    def test_a3_a_tenant_in_another_zone_loses_nobody(self, harness: AtsHarness, zone: str) -> None:
        """A time without a zone is the tenant's, not ours."""
        _needs_reading(harness)
        harness.move_to(zone)
        cursor = ""
        for step in range(4):
            now = harness.at + step * _HALF_HOUR
            added = harness.seed(invented(step + 10), created_at=now, changed_at=now)
            ids, cursor = read_once(harness.fresh(), cursor, at=now + 60)
            assert ids == [added], f"step {step}"

    def test_a4_archived_ones_are_found_and_unmapped_stages_reported(
        self, harness: AtsHarness
    ) -> None:
        """Rejected ones are found wherever they lie; open and hired ones are never handed out."""
        _needs_reading(harness)
        rejected = harness.seed(invented(1))
        for number, stage in enumerate((Stage.OPEN, Stage.HIRED), start=2):
            harness.seed(invented(number), stage=stage)
        strange = harness.seed(invented(4), stage=Stage.UNMAPPED)
        items = list(reading(harness.fresh(), at=harness.at))
        assert [one.application.id for one in items if isinstance(one, Change)] == [rejected]
        problems = [one for one in items if isinstance(one, Problem)]
        assert [(one.record, one.field) for one in problems] == [(strange, "stage")]
        assert all(one.fix for one in problems)

    def test_a4_the_anonymised_never_become_candidates(self, harness: AtsHarness) -> None:
        """A record whose person was anonymised is no candidate."""
        _needs_reading(harness)
        harness.seed_anonymised()
        ids, _ = read_once(harness.fresh(), at=harness.at)
        assert ids == []

    def test_a4_one_who_is_hired_after_all_is_reported_as_ended(self, harness: AtsHarness) -> None:
        """The engine hears of it and can close the referral."""
        _needs_reading(harness)
        application = harness.seed(invented(1), changed_at=harness.at - 10)
        _, cursor = read_once(harness.fresh(), at=harness.at)
        harness.restage(application, Stage.HIRED, at=harness.at + 10)
        items = list(reading(harness.fresh(), cursor, at=harness.at + 20))
        ended = [one.application.id for one in items if isinstance(one, Ended)]
        assert ended == [application]

    def test_a4_suppressed_applications_are_not_read_again(self, harness: AtsHarness) -> None:
        """What was erased and must not come back stays away (R8)."""
        _needs_reading(harness)
        erased, kept = harness.seed(invented(1)), harness.seed(invented(2))
        items = harness.fresh().runner_ups(suppressed=erased.__eq__, at=harness.at)
        assert [one.application.id for one in items if isinstance(one, Change)] == [kept]

    def test_a5_the_list_may_change_while_it_is_read(self, harness: AtsHarness) -> None:
        """One that goes and one that changes in the middle of a reading cost nobody else."""
        _needs_reading(harness)
        at = harness.at
        ids = {
            harness.seed(invented(n), changed_at=at - (9 - n) * 3 * limits.DAY) for n in range(7)
        }
        items = reading(harness.fresh(), at=at)
        first = next(items)
        assert isinstance(first, Change)
        harness.remove(first.application.id)
        seen = {first.application.id}
        cursor = ""
        for item in items:
            if isinstance(item, Change):
                seen.add(item.application.id)
            cursor = getattr(item, "cursor", cursor)
        again, _ = read_once(harness.fresh(), cursor, at=at + 10)
        assert seen | set(again) == ids

    def test_a5_one_changed_in_the_middle_of_a_reading_arrives(self, harness: AtsHarness) -> None:
        """Wherever it stands in the list, at its head or at its end: the last state counts."""
        _needs_reading(harness)
        at = harness.at
        ids = [
            harness.seed(invented(n), changed_at=at - (9 - n) * 3 * limits.DAY) for n in range(5)
        ]
        items = reading(harness.fresh(), at=at)
        last = {}
        first = next(items)
        for place, application in enumerate(ids):
            corrected = attrs.evolve(invented(place), email=f"corrected{place}@mail.example")
            harness.alter(application, corrected, at=at + 5)
        changes = [first, *items]
        covers = harness.fresh().capabilities.covers
        now = at + 10 + (0 if Covers.RECORD in covers else limits.FULL_SCAN)
        changes += reading(harness.fresh(), getattr(changes[-1], "cursor", ""), at=now)
        for one in changes:
            if isinstance(one, Change):
                last[one.application.id] = one.candidate.email
        assert last == {key: f"corrected{place}@mail.example" for place, key in enumerate(ids)}

    def test_a5_a_corrected_address_and_a_new_document_arrive(self, harness: AtsHarness) -> None:
        """What the filter does not show arrives with the full scan, as `covers` says."""
        _needs_reading(harness)
        at = harness.at
        application = harness.seed(invented(1), changed_at=at - 10)
        covers = harness.fresh().capabilities.covers
        _, cursor = read_once(harness.fresh(), at=at)
        corrected = attrs.evolve(invented(1), email="corrected@mail.example")
        harness.alter(application, corrected, at=at + 10)
        now = at + 20 + (0 if Covers.RECORD in covers else limits.FULL_SCAN)
        ids, cursor = read_once(harness.fresh(), cursor, at=now)
        assert ids == [application]
        if harness.fresh().capabilities.documents is DocumentAccess.NONE:
            return
        harness.attach(application, pdf("new"), at=now + 10)
        now += 20 + (0 if Covers.DOCUMENTS in covers else limits.FULL_SCAN)
        ids, _ = read_once(harness.fresh(), cursor, at=now)
        assert ids == [application]

    def test_a6_documents_arrive_whole_and_as_what_they_are(self, harness: AtsHarness) -> None:
        """Content, type and kind are kept; nothing that is stored holds a link."""
        _needs_reading(harness)
        adapter = harness.fresh()
        if adapter.capabilities.documents is DocumentAccess.NONE:
            pytest.skip("the system hands out no documents")
        sent = pdf("first page")
        application = harness.seed(invented(1), documents=(sent,))
        [found] = adapter.documents(application)
        assert "http" not in everything(found)
        for _ in range(2):  # a link that has expired meanwhile is asked for anew
            read = adapter.read_document(found)
            assert (read.content, read.media_type, read.kind) == (
                sent.content,
                sent.media_type,
                sent.kind,
            )

    def test_a6_a_file_that_is_not_what_it_says_is_refused(self, harness: AtsHarness) -> None:
        """An executable called PDF goes nowhere."""
        _needs_reading(harness)
        adapter = harness.fresh()
        if adapter.capabilities.documents is DocumentAccess.NONE:
            pytest.skip("the system hands out no documents")
        false = attrs.evolve(pdf("x"), content=b"MZ\x90\x00 not a document %%EOF")
        application = harness.seed(invented(1), documents=(false,))
        for document in adapter.documents(application):  # not to list it refuses it, too
            with pytest.raises(AdapterError):
                adapter.read_document(document)

    def test_a7_no_forbidden_field_leaves(self, harness: AtsHarness) -> None:
        """Birth date, gender, pay, photo and the like stay where they are (R13, R24)."""
        _needs_reading(harness)
        marker = "qzxforbidden"
        application = harness.seed_forbidden(marker)
        adapter = harness.fresh()
        items = list(reading(adapter, at=harness.at))
        changes = [one for one in items if isinstance(one, Change)]
        assert [one.application.id for one in changes] == [application]
        assert marker not in everything([(one.application, one.candidate) for one in changes])
        assert marker not in changes[0].cursor
        if adapter.capabilities.documents is not DocumentAccess.NONE:
            read = [adapter.read_document(one) for one in adapter.documents(application)]
            assert marker not in everything(read)
        assert harness.improper_reads() == ()

    def test_a16_half_a_list_is_taken_up_again(self, harness: AtsHarness) -> None:
        """Wherever it stopped: the rest comes next time, and nothing twice."""
        _needs_reading(harness)
        ids = {harness.seed(invented(n)) for n in range(5)}
        stopped = 0
        for calls in range(8):
            seen, cursor = [], ""
            try:
                with harness.failing_after(calls):
                    for item in reading(harness.fresh(), at=harness.at):
                        seen += [item.application.id] if isinstance(item, Change) else []
                        cursor = getattr(item, "cursor", cursor)
            except TemporaryAdapterError:
                stopped += 1
            again, _ = read_once(harness.fresh(), cursor, at=harness.at)
            assert sorted([*seen, *again]) == sorted(ids), f"after {calls} calls"
        assert stopped
