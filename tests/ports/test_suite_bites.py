# ruff: noqa: ARG002 - a broken adapter ignores what it is told
"""Each rule of the adapter suite bites: an adapter broken in one way fails exactly that rule."""

import itertools
import logging
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

import attrs
import pytest

from fachkraft_share.errors import (
    AdapterError,
    CredentialsError,
    PermanentAdapterError,
    TemporaryAdapterError,
)
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.ports.capabilities import Create, CreateMode, EraseMethod, UploadMethod
from fachkraft_share.ports.erasure_evidence import Erased, Outcome
from fachkraft_share.ports.hooks import Hook
from fachkraft_share.ports.reading import StageMap
from fachkraft_share.rules.formats.imported import Imported
from fachkraft_share.testing.adapter_harness import pdf
from fachkraft_share.testing.adapter_suite import AtsAdapterSuite
from fachkraft_share.testing.memory_ats import PAGE, STAGES, MemoryAdapter, local, moment_of, sign
from fachkraft_share.testing.memory_harness import MemoryHarness

suite = AtsAdapterSuite()


def able(**changes: Any) -> Any:
    """Return the memory adapter's declaration with some flags changed."""
    return attrs.evolve(MemoryAdapter.capabilities, **changes)


def loosened(adapter: MemoryAdapter, name: str, method: Callable[..., Any]) -> MemoryAdapter:
    """Break one adapter object from outside: a class that tries it is refused."""
    vars(adapter)[name] = method
    return adapter


class AsksByApplicationDate(MemoryAdapter):
    """Takes the date of application as its cursor, as a widely used connector did."""

    def _changes(self, asked, *, at):
        for record in super()._changes(attrs.evolve(asked, since=None), at=at):
            created = moment_of(record.fields["created"])
            if asked.since is None or created >= asked.since:
                yield record


class AsksStrictlyLater(MemoryAdapter):
    """Asks for what changed after the newest moment it has seen."""

    def _changes(self, asked, *, at):
        for record in super()._changes(attrs.evolve(asked, since=None), at=at):
            if asked.since is None or record.updated_at > asked.since + 1 + 3600:
                yield record


class AsksInBerlin(MemoryAdapter):
    """Reads the tenant's times rightly, and asks in those of Berlin."""

    def _since(self, moment):
        return local(moment)


class BelievesLocalTimes(MemoryAdapter):
    """Does not say that its times carry no zone."""

    capabilities = able(naive=False)


class ReadsActiveOnly(MemoryAdapter):
    """Overlooks what was archived with the rejection."""

    def _changes(self, asked, *, at):
        for record in super()._changes(asked, at=at):
            if record.stage != "s-second":
                yield record


class GuessesStages(MemoryAdapter):
    """Takes every stage nobody mapped for a rejection."""

    stage_map = StageMap(
        {**STAGES.stages, "s-nobody-knows": STAGES.stages["s-second"]},
        STAGES.runner_ups | {"s-nobody-knows"},
    )


class NamesTheAnonymous(MemoryAdapter):
    """Makes a candidate of an anonymised record."""

    def _changes(self, asked, *, at):
        for record in super()._changes(asked, at=at):
            yield attrs.evolve(record, anonymised=False)

    def _candidate(self, record):
        return Imported(attrs.evolve(super()._candidate(record).candidate, family="Anonymous"))


class ForgetsTheHired(MemoryAdapter):
    """Does not hand over what is no runner-up any more."""

    def _changes(self, asked, *, at):
        for record in super()._changes(asked, at=at):
            if self.stage_map.runner_up(record):
                yield record


class MakesUpIds(MemoryAdapter):
    """Gives an application another id on every reading, so that none can be suppressed."""

    def _changes(self, asked, *, at):
        for record in super()._changes(asked, at=at):
            yield attrs.evolve(record, id=f"x-{record.id}")


