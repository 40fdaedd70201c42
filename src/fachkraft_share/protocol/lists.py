"""Signed membership documents: statements, applications and the pages of a numbered list."""

from collections.abc import Collection, Sequence
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import ConflictError, MalformedError, RefusedError, SignatureError
from fachkraft_share.model.alliance import (
    ListedTable,
    ListEntry,
    ListName,
    MemberList,
    MemberListPage,
    MemberStatement,
    Removal,
)
from fachkraft_share.model.organisation import KeyUse, Organisation, PublicKey, Role
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.roots import follow_roots
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import check_sha256, sha256, unb64
from fachkraft_share.wire.ids import check_organisation_id
from fachkraft_share.wire.keys import PrivateKey, check_public_key, check_sealing_key, kid
from fachkraft_share.wire.suite import Suite


@attrs.frozen
class Federation:
    """What `GET /federation` hands out: the authority's statement, pages and statements.

    With a list come the alliance's agreements, the versions it names and all before them, and the
    hand-overs by which the root key became that which signed the authority's statement.
    """

    authority: str
    pages: tuple[str, ...]
    statements: tuple[str, ...]
    agreements: tuple[str, ...] | None = None
    roots: tuple[str, ...] | None = None


def sign_statement(statement: MemberStatement, *, key: PrivateKey, suite: Suite) -> str:
    """Sign a member statement or an application (`fks-member+jwt`)."""
    return jws.sign(unstructure(statement), type=jws.Type.MEMBER, key=key, suite=suite)


def sign_list(
    entries: Sequence[ListEntry],
    removed: Sequence[Removal],
    *,
    number: int,
    authority: str,
    key: PrivateKey,
    suite: Suite,
    at: int,
    agreements: Collection[str] = (),
    vocabulary: Sequence[ListedTable] = (),
) -> tuple[str, ...]:
    """Sign the numbered list of statements as pages within the size limit (`fks-members+jwt`).

    `agreements` are the SHA-256 of their newest versions; the first page names them, and the
    official lists of `vocabulary`.
    """
    size = limits.PAGE_ENTRIES
    cuts = range(0, max(len(entries), len(removed), 1), size)
    pages = [
        MemberListPage(
            iss=authority,
            number=number,
            iat=at,
            exp=at + limits.LIST_DAYS * limits.DAY,
            page=page,
            pages=len(cuts),
            entries=tuple(entries[cut : cut + size]),
            removed=tuple(removed[cut : cut + size]),
            agreements=tuple(sorted(agreements)) if agreements and page == 1 else None,
            vocabulary=tuple(vocabulary) if vocabulary and page == 1 else None,
        )
        for page, cut in enumerate(cuts, 1)
    ]
    return tuple(
        jws.sign(unstructure(page), type=jws.Type.MEMBERS, key=key, suite=suite) for page in pages
    )


def list_hash(pages: Sequence[str]) -> str:
    """Return the hash that names a list: SHA-256 over its pages' hashes, newline-joined."""
    return sha256("\n".join(sha256(page.encode()) for page in pages).encode())


def check_organisation(organisation: Organisation) -> None:
    """Refuse an organisation whose name, roles or keys cannot be relied on.

    Raises:
        MalformedError: the id is no HTTPS name, a role or a key is missing.
        SignatureError: a key is unusable or its kid is not its thumbprint.
    """
    check_organisation_id(organisation.id)
    if (
        not organisation.name
        or len(organisation.name) > limits.SHORT_TEXT
        or not organisation.roles
    ):
        raise MalformedError("organisation: needs a name of up to 120 characters and a role")
    for key in organisation.keys:
        _check_key(key)
    if not any(key.use is KeyUse.SIGN for key in organisation.keys):
        raise MalformedError("organisation.keys: needs at least one signing key")


def _check_key(key: PublicKey) -> None:
    raw = unb64(key.x, size=32)
    crv = "Ed25519" if key.use is KeyUse.SIGN else "X25519"
    if kid(raw, crv=crv) != key.kid:
        raise SignatureError("a key's id is not its thumbprint (RFC 7638)")
    if key.use is KeyUse.SIGN:
        check_public_key(raw)
    else:
        check_sealing_key(raw)


def read_application(
    token: str, *, suite: Suite, keys: Collection[PublicKey] | None = None
) -> Organisation:
    """Return what an organisation says of itself; it must be signed by one of its own keys.

    With `keys` (those stated before) the signer must be among these as well: the countersignature.
    So a rotation overlaps, and who begins with the newest list judges like who knew the old keys.

    Raises:
        WireError: malformed, an unusable key, or no proof of possession.
    """
    parsed = jws.parse(token, types=(jws.Type.MEMBER,))
    statement = structure(parsed.claims, MemberStatement)
    if statement.iss != statement.organisation.id:
        raise SignatureError("an application is signed by the organisation it speaks of")
    check_organisation(statement.organisation)
    if keys is not None:
        _signer(parsed, keys, at=statement.iat)
    _verify_with(parsed, statement.organisation.keys, suite=suite, at=statement.iat)
    return statement.organisation


