"""P8: what a thief of keys can do before and after they are replaced, party by party."""

import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import (
    ConflictError,
    RefusedError,
    SetupError,
    SignatureError,
    StateError,
    WireError,
)
from fachkraft_share.member.identity import Identity, apply_with, with_new_keys
from fachkraft_share.member.joining import Newcomer, application_of
from fachkraft_share.model.alliance import ListEntry, MemberStatement
from fachkraft_share.model.organisation import KeyUse, Status
from fachkraft_share.node.alliance.founding import renew_authority, root_key
from fachkraft_share.node.alliance.members import read_page
from fachkraft_share.node.alliance.replacing import replace_root_key
from fachkraft_share.ports.health import Level
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.lists import (
    Federation,
    parse_statement,
    read_federation,
    sign_list,
    sign_statement,
)
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.message import open_message, sign_event
from fachkraft_share.protocol.payloads import OutcomeKind, OutcomeReported
from fachkraft_share.protocol.verifying import verify_bundle
from fachkraft_share.wire import keys
from fachkraft_share.wire.encoding import b64, sha256

BEISPIEL = "https://beispiel.example"


def reader_of(region: Any, party: str) -> Any:
    """Return what opens messages at a node or a member."""
    nodes = {"the node": region.harz, "the partner's node": region.goslar}
    if party in nodes:
        region.directory(nodes[party])
        return nodes[party].node.service.exchange.reader()
    return region.member(
        {"a member": "dritte", "the partner's member": "fern"}[party]
    ).engine.reader()


def said_by(
    region: Any, key: keys.PrivateKey, *, iss: str = BEISPIEL, at: int | None = None
) -> str:
    """Return a message that somebody with this key signs."""
    return sign_event(
        "outcome.reported",
        OutcomeReported(b64(bytes(16)), 1, OutcomeKind.HIRED),
        iss=iss,
        aud="https://muster.example",
        referral=b64(bytes(16)),
        jti=b64(region.harz.random.randbytes(limits.ID_BYTES)),
        at=region.harz.clock.now() if at is None else at,
        key=key,
        suite=region.harz.suite,
    )


# A member's keys ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "party", ["the node", "a member", "the partner's node", "the partner's member"]
)
def test_a_compromised_member_is_refused_within_a_quarter_of_an_hour(
    region: Any, party: str
) -> None:
    """P8: whoever can be reached asks again within a minute; dates of before help nobody."""
    stolen = region.party("beispiel").identity.signing(at=region.harz.clock.now())
    before, backdated = region.harz.clock.now(), said_by(region, stolen)
    assert open_message(backdated, reader=reader_of(region, party))
    region.harz.node.service.authority.change(BEISPIEL, Status.COMPROMISED)
    for _ in range(14):
        region.pass_time(limits.MINUTE)
    for token in (backdated, said_by(region, stolen), said_by(region, stolen, at=before - 1)):
        with pytest.raises(SignatureError, match="compromised"):
            open_message(token, reader=reader_of(region, party))


def test_a_compromised_member_gets_nothing_at_the_node_from_that_moment(region: Any) -> None:
    """Neither the feed nor a link; its own engine says so."""
    person, referral = region.granted()
    region.harz.node.service.authority.change(BEISPIEL, Status.COMPROMISED)
    report = region.member("beispiel").sync()
    assert not report.online
    assert "unauthenticated" in report.problems
    del person, referral


def test_receipts_of_a_compromised_member_keep_their_worth(region: Any) -> None:
    """What it signed before counts in the bundle; decision 0010."""
    person, referral = region.granted()
    region.received(person, referral)
    region.ended(person)
    region.two.clock.pass_time(limits.HOUR)
    region.harz.node.service.authority.change(BEISPIEL, Status.COMPROMISED)
    region.pass_time(limits.HOUR)
    assert person.bundle().verify()


