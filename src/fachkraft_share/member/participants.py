"""Everyone who stores personal data of referrals: each erases and looks again, by itself.

1. A participant is remembered by name; one that is absent later counts as failed, never as erased.
2. The erasure journal is none: it holds closures and who was served, no profile data.
"""

from collections.abc import Iterator
from pathlib import Path

import attrs

from fachkraft_share.errors import SetupError, UnsupportedCapabilityError
from fachkraft_share.member.outbox import NEVER_DROPPED
from fachkraft_share.member.polling import forget_parked
from fachkraft_share.member.records import DossierRow, Filed, MatchRow, Outgoing
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.erasure_evidence import (
    Erasure,
    Outcome,
    Residue,
    ResidueKind,
    unsupported,
)
from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.ports.vault import Keys
from fachkraft_share.protocol.records import Part, Token

STORE = "store"
FILES = "files"
ADAPTER = "adapter:"
SITE = "site:"
_OURS = (ADAPTER, SITE)


def demand_own_name(name: str) -> None:
    """Refuse a name under which another participant would be forgotten.

    One that looks like an adapter's would, when absent, be taken to hold what adapters filed or
    published.

    Raises:
        SetupError: it is empty, or belongs to the engine's store, its files or an adapter.
    """
    if not name or name in (STORE, FILES) or name.startswith(_OURS):
        raise SetupError(f"erasure participant {name!r}: give it a name of its own")


@attrs.frozen
class StoreParticipant:
    """The engine's own store and the keys beside it."""

    store: Store
    keys: Keys
    name: str = STORE

    def erase(self, referral: str, *, at: int) -> Erasure:
        """Destroy the key, delete the rows and the bodies, scrub the files, look again.

        Raises:
            BusyError: a reader still holds old pages; doing it again is fine.
        """
        self.keys.destroy(referral)
        with self.store.begin() as transaction:
            transaction.lock([referral])
            _delete(transaction, referral)
        self.store.scrub()
        with self.store.begin(write=False) as transaction:
            residue = tuple(_left(transaction, referral))
        if self.keys.get(referral) is not None:
            residue = (*residue, Residue(ResidueKind.PERSON_RECORD, "keys"))
        return Erasure(Outcome.ERASED, residue, at)


def _delete(transaction: Transaction, referral: str) -> None:
    for kind in (DossierRow, MatchRow, Part):
        transaction.drop_every(kind, referral=referral)
    forget_parked(transaction, referral)
    for row in transaction.every(Outgoing, referral=referral):
        if row.type not in NEVER_DROPPED:
            transaction.drop(Outgoing, row.token)
    for token in transaction.every(Token, referral=referral, personal=True):
        transaction.put(attrs.evolve(token, body=None))


def _left(transaction: Transaction, referral: str) -> Iterator[Residue]:
    for kind in (DossierRow, MatchRow, Part):
        if transaction.every(kind, referral=referral, limit=1):
            yield Residue(ResidueKind.PERSON_RECORD, kind.__name__)
    tokens = transaction.every(Token, referral=referral, personal=True)
    if any(token.body is not None for token in tokens):
        yield Residue(ResidueKind.PERSON_RECORD, "Token")


@attrs.frozen
class FilesParticipant:
    """Files the engine wrote for a person or a system, named after their referral."""

    folder: Path
    name: str = FILES

    def erase(self, referral: str, *, at: int) -> Erasure:
        """Delete the referral's files and look again."""
        found = list(self._files(referral))
        for path in found:
            path.unlink(missing_ok=True)
        left = tuple(Residue(ResidueKind.FILE, self.folder.name) for _ in self._files(referral))
        return Erasure(Outcome.ERASED if found else Outcome.NEVER_HELD, left, at)

    def _files(self, referral: str) -> Iterator[Path]:
        if self.folder.is_dir():
            yield from (path for path in self.folder.iterdir() if path.name.startswith(referral))


@attrs.frozen
class AdapterParticipant:
    """What an adapter filed into an outside system."""

    adapter: AtsAdapter
    store: Store

    @property
    def name(self) -> str:
        """The name remembered in the store."""
        return f"{ADAPTER}{self.adapter.name}"

    def erase(self, referral: str, *, at: int) -> Erasure:
        """Erase what was filed under the referral, also when its fate was unknown."""
        with self.store.begin(write=False) as transaction:
            filed = transaction.get(Filed, referral, self.adapter.name)
        ref = None if filed is None else filed.ref or self._found(filed)
        erasure = Erasure(Outcome.NEVER_HELD, (), at) if ref is None else self._erase(ref, at=at)
        if erasure.outcome in (Outcome.REQUESTED, Outcome.UNSUPPORTED) or erasure.residue:
            return erasure
        with self.store.begin() as transaction:
            transaction.drop(Filed, referral, self.adapter.name)
        return erasure

    def _found(self, filed: Filed) -> str | None:
        """Look it up by our key and remember it: what is erased by half is found by it no more."""
        ref = self.adapter.find(filed.referral)
        if ref is not None:
            with self.store.begin() as transaction:
                transaction.put(attrs.evolve(filed, ref=ref))
        return ref

    def _erase(self, ref: str, *, at: int) -> Erasure:
        try:
            return self.adapter.erase(ref, at=at)
        except UnsupportedCapabilityError:
            return unsupported(at=at)
