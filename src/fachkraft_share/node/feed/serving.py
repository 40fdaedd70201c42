"""Which rows of the feed a reader gets: one gate for each, and what the ledger must know of it.

1. A row is given, passed over for good (closed, excluded, not in the audience, its body gone), or
   held back until the reader has mended something: with all after it, or alone (`holding_back`).
2. Nothing here writes; who serves writes the ledger first.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import attrs

from fachkraft_share.model.consent import Consent
from fachkraft_share.node import evidence
from fachkraft_share.node.feed.holding_back import UNSETTLED, owes
from fachkraft_share.node.records import Custody
from fachkraft_share.node.voice import LIST
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import CLOSURES
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.facts import closed_for, facts
from fachkraft_share.protocol.records import (
    Exclusion,
    FeedRow,
    Part,
    Receipt,
    Referral,
    ReferralState,
    Token,
    Tombstone,
)
from fachkraft_share.rules.consent import Action, Deny

PUBLISHED = "referral.published"
DISCLOSED = "contact.disclosed"
RECEIPT = "erasure.receipt"
DECLINED = "consent.declined"  # news of an end; what has ended does not silence it
R = TypeVar("R", Tombstone, Exclusion, Part)
WAITING = frozenset({"list-expired", "inactive", UNSETTLED})  # denials that pass


@attrs.frozen
class Given:
    """A row as it is handed out."""

    row: FeedRow
    token: str = attrs.field(repr=False)
    along: tuple[str, ...] = attrs.field(default=(), repr=False)
    parts: tuple[str, ...] = attrs.field(default=(), repr=False)
    ledger: bool = False  # the reader becomes a holder

    @property
    def size(self) -> int:
        """Roughly the bytes it adds to an answer."""
        return sum(map(len, (self.token, *self.along, *self.parts)))

    def plain(self) -> dict[str, object]:
        """Return it as it travels."""
        found: dict[str, object] = {"token": self.token, "with": list(self.along)}
        return {**found, "parts": list(self.parts)} if self.parts else found


@attrs.frozen
class Loaded:
    """Everything some rows need, read at once."""

    tokens: Mapping[str, Token]
    referrals: Mapping[str, Referral]
    tombstones: Mapping[str, list[Tombstone]]
    exclusions: Mapping[str, list[Exclusion]]
    parts: Mapping[str, list[Part]] = attrs.field(repr=False)
    chains: Mapping[str, tuple[str, ...]] = attrs.field(repr=False)
    receipts: Mapping[str, list[Receipt]]  # by token
    overdue: bool

    def closed(self, referral: str, reader: str, *, node: str) -> bool:
        """Tell whether a closure stands for this reader."""
        return closed_for(self.tombstones.get(referral, ()), reader, node=node)


def load(transaction: Transaction, rows: Sequence[FeedRow], *, reader: str, at: int) -> Loaded:
    """Read what deciding about these rows needs."""
    about = tuple(sorted({row.referral for row in rows if row.referral is not None}))
    names = [name for row in rows for name in (row.token, *row.attached.split())]
    known = transaction.every(Referral, id=about) if about else ()
    return Loaded(
        tokens=evidence.bodies(transaction, names),
        referrals={one.id: one for one in known},
        tombstones=_grouped(transaction, Tombstone, about),
        exclusions=_grouped(transaction, Exclusion, about),
        parts=_grouped(transaction, Part, about),
        chains={one.id: evidence.consent_chain(transaction, one) for one in known},
        receipts=_signed(transaction, rows, reader=reader),
        overdue=owes(reader, at=at, transaction=transaction),
    )


def _grouped(
    transaction: Transaction, kind: type[R], about: tuple[str, ...]
) -> Mapping[str, list[R]]:
    found: dict[str, list[R]] = {}
    for record in transaction.every(kind, referral=about) if about else ():
        found.setdefault(record.referral, []).append(record)
    return found


def _signed(
    transaction: Transaction, rows: Sequence[FeedRow], *, reader: str
) -> Mapping[str, list[Receipt]]:
    """Return what receipts say of the reader's own referrals; rows of receipts name none."""
    signed_rows = [row for row in rows if row.referral is None and row.stream == CLOSURES]
    names = tuple(sorted({row.token for row in signed_rows}))
    signed = transaction.every(Receipt, token=names) if names else ()
    about = tuple(sorted({one.referral for one in signed}))
    known = transaction.every(Referral, id=about) if about else ()
    homes = {one.id for one in known if one.home == reader}
    refused = transaction.every(Custody, referral=about, node=reader) if about else ()
    homes |= {one.referral for one in refused}
    found: dict[str, list[Receipt]] = {}
    for one in signed:
        if one.referral in homes:
            found.setdefault(one.token, []).append(one)
    return found