def test_a_suspended_member_is_served_nothing_and_hears_what_ends(region: Any) -> None:
    """Reinstated, it goes on where it was."""
    person, referral = region.granted()
    region.received(person, referral)
    region.harz.node.service.authority.change(BEISPIEL, Status.SUSPENDED)
    _, second = region.granted()
    assert second not in region.matches("beispiel")
    region.ended(person)
    assert not region.dossiers("beispiel")
    region.harz.node.service.authority.change(BEISPIEL, Status.ACTIVE)
    region.pass_time(limits.HOUR)
    assert second in region.matches("beispiel")


# Rotations that nobody countersigned ----------------------------------------------------------


def applied(region: Any, identity: Identity, *, signer: keys.PrivateKey, extra: Any = ()) -> str:
    """Return an application of beispiel for the keys of an identity."""
    stated = region.directory().organisation(BEISPIEL)
    suite, at = region.harz.suite, region.harz.clock.now()
    if not extra:
        return apply_with(identity, stated, signer=signer, suite=suite, at=at)
    wished = (*(key.public(suite) for key in identity.keys), *extra)
    said = MemberStatement(BEISPIEL, at, at + 90 * limits.DAY, attrs.evolve(stated, keys=wished))
    return sign_statement(said, key=signer, suite=suite)


def handed_in(region: Any, application: str) -> Any:
    """Hand an application in at the node; return status and code."""
    body = json.dumps({"code": None, "application": application}).encode()
    answer = region.harz.handle(Request("POST /members", body=body))
    told = json.loads(answer.body)
    return answer.status, str(told.get("type", "")).rpartition(":")[2]


def weak_key(key: Any) -> Any:
    """Return a key under which one signature holds for everything."""
    raw = (1).to_bytes(32, "little")
    return attrs.evolve(key, kid=keys.kid(raw), x=b64(raw))


def wrong_rotations(region: Any) -> dict[str, Callable[[], str]]:
    """Return the ways of changing a member's keys that are none."""
    runtime, at = region.party("beispiel").runtime, region.harz.clock.now()
    old = region.party("beispiel").identity
    new = with_new_keys(old, runtime=runtime)
    fresh = attrs.evolve(new, keys=new.keys[len(old.keys) :])
    other = region.party("dritte").identity
    suite = region.harz.suite
    foreign = [key.public(suite) for key in other.keys if key.use is KeyUse.SEAL]
    own, signer = old.signing(at=at), fresh.signing(at=at)
    weak = [weak_key(own.public(suite))]
    return {
        "no countersignature": lambda: applied(region, new, signer=signer),
        "no old key at all": lambda: applied(region, fresh, signer=signer),
        "the old key signs, and is listed no more": lambda: applied(region, fresh, signer=own),
        "another member countersigns": lambda: applied(region, new, signer=other.signing(at=at)),
        "a key of another member": lambda: applied(region, new, signer=own, extra=foreign),
        "a weak key": lambda: applied(region, new, signer=own, extra=weak),
    }


@pytest.mark.parametrize(
    "how",
    [
        "no countersignature",
        "no old key at all",
        "the old key signs, and is listed no more",
        "another member countersigns",
        "a key of another member",
        "a weak key",
    ],
)
def test_keys_are_not_changed_by_somebody_else(region: Any, how: str) -> None:
    """The node refuses; and if its online key states it all the same, every member does."""
    region.two.clock.pass_time(limits.MINUTE)
    application, before = wrong_rotations(region)[how](), region.list_number()
    assert handed_in(region, application) == (403, "signature")
    assert region.list_number() == before
    if how == "a key of another member":
        return  # an organisation that lists it proves nothing by it: it opens for the other alone
    forged = with_statement(region, application)
    region.hand_out(forged)
    engine = region.member("dritte").engine
    known = engine.directories.now()
    with pytest.raises(WireError):
        engine.refresh_lists()
    assert engine.directories.now() == known


