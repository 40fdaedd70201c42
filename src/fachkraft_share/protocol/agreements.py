"""Agreements: what the authority signs with others, and its history, every version verified.

1. A version is signed by the authority's online key; each supplement names the SHA-256 of the
   version before it, and the member list names that of the newest. So the list's number and its
   end protect agreements against rollback and freeze.
2. The newest version counts alone. What has ended does not come back: agree anew.
3. A partner's authority, root key and node never change within an agreement, and no two partners
   of one alliance share one of them: else one could speak for the other.
4. An agreement speaks of one partner. Whom that partner recognises counts for nothing here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby, pairwise

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import ConflictError, RefusedError, SignatureError
from fachkraft_share.model.agreement import (
    Agreement,
    AgreementKind,
    Cooperation,
    PartnerAlliance,
    PartyTo,
)
from fachkraft_share.model.alliance import MemberList
from fachkraft_share.protocol.agreement_terms import (
    check_supplement,
    check_version,
    insist,
    pinned,
)
from fachkraft_share.protocol.membership import Directory, Partner
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import sha256, unb64
from fachkraft_share.wire.keys import PrivateKey
from fachkraft_share.wire.suite import Suite


@attrs.frozen
class History:
    """One agreement: all its versions and their tokens as received, the oldest first."""

    tokens: tuple[str, ...] = attrs.field(repr=False)
    versions: tuple[Agreement, ...]

    @property
    def newest(self) -> Agreement:
        """The version that counts."""
        return self.versions[-1]

    @property
    def id(self) -> str:
        """The agreement's id, the same in all versions."""
        return self.newest.id

    @property
    def begun(self) -> tuple[int, str]:
        """Where the agreement stands among others: by its first version's date."""
        return self.versions[0].iat, self.id

    @property
    def sha256(self) -> str:
        """What the member list names: the SHA-256 of the newest version."""
        return sha256(self.tokens[-1].encode())


def sign_agreement(version: Agreement, *, key: PrivateKey, suite: Suite) -> str:
    """Sign one version (`fks-agreement+jwt`).

    Raises:
        MalformedError: a value has not its form, or all together are too long for one document.
        RefusedError: `agreement-terms`; the values contradict one another.
    """
    check_version(version)
    return jws.sign(unstructure(version), type=jws.Type.AGREEMENT, key=key, suite=suite)


def parse_agreement(token: str) -> tuple[jws.Unverified, Agreement]:
    """Return what a version says, unverified; raise WireError if it is none."""
    parsed = jws.parse(token, types=(jws.Type.AGREEMENT,))
    return parsed, structure(parsed.claims, Agreement)


def histories(tokens: Iterable[str]) -> tuple[History, ...]:
    """Return agreements by their begin, each in the order of its versions; unverified.

    For the tokens of an own store, which were verified before they were stored.
    """
    read = {token: parse_agreement(token)[1] for token in tokens}
    order = sorted(read, key=lambda token: (read[token].id, read[token].version, token))
    made = [
        _history(tuple(group), read) for _, group in groupby(order, key=lambda one: read[one].id)
    ]
    return tuple(sorted(made, key=lambda one: one.begun))


def _history(tokens: tuple[str, ...], read: Mapping[str, Agreement]) -> History:
    return History(tokens, tuple(read[token] for token in tokens))


def read_agreements(
    tokens: Collection[str],
    *,
    listed: MemberList,
    known: Directory,
    suite: Suite,
    held: Sequence[History] = (),
) -> tuple[History, ...]:
    """Verify all agreements that come with a list, in whatever order, and those held before.

    `known` is the directory that has taken the list over.

    Raises:
        WireError: a version is malformed or not signed by the authority.
        RefusedError: incomplete, rolled back, forked, against the terms, or two partners clash.
    """
    if len(tokens) > limits.AGREEMENTS * limits.AGREEMENT_VERSIONS:
        raise RefusedError("agreement-incomplete", "more versions than an alliance can have")
    found = histories(tokens)
    if {one.sha256 for one in found} != set(listed.agreements) or len(found) > limits.AGREEMENTS:
        raise RefusedError("agreement-incomplete", "the list names other agreements")
    for one in found:
        check_history(one, known=known, suite=suite, at=listed.iat)
    for before in held:
        _check_continued(before, found)
    check_partners(found, authority=known.authority)
    return found


