"""Lost answers, cut lines, crashes, restores: one effect each, and a withdrawal wins."""

import pytest

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, QuarantineError
from fachkraft_share.member import outbox, resync
from fachkraft_share.member.lease import LeaseHolder
from fachkraft_share.member.records import DossierRow, Outgoing, Parked, Standing
from fachkraft_share.model.organisation import Status
from fachkraft_share.protocol.records import Contact, Tombstone


def count(member, kind, **equal) -> int:
    """Count a member's records."""
    with member.engine.store.begin(write=False) as transaction:
        return len(transaction.every(kind, **equal))


def test_a_withdrawal_in_flight_beats_the_dossier(harz, reached) -> None:
    """The person withdraws while the requester fetches: nothing is stored."""
    person, referral = reached("requested")
    beispiel = harz.members["beispiel"]

    def withdraw_meanwhile(request) -> None:
        if request.operation == "GET /blobs":
            harz.wire.before = None
            person.withdraw()

    harz.wire.before = withdraw_meanwhile
    person.agree()
    harz.settle()
    assert not beispiel.received()
    assert not count(beispiel, DossierRow)
    assert beispiel.engine.keys.get(referral) is None


def test_a_withdrawal_heard_between_fetching_and_storing_wins(harz, reached) -> None:
    """The closure is applied here while the blob is on its way: the lock decides, and it ends."""
    person, referral = reached("requested")
    beispiel = harz.members["beispiel"]

    def close_here(request) -> None:
        if request.operation == "GET /blobs":
            harz.wire.before = None
            person.withdraw()
            from fachkraft_share.member import polling

            engine = beispiel.engine
            polling.take(engine, engine.client.poll(polling.cursors(engine)))

    harz.wire.before = close_here
    person.agree()
    harz.settle()
    assert count(beispiel, Tombstone, referral=referral) == 1
    assert not count(beispiel, DossierRow)


@pytest.mark.parametrize("presented", [False, True])
def test_a_contact_request_that_a_restored_node_forgot_reaches_the_person(
    harz, reached, presented: bool
) -> None:
    """Requester and origin say again what nobody has answered; the person is asked after all."""
    person, referral = reached("granted")
    backup = harz.node_store.snapshot()
    harz.members["beispiel"].request_contact(referral, job="Backend")
    harz.members["beispiel"].sync()
    if presented:
        harz.members["muster"].sync()
    harz.node_store.restore(backup)
    harz.start_node()
    harz.node.restart.distrust()  # the operator says that it was restored
    harz.settle()
    harz.clock.pass_time(limits.HOUR)
    harz.settle()
    [request] = person.requests()
    assert request.job == "Backend"
    for name in ("beispiel", "muster"):
        assert count(harz.members[name], Outgoing) == 0
    person.agree()
    harz.settle()
    assert harz.members["beispiel"].received()


def test_a_request_that_node_and_requester_forgot_is_said_again_by_the_origin(
    harz, reached
) -> None:
    """Both came back from backups: the origin kept the request, and nothing waits in vain."""
    person, referral = reached("granted")
    kept, forgetful = harz.node_store.snapshot(), harz.parties["beispiel"].memory.store
    before = forgetful.snapshot()
    harz.members["beispiel"].request_contact(referral, job="Backend")
    harz.members["beispiel"].sync()
    harz.members["muster"].sync()
    forgetful.restore(before)
    resync.restored(harz.open("beispiel").engine)
    harz.node_store.restore(kept)
    harz.start_node()
    harz.node.restart.distrust()  # the operator says that it was restored
    harz.settle()
    harz.clock.pass_time(limits.HOUR)
    harz.settle()
    assert count(harz.members["muster"], Outgoing) == 0
    assert [one.job for one in person.requests()] == ["Backend"]
    person.agree()
    harz.settle()
    assert [one.referral for one in harz.members["beispiel"].received()] == [referral]


