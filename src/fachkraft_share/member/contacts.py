"""Reading what a contact rests on: the request, the answer, the consent, at this member."""

import attrs

from fachkraft_share.errors import StateError
from fachkraft_share.member.engine import bodies, chain
from fachkraft_share.model.consent import Consent
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.facts import closed_for
from fachkraft_share.protocol.message import ANSWER, Message, Reader, open_message
from fachkraft_share.protocol.records import (
    Contact,
    Referral,
    ReferralState,
    Token,
    Tombstone,
)


@attrs.frozen
class Case:
    """One contact request with all that stands behind it."""

    referral: Referral
    contact: Contact
    consents: tuple[str, ...] = attrs.field(repr=False)
    consent_hashes: tuple[str, ...]
    consent: Consent
    answer: Message | None


def split(about: str) -> tuple[str, str]:
    """Return referral and request of a task."""
    referral, _, request = about.partition("/")
    return referral, request


def read_case(
    transaction: Transaction, about: str, *, requester: str, reader: Reader
) -> Case | None:
    """Return the case, or None when it has ended and nothing is to be done.

    Raises:
        StateError: something it rests on is not here yet.
    """
    named, request = split(about)
    referral = transaction.get(Referral, named)
    contact = transaction.get(Contact, named, requester, request)
    tombstones = transaction.every(Tombstone, referral=named)
    partner = reader.directory.partner_of(requester)
    node = None if partner is None else partner.node
    if referral is None or contact is None or closed_for(tombstones, requester, node=node):
        return None
    if referral.state is ReferralState.CLOSED:
        return None
    tokens = chain(transaction, referral)
    texts = bodies(tokens)
    if not texts:
        raise StateError("the consent in force is missing")
    opened = open_message(texts[0], reader=reader, attached=texts[1:])
    answer = _answer(transaction, contact, consents=texts, reader=reader)
    return Case(referral, contact, texts, tuple(one.sha256 for one in tokens), opened.body, answer)


def _answer(
    transaction: Transaction, contact: Contact, *, consents: tuple[str, ...], reader: Reader
) -> Message | None:
    if contact.answered is None:
        return None
    token = transaction.get(Token, contact.answered)
    if token is None or token.body is None or token.type != ANSWER:
        return None
    return open_message(token.body, reader=reader, attached=consents)


def open_stored(
    transaction: Transaction,
    sha256: str | None,
    *,
    reader: Reader,
    consents: tuple[str, ...] = (),
    answer: Message | None = None,
) -> Message | None:
    """Open an event kept here, or return None when its body was erased."""
    token = transaction.get(Token, sha256) if sha256 else None
    if token is None or token.body is None:
        return None
    along = (*consents, *((answer.token,) if answer else ()))
    return open_message(token.body, reader=reader, attached=along)