def closure(row: FeedRow, loaded: Loaded) -> Given | None:
    """Return a closing row with its proof, or what was signed about it; never held back."""
    token = loaded.tokens.get(row.token)
    if token is None or token.body is None:
        return None
    if token.type != RECEIPT:
        return Given(row, token.body, _along(row, loaded))
    parts = tuple(one.part for one in loaded.receipts.get(row.token, ()))
    return Given(row, token.body, parts=parts) if parts else None  # a newer one may have come


def event(row: FeedRow, loaded: Loaded, *, reader: str, here: Here, at: int) -> Given | str | None:
    """Return the row, None to pass it over, or the code of what the reader must mend first."""
    token = loaded.tokens.get(row.token)
    if token is None or token.body is None or not _listed(row, reader, here=here):
        return None
    if token.type != DECLINED and _closed(row, loaded, reader=reader, here=here):
        return None
    if token.type == PUBLISHED:
        return _referral(row, token.body, loaded, reader=reader, here=here, at=at)
    along = _along(row, loaded)
    if token.type == DISCLOSED:
        denied = _gate(row, loaded, Action.DISCLOSE, reader=reader, here=here, at=at)
        if denied is not None:
            return denied if denied in WAITING else None
    return Given(row, token.body, along)


def may_be_withheld(row: FeedRow, loaded: Loaded) -> bool:
    """Tell whether the row is of a kind that is held back from whoever owes a receipt."""
    token = loaded.tokens.get(row.token)
    return token is not None and token.type in (PUBLISHED, DISCLOSED)


def _closed(row: FeedRow, loaded: Loaded, *, reader: str, here: Here) -> bool:
    node = here.node_of(reader)
    return row.referral is not None and loaded.closed(row.referral, reader, node=node)


def _referral(
    row: FeedRow, body: str, loaded: Loaded, *, reader: str, here: Here, at: int
) -> Given | str | None:
    action = Action.RELAY if reader in here.directory.partners else Action.SERVE
    denied = _gate(row, loaded, action, reader=reader, here=here, at=at)
    if denied is not None:
        return denied if denied in WAITING else None
    allowed = _consent(row, loaded)
    shown = {str(category) for category in allowed.categories} if allowed else set()
    parts = tuple(
        part.text for part in loaded.parts.get(row.referral or "", ()) if part.category in shown
    )
    return Given(row, body, loaded.chains[row.referral or ""], parts, ledger=True)


def _gate(
    row: FeedRow, loaded: Loaded, action: Action, *, reader: str, here: Here, at: int
) -> str | None:
    """Return the code of the gate's refusal, or None."""
    referral = loaded.referrals.get(row.referral or "")
    if referral is None or referral.state is not ReferralState.PUBLISHED:
        return "closed"
    consent = _consent(row, loaded)
    attached = [loaded.tokens[name] for name in row.attached.split() if name in loaded.tokens]
    answer = evidence.answer_in(attached)
    # What a partner node carries is for the member of its alliance that the person answered.
    actor = answer.requester if answer and reader in here.directory.partners else reader
    known = facts(
        consent,
        actor,
        here=here,
        at=at,
        tombstones=loaded.tombstones.get(referral.id, ()),
        exclusions=loaded.exclusions.get(referral.id, ()),
        answer=answer,
        settled=not loaded.overdue,
    )
    said = here.gate(consent, action, actor=actor, known=known, at=at)
    return said.code if isinstance(said, Deny) else None


def _consent(row: FeedRow, loaded: Loaded) -> Consent | None:
    chain = loaded.chains.get(row.referral or "", ())
    return evidence.read_consent(chain[-1]) if chain else None


def _listed(row: FeedRow, reader: str, *, here: Here) -> bool:
    """Tell whether the row is for this reader: by name, or by the list it was written for (R5)."""
    if row.to == reader:
        return True
    if row.to != LIST or row.list_number is None:
        return False
    _, members = here.directory.stood.get(row.list_number, ("", frozenset[str]()))
    return reader in members


def _along(row: FeedRow, loaded: Loaded) -> tuple[str, ...]:
    found = (loaded.tokens.get(name) for name in row.attached.split())
    return tuple(one.body for one in found if one is not None and one.body is not None)
