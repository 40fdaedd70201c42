"""What the operator should see of the agreements: versions, what changed, how they stand."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.model.agreement import Agreement, AgreementKind, PartnerAlliance
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import PartnerCalls
from fachkraft_share.protocol import problems
from fachkraft_share.protocol.agreements import History, check_history
from fachkraft_share.wire.encoding import sha256

VALID: Final = "valid"
AHEAD: Final = "ahead"  # does not hold yet
EXPIRED: Final = "expired"  # its time is over
ENDED: Final = "ended"  # by a supplement, before its time
_CHANGES: Final[dict[str, Callable[[Agreement], Any]]] = {
    "name": lambda one: one.name,
    "region": lambda one: one.region,
    "legal": lambda one: one.legal,
    "purposes": lambda one: set(one.purposes),
    "until": lambda one: one.not_after,
    "gives": lambda one: one.gives,
    "takes": lambda one: one.takes,
    "partner": lambda one: one.partner,
}


@attrs.frozen
class VersionLine:
    """One version: what it changed, as words of a closed list; the first one is `agreed`."""

    version: int
    at: int
    changed: tuple[str, ...]
    until: int
    name: str
    legal: str
    joined: tuple[str, ...]
    left: tuple[str, ...]
    sha256: str


@attrs.frozen
class AgreementLine:
    """One agreement as it stands; `fault` is the code of why it cannot be relied on, or empty."""

    id: str
    kind: AgreementKind
    state: str
    until: int
    name: str
    partner: PartnerAlliance | None
    gives: bool
    takes: bool
    fault: str
    days_left: int | None  # where it ends soon
    unreachable_since: int | None  # the partner's node
    versions: tuple[VersionLine, ...]

    @property
    def troubled(self) -> bool:
        """Tell whether somebody should look at it."""
        return bool(self.fault) or self.days_left is not None or self.unreachable_since is not None


def overview(exchange: Exchange) -> tuple[AgreementLine, ...]:
    """Return every agreement of this alliance, the youngest first, each verified once more."""
    directory = exchange.directory()
    with exchange.store.begin(write=False) as transaction:
        calls = {one.node: one.since for one in transaction.every(PartnerCalls)}
    agreed = sorted(exchange.members.agreed, key=lambda one: one.begun, reverse=True)
    at = exchange.now()

    def fault(history: History) -> str:
        try:
            check_history(history, known=directory, suite=exchange.runtime.sealer, at=at)
        except FachkraftShareError as error:
            return problems.code_of(error)
        return ""

    return tuple(_line(one, fault=fault(one), calls=calls, at=at) for one in agreed)


def _line(history: History, *, fault: str, calls: dict[str, int | None], at: int) -> AgreementLine:
    newest, partner = history.newest, history.newest.partner
    state, left = state_of(newest, at=at), newest.not_after - at
    soon = state == VALID and left < limits.AGREEMENT_SOON
    since = calls.get(partner.node) if partner is not None else None
    return AgreementLine(
        history.id,
        newest.kind,
        state,
        newest.not_after,
        newest.name,
        partner,
        newest.gives,
        newest.takes,
        fault,
        left // limits.DAY if soon else None,
        since if state == VALID else None,
        _versions(history),
    )


def state_of(newest: Agreement, *, at: int) -> str:
    """Return how an agreement stands whose newest version this is."""
    if newest.not_after <= newest.iat:
        return ENDED
    if at >= newest.not_after:
        return EXPIRED
    return VALID if at >= newest.not_before else AHEAD


def _versions(history: History) -> tuple[VersionLine, ...]:
    changed = [("agreed",), *(_changed(*two) for two in pairwise(history.versions))]
    return tuple(
        VersionLine(
            version.version,
            version.iat,
            words,
            version.not_after,
            version.name,
            version.legal,
            tuple(one.name for one in version.joined),
            version.left,
            sha256(token.encode()),
        )
        for version, token, words in zip(history.versions, history.tokens, changed, strict=True)
    )


def _changed(before: Agreement, after: Agreement) -> tuple[str, ...]:
    words = [word for word, part in _CHANGES.items() if part(before) != part(after)]
    words += [word for word in ("joined", "left") if getattr(after, word)]
    return tuple(words) or ("renewed",)
