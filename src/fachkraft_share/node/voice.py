"""How the node says something: sign, keep, append to the feed; all in the caller's transaction."""

from collections.abc import Callable

import attrs

from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import EVENTS
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.message import sign_event
from fachkraft_share.protocol.records import Token
from fachkraft_share.wire.encoding import sha256
from fachkraft_share.wire.keys import PrivateKey
from fachkraft_share.wire.suite import Suite

LIST = "list"  # the addressee of rows for all members on a numbered list


@attrs.frozen
class NodeVoice:
    """Signs as the node; `fresh_id` makes message ids."""

    id: str
    key: PrivateKey
    suite: Suite
    fresh_id: Callable[[], str]

    def sign(self, emitted: Emit, *, at: int) -> str:
        """Return the signed event."""
        return sign_event(
            emitted.type,
            emitted.payload,
            iss=self.id,
            aud=emitted.audience,
            referral=emitted.referral,
            jti=emitted.jti or self.fresh_id(),
            at=at,
            key=self.key,
            suite=self.suite,
        )

    def say(self, emitted: Emit, *, transaction: Transaction, at: int) -> None:
        """Sign the event and append one row for each reader."""
        name = self._keep(emitted, transaction=transaction, at=at)
        for reader in emitted.to:
            transaction.append(
                stream=EVENTS,
                to=reader,
                token=name,
                at=at,
                referral=emitted.referral,
                attached=" ".join(emitted.attached),
            )

    def tell_list(self, emitted: Emit, *, number: int, transaction: Transaction, at: int) -> None:
        """Sign the event and append one row for all members on the numbered list."""
        name = self._keep(emitted, transaction=transaction, at=at)
        transaction.append(stream=EVENTS, to=LIST, token=name, at=at, list_number=number)

    def _keep(self, emitted: Emit, *, transaction: Transaction, at: int) -> str:
        token = self.sign(emitted, at=at)
        name = sha256(token.encode("ascii"))
        kept = Token(name, emitted.type, self.id, emitted.referral, emitted.personal, token, at)
        transaction.put(kept)
        return name
