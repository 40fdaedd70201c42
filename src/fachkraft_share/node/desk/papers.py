"""What the person can take along: receipt, everything about them, the erasure bundle."""

from typing import Any

from fachkraft_share.errors import RefusedError
from fachkraft_share.model.organisation import Organisation
from fachkraft_share.node.desk.audience import readers
from fachkraft_share.node.desk.case import Case
from fachkraft_share.node.desk.documents import record_id
from fachkraft_share.node.desk.federations import abroad
from fachkraft_share.node.desk.holders import stated
from fachkraft_share.node.desk.reading import Reading
from fachkraft_share.node.desk.views import View
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.bundle import (
    Bundle,
    ClosureProof,
    Ended,
    ReceiptProof,
    write_bundle,
)
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.lists import Federation
from fachkraft_share.protocol.records import Closing, Contact, Held, Receipt, Token, Tombstone
from fachkraft_share.rules.receipts import (
    End,
    Status,
    Surroundings,
    consent_receipt,
    moment,
)
from fachkraft_share.wire.convert import unstructure


def receipt_of(case: Case, reading: Reading, *, random: bytes) -> dict[str, Any]:
    """Return the receipt of the consent in force or the last one.

    Raises:
        RefusedError: `no-consent`.
    """
    consent = case.consent
    if consent is None:
        raise RefusedError("no-consent", "nothing was granted with this link")
    here = reading.here
    around = Surroundings(
        origin=stated(consent.origin, here=here),
        node_name=reading.settings.name,
        node_location=reading.settings.location,
        service=reading.settings.name,
        recipients=_recipients(case, reading),
        accepted=tuple(
            stated(one.requester, here=here) for one in case.contacts if one.answer == "accepted"
        ),
        authority=reading.settings.authority,
        end=_end(case.end),
    )
    return consent_receipt(consent, around=around, receipt_id=record_id(random), at=reading.at)


def _recipients(case: Case, reading: Reading) -> tuple[Organisation, ...]:
    """Return whoever may see it now and whoever was given it."""
    here, consent = reading.here, case.consent
    given = [stated(one.holder, here=here) for one in case.held]
    may = readers(case, consent, here=here, at=reading.at) if consent else ()
    found = {one.id: one for one in (*given, *may)}
    return tuple(found[id] for id in sorted(found))


def _end(tombstone: Tombstone | None) -> End | None:
    if tombstone is None:
        return None
    known = {"withdrawn": Status.WITHDRAWN, "expired": Status.EXPIRED}
    return End(known.get(tombstone.reason, Status.REVOKED), tombstone.closed_at)


def everything_about(case: Case, view: View, reading: Reading) -> dict[str, Any]:
    """Return all this node knows of the person's referral, exclusions included (Art. 15, 20)."""
    return {
        "format": "fks-about/1",
        "made": moment(reading.at),
        "node": reading.here.id,
        "referral": _referral(case),
        "invitation": _invitation(case),
        "profile": {
            str(one.category): list(filter(None, (*one.lines, one.closer))) for one in view.profile
        },
        "consents": [{"signed": token, "says": unstructure(said)} for token, said in case.consents],
        "exclusions": [{"kind": one.kind, "value": one.value} for one in case.exclusions],
        "recipients": [_recipient(one, here=reading.here) for one in case.held],
        "requests": [_contact(one) for one in case.contacts],
        "rights": [
            {"right": one.kind, "asked": moment(one.at), "wrong": one.categories.split()}
            for one in case.rights
        ],
        "closures": [
            {"scope": one.scope, "reason": one.reason, "at": moment(one.closed_at)}
            for one in case.tombstones
        ],
        "receipts": [_receipt(one) for one in case.receipts],
    }


def _referral(case: Case) -> dict[str, Any]:
    referral = case.referral
    return {
        "id": referral.id,
        "origin": referral.origin,
        "state": str(referral.state),
        "received": moment(referral.at),
        "not_after": moment(referral.not_after),
    }


def _invitation(case: Case) -> dict[str, Any]:
    invited = case.link.invitation
    return {
        "made": moment(invited.at),
        "assurance": invited.assurance,
        "language": invited.language,
        "decide_later_on": moment(invited.later) if invited.later else None,
    }


def _recipient(line: Held, *, here: Here) -> dict[str, Any]:
    return {
        "organisation": line.holder,
        "through": line.via,
        "name": stated(line.holder, here=here).name,
        "served": moment(line.served_at),
        "custody": moment(line.custody_at) if line.custody_at else None,
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "organisation": receipt.holder,
        "scope": receipt.scope,
        "settled": receipt.settled,
        "alarm": receipt.alarm,
        "received": moment(receipt.at),
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "requester": contact.requester,
        "request": contact.request,
        "asked": moment(contact.requested_at),
        "job": contact.job,
        "message": contact.message,
        "notice": contact.notice,
        "answer": contact.answer,
        "disclosed": contact.disclosed is not None,
        "outcome": contact.outcome,
    }


def bundle_of(
    case: Case, *, transaction: Transaction, here: Here, federations: tuple[Federation, ...]
) -> bytes:
    """Return all evidence about the end of the referral.

    Raises:
        RefusedError: `no-bundle` while nothing was closed or the manifest is not written.
    """
    if not case.tombstones or not case.manifests:
        raise RefusedError("no-bundle", "the manifest is not written yet")
    given = {one.holder for one in case.held} & here.directory.partners.keys()
    agreements, partners = abroad(transaction, given, here=here)
    # What ended within a wider end at home is no end of its own: no manifest belongs to it here.
    ends = {one.scope for one in case.tombstones}
    others = transaction.every(Closing, referral=case.referral.id)
    within = (one for one in others if one.scope in ends)
    closed: tuple[Tombstone | Closing, ...] = (*case.tombstones, *within)
    return write_bundle(
        Bundle(
            referral=case.referral.id,
            node=here.id,
            root=here.directory.roots[0],  # from which its first list is signed
            federations=federations,
            draft=case.referral.envelope if case.consents else "",
            consents=case.chain,
            closures=tuple(_closure(one, transaction) for one in closed),
            manifests=tuple(
                _body(one.token, transaction) for one in case.manifests if one.scope in ends
            ),
            receipts=tuple(
                ReceiptProof(_body(one.token, transaction), one.part)
                for one in case.receipts
                if one.scope in ends
            ),
            tombstones=tuple(Ended(one.scope, one.closure) for one in case.tombstones),
            agreements=agreements,
            partners=partners,
        )
    )


def _closure(closed: Tombstone | Closing, transaction: Transaction) -> ClosureProof:
    attached = tuple(_body(one, transaction) for one in closed.attached.split())
    return ClosureProof(_body(closed.closure, transaction), attached)


def _body(sha256: str, transaction: Transaction) -> str:
    token = transaction.get(Token, sha256)
    if token is None or token.body is None:
        raise RefusedError("no-bundle", "evidence is missing")
    return token.body
