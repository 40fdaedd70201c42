"""Vectors of the root key's hand-overs: chains that are followed, and chains that are not."""

from typing import Any

import attrs
from vector_parties import NOW, SUITE, seed

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.model.alliance import RootChange
from fachkraft_share.protocol import problems
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.roots import follow_roots, sign_root_change
from fachkraft_share.testing.scene import AUTHORITY
from fachkraft_share.wire import jws, keys
from fachkraft_share.wire.convert import unstructure
from fachkraft_share.wire.encoding import b64


def root(name: str) -> keys.PrivateKey:
    """Return the root key with that name."""
    return keys.signing_key(seed(name), not_before=0, not_after=2 * NOW, suite=SUITE)


ROOTS = [root(f"root {number}") for number in range(limits.ROOT_CHANGES + 2)]
PUBLIC = [b64(SUITE.public(one.seed)) for one in ROOTS]
IN_PRINT = keys.signing_key(bytes(32), not_before=0, not_after=2 * NOW, suite=SUITE)


def change(old: int, new: int, *, authority: str = AUTHORITY) -> str:
    """Return the hand-over of one of the roots to another."""
    return sign_root_change(authority, old=ROOTS[old], new=ROOTS[new], suite=SUITE, at=NOW)


def signed(said: RootChange, by: int, *, named: int | None = None) -> str:
    """Return a document signed by one root, whatever it says, and naming another as its signer."""
    key = attrs.evolve(ROOTS[by], kid=ROOTS[by if named is None else named].kid)
    return jws.sign(unstructure(said), type=jws.Type.ROOT, key=key, suite=SUITE)


def forged(*, by: int = 0, named: int | None = None, accepted: str | None = None) -> str:
    """Return a hand-over from the first root to the second with something else in its place."""
    other = signed(_said(), 1) if accepted is None else accepted
    return signed(attrs.evolve(_said(), accepted=other or None), by, named=named)


def in_print() -> str:
    """Return a hand-over to a key whose private half everybody can read."""
    return sign_root_change(AUTHORITY, old=ROOTS[0], new=IN_PRINT, suite=SUITE, at=NOW)


def _cases() -> list[tuple[str, int, list[str]]]:
    """Return why, which root is known, and the hand-overs."""
    changes = [change(n, n + 1) for n in range(limits.ROOT_CHANGES + 1)]
    first, second, third = changes[:3]
    later = signed(RootChange(AUTHORITY, NOW + 1, PUBLIC[0], PUBLIC[1]), 1)
    return [
        ("none", 0, []),
        ("one", 0, [first]),
        ("three at once", 0, [first, second, third]),
        ("known is one of the middle", 1, [first, second]),
        ("known is the last", 2, [first, second]),
        ("known is none of them", 3, [first, second]),
        ("one between is missing", 0, [first, third]),
        ("in the wrong order", 0, [second, first]),
        ("back to the one that was left", 0, [first, change(1, 0)]),
        ("of another alliance", 0, [change(0, 1, authority="https://goslar.example")]),
        ("signed by the new root alone", 0, [forged(by=1)]),
        ("signed by the new root in the old one's name", 0, [forged(by=1, named=0)]),
        ("signed by the old root in another's name", 0, [forged(named=2)]),
        ("not accepted", 0, [forged(accepted="")]),
        ("accepted by somebody else", 0, [forged(accepted=signed(_said(), 2))]),
        ("accepted in the new root's name", 0, [forged(accepted=signed(_said(), 2, named=1))]),
        ("the new root accepted another date", 0, [forged(accepted=later)]),
        ("a key in print", 0, [in_print()]),
        ("as many as there can be", 0, changes[:-1]),
        ("one more", 0, changes),
    ]


def _said() -> RootChange:
    return RootChange(AUTHORITY, NOW, PUBLIC[0], PUBLIC[1])


def _judged(known: int, tokens: list[str]) -> dict[str, Any]:
    try:
        found = follow_roots(tokens, known=Directory(AUTHORITY, PUBLIC[known]), suite=SUITE)
    except FachkraftShareError as error:
        return {"refused": problems.code_of(error)}
    return {"roots": list(found.roots)}


def roots() -> dict[str, Any]:
    """Return every chain with what comes of it."""
    cases = [
        {"why": why, "known": PUBLIC[known], "changes": tokens, **_judged(known, tokens)}
        for why, known, tokens in _cases()
    ]
    return {"authority": AUTHORITY, "cases": cases}
