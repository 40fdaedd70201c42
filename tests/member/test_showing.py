"""Websites show exactly whom the gate lets be shown, and no crash leaves anybody standing there."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.member import rereading, resync
from fachkraft_share.member.records import Displayed, Trouble
from fachkraft_share.model.consent import Purpose
from fachkraft_share.ports.erasure_evidence import Erasure, Outcome
from fachkraft_share.ports.health import Level
from fachkraft_share.protocol.parts import read_part
from fachkraft_share.protocol.payloads import CategoryErased, ErasureState, ReceiptItem
from fachkraft_share.protocol.records import Receipt
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter, Page, State
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.scripted_cms import (
    Killed,
    LastingAdapter,
    OtherAdapter,
    ScriptedSite,
    slug_of,
    slugs,
)
from fachkraft_share.wire.convert import structure

ALONE = (Purpose.REFERRAL, Purpose.OWN_POOL)  # all that can be allowed but public pages
SITE = "site:memory-cms"


@pytest.fixture
def site(harz: Any) -> ScriptedSite:
    """The website of `beispiel`, connected."""
    found = ScriptedSite(harz.clock)
    connect(harz, found)
    return found


def connect(harz: Any, *sites: ScriptedSite, kinds: Any = (MemoryCmsAdapter, OtherAdapter)) -> None:
    """Open `beispiel` as a new process that knows these websites."""
    made = [kind(one) for kind, one in zip(kinds, sites, strict=False)]
    harz.open("beispiel", adapters={one.name: one for one in made})


def granted(harz: Any, number: int = 1, **choice: Any) -> tuple[Person, str]:
    """Let `muster` recommend somebody and the person allow everything, or what is chosen."""
    person, referral = harz.recommend(application=f"ATS-{number}")
    harz.settle(rounds=2)
    person.grant(**choice)
    harz.settle(rounds=2)
    return person, referral


def every(harz: Any, name: str, record: Any) -> tuple[Any, ...]:
    """Return a member's records."""
    with harz.members[name].engine.store.begin(write=False) as transaction:
        return transaction.every(record)  # type: ignore[no-any-return]


def item_of(harz: Any, referral: str, scope: str = "all") -> ReceiptItem | None:
    """Return what `beispiel` signed, as the node keeps it."""
    with harz.node_store.begin(write=False) as transaction:
        found = transaction.get(Receipt, referral, "https://beispiel.example", scope)
    return structure(read_part(found.part)[1], ReceiptItem) if found else None


def receipt(harz: Any, referral: str) -> tuple[ReceiptItem, dict[str, CategoryErased]]:
    """Return what `beispiel` signed, and its categories by name."""
    item = item_of(harz, referral)
    assert item is not None
    return item, {one.category: one for one in item.categories}


def check(harz: Any, id: str = "FKS-014") -> tuple[Level, str]:
    """Return what `doctor` says of the websites."""
    [found] = [one for one in harz.members["beispiel"].doctor() if one.id == id]
    return found.health.level, found.health.cause


# What stands there -----------------------------------------------------------------------------


def test_who_allowed_it_is_shown_by_the_next_sync(harz: Any, site: ScriptedSite) -> None:
    """Labels and the alliance's link; neither person nor origin nor referral."""
    _, referral = granted(harz)
    [page] = site.seen().values()
    assert set(site.seen()) == slugs([referral])
    for shown in ("Informatik", "Goslar", "Python", harz.members["beispiel"].engine.settings.url):
        assert shown in page
    stored = repr((site.pages, site.revisions, site.cache)).casefold()
    for secret in ("xylophonia", "aylin", "muster", "sorgfältig", referral.casefold()):
        assert secret not in stored


def test_nobody_is_shown_without_that_word(harz: Any, site: ScriptedSite) -> None:
    """Held, in the inbox, and not for the public: the site is not told of such a person."""
    _, referral = granted(harz, purposes=ALONE)
    assert [one.referral for one in harz.members["beispiel"].inbox()] == [referral]
    assert not site.pages


