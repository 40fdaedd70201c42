"""P8: keys that end by time: sealed dossiers open a while longer, and who is late is told."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, SetupError, StateError
from fachkraft_share.member.records import DossierRow
from fachkraft_share.model.organisation import KeyUse
from fachkraft_share.node.alliance.founding import renew_authority
from fachkraft_share.ports.health import Health, Level
from fachkraft_share.testing.two_alliances import recognise


def sealing(region: Any, name: str) -> Any:
    """Return the newest sealing key a member has."""
    found = [key for key in region.party(name).identity.keys if key.use is KeyUse.SEAL]
    return max(found, key=lambda key: key.not_before)


def shorten(region: Any, name: str, *, until: int, use: KeyUse | None = None) -> None:
    """Let a member's keys of today end sooner: they are stated so, and it knows."""
    region.two.clock.pass_time(limits.MINUTE)
    party = region.party(name)
    party.identity = attrs.evolve(
        party.identity,
        keys=tuple(
            attrs.evolve(key, not_after=until) if use in (None, key.use) else key
            for key in party.identity.keys
        ),
    )
    engine = region.start(name).engine
    stated = region.directory().organisation(engine.id)
    from fachkraft_share.member.identity import apply_with

    application = apply_with(
        party.identity,
        stated,
        signer=engine.signing_key(),
        suite=region.harz.suite,
        at=region.harz.clock.now(),
    )
    engine.client.join(application, code=None)
    region.two.settle()


def health(region: Any, id: str) -> Health:
    """Return what the node of Harz says of one thing."""
    return next(one.run() for one in region.harz.node.service.health.checks() if one.id == id)


def doctor(region: Any, name: str, id: str) -> Health:
    """Return what a member's doctor says of one thing."""
    return next(one.health for one in region.member(name).doctor() if one.id == id)


def sealed_in_flight(region: Any) -> tuple[Any, str]:
    """Bring it so far that the dossier lies sealed at the node, to a key that ends in a day."""
    person, referral = region.granted()
    region.requested(referral)
    person.agree()
    for _ in range(3):
        region.member("muster").sync()
    return person, referral


# Sealing keys ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rotated", [True, False])
def test_a_dossier_opens_with_a_sealing_key_that_has_ended(region: Any, *, rotated: bool) -> None:
    """Its window ended on the way; with or without a new key beside it."""
    shorten(region, "beispiel", until=region.harz.clock.now() + limits.DAY, use=KeyUse.SEAL)
    _, referral = sealed_in_flight(region)
    if rotated:
        region.rotate("recipient")
    region.freeze(2 * limits.DAY)
    assert sealing(region, "beispiel").not_after < region.harz.clock.now() or rotated
    region.member("beispiel").sync()
    assert referral in region.dossiers("beispiel")


@pytest.mark.parametrize(
    ("days", "opens"), [(0, True), (29, True), (30, False), (400, False)], ids=str
)
def test_a_sealing_key_lives_thirty_days_past_its_window(
    region: Any, days: int, *, opens: bool
) -> None:
    """Not a second longer, whoever asks for it; and the next rotation forgets it."""
    identity, old = region.party("beispiel").identity, sealing(region, "beispiel")
    at = old.not_after + days * limits.DAY
    if opens:
        assert identity.opening(old.kid, at=at) == old
        return
    with pytest.raises(StateError):
        identity.opening(old.kid, at=at)


def test_a_rotation_forgets_keys_that_open_nothing_any_more(region: Any) -> None:
    """Thirty days past their window their private halves are gone from the file."""
    old = sealing(region, "beispiel")
    shorten(region, "beispiel", until=region.harz.clock.now() + limits.DAY, use=KeyUse.SEAL)
    region.rotate("recipient")
    region.pass_time(2 * limits.DAY)
    region.rotate("recipient")
    assert old.kid in {key.kid for key in region.party("beispiel").identity.keys}
    for _ in range(11):
        region.pass_time(3 * limits.DAY)
    region.rotate("recipient")
    assert old.kid not in {key.kid for key in region.party("beispiel").identity.keys}
    person, referral = region.granted()
    region.received(person, referral)


def test_nobody_seals_to_a_key_that_has_ended(region: Any) -> None:
    """The handing over waits for a new key, and is done when there is one."""
    shorten(region, "beispiel", until=region.harz.clock.now() + limits.DAY, use=KeyUse.SEAL)
    person, referral = region.granted()
    region.requested(referral)
    region.freeze(2 * limits.DAY)
    person.agree()
    region.two.settle()
    assert referral not in region.dossiers("beispiel")
    assert doctor(region, "beispiel", "FKS-003").level is Level.FAIL
    region.rotate("recipient")
    region.pass_time(limits.DAY)
    assert referral in region.dossiers("beispiel")


# Too late -------------------------------------------------------------------------------------


def test_a_member_whose_keys_have_all_ended_can_do_nothing_and_is_told(region: Any) -> None:
    """Nobody vouches for it any more; what it holds ends all the same. It joins anew."""
    ending, first = region.granted()
    region.received(ending, first)
    shorten(region, "beispiel", until=region.harz.clock.now() + limits.DAY)
    assert health(region, "FKS-113").level is Level.WARN
    assert "https://beispiel.example" in health(region, "FKS-113").cause
    region.freeze(2 * limits.DAY)
    with pytest.raises(SetupError, match="no signing key is valid"):
        region.member("beispiel").rotate_keys()
    assert doctor(region, "beispiel", "FKS-003").level is Level.FAIL
    report = region.member("beispiel").sync()
    assert (report.online, report.problems) == (False, ("setup",))
    region.join("nachfolger").add_search(occupation="43414", near="38640", within_km=50)
    region.two.settle()
    person, referral = region.granted()
    region.received(person, referral, by="nachfolger")
    region.freeze(200 * limits.DAY)
    region.member("beispiel").sync()
    assert first not in region.dossiers("beispiel")
    with region.member("beispiel").engine.store.begin(write=False) as transaction:
        assert not transaction.every(DossierRow)


