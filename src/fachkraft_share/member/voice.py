"""What the member says: signed and put into the outbox, in the transaction that causes it."""

from collections.abc import Callable

import attrs

from fachkraft_share import limits
from fachkraft_share.member.records import Counter, Outgoing
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.message import sign_event
from fachkraft_share.protocol.records import Token
from fachkraft_share.wire.encoding import b64, sha256
from fachkraft_share.wire.keys import PrivateKey

Said = Callable[[Transaction, Token], None]


def _nobody(_: Transaction, __: Token) -> None:
    """Be the listener of a member without plugins."""


@attrs.frozen
class MemberVoice:
    """Signs with this member's newest key; `said` hears of it in the same transaction."""

    runtime: Runtime
    id: str
    signing: Callable[[], PrivateKey]
    said: Said = _nobody

    def say(self, emitted: Emit, *, transaction: Transaction, at: int) -> None:
        """Sign the event and enqueue it."""
        self.enqueue(emitted, self.sign(emitted, at=at), transaction=transaction, at=at)

    def sign(self, emitted: Emit, *, at: int) -> str:
        """Return the signed event."""
        return sign_event(
            emitted.type,
            emitted.payload,
            iss=self.id,
            aud=emitted.audience,
            referral=emitted.referral,
            jti=emitted.jti or self.new_id(),
            at=at,
            key=self.signing(),
            suite=self.runtime.sealer,
        )

    def enqueue(self, emitted: Emit, token: str, *, transaction: Transaction, at: int) -> str:
        """Keep the token and put it into the outbox; return its SHA-256."""
        name = sha256(token.encode())
        kept = Token(name, emitted.type, self.id, emitted.referral, emitted.personal, token, at)
        transaction.put(kept)
        self.said(transaction, kept)
        transaction.put(
            Outgoing(
                name,
                emitted.type,
                emitted.referral,
                " ".join(emitted.attached),
                " ".join(emitted.parts),
                at=at,
                next_at=at,
            )
        )
        return name

    def new_id(self) -> str:
        """Return a new random id."""
        return b64(self.runtime.ids.random(limits.ID_BYTES))


def next_seq(transaction: Transaction, referral: str, *, at: int) -> int:
    """Return a `seq` above all this member used before, even when an older state was restored."""
    before = transaction.get(Counter, referral)
    value = max(at, before.value + 1 if before else 0)
    transaction.put(Counter(referral, value))
    return value
