"""What is struck: ten pieces of work, what each has promised at any moment, and how it must end.

`work` may be done any number of times. `holds` is asked about the files as a fault left them, with
what the process had said by then; `finished` after the same work was done again without a fault.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
from crashlab.ats import NAME, AtsServer
from crashlab.parties import Alone, Together
from crashlab.place import BEISPIEL, MUSTER, Place
from crashlab.preparing import BATCH, recommend

from fachkraft_share.errors import RefusedError, StateError
from fachkraft_share.member.folder import IDENTITY, settings_of
from fachkraft_share.member.identity import read_identity
from fachkraft_share.member.records import Account, DossierRow, FeedCursor, Filed, Outgoing
from fachkraft_share.node.desk.choice import everything
from fachkraft_share.node.service import Node
from fachkraft_share.ports.client import Client
from fachkraft_share.ports.runtime import Request, Response, Runtime
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.records import (
    Contact,
    Due,
    FeedRow,
    Held,
    Invitation,
    Manifest,
    Receipt,
    Referral,
    Token,
    Tombstone,
)

Told = Mapping[str, Any]
Said = Sequence[Told]
Work = Callable[[Alone | Together], None]


def nothing(place: Place, said: Said) -> None:
    """Promise nothing."""


@attrs.frozen
class Scenario:
    """One piece of work; `serves`: it calls the node of the same place over HTTP."""

    stage: str
    work: Work
    finished: Callable[[Together, AtsServer], None]
    holds: Callable[[Place, Said], None] = nothing
    serves: bool = False


# At a member ------------------------------------------------------------------------------------


def recommending(parties: Alone | Together) -> None:
    """Recommend a runner-up and send the draft."""
    member = parties.member("muster")
    try:
        referral, link = recommend(member, "ATS-1")
    except StateError:
        parties.say("already")
    else:
        parties.say("recommended", referral=referral, link=link)
    member.sync()


def recommended_is_kept(place: Place, said: Said) -> None:
    """Whoever was handed a link has the referral and its dossier."""
    for told in _those("recommended", said):
        with place.member_store("muster") as store, store.begin(write=False) as transaction:
            assert transaction.get(Referral, told["referral"]) is not None
            assert transaction.get(DossierRow, told["referral"], "") is not None


def one_draft(parties: Together, ats: AtsServer) -> None:
    """One draft lies at the node, from one invitation; nothing waits."""
    with parties.node().exchange.store.begin(write=False) as transaction:
        assert len(transaction.every(Referral, origin=MUSTER)) == 1
        used = [one for one in transaction.every(Invitation) if one.referral is not None]
    assert len(used) == 1
    _nothing_waits(parties, "muster")


def syncing(name: str) -> Work:
    """Synchronise a member."""

    def work(parties: Alone | Together) -> None:
        parties.member(name).sync()
        parties.say("synchronised")

    return work


def custody_is_kept(place: Place, said: Said) -> None:
    """A cursor that left says custody: what came before it is stored."""
    asked = [told for told in _those("calls", said) if told["operation"] == "POST /poll"]
    cursors = [json.loads(told["asked"]) for told in asked]
    if not any(one["events"] for one in cursors[1:]):
        return
    with place.member_store("beispiel") as store, store.begin(write=False) as transaction:
        assert transaction.get(FeedCursor, "events") is not None
        assert transaction.get(Referral, place.facts()["referral"]) is not None


def one_match(parties: Together, ats: AtsServer) -> None:
    """The referral is there once, and the node knows who took custody."""
    assert len(parties.member("beispiel").inbox()) == 1
    with parties.node().exchange.store.begin(write=False) as transaction:
        held = transaction.get(Held, parties.place.facts()["referral"], BEISPIEL)
    assert held is not None
    assert held.custody_at is not None


def filing_is_known(place: Place, said: Said) -> None:
    """Nobody is in the outside system of whom the engine does not know that they may be."""
    if place.facts()["people"]:
        with place.member_store("beispiel") as store, store.begin(write=False) as transaction:
            assert transaction.get(Filed, place.facts()["referral"], NAME) is not None


def one_person(parties: Together, ats: AtsServer) -> None:
    """The dossier is readable, and one person was filed."""
    assert [key for _, key in ats.people] == [parties.place.facts()["referral"]]
    assert len(parties.member("beispiel").received()) == 1
    with parties.member("beispiel").engine.store.begin(write=False) as transaction:
        [filed] = transaction.every(Filed)
    assert filed.ref == ats.people[0][0]


def receipt_is_true(place: Place, said: Said) -> None:
    """When a receipt leaves that says erased, the key is destroyed and the rows are gone."""
    referral = place.facts()["referral"]
    if not any(told["operation"] == "POST /events" for told in _those("calls", said)):
        return
    with place.member_store("beispiel") as store, store.begin(write=False) as transaction:
        accounts = transaction.every(Account, referral=referral)
        left = transaction.every(DossierRow, referral=referral)
    if any('"failed"' in one.said for one in accounts):
        return  # the receipt said so, and another follows
    assert not left
    with place.member_keys("beispiel") as keys:
        assert keys.get(referral) is None


def all_erased(parties: Together, ats: AtsServer) -> None:
    """Nobody holds anything, everybody signed, nothing is owed."""
    referral = parties.place.facts()["referral"]
    assert ats.people == []
    assert parties.member("beispiel").engine.keys.get(referral) is None
    assert parties.member("beispiel").received() == []
    with parties.node().exchange.store.begin(write=False) as transaction:
        signed = {one.holder: one.settled for one in transaction.every(Receipt, referral=referral)}
        assert not transaction.every(Due)
        assert len(transaction.every(Manifest, referral=referral)) == 1
        closed = {one.token for one in transaction.every(FeedRow, stream="closures")}
    assert signed[BEISPIEL]
    assert len(closed) == 1


def disclosure_is_kept(place: Place, said: Said) -> None:
    """What was told to the node is remembered here."""
    if any(told["operation"] == "POST /events" for told in _those("calls", said)):
        with place.member_store("muster") as store, store.begin(write=False) as transaction:
            assert any(one.disclosed for one in transaction.every(Contact))


def one_dossier(parties: Together, ats: AtsServer) -> None:
    """It was disclosed once and received once."""
    assert len(parties.member("beispiel").received()) == 1
    with parties.node().exchange.store.begin(write=False) as transaction:
        told = transaction.every(Token, type="contact.disclosed")
    assert len(told) == 1


# At the node ------------------------------------------------------------------------------------


def ingesting(parties: Alone | Together) -> None:
    """Take a posting of several drafts."""
    body = parties.place.facts()["posted"].encode()
    answer = parties.node().handle(Request("POST /events", body=body))
    parties.say("answered", status=answer.status, body=answer.body.decode())


def posting_is_kept(place: Place, said: Said) -> None:
    """What was answered as accepted is stored, all of it."""
    for told in _those("answered", said):
        if told["status"] != 200:
            continue
        answers = json.loads(told["body"])["answers"]
        assert all(one["status"] in ("accepted", "known") for one in answers), answers
        with place.node_store() as store, store.begin(write=False) as transaction:
            assert len(transaction.every(Referral)) == len(answers) == BATCH


def all_drafts(parties: Together, ats: AtsServer) -> None:
    """Every draft is there once."""
    with parties.node().exchange.store.begin(write=False) as transaction:
        assert len(transaction.every(Referral)) == BATCH
        assert len(transaction.every(Token, type="referral.published")) == BATCH


@attrs.frozen
class Inside:
    """A transport to a node in this process."""

    node: Node

    def call(self, node: str, request: Request) -> Response:  # noqa: ARG002
        """Carry a call."""
        return self.node.handle(request)


def serving(parties: Alone | Together) -> None:
    """Answer a member's poll from the beginning."""
    node, folder = parties.node(), parties.place.member("beispiel")
    identity = read_identity((folder / IDENTITY).read_bytes())
    world = node.exchange.runtime
    asking = Runtime(world.clock, world.ids, world.sealer, Inside(node))
    at = world.clock.now()
    client = Client(asking, settings_of(folder), lambda: identity.signing(at=at))
    page = client.poll({"closures": None, "events": None})
    about = [parties.place.facts()["referral"] for one in page.events if one.parts]
    parties.say("served", referrals=about)


