"""What people entered takes part in every erasure (design § 6.3)."""

import attrs

from fachkraft_share.host.records import Presentation
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import Participant
from fachkraft_share.ports.erasure_evidence import Erasure, Outcome, Residue, ResidueKind
from fachkraft_share.ports.store import Store
from fachkraft_share.ports.vault import Keys

NAME = "presented"


@attrs.frozen
class PresentedParticipant:
    """The host's store beside the engine's, and the keys of what lies there."""

    store: Store
    keys: Keys
    name: str = NAME

    def erase(self, referral: str, *, at: int) -> Erasure:
        """Destroy keys, delete rows, look again."""
        with self.store.begin() as transaction:
            rows = transaction.every(Presentation, referral=referral)
            for row in rows:
                self.keys.destroy(f"presented {row.id}")
                transaction.drop(Presentation, row.id)
        self.store.scrub()
        with self.store.begin(write=False) as transaction:
            left = transaction.every(Presentation, referral=referral)
        residue = tuple(Residue(ResidueKind.PERSON_RECORD, NAME) for _ in left)
        return Erasure(Outcome.ERASED if rows else Outcome.NEVER_HELD, residue, at)


def remembered(engine: Engine) -> bool:
    """Tell whether people presented themselves here: then it must always take part."""
    with engine.store.begin(write=False) as transaction:
        return transaction.get(Participant, NAME) is not None


def forget(engine: Engine) -> None:
    """Let an engine go on elsewhere without it; what lay here is deleted."""
    with engine.store.begin() as transaction:
        transaction.drop(Participant, NAME)