class PagesWhileHandingOut(MemoryAdapter):
    """Fetches the next page by offset when the last one was handed out."""

    def _ids(self, since):
        for offset in itertools.count(0, PAGE):
            page = self.system.list_applications(since, offset)
            if not page:
                return
            yield from page


class TakesTheFirstCopy(MemoryAdapter):
    """Keeps what it read once, and does not look at it again."""

    def _record(self, key, found):
        copies = vars(self.system).setdefault("copies", {})
        return super()._record(key, copies.setdefault(key, dict(found)))


class StopsQuietly(MemoryAdapter):
    """Takes a list that breaks off for one that ends."""

    def _changes(self, asked, *, at):
        try:
            yield from super()._changes(asked, at=at)
        except TemporaryAdapterError:
            return


class DoesNotCompareDocuments(MemoryAdapter):
    """Says documents are covered, and leaves them out of what is compared."""

    def _record(self, key, found):
        return attrs.evolve(super()._record(key, found), documents=(), fields=_without_time(found))


def _without_time(found: Any) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != "changed"}


class StoresLinks(MemoryAdapter):
    """Keeps the link to a document as its id."""

    def _documents(self, application):
        for one in super()._documents(application):
            yield attrs.evolve(one, id=self.system.link(one.id))

    def _read_document(self, document):
        yield self.system.fetch(document.id)


class RenamesExecutables(MemoryAdapter):
    """Calls everything a text, so that nobody checks what it is."""

    def _documents(self, application):
        for one in super()._documents(application):
            yield attrs.evolve(one, media_type="text/plain")


class SmugglesTheBirthDate(MemoryAdapter):
    """Goes round the base class to a field that must not leave."""

    def _candidate(self, record):
        found = self.system.applications[record.id]
        person = super()._candidate(record).candidate
        return Imported(attrs.evolve(person, title=str(found.get("birthDate"))))


class LooksAtPhotos(MemoryAdapter):
    """Fetches the portrait although nobody asked."""

    def _candidate(self, record):
        self.system.photo_reads += 1
        return super()._candidate(record)


class NeverLooksForOurKey(MemoryAdapter):
    """Creates without asking whether it was done, under a key of its own."""

    def _find(self, referral):
        return None

    def _import_referral(self, referral, candidate, *, known, at):
        key = f"{referral}-{next(_fresh)}"
        return str(self.system.create(key, attrs.asdict(candidate)))


_fresh = itertools.count()
_together = threading.Barrier(6)  # as many as the rule lets file at the same time


class LooksButDoesNotLock(MemoryAdapter):
    """Looks for our key, but the system lets two of one key in."""

    def _import_referral(self, referral, candidate, *, known, at):
        if known is not None:
            return known
        _together.wait(timeout=5)
        key = self.system.number("p")
        self.system.people[key] = {**attrs.asdict(candidate), "external": referral}
        return key


class WritesToTheCandidate(MemoryAdapter):
    """Uses the template that mails the candidate."""

    def _import_referral(self, referral, candidate, *, known, at):
        self.system.mails += 1
        return super()._import_referral(referral, candidate, known=known, at=at)


class MarksNothing(MemoryAdapter):
    """Declares a mark and sets none."""

    def _mark(self, ref, provenance):
        pass


class AddsTwice(MemoryAdapter):
    """Adds a document again every time."""

    def _add_document(self, ref, document):
        self.system.files[self.system.number("f")] = (ref, document)


class DoesNotWait(MemoryAdapter):
    """Takes "accepted" for done, and a failed create for a pending one."""

    capabilities = able(mode=CreateMode.ASYNC)

    def _find(self, referral):
        if self.system.jobs.get(referral, ("",))[0] in ("pending", "failed"):
            raise TemporaryAdapterError("still pending")
        return super()._find(referral)


