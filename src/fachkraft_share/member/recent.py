"""What this member said and heard of late, by name: for whoever watches or tells it on."""

from fachkraft_share.member.engine import Engine
from fachkraft_share.plugins.given import Fact
from fachkraft_share.protocol.records import Seen, Token


def recent(engine: Engine, *, since: int) -> tuple[Fact, ...]:
    """Return the events since a moment, the oldest first; nothing about a person is in them.

    Own ones are searched without an index: fit for a person's eyes, not for a loop over years.
    """
    with engine.store.begin(write=False) as transaction:
        heard = transaction.every(Seen, after=("at", since - 1))
        tokens = [(one.at, transaction.get(Token, one.sha256)) for one in heard]
        said = transaction.every(Token, iss=engine.id)
    facts = [_fact(one, said=False, at=at) for at, one in tokens if one is not None]
    facts += [_fact(one, said=True, at=one.at) for one in said if one.at >= since]
    return tuple(sorted(facts, key=lambda one: (one.at, one.said, one.id)))


def _fact(token: Token, *, said: bool, at: int) -> Fact:
    return Fact(token.sha256, token.type, token.referral, said=said, at=at)
