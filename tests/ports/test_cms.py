"""The guards before a website: the gate's leave, what is sent, and the look after unpublishing."""

from typing import Any, cast

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import (
    ConsentError,
    InvalidRecordError,
    PermanentAdapterError,
    TemporaryAdapterError,
    UnsupportedCapabilityError,
)
from fachkraft_share.ports.capabilities import Capabilities, rows
from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.ports.publishing import Item, ItemKind, LabelTitle, Published, item_key
from fachkraft_share.rules.consent import Action, Permit
from fachkraft_share.rules.vocabulary import Kind, shipped
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter, MemorySite

AT = 1_795_305_600
REFERRAL = "r" * 22


def activity(number=1):
    """Return an activity."""
    key = item_key(ItemKind.ACTIVITY, str(number))
    until = AT + limits.DAY
    link = "https://node.example/a"
    return Item(key, ItemKind.ACTIVITY, f"Messe {number}", "<p>Ja</p>", link, "de", until)


def teaser():
    """Return a teaser."""
    title = LabelTitle.of([(Kind.OCCUPATION, "26")], vocabulary=shipped(), language="de")
    key = item_key(ItemKind.TEASER, REFERRAL)
    return attrs.evolve(activity(), key=key, kind=ItemKind.TEASER, title=title, referral=REFERRAL)


def leave(referral=REFERRAL, *, at=AT, action=Action.DISPLAY):
    """Return what the gate gives for showing this referral."""
    return Permit(action, "https://member.example", referral, at)


def test_a_teaser_needs_leave_for_exactly_its_referral():
    """None, another action, another referral, too old: refused, and nothing is sent."""
    site = MemorySite()
    adapter = MemoryCmsAdapter(site)
    for permit in (
        None,
        cast(Any, "yes"),
        leave(action=Action.IMPORT),
        leave("s" * 22),
        leave(at=AT - limits.PERMIT_SECONDS - 1),
        leave(at=AT + 1),
    ):
        with pytest.raises(ConsentError):
            adapter.publish(teaser(), permit=permit, at=AT)
    assert site.pages == {}
    ref = adapter.publish(teaser(), permit=leave(), at=AT)
    assert REFERRAL not in repr(site.pages[ref])


def test_what_must_not_be_sent_is_refused_by_its_own_error():
    """The error names adapter and field."""
    adapter = MemoryCmsAdapter(MemorySite())
    with pytest.raises(InvalidRecordError, match="memory-cms: valid_until"):
        adapter.publish(activity(), at=AT + limits.DAY)


def test_what_is_still_shown_was_not_taken_from_the_public():
    """The guard asks as a reader would; the caller tries again."""

    class Forgets(MemoryCmsAdapter):
        def _unpublish(self, ref, *, at):
            pass

    adapter = Forgets(MemorySite())
    ref = adapter.publish(activity(), at=AT)
    assert adapter.shown(ref)
    with pytest.raises(TemporaryAdapterError, match="still sees"):
        adapter.unpublish(ref, at=AT)


def test_a_list_that_does_not_end_or_holds_what_is_not_ours_is_refused(monkeypatch):
    """Somebody might let all of it go as orphans."""
    adapter = MemoryCmsAdapter(MemorySite())
    for number in range(3):
        adapter.publish(activity(number), at=AT)
    assert len(adapter.published()) == 3
    monkeypatch.setattr(limits, "ITEMS_PUBLISHED", 2)
    with pytest.raises(PermanentAdapterError, match="does not end"):
        adapter.published()

    class ListsAll(MemoryCmsAdapter):
        def _published(self):
            yield Published("7", "about-us", public=True)

    with pytest.raises(InvalidRecordError, match="key"):
        ListsAll(MemorySite()).published()
    with pytest.raises(InvalidRecordError, match="key"):
        adapter.find("about-us")


class Bare(MemoryCmsAdapter):
    """Declares that it publishes and fills in nothing."""

    _find = CmsAdapter._find
    _publish = CmsAdapter._publish
    _unpublish = CmsAdapter._unpublish
    _shown = CmsAdapter._shown
    _published = CmsAdapter._published


class Half(Bare):
    """Looks for our key, and has nowhere to go from there."""

    _find = MemoryCmsAdapter._find


class Undeclared(MemoryCmsAdapter):
    """Declares nothing."""

    capabilities = Capabilities()


def attempts(adapter):
    """Return every call there is."""
    return (
        lambda: adapter.publish(activity(), at=AT),
        lambda: adapter.unpublish("1", at=AT),
        lambda: adapter.shown("1"),
        lambda: adapter.find(activity().key),
        adapter.published,
    )


@pytest.mark.parametrize("kind", [Bare, Half, Undeclared])
def test_what_was_not_filled_in_or_declared_says_so(kind):
    """It never passes silently."""
    for attempt in attempts(kind(MemorySite()))[: 1 if kind is Half else None]:
        with pytest.raises(UnsupportedCapabilityError, match="cannot publish"):
            attempt()


def test_the_guards_of_publishing_stay():
    """Overriding a public method is refused when the class is made."""
    with pytest.raises(TypeError, match="publish"):
        type("Around", (MemoryCmsAdapter,), {"publish": lambda *_: "1"})


def test_a_declaration_can_be_shown_to_people():
    """With what only websites have."""
    shown = dict(rows(MemoryCmsAdapter.capabilities))
    assert (shown["publish"], shown["retract"], shown["expires"]) == ("push", "draft", "yes")
    assert shown["changes"] == "no_read"