def with_statement(region: Any, application: str, *, number: int | None = None) -> Federation:
    """Return a next list on which the online key states what the application wishes."""
    found, suite = region.federation(), region.harz.suite
    key, at = region.harz.node.secrets.online, region.harz.clock.now()
    wished = parse_statement(application).organisation
    said = MemberStatement(region.harz.place.authority, at, at + limits.DAY, wished, application)
    token = sign_statement(said, key=key, suite=suite)
    others = [one for one in found.statements if parse_statement(one).organisation.id != wished.id]
    return listed(region, (*others, token), key=key, number=number)


def listed(
    region: Any, statements: tuple[str, ...], *, key: keys.PrivateKey, number: int | None = None
) -> Federation:
    """Return a list of these statements, signed by a key, with today's statement of the root."""
    found = region.federation()
    entries = [
        ListEntry(parse_statement(one).organisation.id, sha256(one.encode())) for one in statements
    ]
    first = read_page(found.pages[0])
    pages = sign_list(
        entries,
        [],
        number=number or first.number + 1,
        authority=region.harz.place.authority,
        key=key,
        suite=region.harz.suite,
        at=region.harz.clock.now(),
        agreements=first.agreements or (),
    )
    return attrs.evolve(found, pages=pages, statements=statements)


def test_an_old_application_is_no_way_back_to_old_keys(region: Any) -> None:
    """Handed in again after the next rotation it is stale."""
    region.two.clock.pass_time(limits.MINUTE)
    old = region.party("beispiel").identity
    at = region.harz.clock.now()
    replayed = applied(region, old, signer=old.signing(at=at))
    assert handed_in(region, replayed)[0] == 201
    region.two.clock.pass_time(limits.MINUTE)
    region.member("beispiel").engine.refresh_lists()
    region.rotate_member("beispiel")
    assert handed_in(region, replayed) == (409, "stale-application")


def test_one_key_in_two_installs_is_refused(region: Any) -> None:
    """A copied folder joins under no other name."""
    identity = attrs.evolve(region.party("dritte").identity, organisation="https://zwei.example")
    runtime = region.party("dritte").runtime
    application = application_of(
        Newcomer("https://zwei.example", "Zwei"), identity=identity, runtime=runtime
    )
    code = region.harz.node.service.enrolment.invite("Zwei", ["employer"])
    body = json.dumps({"code": code, "application": application}).encode()
    answer = region.harz.handle(Request("POST /members", body=body))
    assert (answer.status, json.loads(answer.body)["type"]) == (403, "urn:fks:problem:signature")


def test_two_processes_of_one_member_may_both_rotate(region: Any) -> None:
    """The second begins with what the first kept: one member, one list after the other."""
    region.two.clock.pass_time(limits.MINUTE)
    first = region.member("beispiel")
    second = region.start("beispiel")
    number = first.rotate_keys()
    region.two.clock.pass_time(limits.MINUTE)
    second.engine.refresh_lists()
    assert second.rotate_keys() == number + 1
    person, referral = region.granted()
    region.received(person, referral)


# The online key and the node's file -----------------------------------------------------------


def thief_of(region: Any) -> tuple[keys.PrivateKey, Federation]:
    """Return the online key of today and the list of today, as a thief takes them along."""
    return region.harz.node.secrets.online, region.federation()


@pytest.mark.parametrize("whole_file", [False, True])
@pytest.mark.parametrize("with_old_statement", [False, True])
def test_a_stolen_online_key_makes_no_list_once_it_was_replaced(
    region: Any, *, whole_file: bool, with_old_statement: bool
) -> None:
    """Neither under the root's new statement nor under that of its own time, for anybody."""
    key, taken = thief_of(region)
    region.two.clock.pass_time(limits.MINUTE)
    region.replace_online(stolen=whole_file)
    region.pass_time(limits.HOUR)
    forged = listed(region, region.federation().statements, key=key, number=999)
    if with_old_statement:
        forged = attrs.evolve(
            listed(region, taken.statements, key=key, number=999), authority=taken.authority
        )
    engine = region.member("dritte").engine
    known = engine.directories.now()
    for to in (region.harz, region.goslar):
        region.hand_out(forged, to=to)
    with pytest.raises((SignatureError, RefusedError)):
        engine.refresh_lists()
    assert engine.directories.now() == known
    held = region.directory(region.goslar).partners[region.harz.place.node].directory.newest
    region.pass_time(limits.HOUR)
    after = region.directory(region.goslar).partners[region.harz.place.node].directory.newest
    assert held == after


