"""Two alliances agree: cards, recognitions, supplements, and how members come to know of them."""

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
)
from fachkraft_share.member.joining import rotate_keys
from fachkraft_share.member.records import Trouble
from fachkraft_share.model.agreement import PartnerAlliance
from fachkraft_share.model.consent import Purpose
from fachkraft_share.node.alliance.agreed import named_versions
from fachkraft_share.node.alliance.agreeing import Terms
from fachkraft_share.node.alliance.agreement_overview import overview
from fachkraft_share.node.alliance.founding import renew_authority
from fachkraft_share.node.alliance.members import read_statement
from fachkraft_share.node.alliance.roll import read_roll
from fachkraft_share.node.keys import make_keys
from fachkraft_share.node.partners.lists import take_federation
from fachkraft_share.node.records import (
    AgreementVersion,
    Kept,
    Letter,
    PartnerCalls,
    PartnerPage,
    Statement,
)
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.agreements import cooperation_of, sign_agreement
from fachkraft_share.protocol.lists import Federation
from fachkraft_share.protocol.partner_cards import read_card
from fachkraft_share.testing.two_alliances import GOSLAR, TwoAlliances
from fachkraft_share.testing.world import World
from fachkraft_share.wire import strict
from fachkraft_share.wire.encoding import sha256

YEAR = 365 * limits.DAY
FIRM = "https://muster.example"  # of Harz
THEIRS = "https://oker.example"  # of Goslar


@pytest.fixture
def both() -> TwoAlliances:
    """Harz and Goslar, each with a member; they know nothing of each other."""
    found = TwoAlliances()
    found.harz.join("muster")
    found.goslar.join("oker")
    found.settle()
    return found


@pytest.fixture
def linked(both: TwoAlliances) -> TwoAlliances:
    """The same after each has recognised the other by its card."""
    for one, other in both.pairs:
        recognise(one, other)
    both.settle()
    both.pass_time(2 * limits.MINUTE)
    both.settle()
    return both


def card_of(world: World) -> PartnerAlliance:
    """Return what the alliance's card says."""
    return read_card(world.node.service.agreeing.card())


def terms(world: World, **more: Any) -> Terms:
    """Return the terms of a year from now."""
    return Terms(**{"until": world.clock.now() + YEAR, "legal": "Vertrag 7", **more})


def recognise(world: World, other: World, **more: Any) -> int:
    """Sign a recognition in both directions, or its supplement."""
    agreeing = world.node.service.agreeing
    said = terms(world, **more)
    return agreeing.sign(agreeing.recognise(card_of(other), said, gives=True, takes=True))


def cooperate(world: World, **more: Any) -> int:
    """Sign the alliance's own agreement, or its supplement."""
    parties = {name: more.pop(name) for name in ("join", "leave") if name in more}
    agreeing = world.node.service.agreeing
    return agreeing.sign(agreeing.cooperate(terms(world, **more), **parties))


def directory(world: World, member: str = "") -> Any:
    """Return the directory of the node, or of a member."""
    if not member:
        return world.node.service.exchange.directory()
    return world.members[member].member.engine.directories.now()


def get(world: World, query: str = "", operation: str = "GET /federation") -> Any:
    """Return the answer to a public call."""
    return world.node.service.handle(Request(operation, query=query))


# Recognition --------------------------------------------------------------------------------------


def test_both_sides_know_each_others_members(linked: TwoAlliances) -> None:
    """The nodes, and the members through their own node; our own are not theirs."""
    harz, goslar = linked.harz, linked.goslar
    for known in (directory(harz), directory(harz, "muster")):
        assert known.active(THEIRS)
        assert known.partner_of(THEIRS).node == GOSLAR.node
        assert known.gives(GOSLAR.node, at=linked.clock.now())
        assert [one.name for one in known.giving(at=linked.clock.now())[0].readers] == ["Oker GmbH"]
    assert directory(goslar, "oker").active(FIRM)
    assert not directory(harz).listed(directory(harz).newest.name, THEIRS)


def test_members_need_no_way_to_the_partner(linked: TwoAlliances) -> None:
    """Who joins while the partner cannot be reached learns its list from the own node."""
    linked.cut(linked.goslar)
    linked.harz.join("spaet")
    linked.harz.members["spaet"].member.sync()
    assert directory(linked.harz, "spaet").active(THEIRS)