class MergesPersons(MemoryAdapter):
    """Files into the record of somebody with the same address, who was there before."""

    def _import_referral(self, referral, candidate, *, known, at):
        for key, one in self.system.people.items():
            if known is None and one["email"] == candidate.email:
                one.update(attrs.asdict(candidate), external=referral)
                return key
        return super()._import_referral(referral, candidate, known=known, at=at)


class ErasesCarelessly(MemoryAdapter):
    """Believes the system's answer: the history stays, and nobody looks."""

    def _erase(self, ref, *, at):
        history = list(self.system.history)
        erased = super()._erase(ref, at=at)
        self.system.history = history
        return erased

    def _look(self, ref, *, at):
        return ()


class LaysDocumentsAside(MemoryAdapter):
    """Uploads first, and forgets what it uploaded when the rest fails."""

    def _import_referral(self, referral, candidate, *, known, at):
        aside = self.system.number("aside")
        self.system.files[aside] = (aside, pdf(str(attrs.asdict(candidate))))
        ref = super()._import_referral(referral, candidate, known=known, at=at)
        del self.system.files[aside]
        return ref


class ReadsOnePage(MemoryAdapter):
    """Believes that the first page is all there is."""

    def _ids(self, since):
        return self._call(self.system.list_applications, since, 0)


class LooksAtPersonsOnly(MemoryAdapter):
    """The second look forgets the history."""

    def _look(self, ref, *, at):
        return [one for one in super()._look(ref, at=at) if one.where == "people"]

    def _erase(self, ref, *, at):
        self.system.people.pop(ref, None)
        return Erased(Outcome.ERASED)


class FailsTheSecondTime(MemoryAdapter):
    """Raises when there is nothing to erase."""

    def _erase(self, ref, *, at):
        del self.system.people[ref]
        return super()._erase(ref, at=at)


class TakesForbiddenForGone(MemoryAdapter):
    """Reads 403 as "not there"."""

    def _erase(self, ref, *, at):
        try:
            return super()._erase(ref, at=at)
        except Exception:
            return Erased(Outcome.ERASED)

    def _look(self, ref, *, at):
        return ()


class LooksAway(MemoryAdapter):
    """Erases properly, and takes a look that is forbidden for an empty one."""

    def _look(self, ref, *, at):
        try:
            return tuple(super()._look(ref, at=at))
        except AdapterError:
            return ()


class BelievesEveryHook(MemoryAdapter):
    """Does not compare the signature."""

    def _read_hook(self, headers, body):
        return attrs.evolve(super()._read_hook(_signed(body), body), authentic=True)


def _signed(body: bytes) -> dict[str, str]:
    return {name.lower(): value for name, value in sign(body).items()}


class ActsOnTheHook(MemoryAdapter):
    """Files the person a hook talks about."""

    def _read_hook(self, headers, body) -> Hook:
        person = attrs.asdict(Candidate(given="a", family="b"))
        self.system.create("from-the-hook", person)
        return super()._read_hook(headers, body)


class UnescapesAgain(MemoryAdapter):
    """Builds markup of its own from what the base class had cleaned."""

    def _import_referral(self, referral, candidate, *, known, at):
        bold = attrs.evolve(candidate, title=f"<img src=logo>{candidate.title}")
        return super()._import_referral(referral, bold, known=known, at=at)


class NamesFilesAfterPersons(MemoryAdapter):
    """Gives files the person's name."""

    def _add_document(self, ref, document):
        family = str(self.system.people[ref]["family"])
        super()._add_document(ref, attrs.evolve(document, name=f"{family}-{document.name}"))


class CallsEverythingFinal(MemoryAdapter):
    """Does not tell a lost connection from a refusal."""

    def _call(self, method, *args):
        try:
            return super()._call(method, *args)
        except OSError as error:
            raise ValueError from error


class CallsEverythingTemporary(MemoryAdapter):
    """Tries for ever, whatever the answer."""

    def _call(self, method, *args):
        try:
            return super()._call(method, *args)
        except Exception as error:
            raise TemporaryAdapterError("try again") from error