def test_a_list_of_the_very_second_in_which_the_key_was_replaced_verifies(region: Any) -> None:
    """It comes with the statement of its own key, not with that of the next one."""
    service = region.harz.node.service
    number = service.authority.renew(force=True)
    region.replace_online()
    found = region.harz.node.service.exchange.members.federation(number)
    known = Directory(region.harz.place.authority, region.harz.node.settings.root)
    at = region.harz.clock.now()
    directory, _ = read_federation(found, known=known, suite=region.harz.suite, at=at)
    assert directory.newest.name.number == number


@pytest.mark.parametrize("party", ["the node", "a member", "the partner's node"])
def test_a_replaced_online_key_speaks_for_the_authority_no_more(region: Any, party: str) -> None:
    """Yet what it signed before is believed for ever."""
    key, iss = region.harz.node.secrets.online, region.harz.place.authority
    region.two.clock.pass_time(limits.MINUTE)
    before = said_by(region, key, iss=iss, at=region.harz.clock.now() - 1)
    region.replace_online()
    region.pass_time(limits.HOUR)
    assert open_message(before, reader=reader_of(region, party))
    with pytest.raises(SignatureError, match="not valid when"):
        open_message(said_by(region, key, iss=iss), reader=reader_of(region, party))


@pytest.mark.parametrize("party", ["the node", "a member", "the partner's node"])
@pytest.mark.parametrize("stolen", [False, True])
def test_a_nodes_old_key_overlaps_as_planned_and_ends_at_once_after_a_theft(
    region: Any, party: str, *, stolen: bool
) -> None:
    """Planned, it is good to its own end; stolen, it is nobody's from that moment."""
    key, iss = region.harz.node.secrets.node, region.harz.place.node
    region.rotate("stolen file" if stolen else "node")
    region.pass_time(limits.HOUR)
    token = said_by(region, key, iss=iss)
    if not stolen:
        assert open_message(token, reader=reader_of(region, party))
        return
    with pytest.raises(SignatureError, match="not valid when"):
        open_message(token, reader=reader_of(region, party))


def test_a_thief_who_countersigned_a_key_of_his_own_for_the_node_is_thrown_out(region: Any) -> None:
    """Members who took his list follow the root's word, under a higher number."""
    suite, at = region.harz.suite, region.harz.clock.now()
    secrets = region.harz.node.secrets
    own = keys.signing_key(
        region.harz.random.randbytes(32),
        not_before=at - limits.DAY,
        not_after=at + 900 * limits.DAY,
        suite=suite,
    )
    region.two.clock.pass_time(limits.MINUTE)
    at = region.harz.clock.now()
    stated = region.directory().organisation(region.harz.place.node)
    wished = attrs.evolve(stated, keys=(own.public(suite), secrets.node.public(suite)))
    said = MemberStatement(wished.id, at, at + limits.DAY, wished)
    application = sign_statement(said, key=secrets.node, suite=suite)
    region.hand_out(with_statement(region, application, number=4711))
    engine = region.member("dritte").engine
    engine.refresh_lists()
    assert open_message(said_by(region, own, iss=wished.id), reader=engine.reader())
    region.hand_out(None)
    region.two.clock.pass_time(limits.MINUTE)
    region.replace_online(stolen=True, above=4711)
    region.pass_time(limits.HOUR)
    assert region.list_number() > 4711
    known = engine.directories.now()
    assert known.newest.name.number == region.list_number()
    fresh = region.harz.node.secrets.node
    assert open_message(said_by(region, fresh, iss=wished.id), reader=engine.reader())