def test_who_agrees_again_signs_a_supplement(linked: TwoAlliances) -> None:
    """One recognition of a partner at a time; what is not said anew stays."""
    recognise(linked.harz, linked.goslar, legal="", purposes=(Purpose.OTHER_REGIONS,))
    [history] = linked.harz.node.service.exchange.members.agreed
    assert [one.version for one in history.versions] == [0, 1]
    assert history.newest.legal == "Vertrag 7"


def test_the_end_reaches_every_member(linked: TwoAlliances) -> None:
    """Nothing is given or taken any more; the keys stay known, and the partner may come back."""
    harz, service = linked.harz, linked.harz.node.service
    linked.clock.pass_time(limits.DAY)
    service.agreeing.sign(service.agreeing.end(GOSLAR.authority))
    linked.settle()
    for known in (directory(harz), directory(harz, "muster")):
        assert not known.gives(GOSLAR.node, at=linked.clock.now())
        assert not known.takes(GOSLAR.node, at=linked.clock.now())
        assert known.organisation(THEIRS) is not None
    with pytest.raises(StateError, match="no such agreement"):
        service.agreeing.end(GOSLAR.node)
    linked.clock.pass_time(1)
    recognise(harz, linked.goslar)
    linked.settle()
    assert len(service.exchange.members.agreed) == 2
    assert directory(harz, "muster").gives(GOSLAR.node, at=linked.clock.now())


def test_an_agreement_is_ended_by_its_id_as_well(both: TwoAlliances) -> None:
    """Our own has no partner to be named by."""
    cooperate(both.harz)
    service = both.harz.node.service
    [own] = service.exchange.members.agreed
    assert service.agreeing.end(own.id).not_after == both.clock.now()
    with pytest.raises(StateError):
        service.agreeing.end("https://nobody.example")


def test_no_partner_bears_our_names(both: TwoAlliances) -> None:
    """Neither our own card nor one that names a member of ours."""
    agreeing, said = both.harz.node.service.agreeing, terms(both.harz)
    stolen = attrs.evolve(card_of(both.goslar), node=FIRM)
    for card in (card_of(both.harz), stolen):
        with pytest.raises(SetupError, match="our own"):
            agreeing.recognise(card, said, gives=True, takes=False)


def test_a_partners_name_is_given_to_nobody(linked: TwoAlliances) -> None:
    """A member may not join as the partner's node; a firm of both alliances may."""
    with pytest.raises(RefusedError, match="member-exists"):
        linked.harz.join("node.goslar")
    linked.harz.join("oker")
    linked.settle()
    assert directory(linked.harz).partner_of(THEIRS) is None
    assert directory(linked.goslar, "oker").organisation(THEIRS) is not None


# Our own agreement --------------------------------------------------------------------------------


def test_a_supplement_renames_the_alliance(both: TwoAlliances) -> None:
    """At the desk, in `.well-known`, in its statement and in mails; the history keeps the old."""
    harz, service = both.harz, both.harz.node.service
    cooperate(harz)
    before = service.exchange.name
    desk = service.desk
    cooperate(harz, name="Fachkräfteallianz Harz und Heide")
    told = strict.read(get(harz, operation="GET /.well-known/fachkraft-share").body)
    assert isinstance(told, dict)
    assert told["name"] == "Fachkräfteallianz Harz und Heide"
    assert desk.settings.name == "Fachkräfteallianz Harz und Heide"
    assert service.agreeing.alliance.name == "Fachkräfteallianz Harz und Heide"
    stated = directory(harz).organisation(service.exchange.id)
    assert stated is not None
    assert stated.name == "Fachkräfteallianz Harz und Heide"
    [history] = service.exchange.members.agreed
    assert [one.name for one in history.versions] == [before, "Fachkräfteallianz Harz und Heide"]
    client = harz.members["muster"].member.engine.client
    client.invite(service.exchange.fresh_id(), language="de", mail_to="erika@post.example")
    with service.exchange.store.begin(write=False) as transaction:
        [letter] = transaction.every(Letter)
    assert "Fachkräfteallianz Harz und Heide" in letter.text