class ForgetsTheTime(MemoryAdapter):
    """Does not hand on when to come back."""

    def _call(self, method, *args):
        try:
            return super()._call(method, *args)
        except TemporaryAdapterError as error:
            raise TemporaryAdapterError("too many") from error


class TakesTooManyForFinal(MemoryAdapter):
    """Knows no 429 and no 500."""

    def _call(self, method, *args):
        try:
            return super()._call(method, *args)
        except TemporaryAdapterError as error:
            raise PermanentAdapterError("an answer nobody understands") from error


class GivesUpItsToken(MemoryAdapter):
    """Takes a token that is over for refused credentials."""

    def _call(self, method, *args):
        if self.system.expired:
            raise CredentialsError("the token is not taken")
        return super()._call(method, *args)


class LogsTheAnswer(MemoryAdapter):
    """Writes what it could not send into the log."""

    def _import_referral(self, referral, candidate, *, known, at):
        logging.getLogger("vendor").debug("sending %s", candidate.family)
        return super()._import_referral(referral, candidate, known=known, at=at)

    def _find(self, referral):
        return None if self.system.trouble is not None else super()._find(referral)


class QuotesTheAnswer(MemoryAdapter):
    """Stops at the first broken record and quotes it."""

    def _candidate(self, record):
        person = record.fields["person"]
        if isinstance(person, str):
            raise TypeError(f"not a person: {person}")
        return Imported(person)


class DeclaresTooMuch(MemoryAdapter):
    """Says it lists stages, and lists none."""

    def _stages(self):
        return ()


class ErasesUnasked(MemoryAdapter):
    """Erases, and does not say so in its declaration."""

    capabilities = able(erase=EraseMethod.NONE)


def erasing_unasked(system: Any) -> MemoryAdapter:
    """Return an adapter that does what it does not declare."""
    return loosened(ErasesUnasked(system), "erase", lambda *_, **__: None)


class RequestsOnly(MemoryAdapter):
    """Declares that it erases, and only asks for it."""

    def _erase(self, ref, *, at):
        return attrs.evolve(super()._erase(ref, at=at), outcome=Outcome.REQUESTED)


class HandsOutNothing(MemoryAdapter):
    """Declares documents, and lists none."""

    def _documents(self, application):
        return ()


class FilesUnderNoKey(MemoryAdapter):
    """Declares that our key finds what was filed, and does not look."""

    def _find(self, referral):
        return None


class PassesSilently(MemoryAdapter):
    """Cannot file, and does not say so when asked to."""

    capabilities = able(create=Create.NONE)


def silently(system: Any) -> MemoryAdapter:
    """Return an adapter that answers an import it cannot do with an id."""
    return loosened(PassesSilently(system), "import_referral", lambda *_, **__: "p0")


def ungated(system: Any) -> MemoryAdapter:
    """Return an adapter that files without asking for the gate's leave."""
    adapter = MemoryAdapter(system)
    return loosened(
        adapter,
        "import_referral",
        lambda referral, candidate, **_: adapter._import_referral(
            referral, candidate, known=None, at=0
        ),
    )


def unbound(system: Any) -> MemoryAdapter:
    """Return an adapter that adds documents to whatever record it is told."""
    adapter = MemoryAdapter(system)
    return loosened(
        adapter, "add_document", lambda ref, document, **_: adapter._add_document(ref, document)
    )


def unlimited(system: Any) -> MemoryAdapter:
    """Return an adapter that sends whatever it is given."""
    adapter = MemoryAdapter(system)
    return loosened(adapter, "_outgoing", lambda document: document)


class SendsInline(MemoryAdapter):
    """Says documents go along, and drops them."""

    capabilities = able(
        upload=attrs.evolve(MemoryAdapter.capabilities.upload, method=UploadMethod.INLINE)
    )

    def _import_referral(self, referral, candidate, *, known, at):
        bare = attrs.evolve(candidate, documents=())
        return super()._import_referral(referral, bare, known=known, at=at)


