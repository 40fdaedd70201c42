"""What this member said and heard of late, by name: for whoever watches or tells it on."""

from typing import Final

from fachkraft_share.member.engine import Engine
from fachkraft_share.plugins.given import Fact
from fachkraft_share.protocol.records import Seen, Token

OTHER: Final = "other"


def recent(engine: Engine, *, since: int) -> tuple[Fact, ...]:
    """Return the events since a moment, the oldest first; nothing about a person is in them.

    What left no document here, such as an answer or the use of a right, is `OTHER`: look again.
    Own ones are searched without an index: fit for a person's eyes, not for a loop over years.
    """
    with engine.store.begin(write=False) as transaction:
        heard = transaction.every(Seen, after=("at", since - 1))
        tokens = [(one, transaction.get(Token, one.sha256)) for one in heard]
        said = transaction.every(Token, iss=engine.id)
    facts = [_heard(seen, token) for seen, token in tokens]
    facts += [
        Fact(one.sha256, one.type, one.referral, said=True, at=one.at)
        for one in said
        if one.at >= since
    ]
    return tuple(sorted(facts, key=lambda one: (one.at, one.said, one.id)))


def _heard(seen: Seen, token: Token | None) -> Fact:
    if token is None:
        return Fact(seen.sha256, OTHER, None, said=False, at=seen.at)
    return Fact(seen.sha256, token.type, token.referral, said=False, at=seen.at)
