"""`erasure.receipt`: a holder signs what it erased; one signature may cover many referrals."""

from functools import lru_cache

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError, StateError
from fachkraft_share.protocol.closing import CLOSURES, token_of
from fachkraft_share.protocol.decision import (
    Append,
    Decision,
    Drop,
    Effect,
    Here,
    Known,
    Need,
    Put,
    every,
    one,
)
from fachkraft_share.protocol.erasure import read_item, read_signed_item, settle
from fachkraft_share.protocol.events.common import demand
from fachkraft_share.protocol.facts import around
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import ErasureReceipt, ReceiptItem
from fachkraft_share.protocol.records import Closing, Due, Held, Receipt, Referral, Tombstone

WRONG = "receipt"


def items(message: Message) -> tuple[ReceiptItem, ...]:
    """Return the revealed items; raise MalformedError for one the envelope does not sign."""
    body: ErasureReceipt = message.body
    if len(message.parts) > limits.RECEIPT_ITEMS:
        raise MalformedError("too many items in one receipt")
    return _items(message.parts, frozenset(body.items))


@lru_cache(maxsize=limits.APPLY_BATCH)  # locking, loading and judging a message each ask for them
def _items(parts: tuple[str, ...], signed: frozenset[str]) -> tuple[ReceiptItem, ...]:
    return tuple(read_signed_item(text, signed) for text in parts)


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what each item is judged by."""
    found: list[Need] = []
    for item in items(message):
        found += [
            one(Referral, item.referral),
            one(Tombstone, item.referral, item.scope),
            one(Closing, item.referral, item.scope, item.closure),
            one(Held, item.referral, message.iss),
            one(Held, item.referral, here.hop(message.iss)),
            every(Due, referral=item.referral, holder=message.iss),
            one(Receipt, item.referral, message.iss, item.scope),
        ]
    return tuple(dict.fromkeys(found))


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Keep the receipt as evidence and settle what it settles."""
    addressed = here.is_node and message.aud == here.node_of(message.iss)
    demand(addressed, "audience", "receipts go to the signer's own node")
    demand(bool(message.parts), WRONG, "a receipt reveals at least one item")
    effects: list[Effect] = [Put(token_of(message, at=at))]
    refused: list[RefusedError | StateError] = []
    for item, text in zip(items(message), message.parts, strict=True):
        try:
            effects += _judge(message, item, text, known=known, here=here, at=at)
        except (RefusedError, StateError) as error:  # the other items count all the same
            refused.append(error)
    later = [error for error in refused if isinstance(error, StateError)]
    if later or len(refused) == len(message.parts):
        raise (later or refused)[0]
    return Decision((*effects, *_pass_on(message, known)))


def _pass_on(message: Message, known: Known) -> tuple[Effect, ...]:
    """Let the home nodes of partners' referrals have what was signed about them."""
    about = (known.one(Referral, item.referral) for item in items(message))
    homes = {one.home for one in about if one is not None and one.home is not None}
    return tuple(Append(message.sha256, home, CLOSURES, None) for home in sorted(homes))


def _judge(
    message: Message, item: ReceiptItem, text: str, *, known: Known, here: Here, at: int
) -> list[Effect]:
    tombstone = known.one(Tombstone, item.referral, item.scope)
    other = known.one(Closing, item.referral, item.scope, item.closure)
    if tombstone is None and other is None:
        raise StateError("no such closure is known here yet")
    fits = other is not None or (tombstone is not None and tombstone.closure == item.closure)
    demand(fits, "stale-receipt", "the receipt answers another closure")
    demand(item.at <= at + limits.MESSAGE_SKEW, "future", "erased in the future")
    held = known.one(Held, item.referral, message.iss)
    # Who signed for the whole owes nothing for a part, which the holder may never hear of.
    dues = [
        due
        for due in known.every(Due, referral=item.referral, holder=message.iss)
        if item.scope in around(due.scope, node_of=here.node_of)
    ]
    before = known.one(Receipt, item.referral, message.iss, item.scope)
    # Who signed once may sign again: the origin does when its hold has ended.
    behind = known.one(Held, item.referral, here.hop(message.iss))  # not reported to us yet
    concerned = bool(dues) or any(one is not None for one in (held, before, behind))
    demand(concerned, "not-holder", "this member was never served")
    found = settle(item, held=held, at=at)
    if not found.settled and found.alarm is None and _still_settled(before, held=held, at=at):
        return []
    record = Receipt(
        item.referral,
        message.iss,
        item.scope,
        message.sha256,
        text,
        found.settled,
        found.alarm,
        at,
    )
    return [Put(record), *(Drop(Due, due.key) for due in dues if found.settled)]


def _still_settled(before: Receipt | None, *, held: Held | None, at: int) -> bool:
    """Tell whether an earlier receipt settles even now: a hold that has ended does not."""
    if before is None or not before.settled:
        return False
    return settle(read_item(before.part), held=held, at=at).settled
