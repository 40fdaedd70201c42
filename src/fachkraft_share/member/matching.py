"""Which searches apply to which referrals held here; the reasons are kept (Art. 22 GDPR)."""

from collections.abc import Iterable, Sequence

import attrs

from fachkraft_share.errors import MalformedError
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import MatchRow, SearchRow
from fachkraft_share.model.profile import Profile
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.parts import join_profile, read_part
from fachkraft_share.protocol.records import Part, Referral, ReferralState, Task
from fachkraft_share.rules.matching import Match, Reason, Search
from fachkraft_share.rules.matching_index import Index
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure

_INDEX = "index"


@attrs.frozen
class _Reasons:
    reasons: list[Reason]


def run(engine: Engine, tasks: Sequence[Task]) -> None:
    """Match new referrals against the saved searches, as one transaction."""
    with engine.store.begin() as transaction:
        index = _index(engine, transaction)
        for task in tasks:
            profile = profile_of(transaction, task.about)
            if profile is not None:
                _keep(transaction, task.about, index.searches_for(profile), at=engine.now())
            if transaction.get(Task, *task.key) == task:
                transaction.drop(Task, *task.key)


def add(engine: Engine, search: Search) -> None:
    """Save a search and match it against every referral held."""
    body = strict.write(unstructure(search)).decode()
    with engine.store.begin() as transaction:
        transaction.put(SearchRow(search.id, body, engine.now()))
        transaction.drop_every(MatchRow, search=search.id)
        index = Index(engine.vocabulary, [search])
        held = transaction.every(Referral, state=str(ReferralState.PUBLISHED))
        for referral in held:
            profile = profile_of(transaction, referral.id)
            if profile is not None and referral.origin != engine.id:
                _keep(transaction, referral.id, index.searches_for(profile), at=engine.now())


def remove(engine: Engine, search: str) -> None:
    """Forget a search and why it applied; an unknown one is fine."""
    with engine.store.begin() as transaction:
        transaction.drop(SearchRow, search)
        transaction.drop_every(MatchRow, search=search)


def searches(transaction: Transaction) -> tuple[Search, ...]:
    """Return the saved searches."""
    return tuple(_search(row) for row in transaction.every(SearchRow))


def profile_of(transaction: Transaction, referral: str) -> Profile | None:
    """Return the profile as the parts held here show it, or None without any."""
    parts = transaction.every(Part, referral=referral)
    values = dict(read_part(one.text) for one in parts)
    try:
        return join_profile(values) if values else None
    except MalformedError:
        return None


def reasons_of(row: MatchRow) -> tuple[Reason, ...]:
    """Return the reasons kept in a row."""
    return tuple(structure(strict.read(row.reasons.encode()), _Reasons).reasons)


def _index(engine: Engine, transaction: Transaction) -> Index:
    """Return the index of the saved searches, made anew only when one of them changed."""
    rows = transaction.every(SearchRow)
    cached = engine.memory.get(_INDEX)
    if cached is None or cached[0] != rows:
        cached = (rows, Index(engine.vocabulary, [_search(row) for row in rows]))
        engine.memory[_INDEX] = cached
    index: Index = cached[1]
    return index


def _search(row: SearchRow) -> Search:
    return structure(strict.read(row.body.encode()), Search)


def _keep(transaction: Transaction, referral: str, matches: Iterable[Match], *, at: int) -> None:
    for match in matches:
        kept = strict.write(unstructure(_Reasons(list(match.reasons)))).decode()
        transaction.put(MatchRow(referral, match.search, kept, match.score, at))
