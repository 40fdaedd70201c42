"""Membership in the journal: statements, agreements and list pages, which no restore rolls back.

They hold no personal data and are public anyway.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fachkraft_share.node.alliance.agreed import store_root_changes
from fachkraft_share.node.alliance.members import (
    AUTHORITY,
    SignedList,
    newest_number,
    read_page,
    store_list,
    store_statement,
)
from fachkraft_share.node.records import AgreementVersion, Kept, Statement
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.agreements import parse_agreement
from fachkraft_share.protocol.roots import parse_root_change
from fachkraft_share.wire.encoding import sha256


def authority_lines(token: str) -> list[dict[str, object]]:
    """Return the lines that keep the authority's statement."""
    return [{"authority": token}]


def root_lines(tokens: Iterable[str]) -> list[dict[str, object]]:
    """Return the lines that keep the hand-overs of the root key, all of them."""
    return [{"roots": list(tokens)}]


def statement_lines(token: str) -> list[dict[str, object]]:
    """Return the lines that keep a member statement."""
    return [{"statement": token}]


def agreement_lines(token: str) -> list[dict[str, object]]:
    """Return the lines that keep a version of an agreement."""
    return [{"agreement": token}]


def list_lines(signed: SignedList) -> list[dict[str, object]]:
    """Return the lines that keep a list, one a page."""
    pages = len(signed.pages)
    return [
        {"list": signed.number, "page": page, "pages": pages, "token": token}
        for page, token in enumerate(signed.pages, 1)
    ]


def replay(lines: Iterable[Mapping[str, Any]], *, transaction: Transaction) -> int:
    """Bring back what the store has forgotten; return how many lists it had not."""
    pages: dict[int, dict[int, str]] = {}
    for line in lines:
        if "authority" in line:
            _statement(line["authority"], transaction=transaction)
            transaction.put(Kept(AUTHORITY, line["authority"]))
        elif "roots" in line:
            authority = parse_root_change(line["roots"][-1]).iss
            store_root_changes(authority, line["roots"], transaction=transaction)
        elif "statement" in line:
            _statement(line["statement"], transaction=transaction)
        elif "agreement" in line:
            _version(line["agreement"], transaction=transaction)
        elif "list" in line:
            pages.setdefault(line["list"], {})[line["page"]] = line["token"]
    known = newest_number(transaction)
    missing = [number for number in sorted(pages) if number > known]
    for number in missing:
        tokens = tuple(pages[number][page] for page in sorted(pages[number]))
        store_list(SignedList(number, tokens, read_page(tokens[0]).exp), transaction=transaction)
    return len(missing)


def _version(token: str, *, transaction: Transaction) -> None:
    """Store a version whatever the state says of it: the journal is never rolled back."""
    _, said = parse_agreement(token)
    transaction.put(AgreementVersion(said.id, said.version, token))


def _statement(token: str, *, transaction: Transaction) -> None:
    if transaction.get(Statement, sha256(token.encode("ascii"))) is None:
        store_statement(token, transaction=transaction)
