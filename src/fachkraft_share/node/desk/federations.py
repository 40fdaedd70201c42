"""The member lists an erasure bundle needs, so that every signer can be checked offline."""

from collections.abc import Iterable
from itertools import groupby

from fachkraft_share.errors import RefusedError
from fachkraft_share.node.alliance.agreed import named_versions, partner_federations, root_changes
from fachkraft_share.node.alliance.members import authority_of, read_page
from fachkraft_share.node.records import Listed, Statement
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.bundle import PartnerProof
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.lists import Federation
from fachkraft_share.protocol.membership import Partner
from fachkraft_share.protocol.roots import until


def federations(transaction: Transaction, *, here: Here) -> tuple[Federation, ...]:
    """Return the lists on which somebody's statement changed, oldest first, and the newest.

    Raises:
        RefusedError: `no-bundle` when evidence is missing.
    """
    changes = root_changes(here.directory.authority, transaction=transaction)
    listed = transaction.every(Listed)
    found: list[Federation] = []
    for _, pages in groupby(listed, key=lambda one: one.number):
        made = _federation(tuple(pages), changes, transaction=transaction)
        if found and found[-1].statements == made.statements:
            found.pop()  # the same members said anew: the newer list tells as much
        found.append(made)
    return tuple(found)


def abroad(
    transaction: Transaction, nodes: Iterable[str], *, here: Here
) -> tuple[tuple[str, ...], tuple[PartnerProof, ...]]:
    """Return what proves the keys of the partners behind these nodes: agreements, and their lists.

    Raises:
        RefusedError: `no-bundle` when evidence is missing.
    """
    known = here.directory.partners
    proofs = tuple(_partner(node, known[node], transaction) for node in sorted(nodes))
    newest = here.directory.newest
    names = newest.agreements if newest is not None and proofs else ()
    return named_versions(names, transaction=transaction), proofs


def _partner(node: str, partner: Partner, transaction: Transaction) -> PartnerProof:
    found = partner_federations(partner.alliance.authority, transaction=transaction)
    if not found:
        raise RefusedError("no-bundle", "the partner's lists are missing")
    return PartnerProof(node, found)


def _federation(
    pages: tuple[Listed, ...], changes: tuple[str, ...], *, transaction: Transaction
) -> Federation:
    read = [read_page(one.token) for one in pages]
    wanted = sorted({entry.sha256 for page in read for entry in page.entries})
    known = (transaction.get(Statement, sha256) for sha256 in wanted)
    authority = authority_of(pages[0].token, transaction)
    if authority is None:
        raise RefusedError("no-bundle", "the authority's statement is missing")
    return Federation(
        authority=authority,
        pages=tuple(one.token for one in pages),
        statements=tuple(one.token for one in known if one is not None),
        roots=until(changes, authority),
    )