def test_rotated_on_the_last_day_nothing_is_lost(region: Any) -> None:
    """The old key signs the new one while it can."""
    person, referral = region.granted()
    shorten(region, "beispiel", until=region.harz.clock.now() + limits.DAY)
    region.freeze(limits.DAY - limits.HOUR)
    region.rotate("recipient")
    region.pass_time(2 * limits.DAY)
    region.received(person, referral)
    assert health(region, "FKS-113").level is Level.OK
    assert doctor(region, "beispiel", "FKS-003").level is Level.OK


def test_without_the_roots_word_everything_new_stops_until_it_is_renewed(region: Any) -> None:
    """400 days after it was given; withdrawals and receipts go on, and nothing is lost."""
    person, referral = region.granted()
    region.received(person, referral)
    for _ in range(130):
        region.harz.clock.pass_time(3 * limits.DAY)
        region.harz.node.service.tick()
    assert health(region, "FKS-103").level is Level.WARN
    for name in ("muster", "beispiel"):
        region.member(name).sync()
    for _ in range(4):
        region.harz.clock.pass_time(3 * limits.DAY)
        region.harz.node.service.tick()
    assert health(region, "FKS-103").level is Level.FAIL
    assert "renew-root" in health(region, "FKS-103").fix
    with pytest.raises(FachkraftShareError):
        region.granted()
    region.two.clock.pass_time(limits.MINUTE)
    renew_authority(region.harz.node.service, root=region.harz.node.root, authority_name="Harz")
    region.pass_time(limits.HOUR)
    assert health(region, "FKS-103").level is Level.OK
    again, second = region.granted()
    region.received(again, second)


# Told in time ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "left", "level"),
    [
        ("node", limits.ENDS_SOON + limits.DAY, Level.OK),
        ("node", limits.ENDS_SOON - limits.DAY, Level.WARN),
        ("node", -limits.DAY, Level.FAIL),
        ("online", limits.ENDS_SOON - limits.DAY, Level.WARN),
        ("online", -limits.DAY, Level.FAIL),
    ],
)
def test_the_nodes_keys_are_said_to_end_before_they_do(
    region: Any, field: str, left: int, level: Level
) -> None:
    """With the command that replaces them."""
    keys = region.harz.node.secrets
    ending = attrs.evolve(getattr(keys, field), not_after=region.harz.clock.now() + left)
    region.harz.node.secrets = attrs.evolve(keys, **{field: ending})
    region.restart_node()
    found = health(region, "FKS-108")
    assert found.level is level
    if level is not Level.OK:
        assert {"node": "rotate-keys", "online": "replace-online"}[field] in found.fix


def test_keys_of_the_future_mean_a_wrong_clock(region: Any) -> None:
    """Set it."""
    keys = region.harz.node.secrets
    later = attrs.evolve(keys.online, not_before=region.harz.clock.now() + limits.DAY)
    region.harz.node.secrets = attrs.evolve(keys, online=later)
    region.restart_node()
    assert "clock" in health(region, "FKS-108").fix


def test_a_node_that_runs_on_a_file_of_before_is_told(region: Any) -> None:
    """The list states another key of its own."""
    old = region.harz.node.secrets
    region.rotate("stolen file")
    region.harz.node.secrets = attrs.evolve(old, online=region.harz.node.secrets.online)
    region.restart_node()
    assert health(region, "FKS-108").level is Level.FAIL


def test_agreements_that_end_soon_are_named_at_the_office_and_by_members(region: Any) -> None:
    """Sixty days before; renewed, all is well."""
    assert health(region, "FKS-112").level is Level.OK
    region.two.clock.pass_time(limits.MINUTE)
    recognise(region.harz, region.goslar, days=59)
    region.two.settle()
    found = health(region, "FKS-112")
    assert (found.level, region.goslar.place.authority in found.cause) == (Level.WARN, True)
    assert doctor(region, "muster", "FKS-010").level is Level.WARN
    region.two.clock.pass_time(limits.MINUTE)
    recognise(region.harz, region.goslar, days=400)
    region.two.settle()
    assert health(region, "FKS-112").level is Level.OK
    assert doctor(region, "muster", "FKS-010").level is Level.OK


def test_a_member_is_told_in_time_to_rotate(region: Any) -> None:
    """By its doctor, and the office sees who has not."""
    shorten(region, "beispiel", until=region.harz.clock.now() + 50 * limits.DAY)
    assert doctor(region, "beispiel", "FKS-003").level is Level.WARN
    assert "rotate-keys" in doctor(region, "beispiel", "FKS-003").fix
    region.rotate("recipient")
    region.two.settle()
    assert doctor(region, "beispiel", "FKS-003").level is Level.OK
    assert health(region, "FKS-113").level is Level.OK


def test_another_root_is_told_apart_from_a_replaced_one(region: Any) -> None:
    """Who has not synchronised yet is told to; afterwards all is well."""
    region.rotate("root")
    found = doctor(region, "dritte", "FKS-001")
    assert (found.level, "sync" in found.fix) == (Level.FAIL, True)
    region.member("dritte").sync()
    assert doctor(region, "dritte", "FKS-001").level is Level.OK