def test_who_was_away_catches_up_over_numbers_that_were_left_out(region: Any) -> None:
    """Twice its keys changed, on both sides of the gap; each number between is the last before."""
    kept = region.party("dritte").memory.store
    before = kept.snapshot()
    region.rotate("recipient")
    region.two.clock.pass_time(limits.MINUTE)
    region.replace_online(stolen=True, above=4711)
    region.rotate("recipient")
    region.rotate("node")
    kept.restore(before)
    dritte = region.start("dritte")
    dritte.sync()
    assert region.list_number("dritte") == region.list_number() > 4711
    with pytest.raises(ConflictError, match="another list"):
        dritte.engine.directories.fetch_earlier(100, dritte.engine.client, suite=region.harz.suite)


def test_a_process_that_runs_on_the_old_file_signs_no_list(region: Any) -> None:
    """It says so in its health, and a restart mends it."""
    running = region.harz.node.service
    region.two.clock.pass_time(limits.MINUTE)
    region.restart_node()
    region.replace_online()
    with pytest.raises(StateError, match="another online key"):
        running.authority.renew(force=True)
    checks = {one.id: one.run() for one in running.health.checks()}
    assert checks["FKS-103"].level is Level.FAIL
    healthy = {one.id: one.run().level for one in region.harz.node.service.health.checks()}
    assert healthy["FKS-103"] is Level.OK


@pytest.mark.parametrize("key", ["online", "stolen file"])
def test_the_root_does_not_state_replaced_keys_again(region: Any, key: str) -> None:
    """Whoever restored the old file is refused, before anything is signed."""
    old = region.harz.node.secrets
    region.rotate(key)
    region.harz.node.secrets = old
    region.restart_node()
    before = region.list_number()
    with pytest.raises(SetupError, match="were replaced"):
        renew_authority(region.harz.node.service, root=region.harz.node.root, authority_name="Harz")
    assert region.list_number() == before
    region.two.clock.pass_time(limits.MINUTE)
    region.replace_online(stolen=True)
    person, referral = region.granted()
    region.received(person, referral)


def test_what_broke_off_between_file_and_list_is_finished_by_the_root(region: Any) -> None:
    """The new keys are in the file, and the machine stops before anybody hears of them."""
    region.two.clock.pass_time(limits.MINUTE)

    class StoppedError(Exception):
        """The machine stops."""

    def save(fresh: Any) -> None:
        region.keep_secrets(fresh)
        raise StoppedError

    from fachkraft_share.node.alliance.replacing import replace_online_key

    node, root = region.harz.node.service, region.harz.node.root
    with pytest.raises(StoppedError):
        replace_online_key(node, root=root, authority_name="Harz", save=save, stolen=True)
    region.restart_node()
    with pytest.raises(StateError):
        region.harz.node.service.authority.renew(force=True)
    renew_authority(region.harz.node.service, root=root, authority_name="Harz")
    region.pass_time(limits.HOUR)
    person, referral = region.granted()
    region.received(person, referral)


# The root key ---------------------------------------------------------------------------------


def thief_takes_over(region: Any) -> tuple[Any, Federation]:
    """Return a world in which the thief of the root key hands over to a key of his own."""
    kept = region.harz.node.memory
    store, journal, root = kept.store.snapshot(), kept.journal.snapshot(), region.harz.node.root
    region.rotate("root")
    forged, his = region.federation(), region.harz.node.root
    kept.store.restore(store)
    kept.journal.restore(journal)
    region.harz.node.root = root
    region.restart_node()
    region.harz.node.service.release()
    return his, forged


def test_a_stolen_root_key_cannot_be_mended(region: Any) -> None:
    """Whoever hears the thief's hand-over first follows him, and refuses the owner's."""
    his, forged = thief_takes_over(region)
    engine = region.member("dritte").engine
    region.hand_out(forged)
    engine.refresh_lists()
    assert engine.directories.now().root == his.public(region.harz.suite).x
    region.hand_out(None)
    region.rotate("root")
    with pytest.raises((SignatureError, RefusedError)):
        engine.refresh_lists()


