"""The root key's hand-overs: how an alliance's members come from the root they pinned to today's.

1. The old root signs the new one, and the new one accepts: nobody is handed an alliance unasked,
   and whoever pinned the new root believes what the old one said before.
2. Hand-overs form one chain; a root that was left never comes back.
3. A stolen root can sign a hand-over like its owner: this is no remedy for a theft.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import SignatureError
from fachkraft_share.model.alliance import RootChange
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.keys import PrivateKey, check_public_key, kid
from fachkraft_share.wire.suite import Suite


def sign_root_change(
    authority: str, *, old: PrivateKey, new: PrivateKey, suite: Suite, at: int
) -> str:
    """Return the hand-over from one root key to the next, signed by both."""
    ends = (b64(suite.public(key.seed)) for key in (old, new))
    change = RootChange(authority, at, *ends)
    accepted = jws.sign(unstructure(change), type=jws.Type.ROOT, key=new, suite=suite)
    full = attrs.evolve(change, accepted=accepted)
    return jws.sign(unstructure(full), type=jws.Type.ROOT, key=old, suite=suite)


def parse_root_change(token: str) -> RootChange:
    """Return what a hand-over says, unverified; raise WireError if it is none."""
    return structure(jws.parse(token, types=(jws.Type.ROOT,)).claims, RootChange)


def chained(tokens: Sequence[str]) -> tuple[str, ...]:
    """Return the root keys of these hand-overs, oldest first; unverified, for an own store."""
    changes = [parse_root_change(token) for token in tokens]
    return (changes[0].old, *(one.new for one in changes)) if changes else ()


def until(tokens: Sequence[str], signed: str) -> tuple[str, ...] | None:
    """Return the hand-overs up to the root that signed this statement; None if there are none."""
    signer = jws.parse(signed, types=(jws.Type.MEMBER,)).kid
    names = [kid(unb64(root)) for root in chained(tokens)]
    count = names.index(signer) if signer in names else len(tokens)
    return tuple(tokens[:count]) or None


def read_roots(tokens: Sequence[str], *, authority: str, suite: Suite) -> tuple[str, ...]:
    """Verify a chain of hand-overs and return its root keys, oldest first; () without any.

    Raises:
        WireError: one is malformed, not signed by both, of another alliance, or does not follow.
    """
    if len(tokens) > limits.ROOT_CHANGES:
        raise SignatureError("more hand-overs of a root key than an alliance can have")
    changes = [_read(token, authority=authority, suite=suite) for token in tokens]
    if any(before.new != after.old for before, after in pairwise(changes)):
        raise SignatureError("a hand-over of the root key does not follow the one before")
    roots = (changes[0].old, *(one.new for one in changes)) if changes else ()
    if len(set(roots)) != len(roots):
        raise SignatureError("a root key that was left does not come back")
    return roots


def _read(token: str, *, authority: str, suite: Suite) -> RootChange:
    change = parse_root_change(token)
    if change.iss != authority:
        raise SignatureError("a hand-over of another alliance's root key")
    check_public_key(unb64(change.new))
    _verify(token, change.old, suite=suite)
    if change.accepted is None:
        raise SignatureError("the new root key has not accepted")
    _verify(change.accepted, change.new, suite=suite)
    if parse_root_change(change.accepted) != attrs.evolve(change, accepted=None):
        raise SignatureError("the new root key accepted something else")
    return change


def _verify(token: str, root: str, *, suite: Suite) -> None:
    parsed, raw = jws.parse(token, types=(jws.Type.ROOT,)), unb64(root)
    if parsed.kid != kid(raw):
        raise SignatureError("a hand-over of the root key is signed by another key")
    jws.verify(parsed, raw, suite=suite)


def follow_roots(tokens: Collection[str], *, known: Directory, suite: Suite) -> Directory:
    """Return the directory that relies on the root to which these hand-overs lead.

    Raises:
        WireError: they cannot be believed, or do not name the root that is known.
    """
    chain = read_roots(tuple(tokens), authority=known.authority, suite=suite)
    if not chain:
        return known
    if known.root not in chain:
        raise SignatureError("the hand-overs do not name the root key that is known")
    return known.with_roots(chain)
