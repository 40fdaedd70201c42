"""Find the few searches of one profile, and the few profiles of one search, without trying all.

Each search lies in one bucket, keyed by its occupation and the rarest of its required skills; a
profile looks into the buckets of its occupation's prefixes and finer codes, and of its skills.
The result is that of the plain loop; only the work differs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import attrs

from fachkraft_share.model.profile import Profile
from fachkraft_share.rules.matching import Match, Offered, Search, Wanted, compare, offer, want
from fachkraft_share.rules.vocabulary import Vocabulary

_ANY = ""  # no occupation, no required skill


class _Occupations:
    """Which occupation codes occur, so that a coarse code finds the finer ones."""

    def __init__(self) -> None:
        self._finer: dict[str, Counter[str]] = {}

    def add(self, code: str) -> None:
        for prefix in _prefixes(code):
            self._finer.setdefault(prefix, Counter())[code] += 1

    def remove(self, code: str) -> None:
        for prefix in _prefixes(code):
            _less(self._finer[prefix], code)
            if not self._finer[prefix]:
                del self._finer[prefix]

    def related(self, code: str) -> Iterator[str]:
        """Yield the codes that occur below this one, then all coarser ones and none."""
        finer = self._finer.get(code, Counter())
        yield from finer
        yield from (prefix for prefix in _prefixes(code) if prefix not in finer)


class Index:
    """The searches of one engine (or of all members), for one profile after another."""

    def __init__(self, vocabulary: Vocabulary, searches: Iterable[Search] = ()) -> None:
        known = tuple({search.id: search for search in searches}.values())
        self._places = vocabulary.places
        self._rarity = Counter(skill for search in known for skill in search.skills)
        self._buckets: dict[tuple[str, str], dict[str, Wanted]] = {}
        self._keys: dict[str, tuple[str, str]] = {}
        self._occupations = _Occupations()
        for search in known:
            self._put(search)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, search: Search) -> None:
        """Take a search in; one with the same id is replaced."""
        self.remove(search.id)
        self._rarity.update(search.skills)
        self._put(search)

    def remove(self, search_id: str) -> None:
        """Forget a search; an unknown id is fine."""
        key = self._keys.pop(search_id, None)
        if key is None:
            return
        self._occupations.remove(key[0])
        bucket = self._buckets[key]
        for skill in bucket.pop(search_id).search.skills:
            _less(self._rarity, skill)
        if not bucket:
            del self._buckets[key]

    def candidates(self, profile: Profile) -> Iterator[Wanted]:
        """Yield the searches worth comparing: all that apply and few others.

        Most of a bucket falls at its other skills; that is looked at here, without a call for each.
        """
        mine = frozenset(profile.skills)
        skills = (*dict.fromkeys(profile.skills), _ANY)
        for occupation in self._occupations.related(profile.occupation):
            for skill in skills:
                bucket = self._buckets.get((occupation, skill))
                if bucket is not None:
                    yield from [one for one in bucket.values() if one.skills <= mine]

    def searches_for(self, profile: Profile) -> tuple[Match, ...]:
        """Return every search that applies, best first."""
        offered = offer(profile, places=self._places)
        found = [compare(offered, wanted) for wanted in self.candidates(profile)]
        return ranked([one for one in found if one is not None])

    def _put(self, search: Search) -> None:
        rarest = min(search.skills, key=lambda one: (self._rarity[one], one), default=_ANY)
        key = (search.occupation or _ANY, rarest)
        self._keys[search.id] = key
        self._occupations.add(key[0])
        self._buckets.setdefault(key, {})[search.id] = want(search, places=self._places)


class Pool:
    """The profiles one engine holds, for one search after another."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._places = vocabulary.places
        self._profiles: dict[str, Offered] = {}
        self._postings: dict[tuple[str, str], dict[str, None]] = {}
        self._occupations = _Occupations()

    def __len__(self) -> int:
        return len(self._profiles)

    def add(self, referral: str, profile: Profile) -> None:
        """Take a profile in; one of the same referral is replaced."""
        self.remove(referral)
        self._profiles[referral] = offer(profile, places=self._places)
        self._occupations.add(profile.occupation)
        for key in _postings(profile):
            self._postings.setdefault(key, {})[referral] = None

    def remove(self, referral: str) -> None:
        """Forget a profile; an unknown referral is fine."""
        offered = self._profiles.pop(referral, None)
        if offered is None:
            return
        self._occupations.remove(offered.profile.occupation)
        for key in _postings(offered.profile):
            posting = self._postings[key]
            del posting[referral]
            if not posting:
                del self._postings[key]

    def candidates(self, search: Search) -> Iterator[str]:
        """Yield the referrals worth comparing: all the search applies to and few others."""
        related = tuple(self._occupations.related(search.occupation or _ANY))
        for occupation in related:
            lists = [self._postings.get((occupation, skill), {}) for skill in search.skills]
            yield from min(lists, key=len, default=self._postings.get((occupation, _ANY), {}))

    def profiles_for(self, search: Search) -> tuple[Match, ...]:
        """Return every profile the search applies to, best first."""
        wanted = want(search, places=self._places)
        found = (
            (referral, compare(self._profiles[referral], wanted))
            for referral in self.candidates(search)
        )
        return ranked(
            attrs.evolve(one, referral=referral) for referral, one in found if one is not None
        )


def ranked(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Return matches by score, equal ones by their ids, so that the order never depends on luck."""
    return tuple(sorted(matches, key=lambda one: (-one.score, one.search, one.referral)))


def _less(counts: Counter[str], one: str) -> None:
    """Count one less, and keep nothing of what no longer occurs."""
    counts[one] -= 1
    if not counts[one]:
        del counts[one]


def _prefixes(code: str) -> tuple[str, ...]:
    """Return the code's prefixes from none to all, those no code can be left out."""
    return (_ANY, *(code[:length] for length in range(2, len(code) + 1)))


def _postings(profile: Profile) -> Iterator[tuple[str, str]]:
    yield profile.occupation, _ANY
    for skill in dict.fromkeys(profile.skills):
        yield profile.occupation, skill
