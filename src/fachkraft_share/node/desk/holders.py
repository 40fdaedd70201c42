"""„Wer hat meine Daten?“: every holder, what it has, until when, and what it signed (R6)."""

from collections.abc import Iterable

import attrs

from fachkraft_share.model.organisation import Organisation, Role
from fachkraft_share.node.desk.case import Case
from fachkraft_share.node.desk.views import HolderView, Standing
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.facts import ALL, closed_for
from fachkraft_share.protocol.parts import read_part
from fachkraft_share.protocol.payloads import ErasureState, ReceiptItem
from fachkraft_share.protocol.records import Contact, Due, Held, Receipt
from fachkraft_share.rules.retention import days_left
from fachkraft_share.wire.convert import structure


def holders(case: Case, *, here: Here, at: int) -> tuple[HolderView, ...]:
    """Return origin, readers in the order they were served, partners with theirs, and the node.

    At the node of a partner alliance only this side is shown: the home node shows the rest.
    """
    own = _view(here.id, "node", case, here=here, at=at)
    served = sorted(case.held, key=lambda one: _place(one, here=here))
    found = [_view(one.holder, _role(one, here=here), case, here=here, at=at) for one in served]
    if case.referral.home is not None:
        return (*found, own)
    return (_view(case.referral.origin, "origin", case, here=here, at=at), *found, own)


def _role(line: Held, *, here: Here) -> str:
    return "partner" if line.holder in here.directory.partners else "reader"


def _place(line: Held, *, here: Here) -> tuple[str, bool, int, str]:
    """Return the order of the ledger's lines: who is behind a partner node stands after it."""
    border = line.holder if line.holder in here.directory.partners else line.via or ""
    return border, line.via is not None, line.served_at, line.holder


def stated(id: str, *, here: Here) -> Organisation:
    """Return the organisation as last stated; one nobody states is shown by its id."""
    known = here.directory.organisation(id)
    return known or Organisation(id=id, name=id, roles=(Role.EMPLOYER,), keys=())


def _view(id: str, role: str, case: Case, *, here: Here, at: int) -> HolderView:
    line = next((one for one in case.held if one.holder == id), None)
    due = _latest_due(case.dues, id)
    receipt = _latest_receipt(case.receipts, id)
    ended = closed_for(case.tombstones, id, node=here.node_of(id)) or case.end is not None
    until = case.consent.exp if case.consent and not ended else None
    standing = _standing(due, receipt, ended=ended, at=at)
    partner = here.directory.partners.get(id if role == "partner" else (line and line.via) or "")
    alliance = partner.alliance.name if partner is not None else ""
    known = stated(id, here=here)
    return HolderView(
        attrs.evolve(known, name=alliance) if role == "partner" else known,
        role,
        what=_what(id, role, case.contacts),
        since=line.served_at if line else case.referral.at,
        custody_at=line.custody_at if line else None,
        until=until,
        days_left=days_left(until, at=at) if until else 0,
        standing=standing,
        due=due.due if due else None,
        due_left=days_left(due.due, at=at) if due else 0,
        alarm=receipt.alarm if receipt else None,
        receipt=receipt_item(receipt) if receipt else None,
        withdrawable=role in ("reader", "partner") and not ended,
        recalled_at=_recalled(case, id),
        alliance=alliance,
    )


def _recalled(case: Case, id: str) -> int | None:
    mine = (one for one in case.tombstones if one.scope == id and one.reason == "recalled")
    return next((one.closed_at for one in mine), None)


def _what(id: str, role: str, contacts: Iterable[Contact]) -> tuple[str, ...]:
    if role == "origin":
        return ("application", "profile")
    if role in ("node", "partner"):
        return ("exchange",)
    mine = [one for one in contacts if one.requester == id]
    asked = ("request",) if mine else ()
    given = ("dossier",) if any(one.disclosed for one in mine) else ()
    return ("profile", *asked, *given)


def _latest_due(dues: Iterable[Due], id: str) -> Due | None:
    return max((one for one in dues if one.holder == id), key=lambda one: one.since, default=None)


def _latest_receipt(receipts: Iterable[Receipt], id: str) -> Receipt | None:
    """Return the receipt for everything if there is one, else the one for this holder alone."""
    mine = [one for one in receipts if one.holder == id]
    return max(mine, key=lambda one: (one.scope == ALL, one.at), default=None)


def receipt_item(receipt: Receipt) -> ReceiptItem:
    """Return what the receipt says."""
    return structure(read_part(receipt.part)[1], ReceiptItem)


def _standing(due: Due | None, receipt: Receipt | None, *, ended: bool, at: int) -> Standing:
    if not ended:
        return Standing.HOLDS
    if due is not None and due.due <= at:
        return Standing.OVERDUE
    if receipt is None:
        return Standing.ASKED
    if not receipt.settled:
        return Standing.UNSETTLED
    # What is recorded of the erasure itself holds neither name nor profile.
    told = (one for one in receipt_item(receipt).categories if one.category != "record")
    kept = any(one.state is ErasureState.RETAINED for one in told)
    return Standing.RETAINED if kept else Standing.ERASED