def test_a_lost_answer_changes_nothing(harz, reached) -> None:
    """Every call may be answered into the void once: all is done exactly once in the end."""
    person, referral = harz.recommend()
    harz.settle(rounds=2)
    person.grant()
    beispiel = harz.members["beispiel"]
    for _ in range(12):
        harz.wire.lose_answers = 1
        beispiel.sync()
        harz.clock.pass_time(limits.MINUTE)
    harz.settle(rounds=2)
    beispiel.request_contact(referral, job="Backend")
    for _ in range(4):
        harz.wire.lose_answers = 1
        harz.settle(rounds=1)
        harz.clock.pass_time(5 * limits.MINUTE)
    harz.settle(rounds=2)
    person.agree()
    for _ in range(6):
        harz.wire.lose_answers = 1
        harz.settle(rounds=1)
        harz.clock.pass_time(5 * limits.MINUTE)
    harz.settle()
    assert len(beispiel.received()) == 1
    assert count(beispiel, Contact, referral=referral) == 1


def test_a_member_offline_during_the_withdrawal_hears_of_it_first(harz, reached) -> None:
    """Back after 30 days: closures come before anything else, and nothing is shown before."""
    person, _ = reached("received")
    beispiel = harz.members.pop("beispiel")
    person.withdraw()
    harz.settle()
    harz.clock.pass_time(30 * limits.DAY)
    harz.settle()
    report = beispiel.sync()
    assert report.online
    assert not beispiel.received()
    assert not count(beispiel, DossierRow)


def test_while_the_node_is_away_everything_waits_and_nothing_is_dropped(harz, reached) -> None:
    """The breaker keeps closures back; once the node answers they leave."""
    _, referral = reached("received")
    muster = harz.members["muster"]
    harz.wire.cut = True
    muster.close(referral, reason="withdrawn")
    for _ in range(3):
        harz.clock.pass_time(limits.MINUTE)
        report = muster.sync()
        assert not report.online
        assert report.waiting
    harz.wire.cut = False
    assert outbox.send_due(muster.engine).taken == 0  # the breaker is still open
    assert count(muster, Outgoing)
    harz.clock.pass_time(limits.MINUTE)
    harz.settle()
    assert not harz.members["beispiel"].received()
    assert not count(muster, Outgoing)


def test_a_new_process_goes_on_where_the_last_one_stopped(harz, reached) -> None:
    """Each step is done by a process that knows only what is stored."""
    person, referral = harz.recommend()
    for step in (person.grant, lambda: harz.open("beispiel").request_contact(referral, job="X")):
        for name in ("muster", "beispiel", "dritte"):
            harz.open(name)
        harz.settle(rounds=2)
        step()
        harz.settle(rounds=2)
    person.agree()
    for name in ("muster", "beispiel"):
        harz.open(name)
    harz.settle()
    assert len(harz.open("beispiel").received()) == 1


def test_only_one_process_synchronises(harz) -> None:
    """The lease stands in the store; it runs out by itself when its holder is gone."""
    muster = harz.members["muster"]
    other = LeaseHolder(muster.engine.store, harz.clock, "other")
    other.renew()
    with pytest.raises(BusyError):
        muster.sync()
    harz.clock.pass_time(limits.LEASE_SECONDS)
    assert muster.sync().online


def test_news_from_a_newcomer_waits_for_the_list_and_blocks_nothing(harz) -> None:
    """A member that joined a moment ago signs with a key nobody else knows yet."""
    neu = harz.join("neu")
    neu.sync()
    person, _ = harz.recommend(by="neu")
    harz.settle(rounds=2)
    person.grant()
    harz.settle(rounds=2)
    assert harz.members["beispiel"].inbox()
    assert not count(harz.members["beispiel"], Parked)


def test_keys_are_rotated_without_losing_anything(harz, reached) -> None:
    """Old messages still verify, new ones are signed with the new key."""
    person, referral = reached("granted")
    saved = []
    beispiel = harz.members["beispiel"]
    beispiel.engine.save_identity = saved.append
    before = beispiel.engine.signing_key().kid
    harz.clock.pass_time(limits.MINUTE)
    beispiel.rotate_keys()
    assert beispiel.engine.signing_key().kid != before
    assert saved[-1].keys == beispiel.engine.identity.keys
    beispiel.request_contact(referral, job="Backend")
    harz.settle()
    person.agree()
    harz.settle()
    assert beispiel.received()


