"""What a member's receipt says of one closure, worded from what each participant answered.

1. A website holds of the profile, other systems and the host's own participants the dossier.
2. Of several answers the worst decides; what is asked for or failed is never called erased.
3. Only the origin may keep its own application file, under the AGG clock, and says so;
   recipients have no such hold (R6, R7). Hashes, consent and closure stay as the record.
"""

from collections.abc import Iterable, Sequence

import attrs

from fachkraft_share import limits
from fachkraft_share.member.participants import SITE, STORE
from fachkraft_share.member.records import Account, ApplicationRow
from fachkraft_share.ports.erasure_evidence import Erasure, look_again_at
from fachkraft_share.protocol.payloads import (
    CategoryErased,
    ErasureState,
    ReceiptItem,
    ResidueLeft,
)
from fachkraft_share.protocol.records import Tombstone
from fachkraft_share.rules.retention import evidence_until

AGG_BASIS = "§ 15 Abs. 4 AGG"
RECORD_BASIS = "Art. 5 Abs. 2, Art. 17 Abs. 3 lit. e DSGVO; § 298 SGB III"
_ORDER = [
    ErasureState.NEVER_HELD,
    ErasureState.ERASED,
    ErasureState.ANONYMISED,
    ErasureState.RETAINED,
    ErasureState.REQUESTED,
    ErasureState.FAILED,
]
_OPEN = (ErasureState.REQUESTED, ErasureState.FAILED)


@attrs.frozen
class Asked:
    """What one participant answered, or why it could not."""

    name: str
    state: ErasureState
    reason: str | None = None
    erasure: Erasure | None = None
    temporary: bool = False


def categories_of(
    account: Account,
    asked: Sequence[Asked],
    *,
    own: ApplicationRow | None,
    tombstone: Tombstone | None,
    at: int,
) -> tuple[CategoryErased, ...]:
    """Return profile, dossier and record; `own` is the origin's own application."""
    sites = [one for one in asked if one.name.startswith(SITE)]
    store = [one for one in asked if one.name == STORE]
    profile = _category("profile", [*store, *sites], held=account.profile_held)
    rest = [one for one in asked if one not in sites]
    others = [one for one in rest if one.name != STORE or account.dossier_held]
    dossier = _category("dossier", others, held=account.dossier_held)
    if own is not None and dossier.state not in _OPEN:
        dossier = _kept(own, dossier, at=at)
    closed = tombstone.closed_at if tombstone else account.at
    record = CategoryErased(
        "record", ErasureState.RETAINED, basis=RECORD_BASIS, until=evidence_until(closed)
    )
    return (profile, dossier, record)


def item_of(
    account: Account,
    asked: Sequence[Asked],
    categories: tuple[CategoryErased, ...],
    *,
    closure: str,
    at: int,
) -> ReceiptItem:
    """Return what is signed of this closure."""
    found = [one.erasure for one in asked if one.erasure is not None]
    residues = tuple(
        ResidueLeft(str(one.kind), one.where, one.goes) for each in found for one in each.residue
    )
    return ReceiptItem(
        account.referral,
        closure,
        account.scope,
        at,
        categories,
        stores=tuple(one.name for one in asked),
        residues=residues[: limits.PAGE_ENTRIES],
        second_look=len(found) == len(asked) and not residues,
        backups_unreadable_from=at + limits.KEY_BACKUP_DAYS * limits.DAY,
    )


def is_open(categories: Iterable[CategoryErased]) -> bool:
    """Tell whether something is still asked for or has failed."""
    return any(one.state in _OPEN for one in categories)


def awaited_at(asked: Iterable[Asked]) -> int | None:
    """Return when what goes by itself should first be gone, None when nothing is awaited."""
    awaited = [look_again_at(one.erasure) for one in asked if one.erasure is not None]
    return min((when for when in awaited if when is not None), default=None)


def held_until(categories: Iterable[CategoryErased]) -> int | None:
    """Return until when the origin keeps its application file, None when nothing is kept."""
    return next(one.until for one in categories if one.category == "dossier")


def _category(name: str, asked: Sequence[Asked], *, held: bool) -> CategoryErased:
    worst = max(asked, key=lambda one: _ORDER.index(one.state), default=None)
    if worst is not None and worst.state in (*_OPEN, ErasureState.ANONYMISED):
        return CategoryErased(name, worst.state, reason=worst.reason)
    return CategoryErased(name, ErasureState.ERASED if held else ErasureState.NEVER_HELD)


def _kept(own: ApplicationRow, dossier: CategoryErased, *, at: int) -> CategoryErased:
    """Say what is true of the origin's own application file beside what the engine erased."""
    if not own.rejected_on:  # self-presented: no application file stands behind it
        return dossier
    if own.erased_at is not None:
        worst = max(dossier.state, ErasureState.ERASED, key=_ORDER.index)
        return CategoryErased("dossier", worst)
    if at < own.hold_until:
        return CategoryErased(
            "dossier", ErasureState.RETAINED, basis=AGG_BASIS, until=own.hold_until
        )
    return CategoryErased("dossier", ErasureState.REQUESTED, reason="application_file")
