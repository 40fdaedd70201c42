"""The node's own part of an erasure: manifest pages and its own signed receipt.

The closure itself took everything away in its transaction; the worker had the store's files
scrubbed since; here the node looks a second time, lists whom it served, and signs.
"""

from collections.abc import Iterable

import attrs

from fachkraft_share import limits
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import Custody, Parked
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import CLOSURES, EVENTS
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.erasure import DOSSIER, PROFILE, manifests, write_receipt
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.message import Message, open_message
from fachkraft_share.protocol.parts import SALT_BYTES
from fachkraft_share.protocol.payloads import CategoryErased, ErasureState, ReceiptItem
from fachkraft_share.protocol.records import (
    Blob,
    Contact,
    Exclusion,
    Held,
    Manifest,
    Part,
    Receipt,
    Referral,
    Task,
    Token,
    Tombstone,
)

STORE = "store"  # the node's only erasure participant


@attrs.frozen
class _Work:
    """What is to be signed for one closure; `sealed`: a dossier lay here, readable by others."""

    tombstone: Tombstone
    held: tuple[Held, ...]
    known: bool
    clean: bool
    listed: bool
    signed: bool
    sealed: bool

    def whole(self, node: str) -> bool:
        """Tell whether the node itself must erase: all ended, or all on this side of a border."""
        return self.tombstone.scope in (ALL, node)


def erase(task: Task, exchange: Exchange) -> None:
    """Sign the manifest and the node's receipt for a closure; harmless to repeat.

    Where something was left the receipt says so, and the node looks again an hour later.
    """
    referral, _, scope = task.about.partition(" ")
    with exchange.store.begin(write=False) as transaction:
        work = _load(transaction, referral, scope, node=exchange.id)
    messages: list[Message] = []
    if work is not None:
        messages = [*_manifests(work, exchange), *_receipt(work, exchange)]
        if messages:
            exchange.apply(messages)
    with exchange.store.begin() as transaction:
        _tell(messages, referral, transaction=transaction, at=exchange.now())
        if work is None or work.clean or not work.whole(exchange.id):
            transaction.drop(Task, *task.key)
        else:
            transaction.put(attrs.evolve(task, next_at=exchange.now() + limits.ERASE_AGAIN))


def _tell(messages: Iterable[Message], referral: str, *, transaction: Transaction, at: int) -> None:
    """Let the partner know whose referral was not kept; of those kept the rules pass it on."""
    custody = transaction.get(Custody, referral)
    if custody is None or transaction.get(Referral, referral) is not None:
        return
    for message in messages:
        transaction.append(
            stream=CLOSURES,
            to=custody.node,
            token=message.sha256,
            at=at,
            referral=message.referral,
        )


def _load(transaction: Transaction, referral: str, scope: str, *, node: str) -> _Work | None:
    tombstone = transaction.get(Tombstone, referral, scope)
    if tombstone is None:
        return None
    held = transaction.every(Held, referral=referral)
    signed = transaction.get(Receipt, referral, node, scope)
    return _Work(
        tombstone,
        tuple(one for one in held if one.via is None and scope in (ALL, one.holder, node)),
        known=_known(transaction, referral),
        clean=_clean(transaction, referral),
        listed=transaction.get(Manifest, referral, scope, node, 1) is not None,
        signed=signed is not None and signed.settled,
        sealed=any(one.disclosed for one in transaction.every(Contact, referral=referral)),
    )


def _known(transaction: Transaction, referral: str) -> bool:
    """Tell whether the profile was ever here, if only for the moment of refusing it."""
    kinds = (Referral, Custody)
    return any(transaction.get(kind, referral) is not None for kind in kinds)


def _clean(transaction: Transaction, referral: str) -> bool:
    """Look a second time: nothing of the profile or the dossier may be left."""
    left = (
        transaction.every(Part, referral=referral),
        transaction.every(Exclusion, referral=referral),
        transaction.every(Blob, referral=referral),
        transaction.every(Parked, referral=referral, stream=EVENTS),
        tuple(
            token
            for token in transaction.every(Token, referral=referral, personal=True)
            if token.body is not None
        ),
    )
    return not any(left)


def _manifests(work: _Work, exchange: Exchange) -> list[Message]:
    if work.listed:
        return []
    tombstone = work.tombstone
    pages = manifests(work.held, closure=tombstone.closure, scope=tombstone.scope)
    audience = exchange.party().here.holders
    emitted = [Emit("delivery.manifest", audience, tombstone.referral, page) for page in pages]
    reader = exchange.reader()
    return [
        open_message(exchange.voice.sign(one, at=exchange.now()), reader=reader) for one in emitted
    ]


def _receipt(work: _Work, exchange: Exchange) -> list[Message]:
    if work.signed or not work.whole(exchange.id):
        return []
    at = exchange.now()
    item = ReceiptItem(
        work.tombstone.referral,
        work.tombstone.closure,
        work.tombstone.scope,
        at,
        (_category(PROFILE, work, held=work.known), _category(DOSSIER, work, held=work.sealed)),
        (STORE,),
        second_look=work.clean,
    )
    said, parts = write_receipt([item], salts=[exchange.runtime.ids.random(SALT_BYTES)])
    emitted = Emit("erasure.receipt", exchange.id, None, said)
    token = exchange.voice.sign(emitted, at=at)
    return [open_message(token, reader=exchange.reader(), parts=parts)]


def _category(name: str, work: _Work, *, held: bool) -> CategoryErased:
    if not work.clean:
        return CategoryErased(name, ErasureState.FAILED, reason="left")
    return CategoryErased(name, ErasureState.ERASED if held else ErasureState.NEVER_HELD)
