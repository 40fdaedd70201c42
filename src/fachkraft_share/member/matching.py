"""Which searches apply to which referrals held here; the reasons are kept (Art. 22 GDPR)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import attrs

from fachkraft_share.errors import MalformedError
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.plugged import NOTIFY, owe_news
from fachkraft_share.member.records import MatchRow, SearchRow
from fachkraft_share.model.profile import Profile
from fachkraft_share.plugins.given import Occasion
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.parts import join_profile, read_part
from fachkraft_share.protocol.records import Part, Referral, ReferralState, Task
from fachkraft_share.rules.matching import Match, Reason, Search
from fachkraft_share.rules.matching_index import Index
from fachkraft_share.rules.vocabulary import Vocabulary
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure

_INDEX, _READ = "index", "read"


@attrs.frozen
class _Reasons:
    reasons: list[Reason]


def remember(engine: Engine, messages: Iterable[Message]) -> None:
    """Keep what was just read until it is matched, so that no part is read twice."""
    engine.memory[_READ] = {one.referral: one for one in messages}


def run(engine: Engine, tasks: Sequence[Task]) -> None:
    """Match new referrals against the saved searches, as one transaction."""
    read: Mapping[str | None, Message] = engine.memory.pop(_READ, {})
    telling = engine.plugins.implementing(NOTIFY) and not engine.settings.digest
    words = engine.vocabulary
    with engine.store.begin() as transaction:
        index = _index(engine, words, transaction)
        for referral, texts in _held(transaction, tasks, index):
            profile = profile_from(texts, read.get(referral))
            if profile is None:
                continue
            found = index.searches_for(profile)
            if found and telling and not transaction.every(MatchRow, referral=referral, limit=1):
                about = f"{referral}/{Occasion.MATCH}"
                owe_news(engine, about, Occasion.MATCH, transaction=transaction)
            _keep(transaction, referral, found, at=engine.now())
        for task in _unchanged(transaction, tasks):
            transaction.drop(Task, *task.key)


def _held(
    transaction: Transaction, tasks: Sequence[Task], index: Index
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the referrals with their parts as held here; none when nothing is searched for."""
    if not len(index):
        return
    parts = transaction.every(Part, referral=tuple(task.about for task in tasks))
    for referral, held in groupby(parts, key=lambda part: part.referral):
        yield referral, tuple(part.text for part in held)


def _unchanged(transaction: Transaction, tasks: Sequence[Task]) -> Iterator[Task]:
    """Yield the tasks that nobody wrote anew meanwhile."""
    kinds, about = {task.kind for task in tasks}, tuple(task.about for task in tasks)
    stored = set(transaction.every(Task, kind=tuple(sorted(kinds)), about=about))
    return (task for task in tasks if task in stored)


def add(engine: Engine, search: Search) -> None:
    """Save a search and match it against every referral held."""
    body, words = strict.write(unstructure(search)).decode(), engine.vocabulary
    with engine.store.begin() as transaction:
        transaction.put(SearchRow(search.id, body, engine.now()))
        transaction.drop_every(MatchRow, search=search.id)
        index = Index(words, [search])
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


def counts(engine: Engine) -> Counter[str]:
    """Return to how many referrals held here each search applies."""
    with engine.store.begin(write=False) as transaction:
        held = transaction.every(Referral, state=str(ReferralState.PUBLISHED))
        open_ones = {one.id for one in held}
        rows = transaction.every(MatchRow)
    return Counter(row.search for row in rows if row.referral in open_ones)


def searches(transaction: Transaction) -> tuple[Search, ...]:
    """Return the saved searches."""
    return tuple(_search(row) for row in transaction.every(SearchRow))


def profile_of(transaction: Transaction, referral: str) -> Profile | None:
    """Return the profile as the parts held here show it, or None without any."""
    parts = transaction.every(Part, referral=referral)
    return profile_from(tuple(part.text for part in parts))


def profile_from(texts: tuple[str, ...], read: Message | None = None) -> Profile | None:
    """Return the profile that parts show, from a message if it brought exactly these."""
    try:
        if read is not None and set(read.parts) == set(texts):
            return read.profile
        values = dict(map(read_part, texts))
        return join_profile(values) if values else None
    except MalformedError:
        return None


def reasons_of(row: MatchRow) -> tuple[Reason, ...]:
    """Return the reasons kept in a row."""
    return tuple(structure(strict.read(row.reasons.encode()), _Reasons).reasons)


def _index(engine: Engine, words: Vocabulary, transaction: Transaction) -> Index:
    """Return the index of the saved searches, made anew only when they or the words changed."""
    rows = transaction.every(SearchRow)
    cached = engine.memory.get(_INDEX)
    if cached is None or cached[0] != rows or cached[2] is not words:
        cached = (rows, Index(words, [_search(row) for row in rows]), words)
        engine.memory[_INDEX] = cached
    index: Index = cached[1]
    return index


def _search(row: SearchRow) -> Search:
    return structure(strict.read(row.body.encode()), Search)


def _keep(transaction: Transaction, referral: str, matches: Iterable[Match], *, at: int) -> None:
    for match in matches:
        kept = strict.write(unstructure(_Reasons(list(match.reasons)))).decode()
        transaction.put(MatchRow(referral, match.search, kept, match.score, at))
