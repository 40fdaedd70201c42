"""Judging an erasure bundle offline, from the root key down.

1. Nothing counts but signed bytes; every other field must agree with them, so that one changed
   byte anywhere is found.
2. All trust hangs on the root key: root, authority's statement, list, statements, signers; across
   a border the recognition this authority signed, and the partner's root key in it.
3. A holder that has not signed is *open*, not forged: accountable erasure, no proof of absence.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain
from typing import Final, TypeVar

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, SignatureError, WireError
from fachkraft_share.model.consent import Consent
from fachkraft_share.model.organisation import Role
from fachkraft_share.protocol.bundle import Bundle, ClosureProof, ReceiptProof
from fachkraft_share.protocol.chains import directory_of
from fachkraft_share.protocol.closing import Closure
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.erasure import read_receipt, settle
from fachkraft_share.protocol.events.referral_closed import closure_of
from fachkraft_share.protocol.facts import ALL, around
from fachkraft_share.protocol.message import (
    CONSENT,
    WITHDRAWAL,
    Message,
    Reader,
    open_all,
    open_message,
)
from fachkraft_share.protocol.payloads import Delivered, DeliveryManifest, ReceiptItem
from fachkraft_share.protocol.records import Held
from fachkraft_share.wire.suite import Suite

CLOSED: Final = "referral.closed"
MANIFEST: Final = "delivery.manifest"
RECEIPT: Final = "erasure.receipt"
D = TypeVar("D")
T = TypeVar("T")


class Kind(StrEnum):
    """How much a finding weighs."""

    FORGED = "forged"  # not what it claims to be: changed, foreign, or contradicting the rest
    OPEN = "open"  # something is still owed
    NOTE = "note"  # worth knowing


@attrs.frozen
class Finding:
    """One thing found; `about` names the document by its place, or the organisation."""

    kind: Kind
    code: str
    about: str = ""


@attrs.frozen
class Verdict:
    """What the check found; `ok` means that nothing was forged."""

    ok: bool
    findings: tuple[Finding, ...]

    @property
    def complete(self) -> bool:
        """Tell whether nothing was forged and nobody owes anything."""
        return all(one.kind is Kind.NOTE for one in self.findings)


def verify_bundle(bundle: Bundle, *, suite: Suite, at: int, root: str | None = None) -> Verdict:
    """Check the chain from the root key to every signature, and who still owes a receipt.

    `root` is the root key (base64url) known from elsewhere; without one the bundle's own is taken
    and noted.
    """
    try:
        directory = directory_of(bundle, suite=suite)
    except (WireError, RefusedError) as error:
        forged = (*_pinned(root, (bundle.root,)), _forged(error, "federations"))
        return Verdict(ok=False, findings=forged)
    findings = [*_pinned(root, directory.roots)]
    reader = Reader(directory, suite, at, evidence=True)
    opened = _open(bundle, reader)
    findings += opened.findings
    for check in _CHECKS:
        findings += check(opened)
    return Verdict(all(one.kind is not Kind.FORGED for one in findings), tuple(findings))


def _pinned(root: str | None, chain: Sequence[str]) -> Iterator[Finding]:
    """Any root of the chain will do: each handed over to the next, which accepted."""
    if root is None:
        yield Finding(Kind.NOTE, "root-not-pinned", "root")
    elif root not in chain:
        yield Finding(Kind.FORGED, "other-root", "root")


def _forged(error: WireError | RefusedError, about: str) -> Finding:
    code = "signature" if isinstance(error, SignatureError) else "malformed"
    return Finding(Kind.FORGED, error.code if isinstance(error, RefusedError) else code, about)


# Opening --------------------------------------------------------------------------------------


@attrs.frozen
class _Receipt:
    """An opened receipt: who signed it, and its item about this referral."""

    holder: str
    item: ReceiptItem


@attrs.frozen
class _Page:
    """An opened page of a manifest, and the node that signed it."""

    node: str
    body: DeliveryManifest


@attrs.frozen
class _Opened:
    """Everything whose signature holds, and a finding for whatever does not."""

    bundle: Bundle
    reader: Reader
    consents: list[Message]
    closures: dict[str, Closure]  # by the token's SHA-256
    manifests: list[_Page]
    receipts: list[_Receipt]
    findings: list[Finding]

    def node_of(self, id: str) -> str:
        """Return the node of the alliance that states the organisation."""
        partner = self.reader.directory.partner_of(id)
        return self.bundle.node if partner is None else partner.node

    def listed(self, scope: str, node: str) -> dict[str, Delivered] | None:
        """Return whom a node's manifest of a scope lists, or None while pages are missing."""
        found = [one.body for one in self.manifests if (one.node, one.body.scope) == (node, scope)]
        pages = sorted(found, key=lambda one: one.page)
        numbered = [(one.page, one.pages) for one in pages]
        if not pages or numbered != [(n, len(pages)) for n in range(1, len(pages) + 1)]:
            return None
        entries = chain.from_iterable(one.entries for one in pages)
        return {one.holder: one for one in entries if self._within(one.holder, scope, node)}

    def told(self, scope: str, node: str) -> dict[str, Delivered] | None:
        """Return whom a node lists for a scope; a partner's node may have ended more by then."""
        wider = around(scope, node_of=self.node_of) if node != self.bundle.node else (scope,)
        found = (self.listed(one, node) for one in wider)
        listed = next((one for one in found if one is not None), None)
        if listed is None:
            return None
        return {id: line for id, line in listed.items() if self._within(id, scope, node)}

    def _within(self, holder: str, scope: str, node: str) -> bool:
        """Tell whether a line belongs to the scope, and this node may write it."""
        home = self.node_of(holder)
        return scope in (ALL, holder, home) and node in (self.bundle.node, home)

    def nodes(self, scope: str) -> tuple[str, ...]:
        """Return the nodes whose manifest of this scope tells who was served, ours first.

        A partner's counts where ours lists its node, or the scope is one of its members.
        """
        ours = {*(self.listed(scope, self.bundle.node) or {}), *([scope] if scope != ALL else [])}
        partners = {self.node_of(one) for one in ours} - {self.bundle.node}
        return (self.bundle.node, *sorted(partners))

    def served(self, scope: str) -> dict[str, Delivered] | None:
        """Return whom all nodes' manifests of a scope list, or None while a page is missing."""
        found: dict[str, Delivered] = {}
        for node in self.nodes(scope):
            listed = self.listed(scope, node)
            if listed is None:
                return None
            found |= listed
        return found


