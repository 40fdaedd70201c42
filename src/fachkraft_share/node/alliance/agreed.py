"""Agreements and partners' member lists as they lie in the node's store.

All of it was verified before it was stored: our versions when they were signed, a partner's lists
from the root key our recognition pins. Reading needs no verification.
"""

from collections.abc import Collection, Sequence

from fachkraft_share.errors import ConflictError
from fachkraft_share.model.alliance import ListName, MemberList
from fachkraft_share.node.records import (
    AgreementVersion,
    Kept,
    PartnerList,
    PartnerPage,
    PartnerStatement,
)
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.agreements import History, histories, parse_agreement
from fachkraft_share.protocol.lists import (
    Federation,
    first_page,
    list_hash,
    parse_page,
    parse_statement,
)
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.roots import chained, until
from fachkraft_share.wire.encoding import sha256

STAMP = "partners"  # `Kept`: how often a partner's list was stored
ROOTS = "roots "  # `Kept`: before an authority's id, the hand-overs of its root key


def agreements(transaction: Transaction) -> tuple[History, ...]:
    """Return every agreement with all its versions."""
    return histories(row.token for row in transaction.every(AgreementVersion))


def named_versions(names: Collection[str] | None, *, transaction: Transaction) -> tuple[str, ...]:
    """Return the versions a list names by their hash, each after all before it."""
    found: list[str] = []
    for one in agreements(transaction) if names else ():
        for number, token in enumerate(one.tokens, 1):
            if names and sha256(token.encode()) in names:
                found += one.tokens[:number]
    return tuple(found)


def store_version(token: str, *, transaction: Transaction) -> None:
    """Store a signed version; the same again is fine.

    Raises:
        ConflictError: `agreement-fork`; another version bears the number.
    """
    _, said = parse_agreement(token)
    before = transaction.get(AgreementVersion, said.id, said.version)
    if before is not None and before.token != token:
        raise ConflictError("agreement-fork", "two versions carry one number")
    transaction.put(AgreementVersion(said.id, said.version, token))


def root_changes(authority: str, *, transaction: Transaction) -> tuple[str, ...]:
    """Return the hand-overs of an authority's root key, oldest first."""
    kept = transaction.get(Kept, ROOTS + authority)
    return tuple(kept.value.split()) if kept is not None else ()


def store_root_changes(authority: str, tokens: Sequence[str], *, transaction: Transaction) -> None:
    """Keep verified hand-overs; a chain that is shorter than the one kept changes nothing."""
    if len(tokens) > len(root_changes(authority, transaction=transaction)):
        transaction.put(Kept(ROOTS + authority, " ".join(tokens)))


def relying(known: Directory, *, transaction: Transaction) -> Directory:
    """Return the directory that relies on the root to which the hand-overs kept lead."""
    chain = chained(root_changes(known.authority, transaction=transaction))
    return known.with_roots(chain) if known.root in chain else known


def partners_stamp(transaction: Transaction) -> str:
    """Return what changes whenever a partner's list is stored."""
    kept = transaction.get(Kept, STAMP)
    return kept.value if kept is not None else ""


def store_partner_list(
    authority: str, found: Federation, *, transaction: Transaction, at: int
) -> None:
    """Store a partner's list as verified; the same again is fine.

    Raises:
        ConflictError: `list-fork`; other pages bear the number.
    """
    number = first_page(found).number
    before = transaction.every(PartnerPage, authority=authority, number=number)
    if before:
        if tuple(row.token for row in before) != found.pages:
            raise ConflictError("list-fork", f"two lists carry number {number}")
        return
    for token in (found.authority, *found.statements):
        transaction.put(PartnerStatement(authority, sha256(token.encode()), token))
    for page, token in enumerate(found.pages, 1):
        transaction.put(PartnerPage(authority, number, page, token))
    store_root_changes(authority, found.roots or (), transaction=transaction)
    transaction.put(PartnerList(authority, number, sha256(found.authority.encode()), at))
    transaction.put(Kept(STAMP, str(int(partners_stamp(transaction) or 0) + 1)))


def partner_federation(
    authority: str, *, transaction: Transaction, until: int | None = None
) -> Federation | None:
    """Return a partner's newest list, or the last one up to a number, as it was signed."""
    bound = None if until is None else ("number", until)
    rows = transaction.every(PartnerList, authority=authority, until=bound)
    newest = max(rows, key=lambda row: row.number, default=None)
    return None if newest is None else _federation(newest, transaction=transaction)


def partner_federations(authority: str, *, transaction: Transaction) -> tuple[Federation, ...]:
    """Return the lists on which a statement of the partner's changed, oldest first, and the newest.

    Whoever begins with the first of them can follow to the last.
    """
    found: list[Federation] = []
    for row in transaction.every(PartnerList, authority=authority):
        made = _federation(row, transaction=transaction)
        if found and found[-1].statements == made.statements:
            found.pop()  # the same members said anew: the newer list tells as much
        found.append(made)
    return tuple(found)


def partner_directory(known: Directory, *, transaction: Transaction) -> Directory:
    """Return a partner's directory, grown by the lists stored since."""
    newest = known.newest.name.number if known.newest is not None else 0
    rows = transaction.every(PartnerList, authority=known.authority, after=("number", newest))
    for row in rows:
        known = known.with_list(_list_of(_federation(row, transaction=transaction)))
    return relying(known, transaction=transaction)


def _federation(row: PartnerList, *, transaction: Transaction) -> Federation:
    pages = transaction.every(PartnerPage, authority=row.authority, number=row.number)
    named = [entry.sha256 for page in pages for entry in parse_page(page.token).entries]
    wanted = (row.signed_by, *named)
    rows = transaction.every(PartnerStatement, authority=row.authority, sha256=wanted)
    tokens = {one.sha256: one.token for one in rows}
    statements = tuple(tokens[name] for name in named)
    authority, changes = tokens[row.signed_by], root_changes(row.authority, transaction=transaction)
    listed = tuple(page.token for page in pages)
    return Federation(authority, listed, statements, roots=until(changes, authority))


def _list_of(found: Federation) -> MemberList:
    first = first_page(found)
    stated = (found.authority, *found.statements)
    return MemberList(
        ListName(first.number, list_hash(found.pages)),
        first.iss,
        first.iat,
        first.exp,
        tuple(parse_statement(token).organisation for token in stated),
        tuple(gone for page in found.pages for gone in parse_page(page).removed),
        first.agreements or (),
        stated=parse_statement(found.authority).iat,
    )
