"""`PUT` and `GET /blobs/<sha256>`: sealed dossiers between two members, seen by nobody else.

1. Only the origin of an open referral puts one, for a member whose contact request the person
   accepted, in one of the padded sizes.
2. Only the addressee gets it, once a disclosure names it; for everybody else there is nothing. The
   addressee of a partner alliance is reached through its own node, which fetches it for it.
"""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, MalformedError, RefusedError
from fachkraft_share.model.consent import Answer
from fachkraft_share.node.callers import Caller, identify
from fachkraft_share.node.calls import answer, read_query, whole
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.facts import closed_for
from fachkraft_share.protocol.records import (
    Blob,
    BlobContent,
    Contact,
    Referral,
    ReferralState,
    Tombstone,
)
from fachkraft_share.wire.encoding import check_sha256, sha256
from fachkraft_share.wire.ids import check_id, check_organisation_id

OCTETS = "application/octet-stream"


class Blobs:
    """Keeps sealed dossiers until they were fetched."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def put(self, request: Request) -> Response:
        """Answer `PUT /blobs/<sha256>?to=&referral=`."""
        caller = identify(request, self._exchange)
        blob = _described(request, caller)
        if self._exchange.cramped():
            raise BusyError("no room on the disk", retry_after=limits.MINUTE)
        here = self._exchange.party().here
        with self._exchange.store.begin() as transaction:
            transaction.lock(sorted({caller.lock, blob.referral, f"blobs of {caller.id}"}))
            caller.spend(transaction)
            caller.demand_active()
            before = transaction.get(Blob, blob.sha256)
            if before is not None:
                _demand_same(before, blob)
                return answer({"status": "known"}, status=201)
            if _closed(blob, here=here, transaction=transaction):
                raise RefusedError("closed", "the referral has ended")
            _demand_expected(blob, transaction=transaction)
            _demand_quota(caller, transaction=transaction)
            transaction.put(blob)
            transaction.put(BlobContent(blob.sha256, request.body))
        return answer({"status": "accepted"}, status=201)

    def get(self, request: Request) -> Response:
        """Answer `GET /blobs/<sha256>`; fetching says custody."""
        caller = identify(request, self._exchange)
        name, here = check_sha256(request.resource), self._exchange.party().here
        with self._exchange.store.begin() as transaction:
            transaction.lock([caller.lock])
            caller.spend(transaction)
            blob = transaction.get(Blob, name)
            content = transaction.get(BlobContent, name)
            mine = blob is not None and blob.named and _reads(caller, blob.addressee, here=here)
            if blob is None or content is None or not mine or not caller.active:
                raise RefusedError("not-found")
            if _closed(blob, here=here, transaction=transaction):
                raise RefusedError("not-found")
            if blob.custody_at is None:
                transaction.put(attrs.evolve(blob, custody_at=caller.at))
        return whole(Response(200, content.content, OCTETS))


def _reads(caller: Caller, addressee: str, *, here: Here) -> bool:
    """Tell whether the caller fetches for the addressee; a partner only while data may go."""
    if here.hop(addressee) != caller.id:
        return False
    return addressee == caller.id or caller.directory.gives(caller.id, at=caller.at)


def _closed(blob: Blob, *, here: Here, transaction: Transaction) -> bool:
    tombstones = transaction.every(Tombstone, referral=blob.referral)
    return closed_for(tombstones, blob.addressee, node=here.node_of(blob.addressee))


def _described(request: Request, caller: Caller) -> Blob:
    name, query = check_sha256(request.resource), read_query(request, "to", "referral")
    if query.keys() != {"to", "referral"}:
        raise MalformedError("the query names to and referral")
    addressee, referral = check_organisation_id(query["to"]), check_id(query["referral"])
    if len(request.body) not in limits.BLOB_CLASSES:
        raise RefusedError("length", "a sealed dossier has one of the padded sizes")
    if sha256(request.body) != name:
        raise RefusedError("hash")
    return Blob(name, caller.id, addressee, referral, len(request.body), caller.at)


def _demand_same(before: Blob, blob: Blob) -> None:
    told = [(one.sender, one.addressee, one.referral) for one in (before, blob)]
    if told[0] != told[1]:
        raise RefusedError("blob")


def _demand_expected(blob: Blob, *, transaction: Transaction) -> None:
    """Refuse what no accepted contact request waits for; unknown and foreign look alike."""
    referral = transaction.get(Referral, blob.referral)
    open_ = referral is not None and referral.state is ReferralState.PUBLISHED
    if referral is None or not open_ or referral.origin != blob.sender:
        raise RefusedError("not-found")
    asked = transaction.every(Contact, referral=blob.referral, requester=blob.addressee)
    if not any(one.answer == Answer.ACCEPTED for one in asked):
        raise RefusedError("unanswered", "the person did not accept this member's request")


def _demand_quota(caller: Caller, *, transaction: Transaction) -> None:
    if len(transaction.every(Blob, sender=caller.id)) >= limits.BLOBS_PER_MEMBER:
        raise RefusedError("quota", f"at most {limits.BLOBS_PER_MEMBER} dossiers may wait")
