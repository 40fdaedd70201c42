"""What the person does: sign a document with the link's key and run it through the one loop.

1. What the desk adds (exclusions, the new link, the notice shown) stands in the same transaction as
   the message, and only if the message was accepted.
2. Exclusions come before the release they are to limit (R4).
"""

from collections.abc import Sequence

import attrs

from fachkraft_share.errors import RefusedError
from fachkraft_share.model.consent import Consent, ContactAnswer, Withdrawal
from fachkraft_share.ports import loop
from fachkraft_share.ports.loop import Party
from fachkraft_share.protocol.decision import Decision, Effect, Here, Known
from fachkraft_share.protocol.message import Message, Reader, open_message, sign_document
from fachkraft_share.wire.keys import PrivateKey
from fachkraft_share.wire.suite import Suite

Document = Consent | ContactAnswer | Withdrawal


@attrs.frozen
class Act:
    """A document to sign with the candidate's key, what travels along, and what is stored first."""

    document: Document
    key: PrivateKey
    attached: tuple[str, ...] = attrs.field(default=(), repr=False)
    before: tuple[Effect, ...] = attrs.field(default=(), repr=False)


def perform(act: Act, *, party: Party, suite: Suite, at: int) -> str:
    """Sign and apply; return the loop's status.

    Raises:
        RefusedError: with the code of whoever said no; nothing has changed.
    """
    token = sign_document(act.document, key=act.key, suite=suite)
    reader = Reader(party.here.directory, suite, at)
    message = open_message(token, reader=reader, attached=act.attached)
    [outcome] = loop.apply(_preceded(party, act.before), [message], at=at)
    if outcome.status == "refused":
        raise RefusedError(outcome.code, outcome.detail)
    if outcome.status == "later":
        raise RefusedError("not-now", outcome.detail)
    return outcome.status


def _preceded(party: Party, before: Sequence[Effect]) -> Party:
    """Return the party whose accepted decisions begin with these effects."""

    def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
        said = party.decide(message, known, here=here, at=at)
        if said.status != "accepted":
            return said
        return attrs.evolve(said, effects=(*before, *said.effects))

    return attrs.evolve(party, decide=decide)