def _open(bundle: Bundle, reader: Reader) -> _Opened:
    here = Here(bundle.node, is_node=True, node=bundle.node, directory=reader.directory)
    findings: list[Finding] = []
    try:
        consents = list(open_all(bundle.consents, reader=reader))
    except (WireError, RefusedError) as error:
        consents = []
        findings.append(_forged(error, "consents"))
    closures = _each("closures", bundle.closures, findings, lambda one: _closure(one, reader, here))
    return _Opened(
        bundle,
        reader,
        consents,
        dict(closures),
        _each("manifests", bundle.manifests, findings, lambda one: _manifest(one, bundle, reader)),
        _each("receipts", bundle.receipts, findings, lambda one: _receipt(one, bundle, reader)),
        findings,
    )


def _each(
    what: str, documents: Iterable[D], findings: list[Finding], read: Callable[[D], T]
) -> list[T]:
    """Read the documents; each that fails is a finding with its place."""
    found = []
    for place, document in enumerate(documents):
        try:
            found.append(read(document))
        except (WireError, RefusedError) as error:
            findings.append(_forged(error, f"{what}[{place}]"))
    return found


def _event(token: str, kind: str, reader: Reader) -> Message:
    message = open_message(token, reader=reader)
    if message.type != kind:
        raise RefusedError("wrong-type", f"not a {kind}")
    return message


def _closure(proof: ClosureProof, reader: Reader, here: Here) -> tuple[str, Closure]:
    message = open_message(proof.token, reader=reader, attached=proof.attached)
    if message.type not in (WITHDRAWAL, CLOSED):
        raise RefusedError("wrong-type", "not a closure")
    return message.sha256, closure_of(message, here=here)


def _manifest(token: str, bundle: Bundle, reader: Reader) -> _Page:
    message = _event(token, MANIFEST, reader)
    nodes = {bundle.node, *(one.node for one in bundle.partners)}
    if message.iss not in nodes or message.referral != bundle.referral:
        raise RefusedError("not-entitled", "home node and partner nodes write manifests")
    return _Page(message.iss, message.body)


def _receipt(proof: ReceiptProof, bundle: Bundle, reader: Reader) -> _Receipt:
    message = _event(proof.token, RECEIPT, reader)
    item = read_receipt(message.body, proof.part)
    if item.referral != bundle.referral or item.at > message.iat + limits.MESSAGE_SKEW:
        raise RefusedError("stale-receipt", "the receipt speaks of another referral or time")
    return _Receipt(message.iss, item)


