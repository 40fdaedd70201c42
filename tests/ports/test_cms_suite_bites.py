# ruff: noqa: ARG002 - a broken adapter ignores what it is told
"""Each rule of the website suite bites: an adapter broken in one way fails exactly that rule."""

import logging
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import (
    AdapterError,
    CredentialsError,
    PermanentAdapterError,
    TemporaryAdapterError,
)
from fachkraft_share.ports.capabilities import EraseMethod, Publish
from fachkraft_share.ports.erasure_evidence import Erased, Outcome, Residue, ResidueKind
from fachkraft_share.ports.publishing import Item, Published
from fachkraft_share.testing.cms_suite import CmsAdapterSuite
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter, Page, State, sign
from fachkraft_share.testing.memory_cms_harness import MemoryCmsHarness

suite = CmsAdapterSuite()


def able(**changes: Any) -> Any:
    """Return the memory adapter's declaration with some flags changed."""
    return attrs.evolve(MemoryCmsAdapter.capabilities, **changes)


def loosened(adapter: MemoryCmsAdapter, name: str, method: Callable[..., Any]) -> MemoryCmsAdapter:
    """Break one adapter object from outside: a class that tries it is refused."""
    vars(adapter)[name] = method
    return adapter


def ungated(site: Any) -> MemoryCmsAdapter:
    """Return an adapter that publishes whatever it is given, as it is."""
    adapter = MemoryCmsAdapter(site)
    return loosened(
        adapter,
        "publish",
        lambda item, *, at, **_: adapter._publish(item, known=adapter._find(item.key), at=at),
    )


class NamesTheReferral(MemoryCmsAdapter):
    """Knows the referral from elsewhere and writes it beside the page, for its editors."""

    def _publish(self, item, *, known, at):
        noted = attrs.evolve(item, body=f"{item.body}<!-- {'r'.rjust(22, 'q')} -->")
        return super()._publish(noted, known=known, at=at)


class NeverLooks(MemoryCmsAdapter):
    """Creates every time, under a slug of its own."""

    def _find(self, key):
        return None

    def _publish(self, item, *, known, at):
        number = len(self.site.pages)
        other = attrs.evolve(item, key=f"{number:04x}{item.key[4:]}")
        return super()._publish(other, known=None, at=at)


class KeepsTheFirst(MemoryCmsAdapter):
    """Finds the item and leaves it as it was."""

    def _publish(self, item, *, known, at):
        return known or super()._publish(item, known=known, at=at)


_together = threading.Barrier(6)  # as many as the rule lets publish at the same time


class LooksButDoesNotLock(MemoryCmsAdapter):
    """Looks for our key, but the site lets two of one slug in."""

    def _publish(self, item, *, known, at):
        if known is not None:
            return known
        _together.wait(timeout=5)
        ref = f"{id(self)}"
        self.site.pages[ref] = Page(item.slug, item.title, item.page)
        return ref


class PublishesDrafts(MemoryCmsAdapter):
    """Leaves the last step to an editor."""

    def _publish(self, item, *, known, at):
        ref = super()._publish(item, known=known, at=at)
        self.site.change(ref, state=State.DRAFT)
        return ref


class LeavesOutTheLink(MemoryCmsAdapter):
    """Shows the text only."""

    def _publish(self, item, *, known, at):
        ref = super()._publish(item, known=known, at=at)
        self.site.change(ref, html=item.body)
        return ref


class ForgetsTheCache(MemoryCmsAdapter):
    """Takes the page away, and the cache goes on showing it; it does not look as a reader."""

    def _unpublish(self, ref, *, at):
        self.site.change(ref, state=State.DRAFT)

    def _shown(self, ref):
        page = self.site.pages.get(ref)
        return page is not None and page.state is State.PUBLIC


class ForgetsWhatItTookAway(MemoryCmsAdapter):
    """Does not find its own drafts, and makes another item."""

    def _find(self, key):
        ref = super()._find(key)
        return None if ref is None or self.site.pages[ref].state is State.DRAFT else ref

    def _publish(self, item, *, known, at):
        if known is None:
            ref = f"again{len(self.site.pages)}"
            self.site.pages[ref] = Page(item.slug, item.title, item.page)
            return ref
        return super()._publish(item, known=known, at=at)


