"""Keyed hashes of erased applications: nobody is recommended again unasked (R8).

The key is this member's own, so that the hashes of two holders never match.
"""

import hashlib
import hmac

from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import Suppressed
from fachkraft_share.ports.store import Transaction
from fachkraft_share.rules.retention import suppression_until


def suppress(engine: Engine, application: str, *, transaction: Transaction) -> None:
    """Remember that this application was erased."""
    at = engine.now()
    transaction.put(Suppressed(_hash(engine, application), at, suppression_until(at)))


def lift(engine: Engine, application: str, *, transaction: Transaction) -> None:
    """Forget the suppression: the person asked for it."""
    transaction.drop(Suppressed, _hash(engine, application))


def suppressed(engine: Engine, application: str) -> bool:
    """Tell whether this application must not be imported again."""
    with engine.store.begin(write=False) as transaction:
        found = transaction.get(Suppressed, _hash(engine, application))
    return found is not None and engine.now() < found.until


def _hash(engine: Engine, application: str) -> str:
    key = engine.identity.suppression
    return hmac.new(key, application.encode(), hashlib.sha256).hexdigest()