def serving_is_noted(place: Place, said: Said) -> None:
    """Who was served stands in the ledger and in the journal."""
    for told in _those("served", said):
        for referral in told["referrals"]:
            with place.node_store() as store, store.begin(write=False) as transaction:
                assert transaction.get(Held, referral, BEISPIEL) is not None
            assert any(line.get("served") == referral for line in place.journal("node"))


def withdrawing(parties: Alone | Together) -> None:
    """Withdraw at the desk."""
    secret = parties.place.facts()["secret"]
    try:
        parties.node().desk.withdraw(secret)
    except (StateError, RefusedError):
        parties.say("refused")
    else:
        parties.say("withdrawn")


def withdrawal_is_kept(place: Place, said: Said) -> None:
    """The person was told; the tombstone, the journal and the feed have it."""
    referral = place.facts()["referral"]
    for _ in _those("withdrawn", said):
        with place.node_store() as store, store.begin(write=False) as transaction:
            assert transaction.get(Tombstone, referral, ALL) is not None
            closed = transaction.every(FeedRow, referral=referral, stream="closures")
        assert len({row.token for row in closed}) == 1
        assert len([line for line in place.journal("node") if "closed" in line]) == 1


def ticking(parties: Alone | Together) -> None:
    """Let the node's worker take a turn."""
    parties.node().tick()
    parties.say("ticked")