def _verify_with(
    parsed: jws.Unverified, keys: Collection[PublicKey], *, suite: Suite, at: int
) -> None:
    jws.verify(parsed, unb64(_signer(parsed, keys, at=at).x, size=32), suite=suite)


def _signer(parsed: jws.Unverified, keys: Collection[PublicKey], *, at: int) -> PublicKey:
    """Return the key among these that signed, if it was valid when the document was dated."""
    signer = next((k for k in keys if k.kid == parsed.kid and k.use is KeyUse.SIGN), None)
    if signer is None:
        raise SignatureError("signed by a key that is not stated")
    if not signer.valid(at=at):
        raise SignatureError("the key was not valid when this was signed")
    return signer


def read_federation(
    found: Federation, *, known: Directory, suite: Suite, at: int
) -> tuple[Directory, MemberList]:
    """Verify a list with its statements from the pinned root down, and take it over.

    Raises:
        WireError: a document is malformed or not signed by whom it must be.
        RefusedError: rolled back, forked, incomplete, or expired beyond its own limits.
    """
    known = follow_roots(found.roots or (), known=known, suite=suite)
    root_said = _read_authority(found.authority, known=known, suite=suite, at=at)
    authority = root_said.organisation
    pages = [_read_page(page, authority=root_said, suite=suite) for page in found.pages]
    first = _check_pages(pages, at=at)
    tokens = {sha256(token.encode()): token for token in found.statements}
    entries = [entry for page in pages for entry in page.entries]
    if len({authority.id, *(entry.sub for entry in entries)}) != len(entries) + 1:
        raise RefusedError("list-double", "an organisation stands on the list twice")
    online = _online(root_said)
    members = [
        _read_statement(entry, tokens, known=known, online=online, suite=suite, listed=first.iat)
        for entry in entries
    ]
    name = ListName(first.number, list_hash(found.pages))
    verified = MemberList(
        name,
        authority.id,
        first.iat,
        first.exp,
        (authority, *members),
        tuple(gone for page in pages for gone in page.removed),
        first.agreements or (),
        stated=root_said.iat,
        vocabulary=_listed_tables(first),
    )
    return known.with_list(verified), verified


def read_earlier(found: Federation, *, known: Directory, suite: Suite) -> MemberList:
    """Verify an earlier list by itself, judged by its own date and the root key of its time.

    Raises:
        WireError, RefusedError: as `read_federation`.
    """
    signer = jws.parse(found.authority, types=(jws.Type.MEMBER,)).kid
    root = next((one for one in known.past_roots if kid(unb64(one)) == signer), known.root)
    alone, at = attrs.evolve(found, roots=None), first_page(found).iat
    return read_federation(alone, known=Directory(known.authority, root), suite=suite, at=at)[1]


def first_page(found: Federation) -> MemberListPage:
    """Return what the list says of itself, unverified: its number, and the date it is judged by.

    Raises:
        WireError: its first page is malformed.
        RefusedError: there is none.
    """
    if not found.pages:
        raise RefusedError("list-incomplete", "a list has at least one page")
    return parse_page(found.pages[0])


def parse_page(token: str) -> MemberListPage:
    """Return what a list page says, unverified; raise WireError if it is none."""
    return structure(jws.parse(token, types=(jws.Type.MEMBERS,)).claims, MemberListPage)


def parse_statement(token: str) -> MemberStatement:
    """Return what a member statement says, unverified; raise WireError if it is none."""
    return structure(jws.parse(token, types=(jws.Type.MEMBER,)).claims, MemberStatement)


def _online(authority: MemberStatement) -> list[PublicKey]:
    """Return the online keys: what had ended when the root signed is named for the past's sake."""
    keys = authority.organisation.keys
    return [key for key in keys if key.use is KeyUse.SIGN and authority.iat < key.not_after]