# Agreement ------------------------------------------------------------------------------------


def _check_node(opened: _Opened) -> Iterator[Finding]:
    stated = opened.reader.directory.organisation(opened.bundle.node)
    if stated is None or Role.NODE not in stated.roles:
        yield Finding(Kind.FORGED, "no-node", "node")


def _check_consents(opened: _Opened) -> Iterator[Finding]:
    named = (opened.bundle.referral, opened.bundle.node, opened.bundle.draft)
    bodies: list[Consent] = [one.body for one in opened.consents if one.type == CONSENT]
    if len(bodies) != len(opened.bundle.consents) or not (bodies or opened.bundle.draft == ""):
        yield Finding(Kind.FORGED, "consent", "consents")
    if any((one.referral, one.node, one.draft) != named for one in bodies):
        yield Finding(Kind.FORGED, "other-consent", "consents")


def _check_closures(opened: _Opened) -> Iterator[Finding]:
    if any(one.referral != opened.bundle.referral for one in opened.closures.values()):
        yield Finding(Kind.FORGED, "other-closure", "closures")
    for place, ended in enumerate(opened.bundle.tombstones):
        closure = opened.closures.get(ended.closure)
        if closure is None or closure.scope != ended.scope:
            yield Finding(Kind.FORGED, "no-closure", f"tombstones[{place}]")
    if ALL not in {one.scope for one in opened.closures.values()}:
        yield Finding(Kind.OPEN, "not-closed")


def _check_manifests(opened: _Opened) -> Iterator[Finding]:
    for one in opened.manifests:
        if not _proven(opened, one.body.closure, one.body.scope):
            yield Finding(Kind.FORGED, "no-closure", "manifests")
    pages = [(one.node, one.body.scope, one.body.page) for one in opened.manifests]
    if len(set(pages)) != len(pages):
        yield Finding(Kind.FORGED, "two-manifests", "manifests")


def _check_receipts(opened: _Opened) -> Iterator[Finding]:
    for one in opened.receipts:
        if not _proven(opened, one.item.closure, one.item.scope):
            yield Finding(Kind.FORGED, "no-closure", one.holder)
        served = opened.served(one.item.scope)
        if served is not None and one.holder not in {*served, opened.bundle.node, _origin(opened)}:
            yield Finding(Kind.FORGED, "not-listed", one.holder)  # the manifest keeps quiet


def _proven(opened: _Opened, closure: str, scope: str) -> bool:
    """Tell whether that closure of that scope is among those whose signature holds."""
    found = opened.closures.get(closure)
    return found is not None and found.scope == scope


def _origin(opened: _Opened) -> str:
    return next((one.origin for one in opened.closures.values()), "")


def _check_owed(opened: _Opened) -> Iterator[Finding]:
    """List everybody who was served, the origin and the node as long as they have not settled."""
    for scope in sorted({one.scope for one in opened.closures.values()}):
        served: dict[str, Delivered] = {}
        for node in opened.nodes(scope):
            listed = opened.told(scope, node)
            if listed is None:
                about = scope if node == opened.bundle.node else node
                yield Finding(Kind.OPEN, "no-manifest", about)
            served |= listed or {}
        owing = {*served}
        if scope == ALL:
            owing |= {opened.bundle.node, _origin(opened)}
        for holder in sorted(owing):
            code = _owes(holder, scope, opened, served, at=opened.reader.at)
            if code is not None:
                yield Finding(Kind.OPEN, code, holder)


def _owes(
    holder: str, scope: str, opened: _Opened, served: dict[str, Delivered], *, at: int
) -> str | None:
    """Return why the holder has not settled, or None."""
    line = served.get(holder)
    held = Held("", holder, 0, line.served_at, line.custody_at) if line else None
    found = [
        settle(one.item, held=held, at=at)
        for one in opened.receipts
        if one.holder == holder and one.item.scope in around(scope, node_of=opened.node_of)
    ]
    if any(one.settled for one in found):
        return None
    alarm = next((one.alarm for one in found if one.alarm), None)
    return alarm or ("unsettled" if found else "no-receipt")


_CHECKS: Final = (
    _check_node,
    _check_consents,
    _check_closures,
    _check_manifests,
    _check_receipts,
    _check_owed,
)
