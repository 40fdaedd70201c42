"""What a partner's node signs about a referral it refused to keep, and whom it tells."""

import json
from collections.abc import Callable
from typing import Any

from fachkraft_share import limits
from fachkraft_share.model.consent import Withdrawal
from fachkraft_share.node.desk.links import candidate_key
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.message import WITHDRAWAL, sign_document
from fachkraft_share.protocol.parts import read_part
from fachkraft_share.protocol.payloads import ErasureState, ReceiptItem
from fachkraft_share.protocol.records import (
    FeedRow,
    Held,
    Manifest,
    Receipt,
    Referral,
    ReferralState,
    Token,
)
from fachkraft_share.testing.two_alliances import recognise
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import structure
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.keys import CONSENT_KEY

BEISPIEL = "https://beispiel.example"


def refuse(crossing: Any) -> tuple[str, str]:
    """Let Harz give a referral that Goslar takes none of; return the person's link and its id."""
    recognise(crossing.goslar, crossing.harz, takes=False)
    link, referral = crossing.asked()
    crossing.grant(link)
    return link, referral


def withdraw(crossing: Any, every: Callable[..., Any], link: str, scope: str) -> None:
    """Let the person sign a withdrawal for whomever she likes, and hand it in at home."""
    secret, suite = unb64(link.rpartition("/")[2]), crossing.harz.suite
    key = candidate_key(secret, purpose=CONSENT_KEY, suite=suite)
    [of] = every(crossing.harz, Referral, key_x=b64(suite.public(key.seed)))
    end, now = of.not_after, crossing.two.clock.now()
    said = Withdrawal(
        of.id, of.origin, of.key_x, of.nonce, scope, "withdrawn", end, now, b64(b"j" * 16)
    )
    body = {"withdrawal": sign_document(said, key=key, suite=suite), "with": []}
    asked = Request("POST /withdrawals", body=json.dumps(body).encode())
    assert crossing.harz.handle(asked).status == 200


def said(crossing: Any, every: Callable[..., Any], referral: str) -> ReceiptItem:
    """Return what Goslar's node signed, as Harz has it."""
    goslar = crossing.goslar.place.node
    [receipt] = every(crossing.harz, Receipt, referral=referral, holder=goslar)
    return structure(read_part(receipt.part)[1], ReceiptItem)


def told(crossing: Any, every: Callable[..., Any]) -> list[tuple[str, str | None]]:
    """Return type and referral of what Goslar's node tells Harz of, besides the withdrawal."""
    types = {one.sha256: one.type for one in every(crossing.goslar, Token)}
    rows = every(crossing.goslar, FeedRow, to=crossing.harz.place.node)
    found = [
        (types.get(row.token, "lost"), row.referral) for row in rows if row.stream == "closures"
    ]
    return [(type, referral) for type, referral in found if type != WITHDRAWAL]


def test_of_one_member_the_node_signs_and_tells_that_it_served_nobody(
    crossing: Any, every: Any
) -> None:
    """Without that page the person's bundle would wait for it for ever."""
    link, referral = refuse(crossing)
    withdraw(crossing, every, link, BEISPIEL)
    crossing.two.settle()
    assert every(crossing.goslar, Referral, id=referral) == ()
    assert told(crossing, every) == [("delivery.manifest", referral)]
    goslar = crossing.goslar.place.node
    [page] = every(crossing.harz, Manifest, referral=referral, node=goslar)
    assert page.scope == BEISPIEL
    assert every(crossing.goslar, Receipt) == ()


def test_as_a_whole_the_node_signs_and_tells_it_once(crossing: Any, every: Any) -> None:
    """The closure made it known here: the rules pass everything on, and nobody else does."""
    link, referral = refuse(crossing)
    withdraw(crossing, every, link, "all")
    crossing.two.settle()
    [known] = every(crossing.goslar, Referral, id=referral)
    assert known.state is ReferralState.CLOSED
    assert told(crossing, every) == [("delivery.manifest", referral), ("erasure.receipt", None)]
    assert said(crossing, every, referral).categories[0].state is ErasureState.ERASED


def test_of_somebody_who_is_a_member_here_too_it_tells_whoever_gave_it(
    crossing: Any, every: Any
) -> None:
    """No border lies between the closure and the origin, and yet it had come across one."""
    link, referral = refuse(crossing)
    crossing.goslar.join("muster")
    crossing.two.settle()
    withdraw(crossing, every, link, "all")
    crossing.two.settle()
    assert every(crossing.goslar, Referral, id=referral) == ()
    assert told(crossing, every) == [("delivery.manifest", referral), ("erasure.receipt", None)]
    assert said(crossing, every, referral).categories[0].state is ErasureState.ERASED


def listed(world: Any, every: Callable[..., Any], referral: str) -> set[str]:
    """Return whom a node's own manifest of a referral lists."""
    [page] = every(world, Manifest, referral=referral, node=world.place.node)
    [token] = every(world, Token, sha256=page.token)
    [body] = jws.parse(token.body, types=[jws.Type.EVENT]).claims["events"].values()
    return {one["holder"] for one in body["entries"]}


def test_the_manifest_lists_whom_this_node_served_and_not_whom_its_partner_did(
    crossing: Any, every: Any
) -> None:
    """Whom the partner served stands in the partner's."""
    person, referral = crossing.recommend()
    assert BEISPIEL in {one.holder for one in every(crossing.harz, Held, referral=referral)}
    person.withdraw()
    crossing.two.settle()
    served = {"https://nachbar.example", crossing.goslar.place.node}
    assert listed(crossing.harz, every, referral) == served


def test_what_ended_on_one_side_of_a_border_the_node_there_signs_for(
    crossing: Any, every: Any
) -> None:
    """It lists all it served, for all of them are behind it, and what it erased itself."""
    _, referral = crossing.recommend()
    recognise(crossing.harz, crossing.goslar, gives=False)
    crossing.two.pass_time(limits.HOUR)
    assert listed(crossing.goslar, every, referral) == {BEISPIEL, "https://dritte.example"}
    assert said(crossing, every, referral).scope == crossing.goslar.place.node