def winter(rule: Callable[..., None]) -> Callable[..., None]:
    """Return the rule for the night the clocks go back."""
    return wraps(rule)(lambda self, harness: rule(self, harness, 1_792_886_400))


def in_new_york(rule: Callable[..., None]) -> Callable[..., None]:
    """Return the rule for a tenant there."""
    return wraps(rule)(lambda self, harness: rule(self, harness, "America/New_York"))


def limited(seconds: int | None) -> Callable[..., None]:
    """Return the rule of 429 for this time to wait."""
    rule = AtsAdapterSuite.test_a16_too_many_calls_mean_come_back_when_told
    return wraps(rule)(lambda self, harness: rule(self, harness, seconds))


S = AtsAdapterSuite
BITES = [
    (S.test_a1_rejected_after_the_cursor_though_created_before_appears, AsksByApplicationDate),
    (S.test_a2_changes_of_one_moment_come_once_across_cursors, AsksStrictlyLater),
    (S.test_a2_changes_of_one_moment_come_once_across_cursors, ReadsOnePage),
    (winter(S.test_a3_nothing_is_lost_when_the_clocks_change), BelievesLocalTimes),
    (in_new_york(S.test_a3_a_tenant_in_another_zone_loses_nobody), AsksInBerlin),
    (S.test_a4_archived_ones_are_found_and_unmapped_stages_reported, ReadsActiveOnly),
    (S.test_a4_archived_ones_are_found_and_unmapped_stages_reported, GuessesStages),
    (S.test_a4_the_anonymised_never_become_candidates, NamesTheAnonymous),
    (S.test_a4_one_who_is_hired_after_all_is_reported_as_ended, ForgetsTheHired),
    (S.test_a4_suppressed_applications_are_not_read_again, MakesUpIds),
    (S.test_a5_the_list_may_change_while_it_is_read, PagesWhileHandingOut),
    (S.test_a5_one_changed_in_the_middle_of_a_reading_arrives, TakesTheFirstCopy),
    (S.test_a5_a_corrected_address_and_a_new_document_arrive, DoesNotCompareDocuments),
    (S.test_a6_documents_arrive_whole_and_as_what_they_are, StoresLinks),
    (S.test_a6_a_file_that_is_not_what_it_says_is_refused, RenamesExecutables),
    (S.test_a7_no_forbidden_field_leaves, SmugglesTheBirthDate),
    (S.test_a7_no_forbidden_field_leaves, LooksAtPhotos),
    (S.test_a8_the_same_referral_twice_is_one_person, NeverLooksForOurKey),
    (S.test_a8_after_a_lost_answer_is_one_person, NeverLooksForOurKey),
    (S.test_a8_at_the_same_time_is_one_person, LooksButDoesNotLock),
    (S.test_a9_without_the_gates_leave_nothing_is_sent, ungated),
    (S.test_a9_provenance_is_marked_and_nobody_gets_a_mail, WritesToTheCandidate),
    (S.test_a9_provenance_is_marked_and_nobody_gets_a_mail, MarksNothing),
    (S.test_a9_leave_for_one_does_not_open_another, unbound),
    (S.test_a9_leave_for_one_does_not_open_another, AddsTwice),
    (S.test_a11_somebody_there_for_own_reasons_stays, MergesPersons),
    (S.test_a12_after_erasing_nothing_is_left_or_it_is_named, ErasesCarelessly),
    (S.test_a12_a_planted_residue_is_found_by_the_second_look, LooksAtPersonsOnly),
    (S.test_a12_what_a_broken_off_writing_left_goes_too, LaysDocumentsAside),
    (S.test_a13_erasing_twice_is_fine, FailsTheSecondTime),
    (S.test_a13_forbidden_is_no_proof_of_gone, TakesForbiddenForGone),
    (S.test_a13_forbidden_is_no_proof_of_gone, LooksAway),
    (S.test_a13_erasing_twice_is_fine, RequestsOnly),
    (S.test_a13_a_partial_failure_is_reported_as_such, TakesForbiddenForGone),
    (S.test_a14_wrong_old_repeated_hooks_and_pings_are_told_apart, BelievesEveryHook),
    (S.test_a14_a_signed_lie_only_causes_a_reading, ActsOnTheHook),
    (S.test_a15_scripts_do_not_arrive, UnescapesAgain),
    (S.test_a15_names_of_files_are_harmless_and_name_nobody, NamesFilesAfterPersons),
    (S.test_a15_names_of_files_are_harmless_and_name_nobody, SendsInline),
    (S.test_a16_unreachable_means_try_again, CallsEverythingFinal),
    (S.test_a16_refused_rights_mean_will_not_work, CallsEverythingTemporary),
    (S.test_a16_nonsense_means_will_not_work, CallsEverythingTemporary),
    (S.test_a16_refused_rights_mean_will_not_work, LogsTheAnswer),
    (S.test_a16_a_fault_inside_means_try_again, TakesTooManyForFinal),
    (limited(77), ForgetsTheTime),
    (limited(77), TakesTooManyForFinal),
    (limited(None), TakesTooManyForFinal),
    (S.test_a16_an_expired_token_is_renewed, GivesUpItsToken),
    (S.test_a16_half_a_writing_is_finished_by_the_next, NeverLooksForOurKey),
    (S.test_a16_half_a_writing_is_finished_by_the_next, AddsTwice),
    (S.test_a16_half_a_list_is_taken_up_again, StopsQuietly),
    (S.test_a16_one_broken_record_does_not_stop_the_rest, QuotesTheAnswer),
    (S.test_a18_what_is_declared_works, DeclaresTooMuch),
    (S.test_a18_what_is_declared_works, HandsOutNothing),
    (S.test_a18_what_is_declared_works, FilesUnderNoKey),
    (S.test_a18_erasing_and_hooks_not_declared_raise, erasing_unasked),
    (S.test_a18_what_is_not_declared_raises, silently),
    (S.test_a18_the_limits_of_documents_hold_before_anything_is_sent, unlimited),
]