def test_who_followed_the_owner_first_follows_no_thief(region: Any) -> None:
    """The old root key is of no use against whoever has left it."""
    _, forged = thief_takes_over(region)
    region.rotate("root")
    region.pass_time(limits.HOUR)
    engine = region.member("dritte").engine
    known = engine.directories.now()
    region.hand_out(forged)
    with pytest.raises((SignatureError, RefusedError)):
        engine.refresh_lists()
    assert engine.directories.now() == known


def test_a_root_key_does_not_come_back(region: Any) -> None:
    """Nor does a hand-over to itself exist; and there is a last one."""
    node, first = region.harz.node, region.harz.node.root
    region.rotate("root")
    for new in (first, node.root):
        with pytest.raises(SetupError, match="already"):
            replace_root_key(node.service, old=node.root, new=new, authority_name="Harz")
    for _ in range(limits.ROOT_CHANGES - 1):
        region.rotate("root")
    with pytest.raises(SetupError, match="found anew"):
        region.rotate("root")
    region.pass_time(limits.HOUR)
    person, referral = region.granted()
    region.received(person, referral)
    assert region.member("dritte").engine.directories.now().root == region.directory().root


def test_who_joins_after_a_hand_over_pins_the_new_root_and_reads_old_lists(region: Any) -> None:
    """A consent may name a list that the root of before stood for."""
    number = region.list_number()
    region.rotate("root")
    region.pass_time(limits.HOUR)
    engine = region.join("neu").engine
    engine.refresh_lists()
    assert engine.settings.root == region.directory().root
    known = engine.directories.fetch_earlier(number, engine.client, suite=region.harz.suite)
    assert number in known.stood
    assert known.newest.name.number == region.list_number()


def test_a_recognition_lives_on_after_the_partners_root_was_replaced(region: Any) -> None:
    """It goes on naming the root it pinned, also when it is said anew with the newest card."""
    from fachkraft_share.node.alliance.agreeing import Terms

    region.rotate("root")
    region.pass_time(limits.HOUR)
    card = region.harz.node.service.agreeing.alliance
    assert card.root == region.directory().root
    goslar = region.goslar.node.service
    until = region.harz.clock.now() + 500 * limits.DAY
    plan = goslar.agreeing.recognise(card, Terms(until), gives=True, takes=True)
    assert plan.version == 1
    goslar.agreeing.sign(plan)
    region.pass_time(limits.HOUR)
    person, referral = region.granted(abroad=True)
    region.pass_time(limits.HOUR)
    region.received(person, referral, by="fern")


def test_a_card_with_a_root_that_nobody_handed_over_to_is_another_partner(region: Any) -> None:
    """A supplement changes no root by word alone."""
    from fachkraft_share.node.alliance.agreeing import Terms

    suite, at = region.harz.suite, region.harz.clock.now()
    other = root_key(region.harz.random.randbytes(32), at=at, suite=suite).public(suite).x
    card = attrs.evolve(region.harz.node.service.agreeing.alliance, root=other)
    goslar = region.goslar.node.service
    plan = goslar.agreeing.recognise(card, Terms(at + limits.DAY), gives=True, takes=True)
    with pytest.raises(RefusedError, match="agreement-terms"):
        goslar.agreeing.sign(plan)


def test_a_bundle_from_before_names_the_old_root_only(region: Any) -> None:
    """It is checked against that one: nothing in it speaks of the root to come."""
    person, referral = region.granted()
    region.received(person, referral)
    region.ended(person)
    old = person.bundle()
    region.rotate("root")
    today = region.directory().root
    assert old.verify()
    assert not verify_bundle(old.bundle, suite=old.suite, at=old.at, root=today).ok


def test_a_restore_without_the_newest_state_brings_the_old_root_back_nowhere(region: Any) -> None:
    """The hand-over stands in the journal."""
    before = region.harz.node.memory.store.snapshot()
    region.rotate("root")
    today = region.directory().root
    region.harz.node.memory.store.restore(before)
    region.restart_node()
    assert region.directory().root == today
    assert region.harz.node.service.exchange.root == today
    region.pass_time(limits.HOUR)
    assert region.member("dritte").engine.directories.now().root == today