def granting(parties: Alone | Together) -> None:
    """Grant at the desk."""
    desk, link = parties.node().desk, parties.place.facts()["link"]
    try:
        secret = desk.grant(link, everything(desk.open(link)))
    except (StateError, RefusedError):
        parties.say("refused")
    else:
        parties.say("granted", secret=secret)


def grant_is_kept(place: Place, said: Said) -> None:
    """The person was told; the feed has the referral."""
    for _ in _those("granted", said):
        with place.node_store() as store, store.begin(write=False) as transaction:
            assert transaction.every(FeedRow, referral=place.facts()["referral"], stream="events")


def published_once(parties: Together, ats: AtsServer) -> None:
    """The member got it, once."""
    one_match(parties, ats)


SCENARIOS: Mapping[str, Scenario] = {
    "recommend": Scenario("joined", recommending, one_draft, recommended_is_kept, serves=True),
    "take": Scenario("granted", syncing("beispiel"), one_match, custody_is_kept, serves=True),
    "disclose": Scenario("agreed", syncing("muster"), one_dossier, disclosure_is_kept, serves=True),
    "file": Scenario("disclosed", syncing("beispiel"), one_person, filing_is_known, serves=True),
    "erase": Scenario("closed", syncing("beispiel"), all_erased, receipt_is_true, serves=True),
    "ingest": Scenario("drafts", ingesting, all_drafts, posting_is_kept),
    "serve": Scenario("granted", serving, one_match, serving_is_noted),
    "grant": Scenario("drafted", granting, published_once, grant_is_kept),
    "withdraw": Scenario("received", withdrawing, all_erased, withdrawal_is_kept),
    "tick": Scenario("closed", ticking, all_erased),
}


def accounts(parties: Together) -> None:
    """Demand what holds whatever was done: nothing twice on the feed, everybody in the ledger."""
    with parties.node().exchange.store.begin(write=False) as transaction:
        rows = [(row.stream, row.to, row.token) for row in transaction.every(FeedRow)]
        held = {(one.referral, one.holder) for one in transaction.every(Held)}
    assert len(rows) == len(set(rows))
    with parties.member("beispiel").engine.store.begin(write=False) as transaction:
        here = {(one.id, BEISPIEL) for one in transaction.every(Referral)}
    assert here <= held


def _those(what: str, said: Said) -> list[Told]:
    return [told for told in said if told["what"] == what]


def _nothing_waits(parties: Together, name: str) -> None:
    with parties.member(name).engine.store.begin(write=False) as transaction:
        assert not transaction.every(Outgoing)
