"""The suite every adapter of a website passes unchanged: rules A9 and A12 to A18.

An adapter's tests say, and nothing else:

    class TestSite(CmsAdapterSuite):
        @pytest.fixture
        def harness(self, site): return SiteHarness(site)

The only way round a rule is `xfail(strict=True, reason="...")`; `Unchanged` refuses any other.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import (
    AdapterError,
    ConsentError,
    InvalidRecordError,
    TemporaryAdapterError,
)
from fachkraft_share.ports.capabilities import EraseMethod, Publish, Retract
from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.ports.publishing import stale
from fachkraft_share.rules.consent import Action, Permit
from fachkraft_share.testing.cms_harness import LINK, CmsHarness, activity, leave_to_show, teaser
from fachkraft_share.testing.common_rules import CommonRules, assert_unsupported
from fachkraft_share.testing.erasing_rules import ErasingRules, fetched, needs_erasing, within_reach
from fachkraft_share.testing.system_harness import MARKER, MEMBER

_REFERRAL = "r".rjust(22, "q")
_OTHER = "s".rjust(22, "q")


def _needs_publishing(harness: CmsHarness) -> CmsAdapter:
    if not harness.writes():
        pytest.skip("the site publishes nothing")
    return harness.fresh()


class PublishingRules(CommonRules):
    """Rule A17: once, at once away, and nothing of ours forgotten."""

    def test_a17_publishing_twice_is_one_item(self, harness: CmsHarness) -> None:
        """Again it updates: what is shown is the last that was sent."""
        adapter = _needs_publishing(harness)
        at = harness.at
        ref = adapter.publish(activity(1, at=at), at=at)
        corrected = attrs.evolve(activity(1, at=at), body="<p>Am Dienstag</p>")
        assert harness.fresh().publish(corrected, at=at) == ref
        assert harness.stored() == (ref,)
        assert adapter.find(corrected.key) == ref
        shown = _shown(harness, ref)
        assert "Dienstag" in shown
        assert "Montag" not in shown

    def test_a17_publishing_at_the_same_time_is_one_item(self, harness: CmsHarness) -> None:
        """Two engines on one site do not publish two."""
        adapters = [_needs_publishing(harness) for _ in range(6)]
        with ThreadPoolExecutor(len(adapters)) as pool:
            refs = set(pool.map(harness.put, adapters))
        assert harness.stored() == tuple(refs)
        assert len(refs) == 1

    def test_a17_publishing_after_a_lost_answer_is_one_item(self, harness: CmsHarness) -> None:
        """The request had arrived behind the timeout; trying again finds it."""
        adapter = _needs_publishing(harness)
        _lose_answer(adapter)
        with pytest.raises(TemporaryAdapterError):
            harness.put(adapter)
        ref = harness.put(harness.fresh())
        assert harness.stored() == (ref,)

    def test_a17_everybody_sees_what_is_published(self, harness: CmsHarness) -> None:
        """With title, text and the link; `shown` says what a reader sees."""
        adapter = _needs_publishing(harness)
        item = activity(1, at=harness.at)
        ref = adapter.publish(item, at=harness.at)
        shown = _shown(harness, ref)
        for part in (item.title, "<strong>Montag</strong>", "<li>Löten</li>", LINK):
            assert part in shown
        assert adapter.shown(ref)
        [listed] = adapter.published()
        assert (listed.ref, listed.key, listed.public) == (ref, item.key, True)

    def test_a17_what_is_unpublished_nobody_sees_at_once(self, harness: CmsHarness) -> None:
        """Though somebody had just read it; a second time is fine, and so is what never was."""
        adapter = _needs_publishing(harness)
        ref = harness.put(adapter)
        _shown(harness, ref)  # a cache now holds it, if there is one
        for _ in range(2):
            harness.fresh().unpublish(ref, at=harness.at + 1)
            assert harness.seen(ref) is None
        assert not adapter.shown(ref)
        assert not any(one.public for one in adapter.published())
        kept = adapter.capabilities.retract is Retract.DRAFT
        assert (ref in harness.stored()) is kept

    def test_a17_what_was_unpublished_can_come_back_once(self, harness: CmsHarness) -> None:
        """As one item, seen by everybody."""
        adapter = _needs_publishing(harness)
        adapter.unpublish(harness.put(adapter), at=harness.at + 1)
        ref = harness.put(harness.fresh())
        assert harness.stored() == (ref,)
        _shown(harness, ref)

    def test_a17_what_is_unpublished_while_there_is_trouble_says_so(
        self, harness: CmsHarness
    ) -> None:
        """No error means that it is away."""
        adapter = _needs_publishing(harness)
        ref = harness.put(adapter)
        with harness.forbidding(), pytest.raises(AdapterError):
            adapter.unpublish(ref, at=harness.at + 1)
        with harness.down(), pytest.raises(TemporaryAdapterError):
            adapter.unpublish(ref, at=harness.at + 1)

    def test_a17_orphans_go_and_the_editors_pages_stay(self, harness: CmsHarness) -> None:
        """What nobody wants any more is found, public or not; what is not ours is no orphan."""
        adapter = _needs_publishing(harness)
        at = harness.at
        harness.own_page("qzxeditors")
        places = harness.places_holding(b"qzxeditors")
        assert places
        refs = [harness.put(adapter, number=number) for number in range(3)]
        adapter.unpublish(refs[1], at=at)
        held = harness.fresh().published()
        assert {one.ref for one in held} == set(harness.stored())
        gone = {one.ref for one in stale(held, [activity(0, at=at)], at=at)}
        assert gone == set(harness.stored()) - {refs[0]}
        for ref in gone:
            adapter.unpublish(ref, at=at)
            if adapter.capabilities.erase is not EraseMethod.NONE:
                adapter.erase(ref, at=at)
        assert harness.seen(refs[0]) is not None
        assert [one.ref for one in adapter.published() if one.public] == [refs[0]]
        assert harness.places_holding(b"qzxeditors") == places

    def test_a17_trash_and_revisions_are_erased_or_named(self, harness: CmsHarness) -> None:
        """An item that was changed, taken away, brought back and changed has left its traces."""
        adapter = needs_erasing(harness)
        assert isinstance(adapter, CmsAdapter)
        at = harness.at
        for turn in range(3):
            text = f"<p>{MARKER} {turn}</p>"
            ref = adapter.publish(attrs.evolve(activity(1, at=at), body=text), at=at)
            _shown(harness, ref)
            adapter.unpublish(ref, at=at)
        ref = adapter.publish(activity(1, at=at), at=at)
        _shown(harness, ref)
        erasure = adapter.erase(ref, at=at + 1)
        found = within_reach(adapter, erasure.residue)
        assert len(found) >= len(harness.places_holding(MARKER.encode()))
        assert harness.seen(ref) is None
        assert adapter.published() == ()

    def test_a17_what_is_over_is_not_published(self, harness: CmsHarness) -> None:
        """Nor what never ends."""
        adapter = _needs_publishing(harness)
        at = harness.at
        for until in (at - 1, at, at + 100 * 366 * limits.DAY):
            with pytest.raises(InvalidRecordError, match="valid_until"):
                adapter.publish(attrs.evolve(activity(1, at=at), valid_until=until), at=at)
        assert harness.stored() == ()


class CmsAdapterSuite(PublishingRules, ErasingRules):
    """All rules for websites; a subclass provides the fixture `harness`."""

    def test_a9_without_the_gates_leave_no_teaser_is_sent(self, harness: CmsHarness) -> None:
        """No permit, or one for another action, referral or time: refused, nothing is there."""
        adapter = _needs_publishing(harness)
        at = harness.at
        bad: list[Any] = [
            None,
            Permit(Action.SERVE, MEMBER, _REFERRAL, at),
            leave_to_show(_OTHER, at=at),
            leave_to_show(_REFERRAL, at=at - limits.PERMIT_SECONDS - 1),
            leave_to_show(_REFERRAL, at=at + 1),
        ]
        for permit in bad:
            with pytest.raises(ConsentError):
                adapter.publish(teaser(_REFERRAL, at=at), permit=permit, at=at)
        assert harness.stored() == ()

    def test_a9_no_referral_is_named_on_the_site(self, harness: CmsHarness) -> None:
        """Not even in what only editors see; an activity is of none."""
        adapter = _needs_publishing(harness)
        at = harness.at
        permit = leave_to_show(_REFERRAL, at=at)
        ref = adapter.publish(teaser(_REFERRAL, at=at), permit=permit, at=at)
        _shown(harness, ref)
        assert harness.places_holding(_REFERRAL.encode()) == ()
        named = attrs.evolve(activity(2, at=at), referral=_REFERRAL)
        with pytest.raises(InvalidRecordError, match="referral"):
            adapter.publish(named, permit=permit, at=at)

    def test_a12_what_sites_have_fetched_is_named_until_it_goes(self, harness: CmsHarness) -> None:
        """Who offers and lets sites fetch cannot call copies back: they are named, with an end."""
        adapter = needs_erasing(harness)
        if adapter.capabilities.publish is not Publish.PULL:
            pytest.skip("no site fetches")
        ref = harness.put(adapter)
        erased_at = harness.at + 1
        copies = [one for one in adapter.erase(ref, at=erased_at).residue if fetched(one)]
        assert copies
        ends = {one.goes for one in copies if one.goes is not None}
        assert erased_at < min(ends) <= max(ends) <= erased_at + limits.FEED_OLD
        assert adapter.look(ref, at=max(ends) - 1) != ()
        assert adapter.look(ref, at=max(ends)) == ()

    def test_a15_scripts_do_not_arrive(self, harness: CmsHarness) -> None:
        """Neither in what is shown nor in what is stored; what is allowed does."""
        adapter = _needs_publishing(harness)
        attack = (
            '<script>qzxattack()</script><img src=x onerror="qzxattack()">'
            '<a href="javascript:qzxattack()">hier</a>&lt;svg onload=qzxattack()&gt;'
        )
        item = attrs.evolve(
            activity(1, at=harness.at),
            title=f"Messe{attack}",
            body=f'<p onclick="qzxattack()">Am <em>Montag</em></p>{attack}',
        )
        ref = adapter.publish(item, at=harness.at)
        for page in (harness.content_of(ref).decode("utf-8", "replace"), _shown(harness, ref)):
            assert "qzxattack" not in page
            assert "<em>Montag</em>" in page

    def test_a15_slugs_and_a_teasers_title_name_nobody(self, harness: CmsHarness) -> None:
        """A slug is ours and stays; a teaser's title is made of labels or it is not sent."""
        adapter = _needs_publishing(harness)
        at = harness.at
        named = attrs.evolve(activity(1, at=at), title="Erika Muster")
        ref = adapter.publish(named, at=at)
        names = harness.names_of(ref)
        assert names
        for name in (ref, *names):
            assert "erika" not in name.lower()
            assert "muster" not in name.lower()
        adapter.publish(attrs.evolve(named, title="Umbenannt"), at=at)
        assert harness.names_of(ref) == names
        written = attrs.evolve(teaser(_REFERRAL, at=at), title="Erika Muster")
        with pytest.raises(InvalidRecordError, match="title"):
            adapter.publish(written, permit=leave_to_show(_REFERRAL, at=at), at=at)

    def test_a18_what_is_declared_works(self, harness: CmsHarness) -> None:
        """Each flag in its positive direction."""
        adapter, able = harness.fresh(), harness.fresh().capabilities
        if able.publish is not Publish.NONE:
            ref = harness.put(adapter)
            assert ref in harness.stored()
            assert adapter.shown(ref)
            if able.erase is EraseMethod.HARD:
                adapter.erase(ref, at=harness.at)
                assert ref not in harness.stored()

    def test_a18_what_is_not_declared_raises(self, harness: CmsHarness) -> None:
        """Each flag in its negative direction: refused by its own error, and nothing happens."""
        adapter, able, at = harness.fresh(), harness.fresh().capabilities, harness.at
        attempts: tuple[Callable[[], object], ...] = (
            lambda: adapter.publish(activity(1, at=at), at=at),
            lambda: adapter.unpublish("a", at=at),
            lambda: adapter.shown("a"),
            lambda: adapter.find(activity(1, at=at).key),
            adapter.published,
        )
        if able.publish is Publish.NONE:
            for attempt in attempts:
                assert_unsupported(attempt, "publish")
        assert harness.stored() == ()

    def test_a18_what_expires_by_itself_is_declared(self, harness: CmsHarness) -> None:
        """At the end of its time it goes by itself, or the declaration says that it does not."""
        adapter = _needs_publishing(harness)
        until = harness.at + 5  # a busy site takes a while to publish
        item = attrs.evolve(activity(1, at=harness.at), valid_until=until)
        ref = adapter.publish(item, at=harness.at)
        _shown(harness, ref)
        harness.wait_until(until + 1)
        assert (harness.seen(ref) is None) is adapter.capabilities.expires


def _shown(harness: CmsHarness, ref: str) -> str:
    page = harness.seen(ref)
    assert page is not None, "an anonymous reader does not see the item"
    return page


def _lose_answer(adapter: CmsAdapter) -> None:
    publish = adapter._publish

    def arrived_but_unanswered(*args: Any, **kwargs: Any) -> str:
        publish(*args, **kwargs)
        raise TimeoutError

    vars(adapter)["_publish"] = arrived_but_unanswered