def check_history(history: History, *, known: Directory, suite: Suite, at: int) -> None:
    """Verify one agreement, judged at that moment.

    What is in force must be signed by a key stated for the authority. What is over may bear a key
    this party never heard of: the version after it, or the list, names its hash.

    Raises:
        WireError: a version is malformed or not signed by the authority.
        RefusedError: the chain is broken or a version goes against the terms.
    """
    for token, version in zip(history.tokens, history.versions, strict=True):
        if version.iss != known.authority:
            raise SignatureError("an agreement names another issuer than the alliance's authority")
        check_version(version)
        stated = (version.iss, jws.parse(token, types=(jws.Type.AGREEMENT,)).kid) in known.keys
        if stated or (version is history.newest and at < version.not_after):
            _verify(token, version, known=known, suite=suite)
    if history.newest.iat > at + limits.MESSAGE_SKEW:
        raise RefusedError("future", "an agreement dated more than a day ahead; check the clock")
    _check_chain(history)


def _verify(token: str, version: Agreement, *, known: Directory, suite: Suite) -> None:
    parsed = jws.parse(token, types=(jws.Type.AGREEMENT,))
    key = known.signing_key(version.iss, parsed.kid, at=version.iat, evidence=True)
    jws.verify(parsed, unb64(key.x, size=32), suite=suite)


def _check_chain(history: History) -> None:
    numbers = [one.version for one in history.versions]
    if len(set(numbers)) != len(numbers):
        raise ConflictError("agreement-fork", "two versions carry one number")
    if numbers != list(range(len(numbers))):
        raise RefusedError("agreement-incomplete", "a version is missing")
    for token, (before, after) in zip(history.tokens, pairwise(history.versions), strict=False):
        if after.before != sha256(token.encode()):
            raise ConflictError("agreement-fork", "a supplement follows another version")
        check_supplement(after, before=before)
    joined: set[str] = set()
    for version in history.versions:
        joined = _members_after(joined, version)


def _members_after(members: set[str], version: Agreement) -> set[str]:
    comes, goes = {one.id for one in version.joined}, set(version.left)
    insist(goes <= members, "somebody left who was no party")
    insist(not comes & (members - goes), "somebody joined who was a party already")
    return (members - goes) | comes


def _check_continued(before: History, found: Iterable[History]) -> None:
    after = next((one for one in found if one.id == before.id), None)
    if after is None or len(after.tokens) < len(before.tokens):
        raise ConflictError("agreement-rollback", "a newer version is known")
    if after.tokens[: len(before.tokens)] != before.tokens:
        raise ConflictError("agreement-fork", "versions differ from those known")


def check_partners(found: Iterable[History], *, authority: str) -> None:
    """Refuse agreements in which two partners share a name or a key (invariant 3).

    Raises:
        RefusedError: `agreement-partner`.
    """
    each = {pinned(one.newest) for one in found} - {None}
    for part in range(3):
        if len({one[part] for one in each if one is not None}) != len(each):
            raise RefusedError("agreement-partner", "two partners share authority, root or node")
    if any(one is not None and authority in one[:2] for one in each):
        raise RefusedError("agreement-partner", "an alliance recognises others")


# What follows from them -----------------------------------------------------------------------


def cooperation_of(found: Iterable[History]) -> Cooperation | None:
    """Return the state of the alliance's own agreement after all supplements; None without one.

    Of several, one after the other, the youngest counts, be it over or not.
    """
    own = [one for one in found if one.newest.kind is AgreementKind.COOPERATION]
    if not own:
        return None
    history = max(own, key=lambda one: one.begun)
    members: dict[str, PartyTo] = {}
    for version in history.versions:
        for id in version.left:
            members.pop(id, None)
        members |= {one.id: one for one in version.joined}
    return Cooperation(history.newest, tuple(members[id] for id in sorted(members)))


def recognitions(found: Iterable[History]) -> dict[str, History]:
    """Return by node the youngest recognition of each partner, be it over or not."""
    named = [(one.newest.partner, one) for one in sorted(found, key=lambda one: one.begun)]
    return {partner.node: one for partner, one in named if partner is not None}


def with_partners(
    directory: Directory, found: Iterable[History], *, lists: Mapping[str, Directory]
) -> Directory:
    """Return the directory that knows these partners; `lists` are their own, by authority."""
    partners = {
        node: _partner(alliance, history, lists=lists)
        for node, history in recognitions(found).items()
        if (alliance := history.newest.partner) is not None
    }
    return attrs.evolve(directory, partners=partners)


def _partner(
    alliance: PartnerAlliance, history: History, *, lists: Mapping[str, Directory]
) -> Partner:
    blank = Directory(alliance.authority, alliance.root)
    own = lists.get(alliance.authority, blank)
    fits = own.authority == blank.authority and blank.root in own.roots
    return Partner(alliance, history.versions, attrs.evolve(own, partners={}) if fits else blank)