class ShrugsAtTrouble(MemoryCmsAdapter):
    """Believes that what it cannot reach is away."""

    def _unpublish(self, ref, *, at):
        try:
            super()._unpublish(ref, at=at)
        except (AdapterError, OSError):
            return

    def _shown(self, ref):
        return False


class ListsPublicOnly(MemoryCmsAdapter):
    """Does not find its drafts, so that nobody ever erases them."""

    def _published(self):
        return [one for one in super()._published() if one.public]


class TakesAllForOurs(MemoryCmsAdapter):
    """Takes the editors' pages for its own."""

    def _published(self):
        ours = {one.ref: one for one in super()._published()}
        for ref in self.site.pages:
            yield ours.get(ref) or Published(ref, "0" * 32, public=True)


class LeavesRevisions(MemoryCmsAdapter):
    """Deletes the page, and what it was before stays; nobody looks there."""

    def _erase(self, ref, *, at):
        self._call(self.site.delete, ref)
        self._call(self.site.purge, ref)
        return Erased(Outcome.ERASED)

    def _look(self, ref, *, at):
        self._call(self.site.answer)
        return ()


class LaysADraftAside(MemoryCmsAdapter):
    """Writes a copy first, and forgets it when the rest fails."""

    def _publish(self, item, *, known, at):
        aside = ("aside", Page("aside", item.page, ""))
        self.site.revisions.append(aside)
        ref = super()._publish(item, known=known, at=at)
        self.site.revisions.remove(aside)
        return ref


class UsesTheTrash(MemoryCmsAdapter):
    """Calls the trash an erasure."""

    def _erase(self, ref, *, at):
        self._call(self.site.change, ref, state=State.TRASH, slug="trashed")
        self._call(self.site.purge, ref)
        return Erased(Outcome.ERASED)

    def _look(self, ref, *, at):
        self._call(self.site.answer)
        return ()


class Offers(MemoryCmsAdapter):
    """Lets sites fetch, and names the copies they may hold for half an hour."""

    capabilities = able(publish=Publish.PULL)

    def __init__(self, site):
        super().__init__(site)
        self.goes = 0

    def _erase(self, ref, *, at):
        self.goes = at + 30 * limits.MINUTE
        return super()._erase(ref, at=at)

    def _look(self, ref, *, at):
        yield from super()._look(ref, at=at)
        if at < self.goes:
            yield Residue(ResidueKind.OLD_COPY, "sites", self.goes)


class ForgetsWhatWasFetched(Offers):
    """Takes what it offers no more for what nobody has."""

    def _look(self, ref, *, at):
        return MemoryCmsAdapter._look(self, ref, at=at)


class NamesCopiesForEver(Offers):
    """Goes on naming copies that are gone."""

    def _look(self, ref, *, at):
        yield from super()._look(ref, at=at)
        yield Residue(ResidueKind.OLD_COPY, "sites", at + 1)


class FailsTheSecondTime(MemoryCmsAdapter):
    """Raises when there is nothing to erase."""

    def _erase(self, ref, *, at):
        del self.site.pages[ref]
        return super()._erase(ref, at=at)


class TakesForbiddenForGone(MemoryCmsAdapter):
    """Reads 403 as "not there"."""

    def _erase(self, ref, *, at):
        try:
            return super()._erase(ref, at=at)
        except Exception:
            return Erased(Outcome.ERASED)

    def _look(self, ref, *, at):
        return ()


def endless(site: Any) -> MemoryCmsAdapter:
    """Return an adapter that looks at no dates."""
    return ungated(site)


class BelievesEveryHook(MemoryCmsAdapter):
    """Does not compare the signature."""

    def _read_hook(self, headers, body):
        signed = {name.lower(): value for name, value in sign(body).items()}
        return super()._read_hook(signed, body)


class ActsOnTheHook(MemoryCmsAdapter):
    """Publishes what a hook talks about."""

    def _read_hook(self, headers, body):
        self.site.create(Page(f"fks-{'0' * 32}", "Lie", ""))
        return super()._read_hook(headers, body)


class SlugFromTheTitle(MemoryCmsAdapter):
    """Lets the site make the slug, as it does when nobody says one."""

    def _publish(self, item, *, known, at):
        ref = super()._publish(item, known=known, at=at)
        self.site.change(ref, slug=item.title.lower().replace(" ", "-"))
        return ref