def test_what_has_not_changed_is_not_sent_again(harz: Any, site: ScriptedSite) -> None:
    """A second synchronisation has nothing to do and asks the site nothing."""
    granted(harz)
    before = site.calls
    report = harz.members["beispiel"].sync()
    assert (report.shown, site.calls) == (0, before)


def test_what_has_changed_is_the_same_item_with_other_words(harz: Any, site: ScriptedSite) -> None:
    """Here the language of the member's pages."""
    granted(harz)
    [ref] = site.pages
    engine = harz.members["beispiel"].engine
    engine.settings = attrs.evolve(engine.settings, language="en")
    assert harz.members["beispiel"].sync().shown == 1
    assert list(site.pages) == [ref]
    assert "A skilled person" in site.pages[ref].html


def test_several_are_shown_and_only_those_who_may_stay(harz: Any, site: ScriptedSite) -> None:
    """One withdraws; the others' pages are not touched."""
    people = [granted(harz, number) for number in range(3)]
    assert set(site.seen()) == slugs(referral for _, referral in people)
    people[1][0].withdraw()
    harz.settle(rounds=1)
    assert set(site.seen()) == slugs(people[one][1] for one in (0, 2))


def test_a_site_is_told_little_at_once_and_the_rest_with_the_next_sync(
    harz: Any, site: ScriptedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is to go goes first."""
    first, gone = granted(harz)
    monkeypatch.setattr(limits, "SITE_STEPS", 1)
    harz.members.pop("beispiel")
    held = [granted(harz, number)[1] for number in (2, 3)]
    first.withdraw(harz.parties["beispiel"].settings.id)
    harz.node.tick()
    beispiel = harz.parties["beispiel"].member
    beispiel.sync()
    assert slug_of(gone) not in site.seen()
    assert len(site.seen()) == 1
    beispiel.sync()
    assert set(site.seen()) == slugs(held)


def test_what_an_editor_deleted_stands_there_again_and_their_own_pages_stay(
    harz: Any, site: ScriptedSite
) -> None:
    """The site is compared every half hour, or when it says that something changed."""
    _, referral = granted(harz)
    site.create(Page("ueber-uns", "Über uns", "<p>Wir</p>"))
    [ref] = [ref for ref, page in site.pages.items() if page.slug == slug_of(referral)]
    site.delete(ref)
    beispiel = harz.members["beispiel"]
    beispiel.sync()
    assert not site.seen()
    rereading.note(beispiel.engine, "memory-cms")
    beispiel.sync()
    assert set(site.seen()) == slugs([referral])
    assert any(page.slug == "ueber-uns" for page in site.pages.values())
    assert not beispiel.sync().problems


def test_what_an_editor_hid_is_shown_again_within_the_hour(harz: Any, site: ScriptedSite) -> None:
    """Without any hint: the member's word decides, not a click there."""
    _, referral = granted(harz)
    [ref] = site.pages
    site.change(ref, state=State.DRAFT)
    site.purge(ref)
    harz.clock.pass_time(limits.SITE_COMPARED)
    harz.settle(rounds=1)
    assert set(site.seen()) == slugs([referral])


# Away again ------------------------------------------------------------------------------------


def test_who_withdraws_is_gone_with_the_next_sync_and_the_receipt_says_so(
    harz: Any, site: ScriptedSite
) -> None:
    """From the pages, the cache and the revisions; the site is among the stores that were asked."""
    person, referral = granted(harz)
    assert site.traces(referral)
    person.withdraw()
    harz.settle()
    assert site.traces(referral) == ()
    item, said = receipt(harz, referral)
    assert said["profile"].state is ErasureState.ERASED
    assert said["dossier"].state is ErasureState.NEVER_HELD
    assert SITE in item.stores
    assert item.second_look
    assert not every(harz, "beispiel", Displayed)


def test_withdrawn_from_this_member_alone_it_is_gone_there(harz: Any, site: ScriptedSite) -> None:
    """And its receipt names that scope."""
    person, referral = granted(harz)
    person.withdraw("https://beispiel.example")
    harz.settle()
    assert site.traces(referral) == ()
    item = item_of(harz, referral, "https://beispiel.example")
    assert item is not None
    assert item.categories[0] == CategoryErased("profile", ErasureState.ERASED)


def test_what_its_origin_closes_and_what_time_closes_is_gone(harz: Any, site: ScriptedSite) -> None:
    """Filled, or the consent has ended."""
    _, filled = granted(harz)
    _, short = granted(harz, 2, months=1)
    harz.members["muster"].close(filled, reason="filled")
    harz.settle(rounds=2)
    assert set(site.seen()) == slugs([short])
    end = max(one.until for one in every(harz, "beispiel", Displayed)) + 32 * limits.DAY
    while harz.clock.now() < end:
        harz.clock.pass_time(2 * limits.DAY)
        harz.settle(rounds=1)
    assert site.traces(short) == ()
    assert not every(harz, "beispiel", Displayed)


def test_the_public_is_spared_before_anything_slower_is_erased(
    harz: Any, site: ScriptedSite
) -> None:
    """Of all who withdrew, before the first participant is asked to erase the first of them."""
    people = [granted(harz, number) for number in range(3)]
    seen: list[set[str]] = []

    @attrs.frozen
    class Slow:
        name: str = "a slow one"

        def erase(self, referral: str, *, at: int) -> Erasure:  # noqa: ARG002
            seen.append(set(site.seen()))
            return Erasure(Outcome.NEVER_HELD, (), at)

    harz.members["beispiel"].add_participant(Slow())
    for person, _ in people:
        person.withdraw()
    harz.settle(rounds=1)
    assert seen == [set()] * 3


def test_who_hears_nothing_for_half_an_hour_shows_nothing(harz: Any, site: ScriptedSite) -> None:
    """Nor keeps it there; when the node is heard again it comes back."""
    _, referral = granted(harz)
    harz.wire.cut = True
    harz.clock.pass_time(limits.DISPLAY_HEARD)
    harz.members["beispiel"].sync()
    assert site.traces(referral) == ()
    harz.wire.cut = False
    harz.settle(rounds=1)
    assert set(site.seen()) == slugs([referral])


def test_an_engine_that_stands_still_is_no_reason_to_stand_there(
    harz: Any, site: ScriptedSite
) -> None:
    """A site that hides by itself does so within the hour; while it runs it is told in time."""
    _, referral = granted(harz)
    for _ in range(5):
        harz.clock.pass_time(25 * limits.MINUTE)
        harz.members["beispiel"].sync()
        assert set(site.seen()) == slugs([referral])
    harz.clock.pass_time(limits.SITE_SHOWN)
    assert not site.seen()


def test_a_site_that_hides_nothing_is_told_the_whole_time_once(harz: Any) -> None:
    """Renewing would change nothing there."""
    lasting = ScriptedSite(harz.clock)
    connect(harz, lasting, kinds=(LastingAdapter,))
    person, _ = granted(harz)
    [page] = lasting.pages.values()
    assert page.until == person.look().consent.exp
    harz.clock.pass_time(25 * limits.MINUTE)
    harz.members["beispiel"].sync()
    harz.clock.pass_time(25 * limits.MINUTE)
    assert harz.members["beispiel"].sync().shown == 0


@pytest.mark.parametrize("why", ["quarantine", "list"])
def test_uncertain_state_shows_nothing(why: str, harz: Any, site: ScriptedSite) -> None:
    """Restored, or with an expired list, and the node is not there to say what has ended."""
    _, referral = granted(harz)
    harz.wire.cut = True
    if why == "list":
        harz.clock.pass_time((limits.LIST_DAYS + 1) * limits.DAY)
    else:
        resync.quarantine(harz.members["beispiel"].engine, "restored")
    harz.members["beispiel"].sync()
    assert site.traces(referral) == ()


def test_a_restored_member_finds_whom_it_forgot_to_show(harz: Any, site: ScriptedSite) -> None:
    """The backup is older than the item: it goes in the first sync, and the receipt is no lie."""
    person, referral = harz.recommend()
    harz.settle(rounds=2)
    kept = harz.parties["beispiel"].memory
    store = kept.store.snapshot()
    person.grant()
    harz.settle(rounds=2)
    assert site.seen()
    kept.store.restore(store)
    resync.mark_restored(kept.store, at=harz.clock.now())
    person.withdraw()
    connect(harz, site)
    harz.wire.cut = True
    harz.members["beispiel"].sync()
    assert site.traces(referral) == ()
    harz.wire.cut = False
    harz.settle()
    assert receipt(harz, referral)[1]["profile"].state is ErasureState.ERASED


def test_a_restored_member_asks_every_site_when_it_erases(harz: Any, site: ScriptedSite) -> None:
    """Its notes may be lost: the site's trouble is the receipt's trouble."""
    person, referral = granted(harz)
    kept = harz.parties["beispiel"].memory
    with kept.store.begin() as transaction:
        transaction.drop_every(Displayed, referral=referral)
    resync.mark_restored(kept.store, at=harz.clock.now())
    person.withdraw()
    site.trouble = 403
    harz.settle()
    said = receipt(harz, referral)[1]["profile"]
    assert (said.state, said.reason) == (ErasureState.FAILED, "participant_credentials")


# Trouble ---------------------------------------------------------------------------------------


def test_a_lost_answer_leaves_one_item(harz: Any, site: ScriptedSite) -> None:
    """It had arrived; the next try finds it."""
    site.script = ["lost"]
    _, referral = granted(harz)
    harz.clock.pass_time(2 * limits.MINUTE)
    harz.settle(rounds=1)
    assert len(site.pages) == 1
    assert set(site.seen()) == slugs([referral])
    assert check(harz) == (Level.OK, "")


@pytest.mark.parametrize("fault", ["lost", "killed-before", "killed-after"])
@pytest.mark.parametrize("withdraws", [False, True])
def test_a_process_that_ends_anywhere_leaves_nobody_unknown(
    fault: str, withdraws: bool, harz: Any, site: ScriptedSite
) -> None:
    """Shown once by the next process, or taken away by it, with a receipt that says so."""
    person, referral = harz.recommend()
    harz.settle(rounds=2)
    person.grant()
    harz.node.tick()
    site.script = [fault]
    ended = False
    for name in ("muster", "beispiel", "beispiel"):
        try:
            harz.members[name].sync()
        except Killed:
            ended = True
            break
    assert ended is (fault != "lost")
    [row] = every(harz, "beispiel", Displayed)
    assert (row.referral, row.ref, row.sent) == (referral, None, "")
    harz.clock.pass_time(limits.REST_SECONDS)
    connect(harz, site)
    if withdraws:
        person.withdraw()
    harz.settle()
    assert set(site.seen()) == (set() if withdraws else slugs([referral]))
    assert len(site.pages) == (0 if withdraws else 1)
    if withdraws:
        assert receipt(harz, referral)[1]["profile"].state is ErasureState.ERASED
        assert not every(harz, "beispiel", Displayed)


def test_what_may_still_arrive_is_waited_for_before_a_receipt_says_erased(
    harz: Any, site: ScriptedSite
) -> None:
    """The request was sent when the process ended; the site takes it minutes later."""
    person, referral = harz.recommend()
    harz.settle(rounds=2)
    person.grant()
    harz.node.tick()
    site.script = ["killed-before"]
    with pytest.raises(Killed):
        harz.settle()
    connect(harz, site)
    person.withdraw()
    harz.settle()
    assert _profile_state(harz, referral) is ErasureState.REQUESTED
    site.create(Page(slug_of(referral), "Informatik", ""))
    harz.settle(rounds=1)
    assert not site.pages
    harz.clock.pass_time(limits.REST_SECONDS)
    harz.settle()
    assert _profile_state(harz, referral) is ErasureState.ERASED
    assert not every(harz, "beispiel", Displayed)


def test_one_sites_trouble_stops_neither_the_other_nor_the_sync(harz: Any) -> None:
    """It is told by `doctor`, tried again, and forgotten when it is over."""
    good, bad = ScriptedSite(harz.clock), ScriptedSite(harz.clock)
    connect(harz, bad, good)
    bad.trouble = 500
    _, referral = granted(harz)
    report = harz.members["beispiel"].sync()
    assert report.online
    assert report.problems == ("site-temporaryadapter",)
    assert set(good.seen()) == slugs([referral])
    assert check(harz) == (Level.WARN, "memory-cms: temporaryadapter")
    assert check(harz, "FKS-006") == (Level.OK, "")
    bad.trouble = None
    harz.clock.pass_time(limits.SITE_RETRY_LAST)
    harz.settle(rounds=1)
    assert set(bad.seen()) == slugs([referral])
    assert check(harz) == (Level.OK, "")
    assert not every(harz, "beispiel", Trouble)


def test_a_site_says_when_to_come_back(harz: Any, site: ScriptedSite) -> None:
    """Before that it is not asked again."""
    site.trouble, site.retry_after = 429, 20 * limits.MINUTE
    _, referral = granted(harz)
    before = site.calls
    site.trouble = None
    harz.clock.pass_time(20 * limits.MINUTE - 1)
    harz.settle(rounds=1)
    assert site.calls == before
    harz.clock.pass_time(1)
    harz.settle(rounds=1)
    assert set(site.seen()) == slugs([referral])


def test_a_silent_site_is_asked_again_every_few_minutes(harz: Any) -> None:
    """Somebody may stand there who withdrew; a silent applicant system can wait for hours."""
    lasting = ScriptedSite(harz.clock)
    connect(harz, lasting, kinds=(LastingAdapter,))
    person, _ = granted(harz)
    lasting.trouble = 0
    person.withdraw()
    for _ in range(12):
        harz.settle(rounds=1)
        harz.clock.pass_time(limits.SITE_RETRY_LAST)
    assert lasting.seen()
    level, cause = check(harz)
    assert level is Level.FAIL
    assert "lasting-cms: 1 items are to go" in cause
    lasting.trouble = None
    harz.settle(rounds=1)
    assert not lasting.pages
    assert check(harz) == (Level.OK, "")


def test_while_a_site_is_silent_no_receipt_says_erased(harz: Any, site: ScriptedSite) -> None:
    """First it waits, then it says that it failed for the moment, at last that it is gone."""
    person, referral = granted(harz)
    site.trouble = 0
    person.withdraw()
    states = []
    for hours in range(8):
        if hours == 6:
            site.trouble = None
        harz.clock.pass_time(limits.HOUR)
        harz.settle()
        states.append(_profile_state(harz, referral))
    assert states[0] is None
    assert states[5] is ErasureState.FAILED
    harz.clock.pass_time(limits.DAY)
    harz.settle()
    assert _profile_state(harz, referral) is ErasureState.ERASED
    assert site.traces(referral) == ()


def _profile_state(harz: Any, referral: str) -> ErasureState | None:
    item = item_of(harz, referral)
    return item.categories[0].state if item else None


def test_what_a_site_keeps_is_named_in_the_receipt_and_tried_again(
    harz: Any, site: ScriptedSite
) -> None:
    """Hidden, not gone: the row stays until the site lets go of the rest."""

    class Keeping(MemoryCmsAdapter):
        def _erase(self, ref: str, *, at: int) -> Any:
            answer = super()._erase(ref, at=at)
            self.site.revisions.append((ref, Page("left", "", "")))
            return answer

    harz.open("beispiel", adapters={"memory-cms": Keeping(site)})
    person, referral = granted(harz)
    person.withdraw()
    harz.settle()
    item, said = receipt(harz, referral)
    assert said["profile"].state is ErasureState.FAILED
    assert said["profile"].reason == "residue"
    assert said["dossier"].state is ErasureState.NEVER_HELD  # no site ever holds one
    assert [(one.kind, one.where) for one in item.residues] == [("history", "revisions")]
    assert not site.seen()
    assert check(harz) == (Level.WARN, "memory-cms: 1 items are to go")
    calls = site.calls
    harz.members["beispiel"].sync()
    assert site.calls == calls
    site.revisions.clear()
    connect(harz, site)
    harz.clock.pass_time(limits.DAY)
    harz.settle()
    assert not every(harz, "beispiel", Displayed)
    assert receipt(harz, referral)[1]["profile"].state is ErasureState.ERASED


def test_a_site_that_cannot_erase_is_a_task_for_a_person(harz: Any, site: ScriptedSite) -> None:
    """It unpublishes; the receipt says that the rest was asked for."""
    from fachkraft_share.ports.capabilities import EraseMethod

    class Unable(MemoryCmsAdapter):
        capabilities = attrs.evolve(MemoryCmsAdapter.capabilities, erase=EraseMethod.NONE)

    harz.open("beispiel", adapters={"memory-cms": Unable(site)})
    person, referral = granted(harz)
    person.withdraw()
    harz.settle()
    assert receipt(harz, referral)[1]["profile"].state is ErasureState.REQUESTED
    assert not site.seen()
    before = site.calls
    connect_unable = Unable(site)
    harz.open("beispiel", adapters={"memory-cms": connect_unable})
    harz.members["beispiel"].sync()
    calls = site.calls - before
    harz.members["beispiel"].sync()
    assert (calls, site.calls - before) == (1, 1)  # the listing of the new process, no more


def test_a_site_that_is_missing_failed_only_where_it_may_show_something(
    harz: Any, site: ScriptedSite
) -> None:
    """A nightly sync that lacks the adapter does not sign that the page is gone."""
    person, referral = granted(harz)
    other, unshown = granted(harz, 2, purposes=ALONE)
    harz.open("beispiel")
    level, cause = check(harz)
    assert (level, cause) == (Level.FAIL, "memory-cms: 1 items are to go")
    person.withdraw()
    other.withdraw()
    harz.settle()
    said = receipt(harz, referral)[1]["profile"]
    assert (said.state, said.reason) == (ErasureState.FAILED, "participant_missing")
    assert receipt(harz, unshown)[1]["profile"].state is ErasureState.ERASED
    assert site.seen()
    connect(harz, site)
    harz.settle()
    assert site.traces(referral) == ()
    assert receipt(harz, referral)[1]["profile"].state is ErasureState.ERASED


def test_a_referral_that_was_never_shown_does_not_ask_the_site(
    harz: Any, site: ScriptedSite
) -> None:
    """Its silence is no reason to keep anybody waiting for a receipt."""
    person, referral = granted(harz, purposes=ALONE)
    calls = site.calls
    site.trouble = 0
    person.withdraw()
    harz.settle()
    assert site.calls == calls
    assert receipt(harz, referral)[1]["profile"].state is ErasureState.ERASED


def test_two_pages_under_one_key_become_one(harz: Any, site: ScriptedSite) -> None:
    """Whoever made the second: an import, or a copy of the site."""
    _, referral = granted(harz)
    [page] = site.pages.values()
    site.pages["copy"] = page
    connect(harz, site)
    harz.settle(rounds=3)
    assert len(site.pages) == 1
    assert set(site.seen()) == slugs([referral])


def test_a_system_of_applicants_is_none_of_websites(harz: Any, site: ScriptedSite) -> None:
    """Neither reads runner-ups from a site nor files persons into it."""
    engine = harz.members["beispiel"].engine
    assert not engine.adapters
    assert set(engine.sites) == {"memory-cms"}
    assert SITE in engine.participants
    assert not site.pages


def test_a_person_is_told_where_they_are_shown(harz: Any, site: ScriptedSite) -> None:
    """Art. 15 GDPR: to whom data are disclosed."""
    _, referral = granted(harz)
    [told] = harz.members["beispiel"].export_for_person(referral)["shown_on"]
    assert told["system"] == "memory-cms"
    assert site.seen()


def test_on_a_full_disk_nobody_is_shown_and_who_may_not_be_goes(
    harz: Any, site: ScriptedSite
) -> None:
    """The room that is left is for taking away."""
    person, referral = granted(harz)
    harz.members["beispiel"].engine.cramped = lambda: True
    _, late = granted(harz, 2)
    assert set(site.seen()) == slugs([referral])
    person.withdraw()
    harz.settle(rounds=2)
    assert site.traces(referral) == ()
    harz.members["beispiel"].engine.cramped = lambda: False
    harz.settle(rounds=1)
    assert set(site.seen()) == slugs([late])
