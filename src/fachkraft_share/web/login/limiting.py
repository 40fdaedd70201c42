"""How often somebody may try: per account, per block of addresses and in all, kept in the store.

A hash names the bucket: an address or person cannot be read from it, and it goes after the window.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

import attrs

from fachkraft_share import limits
from fachkraft_share.ports.store import Transaction
from fachkraft_share.web.login.realm import Realm, hashed
from fachkraft_share.web.login.records import SignInTries
from fachkraft_share.web.visit import Visit

_V6_BLOCK = 64  # bits: one household or office has at least so many addresses


@attrs.frozen
class Limit:
    """So many within the window, of one kind and whom it counts for."""

    kind: str
    whom: str = attrs.field(repr=False)
    most: int


def mails(block: str, mail: str) -> tuple[Limit, ...]:
    """Return what limits asking for a sign-in mail."""
    return (
        Limit("mail to", mail, limits.MAILS_PER_ACCOUNT),
        Limit("mail from", block, limits.MAILS_PER_BLOCK),
        Limit("mails", "", limits.MAILS_IN_ALL),
    )


def tries(block: str) -> tuple[Limit, ...]:
    """Return what limits failing."""
    return (
        Limit("try from", block, limits.TRIES_PER_BLOCK),
        Limit("tries", "", limits.TRIES_IN_ALL),
    )


def count(realm: Realm, transaction: Transaction, bounds: Iterable[Limit]) -> int:
    """Count one more in each bucket; return 0, or after how many seconds there is room again."""
    realm.lock(transaction)
    return max([_count(realm, transaction, one) for one in bounds], default=0)


def full(realm: Realm, transaction: Transaction, bounds: Iterable[Limit]) -> int:
    """Return after how many seconds there is room again, without counting; 0 for now."""
    at, found = realm.now(), []
    for one in bounds:
        kept = transaction.get(SignInTries, _bucket(realm, one))
        found.append(_wait(kept, one, at=at))
    return max(found, default=0)


def _count(realm: Realm, transaction: Transaction, one: Limit) -> int:
    at, bucket = realm.now(), _bucket(realm, one)
    kept = transaction.get(SignInTries, bucket)
    wait = _wait(kept, one, at=at)
    if wait:
        return wait
    if kept is None or at >= kept.since + limits.SIGN_IN_WINDOW:
        kept = SignInTries(bucket, at, 0)
    transaction.put(attrs.evolve(kept, count=kept.count + 1))
    return 0


def _wait(kept: SignInTries | None, one: Limit, *, at: int) -> int:
    if kept is None or kept.count < one.most:
        return 0
    return max(kept.since + limits.SIGN_IN_WINDOW - at, 0)


def _bucket(realm: Realm, one: Limit) -> str:
    return hashed(f"{realm.name}\n{one.kind}\n{one.whom}")


def block_of(visit: Visit) -> str:
    """Return the block of addresses a visitor comes from.

    Behind a proxy on this machine the last address it named counts; what strangers write before
    that is theirs.
    """
    address = _address(visit.call.client)
    if address is not None and address.is_loopback:
        forwarded = visit.call.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        address = _address(forwarded) or address
    if isinstance(address, IPv6Address):
        return str(int(address) >> (128 - _V6_BLOCK))
    return str(address) if address is not None else "unknown"


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
