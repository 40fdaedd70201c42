"""Everybody's keys as the lists in a bundle state them, each list judged by its own time."""

from collections.abc import Sequence

from fachkraft_share.errors import RefusedError
from fachkraft_share.model.alliance import MemberList, MemberStatement
from fachkraft_share.protocol.agreements import read_agreements, recognitions, with_partners
from fachkraft_share.protocol.bundle import Bundle
from fachkraft_share.protocol.lists import Federation, first_page, read_federation
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import structure
from fachkraft_share.wire.suite import Suite


def directory_of(bundle: Bundle, *, suite: Suite) -> Directory:
    """Return the directory that the bundle's lists and agreements make, from its root key down.

    Raises:
        WireError: a list or an agreement is not signed by whom it must be.
        RefusedError: no list, one out of order, or something that nothing refers to.
    """
    if not bundle.federations:
        raise RefusedError("no-list", "a bundle holds at least one member list")
    parsed = jws.parse(bundle.federations[0].authority, types=(jws.Type.MEMBER,))
    authority = structure(parsed.claims, MemberStatement).organisation.id
    directory, newest = _follow(bundle.federations, Directory(authority, bundle.root), suite=suite)
    if not bundle.partners:
        _demand_nothing_more(bundle.agreements)
        return directory
    return _with_partners(bundle, directory, newest, suite=suite)


def _follow(
    federations: Sequence[Federation], directory: Directory, *, suite: Suite
) -> tuple[Directory, MemberList]:
    for federation in federations:
        at = first_page(federation).iat
        before = directory.newest
        directory, members = read_federation(federation, known=directory, suite=suite, at=at)
        surplus = len(federation.statements) != len(members.members) - 1
        if surplus or (before is not None and members.name.number == before.name.number):
            raise RefusedError("surplus", "a list or statement that nothing refers to")
        _demand_nothing_more(federation.agreements or ())
    return directory, members


def _demand_nothing_more(agreements: Sequence[str]) -> None:
    if agreements:
        raise RefusedError("surplus", "an agreement that nothing refers to")


def _with_partners(
    bundle: Bundle, directory: Directory, newest: MemberList, *, suite: Suite
) -> Directory:
    found = read_agreements(bundle.agreements, listed=newest, known=directory, suite=suite)
    recognised, lists = recognitions(found), dict[str, Directory]()
    for proof in bundle.partners:
        history = recognised.get(proof.node)
        alliance = history.newest.partner if history is not None else None
        if alliance is None or alliance.authority in lists or not proof.federations:
            raise RefusedError("agreement", "a partner that no recognition names, or named twice")
        blank = Directory(alliance.authority, alliance.root)
        lists[alliance.authority], _ = _follow(proof.federations, blank, suite=suite)
    return with_partners(directory, found, lists=lists)
