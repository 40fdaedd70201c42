"""P8: keys are replaced without loss, whatever is on its way, whoever was away, whoever restores.

Rows are the situations, columns the keys: a member that recommends (`origin`), one that receives
(`recipient`), the node's own, the online key, all of the node's file after a theft, the root key.
"""

from collections.abc import Callable
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.errors import ConflictError, FachkraftShareError, StateError
from fachkraft_share.ports.health import Health, Level
from fachkraft_share.protocol.records import Receipt
from fachkraft_share.protocol.verifying import verify_bundle

NAMES = {"origin": "muster", "recipient": "beispiel"}
KEYS = ("origin", "recipient", "node", "online", "stolen file", "root")


def replaced(region: Any, key: str) -> None:
    """Replace the key, and see that it is another one for everybody."""
    before = region.keys_now(key)
    region.rotate(key)
    assert region.keys_now(key) != before
    region.pass_time(limits.HOUR)
    region.pass_time(5 * limits.MINUTE)  # a partner that did not know a new key is called again


def finding(member: Any, id: str) -> Health:
    """Return what `doctor` says of one thing."""
    return next(one.health for one in member.doctor() if one.id == id)


def signed_by(region: Any, person: Any) -> set[str]:
    """Return who has signed that the person's data are erased."""
    del person
    with region.harz.node.service.exchange.store.begin(write=False) as transaction:
        return {one.holder for one in transaction.every(Receipt) if one.settled}


# Rows -----------------------------------------------------------------------------------------


def a_new_referral(region: Any, key: str) -> None:
    """From recommending to a complete bundle."""
    replaced(region, key)
    person, referral = region.granted()
    assert referral in region.matches("beispiel")
    region.received(person, referral)
    region.ended(person)
    assert not region.dossiers("beispiel")
    assert person.bundle().verify()


def a_referral_from_before(region: Any, key: str) -> None:
    """Granted under the old key, asked for, handed over and erased under the new one."""
    person, referral = region.granted()
    replaced(region, key)
    assert referral in region.matches("beispiel")
    region.received(person, referral)
    region.ended(person)
    assert person.bundle().verify()


def a_request_in_flight(region: Any, key: str) -> None:
    """Signed with the old key and not sent yet when the key is replaced."""
    person, referral = region.granted()
    region.member("beispiel").request_contact(referral, job="Backend")
    region.rotate(key)
    region.two.settle()
    assert len(person.requests()) == 1
    person.agree()
    region.two.settle()
    assert referral in region.dossiers("beispiel")


def a_dossier_in_flight(region: Any, key: str) -> None:
    """Sealed to the old key, and fetched after the key was replaced."""
    person, referral = region.granted()
    region.requested(referral)
    person.agree()
    for _ in range(3):
        region.member("muster").sync()
    region.rotate(key)
    assert not region.dossiers("beispiel")
    region.two.settle()
    assert referral in region.dossiers("beispiel")


def a_withdrawal_in_flight(region: Any, key: str) -> None:
    """Given under the old key; the holder hears of it, and signs, after the key was replaced."""
    person, referral = region.granted()
    region.received(person, referral)
    person.withdraw()
    region.rotate(key)
    region.two.settle()
    assert not region.dossiers("beispiel")
    assert "https://beispiel.example" in signed_by(region, person)


def old_evidence(region: Any, key: str) -> None:
    """A bundle from before verifies as it is, and anew with all that was signed since."""
    person, referral = region.granted()
    region.received(person, referral)
    region.ended(person)
    old = person.bundle()
    replaced(region, key)
    assert old.verify()
    new = person.bundle()
    assert new.verify()
    today = region.directory().root
    assert verify_bundle(new.bundle, suite=new.suite, at=new.at, root=today).complete
    assert not verify_bundle(new.bundle, suite=new.suite, at=new.at, root="A" * 43).ok


def away_while_it_changed_three_times(region: Any, key: str) -> None:
    """Its list numbers have a gap, its keys of the others are old; it catches up with one turn."""
    kept = region.party("dritte").memory
    before = kept.store.snapshot()
    for _ in range(3):
        replaced(region, key)
    kept.store.restore(before)
    dritte = region.start("dritte")
    assert region.list_number("dritte") < region.list_number() - 2
    dritte.sync()
    assert region.list_number("dritte") == region.list_number()
    known = dritte.engine.directories.now()
    assert known.root == region.directory().root
    for name in ("muster", "beispiel"):
        stated = region.directory().organisation(f"https://{name}.example")
        assert known.organisation(f"https://{name}.example") == stated


def a_partner_across_the_border(region: Any, key: str) -> None:
    """It and its members follow, and a referral crosses as before."""
    replaced(region, key)
    person, referral = region.granted(abroad=True)
    region.pass_time(limits.HOUR)
    assert referral in region.matches("fern")
    region.received(person, referral, by="fern")
    region.ended(person)
    region.pass_time(limits.HOUR)
    assert not region.dossiers("fern")
    assert person.bundle().verify()
    held = region.directory(region.goslar).partners[region.harz.place.node].directory
    assert held.newest.name.number == region.list_number()
    assert held.root == region.directory().root