def test_a_new_key_is_not_used_before_the_list_states_it(harz) -> None:
    """The answer to a rotation was lost: the old key signs on, and the rotation can be repeated."""
    muster = harz.members["muster"]
    before = muster.engine.signing_key().kid
    kept = []
    muster.engine.save_identity = kept.append
    harz.wire.cut = True
    with pytest.raises(Exception, match="cut"):
        muster.rotate_keys()
    harz.wire.cut = False
    harz.parties["muster"].identity = kept[-1]
    again = harz.open("muster")
    assert again.engine.signing_key().kid == before
    assert again.sync().online


def test_a_restored_member_shows_nothing_before_it_heard_its_peers(harz, reached) -> None:
    """P6: the backup knew the dossier; the journal and the node's tombstones end it again."""
    person, _ = reached("received")
    kept = harz.parties["beispiel"].memory
    backup, keys = kept.store.snapshot(), kept.keys.snapshot()
    person.withdraw()
    harz.settle()
    kept.store.restore(backup)
    kept.keys.restore(keys)
    beispiel = harz.open("beispiel")
    resync.quarantine(beispiel.engine, "restored")
    with pytest.raises(QuarantineError):
        beispiel.received()
    with pytest.raises(QuarantineError):
        beispiel.inbox()
    harz.settle()
    assert not beispiel.received()
    assert not count(beispiel, DossierRow)


def test_the_journal_alone_ends_what_a_restored_state_brings_back(harz, reached) -> None:
    """Without a word from anybody: replayed at the start, before anything is shown."""
    person, _ = reached("received")
    kept = harz.parties["beispiel"].memory
    backup = kept.store.snapshot()
    person.withdraw()
    harz.settle()
    kept.store.restore(backup)
    harz.wire.cut = True
    beispiel = harz.open("beispiel")
    resync.replay(beispiel.engine)
    assert not beispiel.received()
    assert not beispiel.inbox()


def test_a_journal_shorter_than_the_state_remembers_means_quarantine(harz, reached) -> None:
    """It was rolled back: closures may be missing."""
    person, _ = reached("received")
    kept = harz.parties["beispiel"].memory
    before = kept.journal.snapshot()
    person.withdraw()
    harz.settle()
    kept.journal.restore(before)
    beispiel = harz.open("beispiel")
    resync.replay(beispiel.engine)
    assert beispiel.needs_resync()
    harz.settle()
    assert not beispiel.needs_resync()


def test_a_restored_node_is_told_closures_referrals_and_holders_again(harz, reached) -> None:
    """The node lost the grant and the withdrawal of another: members bring both back."""
    _, first = reached("received")
    state = harz.node_store.snapshot()
    second_person, second = harz.recommend(application="ATS-2")
    harz.settle(rounds=2)
    second_person.grant()
    harz.settle(rounds=2)
    harz.members["muster"].close(first)
    harz.settle(rounds=2)
    harz.node_store.restore(state)
    harz.start_node()
    harz.settle(rounds=6)
    beispiel = harz.members["beispiel"]
    assert not beispiel.received()
    assert [one.referral for one in beispiel.inbox()] == [second]
    with harz.node_store.begin(write=False) as transaction:
        assert transaction.every(Tombstone, referral=first)


def test_resynchronising_twice_is_fine(harz, reached) -> None:
    """Each step of it is keyed."""
    reached("received")
    beispiel = harz.members["beispiel"]
    resync.run(beispiel.engine)
    resync.run(beispiel.engine)
    harz.settle()
    assert len(beispiel.received()) == 1
    with beispiel.engine.store.begin(write=False) as transaction:
        assert transaction.get(Standing, "quarantine") is None


def test_a_message_the_node_refuses_becomes_a_trouble_for_a_person(harz, reached) -> None:
    """It is not sent for ever, and `doctor` tells of it."""
    _, referral = reached("granted")
    beispiel = harz.members["beispiel"]
    beispiel.request_contact(referral, job="Backend")
    harz.node.authority.change("https://beispiel.example", Status.SUSPENDED)
    harz.settle()
    assert not count(beispiel, Outgoing)
    assert any(one.health.level != "ok" for one in beispiel.doctor())