class CallsEverythingFinal(MemoryCmsAdapter):
    """Does not tell a lost connection from a refusal."""

    def _call(self, method, *args, **kwargs):
        try:
            return super()._call(method, *args, **kwargs)
        except (OSError, TemporaryAdapterError) as error:
            raise PermanentAdapterError("no") from error


class CallsEverythingTemporary(MemoryCmsAdapter):
    """Tries for ever, whatever the answer."""

    def _call(self, method, *args, **kwargs):
        try:
            return super()._call(method, *args, **kwargs)
        except Exception as error:
            raise TemporaryAdapterError("try again") from error


class GivesUpItsToken(MemoryCmsAdapter):
    """Takes a token that is over for refused credentials."""

    def _call(self, method, *args, **kwargs):
        if self.site.expired:
            raise CredentialsError("the token is not taken")
        return super()._call(method, *args, **kwargs)


class LogsTheItem(MemoryCmsAdapter):
    """Writes what it could not send into the log."""

    def _find(self, key):
        return None if self.site.trouble is not None else super()._find(key)

    def _publish(self, item: Item, *, known, at):
        logging.getLogger("vendor").debug("sending %s", item.title)
        return super()._publish(item, known=known, at=at)


class DeclaresTooMuch(MemoryCmsAdapter):
    """Says that it erases, and only takes away."""

    def _erase(self, ref, *, at):
        super()._unpublish(ref, at=at)
        return Erased(Outcome.ERASED)


class PassesSilently(MemoryCmsAdapter):
    """Cannot publish, and does not say so when asked to."""

    capabilities = able(publish=Publish.NONE)


def silently(site: Any) -> MemoryCmsAdapter:
    """Return an adapter that answers what it cannot do with an id."""
    return loosened(PassesSilently(site), "publish", lambda *_, **__: "1")


class ErasesUnasked(MemoryCmsAdapter):
    """Erases, and does not say so in its declaration."""

    capabilities = able(erase=EraseMethod.NONE)


def erasing_unasked(site: Any) -> MemoryCmsAdapter:
    """Return an adapter that does what it does not declare."""
    return loosened(ErasesUnasked(site), "erase", lambda *_, **__: None)


class SaysItExpires(MemoryCmsAdapter):
    """Declares that items go by themselves, and tells the site no time."""

    def _publish(self, item, *, known, at):
        ref = super()._publish(item, known=known, at=at)
        self.site.change(ref, until=None)
        return ref


class SaysItDoesNotExpire(MemoryCmsAdapter):
    """Declares less than it does: a calendar that promises the opposite."""

    capabilities = able(expires=False)


def limited(seconds: int | None) -> Callable[..., None]:
    """Return the rule of 429 for this time to wait."""
    rule = CmsAdapterSuite.test_a16_too_many_calls_mean_come_back_when_told
    return wraps(rule)(lambda self, harness: rule(self, harness, seconds))