def across_the_border_in_flight(region: Any, key: str) -> None:
    """Crossed under the old key; asked for, disclosed and erased under the new one."""
    person, referral = region.granted(abroad=True)
    region.pass_time(limits.HOUR)
    replaced(region, key)
    region.received(person, referral, by="fern")
    region.ended(person)
    region.pass_time(limits.HOUR)
    assert person.bundle().verify()


def the_list_rolled_back(region: Any, key: str) -> None:
    """The list of before the change is refused, by members and by the partner's node."""
    old = region.federation()
    replaced(region, key)
    dritte = region.member("dritte")
    known = dritte.engine.directories.now()
    for to in (region.harz, region.goslar):
        region.hand_out(old, to=to)
    with pytest.raises(ConflictError, match="list-rollback"):
        dritte.engine.refresh_lists()
    assert dritte.engine.directories.now() == known
    held = region.directory(region.goslar).partners[region.harz.place.node].directory.newest
    region.pass_time(limits.HOUR)
    after = region.directory(region.goslar).partners[region.harz.place.node].directory.newest
    assert held == after


def the_list_forked(region: Any, key: str) -> None:
    """Another list under the number of the newest is refused, though its signatures hold."""
    kept = region.harz.node.memory
    region.two.clock.pass_time(limits.MINUTE)
    store, journal = kept.store.snapshot(), kept.journal.snapshot()
    region.harz.node.service.authority.renew(force=True)
    other = region.federation()
    kept.store.restore(store)
    kept.journal.restore(journal)
    region.restart_node()
    region.rotate(key)
    region.harz.node.service.release()
    region.two.settle()
    dritte = region.member("dritte")
    assert region.list_number("dritte") == region.list_number()
    known = dritte.engine.directories.now()
    region.hand_out(other)
    with pytest.raises(ConflictError):
        dritte.engine.refresh_lists()
    assert dritte.engine.directories.now() == known


def the_list_frozen(region: Any, key: str) -> None:
    """A week without a new list: nothing new is shown or sent; what ends is signed for."""
    ending, first = region.granted()
    region.received(ending, first)
    waiting, second = region.granted()
    region.requested(second)
    replaced(region, key)
    third = region.allowed_but_not_served()
    region.freeze(8 * limits.DAY)
    with pytest.raises(FachkraftShareError):
        region.granted()
    with pytest.raises(FachkraftShareError):
        waiting.agree()
    region.member("beispiel").sync()
    assert third not in region.matches("beispiel")
    ending.withdraw()
    for name in ("muster", "beispiel"):
        region.member(name).sync()
    assert first not in region.dossiers("beispiel")
    assert "https://beispiel.example" in signed_by(region, ending)
    region.pass_time(limits.HOUR)
    assert third in region.matches("beispiel")
    waiting.agree()
    region.two.settle()
    assert second in region.dossiers("beispiel")


def a_backup_with_the_old_keys(region: Any, key: str) -> None:
    """Whoever restores the keys of before goes on with good ones, or is stopped and told."""
    identities = {name: region.party(name).identity for name in ("muster", "beispiel")}
    secrets = region.harz.node.secrets
    person, referral = region.granted()
    replaced(region, key)
    for name, identity in identities.items():
        region.party(name).identity = identity
        region.start(name)
    region.harz.node.secrets = secrets
    region.restart_node()
    region.two.clock.pass_time(limits.MINUTE)
    authority = region.harz.node.service.authority
    if key in ("online", "stolen file"):
        with pytest.raises(StateError, match="another online key"):
            authority.renew(force=True)
        return
    authority.renew(force=True)
    region.two.settle()
    if key in NAMES:
        member = region.member(NAMES[key])
        assert finding(member, "FKS-003").level is Level.FAIL
        member.rotate_keys()
        assert finding(member, "FKS-003").level is Level.OK
        region.two.settle()
    region.received(person, referral)


def the_same_again(region: Any, key: str) -> None:
    """Replacing twice in a row is no fault: the second follows the first."""
    replaced(region, key)
    replaced(region, key)
    person, referral = region.granted()
    region.received(person, referral)


SITUATIONS: dict[str, Callable[[Any, str], None]] = {
    "a new referral goes its whole way": a_new_referral,
    "a referral from before goes on": a_referral_from_before,
    "a request in flight arrives": a_request_in_flight,
    "a dossier in flight is opened": a_dossier_in_flight,
    "a withdrawal in flight is obeyed and signed for": a_withdrawal_in_flight,
    "receipts and bundles of before verify offline": old_evidence,
    "who was away for three changes catches up": away_while_it_changed_three_times,
    "a partner across the border follows": a_partner_across_the_border,
    "what has crossed the border ends with receipts": across_the_border_in_flight,
    "the list of before is a rollback": the_list_rolled_back,
    "two lists with one number are a fork": the_list_forked,
    "a frozen list stops what is new and nothing that ends": the_list_frozen,
    "a backup with the old keys does no harm": a_backup_with_the_old_keys,
    "the same key is replaced twice": the_same_again,
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("sentence", SITUATIONS)
def test_keys_are_replaced_without_loss(region: Any, sentence: str, key: str) -> None:
    """Every situation for every key."""
    SITUATIONS[sentence](region, key)
