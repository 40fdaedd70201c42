"""Sealed dossiers for our members: fetched from the partner node before the disclosure is applied.

1. Only what a disclosure names that waits here: the person accepted that member's request.
2. What cannot be fetched now leaves the disclosure parked; the next try fetches again.
"""

from collections.abc import Iterable

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, TemporaryError, WireError
from fachkraft_share.model.consent import Answer
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.feed.serving import DISCLOSED
from fachkraft_share.ports.client import Client
from fachkraft_share.protocol.message import ANSWER, Message
from fachkraft_share.protocol.payloads import ContactDisclosed
from fachkraft_share.protocol.records import Blob, BlobContent, Referral, ReferralState
from fachkraft_share.wire.encoding import check_sha256, sha256


def fetch_blobs(
    messages: Iterable[Message], *, client: Client, node: str, exchange: Exchange
) -> None:
    """Store the blobs these disclosures name, a few at a time; what fails is tried again later."""
    disclosed = [one for one in messages if one.type == DISCLOSED]
    for message in disclosed[: limits.PARTNER_BLOBS]:
        try:
            if _wanted(message, node=node, exchange=exchange):
                _fetch(message, client=client, exchange=exchange)
        except TemporaryError:
            return
        except (RefusedError, WireError):
            continue  # the disclosure waits for its blob and is given up in time


def _wanted(message: Message, *, node: str, exchange: Exchange) -> bool:
    """Tell whether a member here waits for this blob of that partner's referral."""
    body: ContactDisclosed = message.body
    known = exchange.directory()
    if body.length not in limits.BLOB_CLASSES or message.aud not in known.known:
        return False
    with exchange.store.begin(write=False) as transaction:
        referral = transaction.get(Referral, message.referral or "")
        if referral is None or (referral.home, referral.origin) != (node, message.iss):
            return False
        open_ = referral.state is ReferralState.PUBLISHED
        stored = transaction.get(Blob, check_sha256(body.blob)) is not None
    return open_ and _accepted(message) and not stored


def _accepted(message: Message) -> bool:
    """Tell whether the person's own yes to this member travels along; it may be news here."""
    said = [one.body for one in message.attached if one.type == ANSWER]
    return any(
        (one.referral, one.requester, one.answer)
        == (message.referral, message.aud, Answer.ACCEPTED)
        for one in said
    )


def _fetch(message: Message, *, client: Client, exchange: Exchange) -> None:
    body: ContactDisclosed = message.body
    content = client.get_blob(body.blob)
    if len(content) != body.length or sha256(content) != body.blob:
        raise RefusedError("hash", "not the blob that was named")
    blob = Blob(
        body.blob,
        message.iss,
        message.aud,
        message.referral or "",
        body.length,
        exchange.now(),
    )
    with exchange.store.begin() as transaction:
        transaction.lock([blob.referral])
        referral = transaction.get(Referral, blob.referral)
        if referral is None or referral.state is not ReferralState.PUBLISHED:
            return  # it was closed while we fetched: a withdrawal in flight wins
        transaction.put(blob)
        transaction.put(BlobContent(blob.sha256, content))