def _read_authority(token: str, *, known: Directory, suite: Suite, at: int) -> MemberStatement:
    parsed = jws.parse(token, types=(jws.Type.MEMBER,))
    root = unb64(known.root, size=32)
    if parsed.kid in {kid(unb64(one)) for one in known.past_roots}:
        raise ConflictError("list-rollback", "the root key that signed has handed over since")
    if parsed.kid != kid(root):
        raise SignatureError("the authority's statement is not signed by the root key")
    jws.verify(parsed, root, suite=suite)
    statement = structure(parsed.claims, MemberStatement)
    stated = statement.organisation
    if {statement.iss, stated.id} != {known.authority} or Role.AUTHORITY not in stated.roles:
        raise RefusedError("wrong-authority", "the root signed for another organisation")
    if not statement.iat - limits.MESSAGE_SKEW <= at < statement.exp:
        raise RefusedError("authority-expired", "the root must sign the online key anew")
    if known.newest is not None and statement.iat < known.newest.stated:
        raise ConflictError("list-rollback", "the root has signed a newer statement since")
    check_organisation(stated)
    return statement


def _read_page(token: str, *, authority: MemberStatement, suite: Suite) -> MemberListPage:
    parsed = jws.parse(token, types=(jws.Type.MEMBERS,))
    page = structure(parsed.claims, MemberListPage)
    _verify_with(parsed, _online(authority), suite=suite, at=page.iat)
    if page.iss != authority.organisation.id:
        raise SignatureError("a list page names another issuer than its signer")
    if not 0 < page.exp - page.iat <= limits.LIST_DAYS * limits.DAY:
        raise RefusedError("list-too-long", "a list is valid for at most 7 days")
    return page


def _check_pages(pages: Sequence[MemberListPage], *, at: int) -> MemberListPage:
    if [page.page for page in pages] != list(range(1, len(pages) + 1)) or not pages:
        raise RefusedError("list-incomplete", "pages are missing or out of order")
    first = pages[0]
    same = [(p.number, p.iat, p.exp, p.pages) for p in pages]
    if len(set(same)) != 1 or first.pages != len(pages):
        raise RefusedError("list-incomplete", "the pages belong to different lists")
    if first.iat > at + limits.MESSAGE_SKEW:
        raise RefusedError("future", "a list dated more than a day ahead; check the clock")
    return first


def _listed_tables(first: MemberListPage) -> tuple[ListedTable, ...]:
    """Return the official lists the first page names.

    Raises:
        MalformedError: too many, one twice, or no hash.
    """
    found = first.vocabulary or ()
    if len({one.name for one in found}) != len(found) or len(found) > limits.VOCABULARY_LISTS:
        raise MalformedError("vocabulary: too many lists, or one of them twice")
    for one in found:
        check_sha256(one.sha256)
    return found


def _read_statement(
    entry: ListEntry,
    tokens: dict[str, str],
    *,
    known: Directory,
    online: Collection[PublicKey],
    suite: Suite,
    listed: int,
) -> Organisation:
    token = tokens.get(entry.sha256)
    if token is None:
        raise RefusedError("list-incomplete", "a statement the list names is missing")
    parsed = jws.parse(token, types=(jws.Type.MEMBER,))
    statement = structure(parsed.claims, MemberStatement)
    stated = statement.organisation
    if statement.iss != known.authority:
        raise SignatureError("a statement names another issuer than its signer")
    if stated.id != entry.sub:
        raise SignatureError("a statement speaks of another organisation than the list says")
    if not 0 < statement.exp - statement.iat <= limits.STATEMENT_DAYS * limits.DAY:
        raise RefusedError("statement-too-long", "a member statement is valid for at most 90 days")
    if listed >= statement.exp:
        raise RefusedError("statement-expired", "a statement had expired when it was listed")
    by_root = parsed.kid == kid(unb64(known.root, size=32))
    signers = [_root_key(known)] if by_root else online
    _verify_with(parsed, signers, suite=suite, at=statement.iat)
    _check_change(statement, known=known, by_root=by_root, suite=suite)
    return stated


def _root_key(known: Directory) -> PublicKey:
    raw = unb64(known.root, size=32)
    return PublicKey(kid(raw), known.root, KeyUse.SIGN, 0, limits.INTEGER_MAX)


def _check_change(
    statement: MemberStatement, *, known: Directory, by_root: bool, suite: Suite
) -> None:
    """Invariant 3: new keys need the old ones' countersignature, or the root's signature.

    The application is read even where no key changed: what a newcomer would refuse, all refuse.
    """
    stated, before = statement.organisation, known.known.get(statement.organisation.id)
    if by_root:
        check_organisation(stated)
        return
    changed = before is not None and not set(stated.keys) <= set(before.keys)
    old = before.keys if before is not None and changed else None
    applied = read_application(statement.application, suite=suite, keys=old)
    if _identity(applied) != _identity(stated):
        raise SignatureError("the statement differs from what the organisation applied for")


def _identity(organisation: Organisation) -> tuple[Any, ...]:
    return (organisation.id, organisation.keys)
