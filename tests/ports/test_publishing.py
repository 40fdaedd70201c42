"""Items for websites: what may be sent, and what must go again."""

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError
from fachkraft_share.ports.publishing import (
    Item,
    ItemKind,
    LabelTitle,
    Published,
    item_key,
    key_of_slug,
    outgoing,
    stale,
)
from fachkraft_share.rules.vocabulary import Kind, shipped

AT = 1_795_305_600
REFERRAL = "r" * 22


def item(**changes):
    """Return an activity; a teaser when told so."""
    made = Item(
        key=item_key(ItemKind.ACTIVITY, "a1"),
        kind=ItemKind.ACTIVITY,
        title="Ausbildungsmesse",
        body="<p>Am <strong>Montag</strong></p>",
        link="https://node.example/activities/a1",
        language="de",
        valid_until=AT + limits.DAY,
    )
    return attrs.evolve(made, **changes)


def teaser(**changes):
    """Return a teaser with a title of labels."""
    title = LabelTitle.of(
        [(Kind.OCCUPATION, "26"), (Kind.YEARS, "5-9")], vocabulary=shipped(), language="de"
    )
    key = item_key(ItemKind.TEASER, REFERRAL)
    made = item(kind=ItemKind.TEASER, key=key, title=title, referral=REFERRAL)
    return attrs.evolve(made, **changes)


def test_the_title_of_a_teaser_is_made_of_labels():
    """In the item's language, and only of codes the vocabulary knows."""
    english = LabelTitle.of([(Kind.YEARS, "5-9")], vocabulary=shipped(), language="en")
    assert english == shipped().label(Kind.YEARS, "5-9", language="en")
    assert " · " in teaser().title
    with pytest.raises(InvalidRecordError) as caught:
        LabelTitle.of([(Kind.REGION, "Erika Muster")], vocabulary=shipped(), language="de")
    assert "Erika" not in str(caught.value)


def test_what_is_sent_holds_no_referral():
    """The key does not lead back to it either."""
    sent = outgoing(teaser(), at=AT)
    assert REFERRAL not in repr(attrs.asdict(sent)) + sent.slug + sent.page
    assert sent.title == teaser().title


def test_what_is_sent_is_clean():
    """Title on one line without markup, body with a few tags only."""
    dirty = item(title="Messe <b>am</b>\nMontag", body="<p onclick=x>Ja</p><script>")
    sent = outgoing(dirty, at=AT)
    assert (sent.title, sent.body) == ("Messe am Montag", "<p>Ja</p>")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "erika-muster"}, "key"),
        ({"language": "Deutsch"}, "language"),
        ({"valid_until": AT}, "valid_until"),
        ({"valid_until": AT * 1000}, "valid_until"),
        ({"referral": REFERRAL}, "referral"),
        ({"title": ""}, "title"),
        ({"title": "x" * (limits.SHORT_TEXT + 1)}, "title"),
        ({"title": "<script>x</script>"}, "title"),
        ({"body": "x" * (limits.ITEM_TEXT + 1)}, "body"),
        ({"link": "http://node.example/"}, "link"),
        ({"link": "https://erika@node.example/"}, "link"),
        ({"link": "https://node.example/#secret"}, "link"),
        ({"link": "https://node.example/d/secret"}, "link"),
    ],
)
def test_what_must_not_be_sent_is_refused_with_its_field(changes, field):
    """Nothing is cut or dropped silently."""
    with pytest.raises(InvalidRecordError, match=f"^{field}: "):
        outgoing(item(**changes), at=AT)


@pytest.mark.parametrize(
    ("changes", "field"), [({"referral": ""}, "referral"), ({"title": "Erika Muster"}, "title")]
)
def test_a_teaser_is_of_one_referral_and_its_title_of_labels(changes, field):
    """Whatever a caller has written itself is no title of a teaser."""
    with pytest.raises(InvalidRecordError, match=f"^{field}: "):
        outgoing(teaser(**changes), at=AT)


def test_a_slug_leads_to_the_key_and_names_nobody():
    """It is the same whatever the title is; other slugs are not ours."""
    assert key_of_slug(item().slug) == item().key
    assert item(title="Erika Muster").slug == item().slug
    for foreign in ("about-us", "fks-about", item().key, ""):
        assert key_of_slug(foreign) is None


def test_keys_differ_by_kind_and_name():
    """An activity and a teaser of one name are two."""
    assert len({item_key(kind, name) for kind in ItemKind for name in ("a", "b")}) == 6


def test_the_page_ends_with_the_link():
    """In the item's language, German where there is no text in it."""
    one = item(link="https://node.example/?a=1&b=2")
    assert one.page.startswith(one.body)
    assert 'href="https://node.example/?a=1&amp;b=2"' in one.page
    assert attrs.evolve(one, language="en").page != one.page
    assert attrs.evolve(one, language="fr").page == one.page


def test_orphans_what_is_over_and_doubles_must_go():
    """Of two with one key the one that is seen stays; drafts of ours that nobody wants go, too."""
    wanted, over = item(), item(key=item_key(ItemKind.ACTIVITY, "over"), valid_until=AT)
    held = [
        Published("1", wanted.key, public=False),
        Published("2", wanted.key, public=True),
        Published("3", over.key, public=True),
        Published("4", item_key(ItemKind.ACTIVITY, "orphan"), public=False),
    ]
    assert {one.ref for one in stale(held, [wanted, over], at=AT)} == {"1", "3", "4"}
    assert stale(held[1:2], [wanted], at=AT) == ()
    assert stale([], [wanted], at=AT) == ()


def test_an_activity_may_have_a_date():
    """With or without an end; it is sent as it was said."""
    assert outgoing(item(), at=AT).starts is None
    for ends in (None, AT + 3600):
        sent = outgoing(item(starts=AT, ends=ends), at=AT)
        assert (sent.starts, sent.ends) == (AT, ends)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends": AT}, "ends"),
        ({"starts": AT, "ends": AT}, "ends"),
        ({"starts": AT, "ends": 253_402_300_800}, "ends"),
        ({"starts": -1}, "starts"),
        ({"starts": 253_402_300_800}, "starts"),
        ({"starts": AT, "kind": ItemKind.INVITATION}, "starts"),
    ],
)
def test_dates_no_calendar_holds_are_not_sent(changes, field):
    """Nor a date of what is no activity."""
    with pytest.raises(InvalidRecordError, match=field):
        outgoing(item(**changes), at=AT)
