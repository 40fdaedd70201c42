"""Signed documents from this node's own store: consents in force, answers, what rows refer to.

They were verified before they were stored, so that reading them again needs no signature check.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from fachkraft_share import limits
from fachkraft_share.model.consent import Consent, ContactAnswer
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.message import ANSWER, CONSENT
from fachkraft_share.protocol.records import Contact, Referral, Token
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import structure


@lru_cache(maxsize=limits.CONSENTS_CACHED)
def read_consent(token: str) -> Consent:
    """Return what a stored consent says."""
    return structure(jws.parse(token, types=(jws.Type.CONSENT,)).claims, Consent)


def read_answer(token: str) -> ContactAnswer:
    """Return what a stored answer says."""
    return structure(jws.parse(token, types=(jws.Type.ANSWER,)).claims, ContactAnswer)


def consent_chain(transaction: Transaction, referral: Referral) -> tuple[str, ...]:
    """Return the consents of a referral as signed, the first one first."""
    found: list[str] = []
    wanted = referral.consent
    while wanted is not None and len(found) < limits.ATTACHED:
        token = transaction.get(Token, wanted)
        if token is None or token.body is None or token.type != CONSENT:
            break
        found.append(token.body)
        wanted = read_consent(token.body).renews
    return tuple(reversed(found))


def proofs(
    transaction: Transaction, *, referral: str, requester: str, request: str, answer: bool
) -> tuple[str, ...]:
    """Return what a contact message rests on: consents in force, and the answer if asked for."""
    known = transaction.get(Referral, referral)
    if known is None:
        return ()
    found = consent_chain(transaction, known)
    contact = transaction.get(Contact, referral, requester, request) if answer else None
    if contact is None or contact.answered is None:
        return found
    said = transaction.get(Token, contact.answered)
    return (*found, said.body) if said is not None and said.body is not None else found


def bodies(transaction: Transaction, names: Iterable[str]) -> Mapping[str, Token]:
    """Return the tokens of these hashes whose bytes are still kept."""
    wanted = tuple(dict.fromkeys(names))
    found = transaction.every(Token, sha256=wanted) if wanted else ()
    return {token.sha256: token for token in found if token.body is not None}


def answer_in(tokens: Iterable[Token]) -> ContactAnswer | None:
    """Return the first answer among them, or None."""
    said = (one.body for one in tokens if one.type == ANSWER and one.body is not None)
    return next((read_answer(body) for body in said), None)