S = CmsAdapterSuite
BITES = [
    (S.test_a9_without_the_gates_leave_no_teaser_is_sent, ungated),
    (S.test_a9_no_referral_is_named_on_the_site, NamesTheReferral),
    (S.test_a12_after_erasing_nothing_is_left_or_it_is_named, UsesTheTrash),
    (S.test_a12_a_planted_residue_is_found_by_the_second_look, LeavesRevisions),
    (S.test_a12_what_a_broken_off_writing_left_goes_too, LaysADraftAside),
    (S.test_a13_erasing_twice_is_fine, FailsTheSecondTime),
    (S.test_a13_forbidden_is_no_proof_of_gone, TakesForbiddenForGone),
    (S.test_a13_a_partial_failure_is_reported_as_such, TakesForbiddenForGone),
    (S.test_a14_a_signed_lie_only_causes_a_reading, ActsOnTheHook),
    (S.test_a14_wrong_old_repeated_hooks_and_pings_are_told_apart, BelievesEveryHook),
    (S.test_a15_scripts_do_not_arrive, ungated),
    (S.test_a15_slugs_and_a_teasers_title_name_nobody, SlugFromTheTitle),
    (S.test_a15_slugs_and_a_teasers_title_name_nobody, ungated),
    (S.test_a16_unreachable_means_try_again, CallsEverythingFinal),
    (S.test_a16_refused_rights_mean_will_not_work, CallsEverythingTemporary),
    (S.test_a16_refused_rights_mean_will_not_work, LogsTheItem),
    (S.test_a16_nonsense_means_will_not_work, CallsEverythingTemporary),
    (S.test_a16_a_fault_inside_means_try_again, CallsEverythingFinal),
    (limited(77), CallsEverythingTemporary),
    (limited(None), CallsEverythingFinal),
    (S.test_a16_an_expired_token_is_renewed, GivesUpItsToken),
    (S.test_a16_half_a_writing_is_finished_by_the_next, NeverLooks),
    (S.test_a17_publishing_twice_is_one_item, NeverLooks),
    (S.test_a17_publishing_twice_is_one_item, KeepsTheFirst),
    (S.test_a17_publishing_at_the_same_time_is_one_item, LooksButDoesNotLock),
    (S.test_a17_publishing_after_a_lost_answer_is_one_item, NeverLooks),
    (S.test_a17_everybody_sees_what_is_published, PublishesDrafts),
    (S.test_a17_everybody_sees_what_is_published, LeavesOutTheLink),
    (S.test_a17_what_is_unpublished_nobody_sees_at_once, ForgetsTheCache),
    (S.test_a17_what_was_unpublished_can_come_back_once, ForgetsWhatItTookAway),
    (S.test_a17_what_is_unpublished_while_there_is_trouble_says_so, ShrugsAtTrouble),
    (S.test_a17_orphans_go_and_the_editors_pages_stay, ListsPublicOnly),
    (S.test_a17_orphans_go_and_the_editors_pages_stay, TakesAllForOurs),
    (S.test_a17_trash_and_revisions_are_erased_or_named, LeavesRevisions),
    (S.test_a17_trash_and_revisions_are_erased_or_named, UsesTheTrash),
    (S.test_a17_what_is_over_is_not_published, endless),
    (S.test_a18_what_is_declared_works, DeclaresTooMuch),
    (S.test_a18_what_is_not_declared_raises, silently),
    (S.test_a18_erasing_and_hooks_not_declared_raise, erasing_unasked),
    (S.test_a18_what_expires_by_itself_is_declared, SaysItExpires),
    (S.test_a18_what_expires_by_itself_is_declared, SaysItDoesNotExpire),
]


@pytest.mark.parametrize(("rule", "broken"), BITES)
def test_the_rule_notices_the_broken_adapter(rule, broken):
    """The honest adapter passes the rule, the one that is broken there does not."""
    rule(suite, MemoryCmsHarness())
    with pytest.raises((AssertionError, AdapterError, pytest.fail.Exception)):
        rule(suite, MemoryCmsHarness(broken))


@pytest.mark.parametrize("broken", [ForgetsWhatWasFetched, NamesCopiesForEver])
def test_copies_that_sites_fetched_must_be_named(broken):
    """The rule of them needs an adapter that offers."""
    rule = S.test_a12_what_sites_have_fetched_is_named_until_it_goes
    rule(suite, MemoryCmsHarness(Offers))
    with pytest.raises(AssertionError):
        rule(suite, MemoryCmsHarness(broken))


def test_every_rule_has_a_broken_adapter():
    """No rule is only decoration."""
    rules = {name for name in dir(S) if name.startswith("test_")}
    elsewhere = {S.test_a12_what_sites_have_fetched_is_named_until_it_goes.__name__}
    assert rules == {rule.__name__ for rule, _ in BITES} | elsewhere


def test_copies_at_sites_hide_nothing_that_is_within_reach():
    """Who offers and leaves revisions fails the rule of erasing like anybody else."""
    rule = S.test_a12_after_erasing_nothing_is_left_or_it_is_named

    class OffersAndUsesTheTrash(Offers):
        _erase = UsesTheTrash._erase

        def _look(self, ref, *, at):
            yield Residue(ResidueKind.OLD_COPY, "sites", at + 60)

    rule(suite, MemoryCmsHarness(Offers))
    with pytest.raises(AssertionError):
        rule(suite, MemoryCmsHarness(OffersAndUsesTheTrash))