def test_the_first_agreement_is_one_of_all_members(both: TwoAlliances) -> None:
    """Later ones join and leave by supplements."""
    harz = both.harz
    harz.join("spaet")
    cooperate(harz)
    assert [one.id for one in state(harz)] == [FIRM, "https://spaet.example"]
    harz.join("neu")
    cooperate(harz, join=("https://neu.example",), leave=(FIRM,))
    assert [one.id for one in state(harz)] == ["https://neu.example", "https://spaet.example"]
    cooperate(harz, region="plz:38")
    assert [one.id for one in state(harz)] == ["https://neu.example", "https://spaet.example"]


def state(world: World) -> tuple[Any, ...]:
    """Return the parties of the alliance's own agreement."""
    found = cooperation_of(world.node.service.exchange.members.agreed)
    assert found is not None
    return found.members


def test_only_active_members_join(both: TwoAlliances) -> None:
    """And at most as many as one document names."""
    agreeing, said = both.harz.node.service.agreeing, terms(both.harz)
    with pytest.raises(SetupError, match="active member"):
        agreeing.cooperate(said, join=("https://nobody.example",))
    with pytest.raises(RefusedError, match="agreement-terms"):
        agreeing.sign(agreeing.cooperate(said, leave=("https://nobody.example",)))


def test_too_many_members_are_named_in_turn(
    both: TwoAlliances, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator says whom the first version names."""
    monkeypatch.setattr(limits, "AGREEMENT_PARTIES", 0)
    with pytest.raises(SetupError, match="then supplements"):
        both.harz.node.service.agreeing.cooperate(terms(both.harz))


def test_an_alliance_has_not_more_agreements_than_its_list_names(
    both: TwoAlliances, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the refused one is kept."""
    cooperate(both.harz)
    monkeypatch.setattr(limits, "AGREEMENTS", 1)
    with pytest.raises(RefusedError, match="at most"):
        recognise(both.harz, both.goslar)
    assert len(both.harz.node.service.exchange.members.agreed) == 1


# What is refused ----------------------------------------------------------------------------------


def test_only_the_online_key_agrees(linked: TwoAlliances) -> None:
    """Not the node's, and no version twice with other words."""
    service = linked.harz.node.service
    [history] = service.exchange.members.agreed
    suite = service.exchange.runtime.sealer
    forged = sign_agreement(history.newest, key=service.exchange.keys.node, suite=suite)
    with pytest.raises(SignatureError, match="online key"):
        service.authority.agree(forged)
    other = attrs.evolve(history.newest, legal="anders")
    fork = sign_agreement(other, key=service.exchange.keys.online, suite=suite)
    with pytest.raises(ConflictError, match="agreement-fork"):
        service.authority.agree(fork)
    assert service.exchange.members.agreed == (history,)


def rolled_back(world: World) -> None:
    """Let the node forget the newest version of its only agreement and sign a list without it."""
    exchange = world.node.service.exchange
    [history] = exchange.members.agreed
    with exchange.store.begin() as transaction:
        transaction.drop(AgreementVersion, history.id, history.newest.version)
    world.node.service.authority.renew(force=True)


def test_a_member_refuses_a_rolled_back_agreement(linked: TwoAlliances) -> None:
    """Also under a newer list: the old one stays until it expires, and nothing new goes after."""
    harz = linked.harz
    linked.clock.pass_time(limits.DAY)
    harz.node.service.agreeing.sign(harz.node.service.agreeing.end(GOSLAR.node))
    linked.settle()
    engine = harz.members["muster"].member.engine
    number = directory(harz, "muster").newest.name.number
    rolled_back(harz)
    with pytest.raises(ConflictError, match="agreement-rollback"):
        engine.refresh_lists()
    assert directory(harz, "muster").newest.name.number == number
    assert not directory(harz, "muster").gives(GOSLAR.node, at=linked.clock.now())


def test_a_member_refuses_a_list_without_what_it_names(linked: TwoAlliances) -> None:
    """A node that hides the end of an agreement hides the list as well."""
    harz = linked.harz
    exchange = harz.node.service.exchange
    [history] = exchange.members.agreed
    recognise(harz, linked.goslar, legal="Nachtrag")
    with exchange.store.begin() as transaction:
        transaction.drop(AgreementVersion, history.id, 1)
    with pytest.raises(RefusedError, match="agreement-incomplete"):
        harz.members["muster"].member.engine.refresh_lists()


def test_what_no_list_names_is_not_handed_out(linked: TwoAlliances) -> None:
    """A version whose list was never signed, as a torn journal leaves it, harms nobody."""
    harz = linked.harz
    exchange = harz.node.service.exchange
    [history] = exchange.members.agreed
    plan = harz.node.service.agreeing.end(GOSLAR.node)
    token = sign_agreement(plan, key=exchange.keys.online, suite=exchange.runtime.sealer)
    with exchange.store.begin() as transaction:
        transaction.put(AgreementVersion(plan.id, plan.version, token))
        assert named_versions(None, transaction=transaction) == ()
    harz.members["muster"].member.engine.refresh_lists()
    found = exchange.members.federation(None)
    assert found is not None
    assert found.agreements == history.tokens


def test_newcomers_verify_what_a_former_online_key_signed(linked: TwoAlliances) -> None:
    """The node signs anew what is in force, so that no agreement rests on a forgotten key."""
    harz = linked.harz
    exchange = harz.node.service.exchange
    fresh = make_keys(exchange.runtime).online
    exchange.keys = attrs.evolve(exchange.keys, online=fresh)
    linked.clock.pass_time(1)
    renew_authority(harz.node.service, root=harz.node.root, authority_name="Harz")
    for one in directory(harz).newest.members:
        if one.reads:
            harz.node.service.authority.change(one.id, one.status)
    restate_node(harz)
    linked.settle()
    [history] = exchange.members.agreed
    assert [one.version for one in history.versions] == [0, 1]
    harz.join("spaet")
    harz.members["spaet"].member.sync()
    assert directory(harz, "spaet").gives(GOSLAR.node, at=linked.clock.now())


def restate_node(world: World) -> None:
    """Let the fresh online key state the node itself."""
    service, at = world.node.service, world.clock.now()
    exchange = service.exchange
    with exchange.store.begin() as transaction:
        kept = transaction.get(Statement, read_roll(transaction).entries[exchange.id])
        assert kept is not None
        said = read_statement(kept.token)
        lines: list[dict[str, object]] = []
        service.authority.admit(
            said.organisation,
            application=said.application,
            transaction=transaction,
            lines=lines,
            at=at,
        )
        exchange.journal.append(list(lines))
    exchange.members.look()


# Partners' lists ----------------------------------------------------------------------------------


def federation(world: World, number: int | None = None) -> Federation:
    """Return what the node hands out."""
    found = world.node.service.exchange.members.federation(number)
    assert found is not None
    return found


def test_a_partners_list_is_taken_only_from_whom_we_recognise(both: TwoAlliances) -> None:
    """And only if its pinned root says so."""
    exchange, found = both.harz.node.service.exchange, federation(both.goslar)
    with pytest.raises(RefusedError, match="no recognition"):
        take_federation(exchange, GOSLAR.node, found, fetch=lambda _: found)
    recognise(both.harz, both.goslar)
    own = federation(both.harz)
    with pytest.raises(SignatureError, match="root key"):
        take_federation(exchange, GOSLAR.node, own, fetch=lambda _: own)
    taken = take_federation(exchange, GOSLAR.node, found, fetch=lambda _: found)
    assert taken.active(THEIRS)
    assert directory(both.harz).active(THEIRS)
    assert take_federation(exchange, GOSLAR.node, found, fetch=lambda _: found) == taken


def test_a_partners_older_or_other_list_is_refused(linked: TwoAlliances) -> None:
    """Rollback and fork, also where another process stored the number first."""
    harz, goslar = linked.harz, linked.goslar
    exchange, old = harz.node.service.exchange, federation(goslar)
    goslar.node.service.authority.renew(force=True)
    newer = federation(goslar)
    take_federation(exchange, GOSLAR.node, newer, fetch=lambda _: newer)
    with pytest.raises(ConflictError, match="list-rollback"):
        take_federation(exchange, GOSLAR.node, old, fetch=lambda _: old)
    with exchange.store.begin() as transaction:
        number = directory(goslar).newest.name.number + 1
        transaction.put(PartnerPage(GOSLAR.authority, number, 1, "another"))
    goslar.node.service.authority.renew(force=True)
    fork = federation(goslar)
    with pytest.raises(ConflictError, match="list-fork"):
        take_federation(exchange, GOSLAR.node, fork, fetch=lambda _: fork)


def rotated_twice(both: TwoAlliances) -> None:
    """Let a member of Goslar change its keys twice, so that the newest list does not follow."""
    oker = both.goslar.members["oker"]
    oker.member.engine.save_identity = lambda fresh: setattr(oker, "identity", fresh)
    for _ in range(2):
        for _ in range(5):
            both.clock.pass_time(20 * limits.DAY)
            both.goslar.node.service.tick()
            oker.member.sync()
        rotate_keys(oker.member.engine)


def test_a_partners_missed_rotations_are_caught_up_with(linked: TwoAlliances) -> None:
    """By the node from the partner's node, by the members from their own."""
    rotated_twice(linked)
    exchange, found = linked.harz.node.service.exchange, federation(linked.goslar)
    with pytest.raises(ConflictError, match="list-order"):
        take_federation(exchange, GOSLAR.node, found, fetch=lambda _: found)
    asked: list[int] = []

    def fetch(number: int) -> Federation:
        asked.append(number)
        return federation(linked.goslar, number)

    taken = take_federation(exchange, GOSLAR.node, found, fetch=fetch)
    assert taken.organisation(THEIRS) == directory(linked.goslar).organisation(THEIRS)
    assert 0 < len(asked) < 20
    linked.harz.node.service.tick()
    linked.harz.members["muster"].member.sync()
    known = directory(linked.harz, "muster")
    assert known.organisation(THEIRS) == taken.organisation(THEIRS)


def test_a_partners_list_is_fetched_when_the_node_tells_of_a_newer_one(
    linked: TwoAlliances,
) -> None:
    """With every poll; without news nobody asks."""
    harz, goslar = linked.harz, linked.goslar
    calls: list[str] = []
    answer = harz.reachable[harz.place.node]

    def counted(request: Request) -> Any:
        calls.append(f"{request.operation}?{request.query}")
        return answer(request)

    harz.reachable[harz.place.node] = counted
    harz.members["muster"].member.sync()
    assert not any("of=" in call for call in calls)
    goslar.join("ilse")
    found = federation(goslar)
    take_federation(harz.node.service.exchange, GOSLAR.node, found, fetch=lambda _: found)
    harz.members["muster"].member.sync()
    assert [call for call in calls if "of=" in call] == [
        "GET /federation?of=https%3A%2F%2Fgoslar.example"
    ]
    assert directory(harz, "muster").active("https://ilse.example")


def test_one_partners_fault_hinders_nobody(linked: TwoAlliances) -> None:
    """It is noted for the doctor; our own list goes on."""
    harz, engine = linked.harz, linked.harz.members["muster"].member.engine
    answer = harz.reachable[harz.place.node]

    def broken(request: Request) -> Any:
        own = attrs.evolve(request, query="") if "of=" in request.query else request
        return answer(own)

    harz.reachable[harz.place.node] = broken
    engine.refresh_lists()
    with engine.store.begin(write=False) as transaction:
        noted = transaction.get(Trouble, "partner", GOSLAR.node)
    assert noted is not None
    assert noted.code == "signature"
    assert engine.refresh_partners({GOSLAR.node: 10**6}) == 0
    harz.reachable[harz.place.node] = answer
    engine.refresh_lists()
    with engine.store.begin(write=False) as transaction:
        assert transaction.get(Trouble, "partner", GOSLAR.node) is None


def test_what_a_partner_agrees_with_others_is_not_ours(linked: TwoAlliances) -> None:
    """Never transitive: a third alliance that Goslar recognises is unknown in Harz."""
    celle = World(
        seed=9,
        place=attrs.evolve(
            GOSLAR, node="https://node.celle.example", authority="https://celle.example"
        ),
        clock=linked.clock,
    )
    celle.join("aller")
    recognise(linked.goslar, celle)
    found = federation(celle)
    take_federation(
        linked.goslar.node.service.exchange, celle.place.node, found, fetch=lambda _: found
    )
    linked.pass_time(limits.DAY)
    linked.pass_time(limits.DAY * 4)
    assert directory(linked.goslar).active("https://aller.example")
    for known in (directory(linked.harz), directory(linked.harz, "muster")):
        assert known.organisation("https://aller.example") is None
        assert list(known.partners) == [GOSLAR.node]


def test_the_node_hands_on_what_it_knows_of_a_partner(linked: TwoAlliances) -> None:
    """The newest list, or the last one up to a number; of strangers nothing."""
    harz = linked.harz
    newest = directory(linked.goslar).newest.name.number
    for query in ("of=https://goslar.example", f"of=https://goslar.example&list={newest + 5}"):
        body = strict.read(get(harz, query).body, limit=limits.ANSWER_BYTES)
        assert isinstance(body, dict)
        assert tuple(body["pages"]) == federation(linked.goslar).pages  # type: ignore[arg-type]
        assert "agreements" not in body
    for query in ("of=https://celle.example", "of=https://goslar.example&list=0"):
        assert get(harz, query).status == 404
    assert get(harz, "of=https://goslar.example&list=x").status == 400


# Restart ------------------------------------------------------------------------------------------


def test_no_restore_brings_an_ended_agreement_back(linked: TwoAlliances) -> None:
    """Versions stand in the journal, as lists do."""
    harz = linked.harz
    store = harz.node.memory.store
    before = store.snapshot()
    linked.clock.pass_time(limits.DAY)
    harz.node.service.agreeing.sign(harz.node.service.agreeing.end(GOSLAR.node))
    store.restore(before)
    harz.node.open()
    assert not directory(harz).gives(GOSLAR.node, at=linked.clock.now())
    [history] = harz.node.service.exchange.members.agreed
    assert len(history.versions) == 2
    assert directory(harz).newest.agreements == (history.sha256,)


def test_a_restarted_node_knows_its_partners(linked: TwoAlliances) -> None:
    """Everything it takes lies in its store."""
    before = directory(linked.harz)
    linked.harz.node.open()
    assert directory(linked.harz).partners == before.partners


# What the operator sees ---------------------------------------------------------------------------


def test_the_overview_tells_how_agreements_stand(linked: TwoAlliances) -> None:
    """What changed, until when, and what somebody should look at."""
    harz = linked.harz
    exchange = harz.node.service.exchange
    cooperate(harz)
    linked.clock.pass_time(1)
    cooperate(harz, name="Neuer Name", region="de", join=(), until=linked.clock.now() + limits.DAY)
    own, partner = overview(exchange)
    assert (own.kind, own.state, own.days_left, own.troubled) == ("cooperation", "valid", 1, True)
    assert [one.changed for one in own.versions] == [("agreed",), ("name", "until")]
    assert own.versions[0].joined == ("Muster GmbH",)
    assert (partner.kind, partner.state, partner.fault) == ("recognition", "valid", "")
    assert not partner.troubled
    assert partner.versions[0].sha256 == sha256(exchange.members.agreed[0].tokens[0].encode())
    with exchange.store.begin() as transaction:
        transaction.put(PartnerCalls(GOSLAR.node, since=linked.clock.now()))
    assert overview(exchange)[1].unreachable_since == linked.clock.now()
    linked.clock.pass_time(2 * limits.DAY)
    assert [one.state for one in overview(exchange)] == ["expired", "valid"]
    harz.node.service.agreeing.sign(harz.node.service.agreeing.end(GOSLAR.node))
    assert [one.state for one in overview(exchange)] == ["expired", "ended"]
    assert overview(exchange)[1].unreachable_since is None


def test_the_overview_shows_what_does_not_verify(linked: TwoAlliances) -> None:
    """Somebody changed the store behind the node's back."""
    harz = linked.harz
    exchange = harz.node.service.exchange
    [history] = exchange.members.agreed
    forged = attrs.evolve(history.newest, not_after=history.newest.not_after + 1)
    token = sign_agreement(forged, key=exchange.keys.node, suite=exchange.runtime.sealer)
    with exchange.store.begin() as transaction:
        transaction.put(AgreementVersion(history.id, 0, token))
        transaction.put(Kept("partners", "99"))
    exchange.members.look()
    [shown] = overview(exchange)
    assert (shown.fault, shown.troubled) == ("signature", True)


def test_an_agreement_may_begin_later(both: TwoAlliances) -> None:
    """Until then it allows nothing."""
    service = both.harz.node.service
    plan = service.agreeing.recognise(
        card_of(both.goslar), terms(both.harz), gives=True, takes=False
    )
    service.agreeing.sign(attrs.evolve(plan, not_before=plan.iat + limits.DAY))
    assert [one.state for one in overview(service.exchange)] == ["ahead"]
    assert not directory(both.harz).gives(GOSLAR.node, at=both.clock.now())
    recognise(both.harz, both.goslar)
    assert [one.changed for one in overview(service.exchange)[0].versions][-1] == ("takes",)
    recognise(both.harz, both.goslar)
    assert [one.changed for one in overview(service.exchange)[0].versions][-1] == ("renewed",)