@pytest.mark.parametrize(("rule", "broken"), BITES)
def test_the_rule_notices_the_broken_adapter(rule, broken):
    """The honest adapter passes the rule, the one that is broken there does not."""
    rule(suite, MemoryHarness())
    with pytest.raises((AssertionError, AdapterError, pytest.fail.Exception)):
        rule(suite, MemoryHarness(broken))


def test_a_create_taken_for_done_too_early_is_noticed():
    """Rule A10 needs a system that creates later."""
    rule = S.test_a10_pending_is_try_again_and_failed_is_final
    with pytest.raises(AssertionError):
        rule(suite, MemoryHarness(DoesNotWait, later=True))


def test_every_rule_has_a_broken_adapter():
    """No rule is only decoration."""
    rules = {name for name in dir(S) if name.startswith("test_")}
    named = {getattr(rule, "__name__", "") for rule, _ in BITES}
    elsewhere = {S.test_a10_pending_is_try_again_and_failed_is_final.__name__}
    assert rules == named | elsewhere


def test_no_class_goes_round_a_guard():
    """Overriding a public method or a guard of the base is refused when the class is made."""
    with pytest.raises(TypeError, match="import_referral"):
        type("Around", (MemoryAdapter,), {"import_referral": lambda *_: "p0"})
    with pytest.raises(TypeError, match="connect"):
        type("Around", (MemoryAdapter,), {"connect": classmethod(lambda *_: None)})
    with pytest.raises(TypeError, match="_check_permit: guards stay; choose another name"):
        type("Around", (MemoryAdapter,), {"_check_permit": lambda *_, **__: None})
