"""The root key hands over: lists under the new root are believed, those under the old no more."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import ConflictError, SignatureError
from fachkraft_share.model.alliance import ListEntry, MemberStatement
from fachkraft_share.model.organisation import Organisation, Role
from fachkraft_share.protocol.lists import (
    Federation,
    read_earlier,
    read_federation,
    sign_list,
    sign_statement,
)
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.roots import chained, sign_root_change, until
from fachkraft_share.testing.scene import AUTHORITY, DAY, NOW, READER, seed
from fachkraft_share.wire import keys
from fachkraft_share.wire.encoding import sha256
from fachkraft_share.wire.suite import Standard

SUITE = Standard()


def private(name: str) -> keys.PrivateKey:
    """Return the private key of that name."""
    return keys.signing_key(
        seed(name), not_before=NOW - 400 * DAY, not_after=NOW + 400 * DAY, suite=SUITE
    )


ROOTS = [private(f"root {number}") for number in range(3)]
PUBLIC = [one.public(SUITE).x for one in ROOTS]
CHANGES = tuple(
    sign_root_change(AUTHORITY, old=ROOTS[n], new=ROOTS[n + 1], suite=SUITE, at=NOW)
    for n in range(2)
)
ONLINE = private("online")
KNOWN = Directory(AUTHORITY, PUBLIC[0])


def authority(root: keys.PrivateKey) -> str:
    """Return the statement by which a root signs the online key."""
    stated = Organisation(AUTHORITY, "Harz", (Role.AUTHORITY,), (ONLINE.public(SUITE),))
    return sign_statement(
        MemberStatement(AUTHORITY, NOW, NOW + 300 * DAY, stated), key=root, suite=SUITE
    )


def listed(number: int, *, under: int, **more: Any) -> Federation:
    """Return a list with one member, under one of the roots."""
    stated = Organisation(READER, "Reader", (Role.EMPLOYER,), (private(READER).public(SUITE),))
    wish = sign_statement(
        MemberStatement(READER, NOW, NOW + DAY, stated), key=private(READER), suite=SUITE
    )
    said = MemberStatement(AUTHORITY, NOW, NOW + limits.STATEMENT_DAYS * DAY, stated, wish)
    token = sign_statement(said, key=ONLINE, suite=SUITE)
    entries = [ListEntry(READER, sha256(token.encode()))]
    pages = sign_list(
        entries, [], number=number, authority=AUTHORITY, key=ONLINE, suite=SUITE, at=NOW
    )
    signed = authority(ROOTS[under])
    return Federation(signed, pages, (token,), roots=more.get("roots", until(CHANGES, signed)))


def read(found: Federation, *, known: Directory = KNOWN) -> Directory:
    """Return the directory after taking the list over."""
    return read_federation(found, known=known, suite=SUITE, at=NOW)[0]


def test_a_list_under_a_new_root_is_believed_by_whoever_knew_an_old_one() -> None:
    """Over one hand-over, or two at once; afterwards the last root is relied on."""
    for under in range(3):
        known = read(listed(2, under=under), known=read(listed(1, under=0)))
        assert known.roots == tuple(PUBLIC[: under + 1])
        assert known.signing_key(READER, private(READER).kid, at=NOW)


def test_without_the_hand_over_it_is_another_alliances() -> None:
    """The same list, and nothing that leads to its root."""
    with pytest.raises(SignatureError, match="not signed by the root"):
        read(listed(2, under=1, roots=None))
    with pytest.raises(SignatureError, match="do not name the root"):
        read(listed(2, under=2, roots=CHANGES[1:]))


def test_hand_overs_that_go_further_than_the_list_are_refused() -> None:
    """They say that the root which signed it was left."""
    with pytest.raises(ConflictError, match="list-rollback"):
        read(listed(2, under=0, roots=CHANGES[:1]))


def test_whoever_followed_believes_no_list_under_the_old_root() -> None:
    """Whatever its number: the old root may be in other hands by now."""
    known = read(listed(2, under=1))
    with pytest.raises(ConflictError, match="list-rollback"):
        read(listed(3, under=0), known=known)
    assert read(listed(3, under=1, roots=None), known=known).root == PUBLIC[1]


def test_who_pinned_a_later_root_reads_earlier_lists_by_the_root_of_their_time() -> None:
    """The new root accepted what the old one had said; a root of nobody's still counts nothing."""
    known = read(listed(9, under=1), known=attrs.evolve(KNOWN, root=PUBLIC[1]))
    assert known.past_roots == (PUBLIC[0],)
    for under in (0, 1):
        earlier = read_earlier(listed(3, under=under), known=known, suite=SUITE)
        assert earlier.name.number == 3
    with pytest.raises(SignatureError, match="not signed by the root"):
        read_earlier(listed(3, under=2), known=known, suite=SUITE)


def test_hand_overs_travel_up_to_the_root_that_signed() -> None:
    """None with the first root; all where the signer is none of them."""
    assert chained(()) == ()
    assert chained(CHANGES) == tuple(PUBLIC)
    assert until(CHANGES, authority(ROOTS[0])) is None
    assert until(CHANGES, authority(ROOTS[1])) == CHANGES[:1]
    assert until(CHANGES, authority(private("nobody's"))) == CHANGES
    assert until((), authority(ROOTS[0])) is None
