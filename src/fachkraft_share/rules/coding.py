"""Suggest KldB 2010 codes for a job title; a person may always correct them.

With the official list of titles loaded the codes have five digits, otherwise our own keywords
lead to the two digits of a main group.
"""

import math
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache

import attrs

from fachkraft_share.rules.folding import fold
from fachkraft_share.rules.tables.occupations import KEYWORDS
from fachkraft_share.rules.titles import TitleIndex, title_words
from fachkraft_share.rules.vocabulary import Kind, Vocabulary

SUGGESTIONS = 5  # shown to a person; more are not read
_WORTH = 0.6  # of the best suggestion's likeness; what is farther off is noise
_CUT = 12  # letters from which on a beginning tells a title from most others
_TAIL = 5  # letters a compound's last part has at least
# How high somebody stands, not what they do; `former` is not among them, for a Former casts metal.
_RANKS = frozenset(
    title_words(
        "Senior, Junior, Lead, Leitende, Principal, Staff, Trainee, Azubi, Ex, Angehende, "
        "Stellvertretende, Working, Student, Ehemalige, Quereinsteiger"
    )
)


@attrs.frozen
class Suggestion:
    """A code for a title; `certain` when nothing else came into question."""

    code: str
    label: str
    certain: bool


class Source(StrEnum):
    """Whence an occupation's code comes."""

    CHOSEN = "chosen"  # a person corrected it; no later coding goes over that
    RECORD = "record"  # it stood in the candidate's record
    TITLE = "title"  # it was coded from the job title


@attrs.frozen
class Coding:
    """The code to go on with, or None; whence it comes; what came into question by the title."""

    code: str | None
    label: str
    source: Source
    suggestions: tuple[Suggestion, ...]

    @property
    def others(self) -> tuple[Suggestion, ...]:
        """What else a person may choose."""
        return tuple(one for one in self.suggestions if one.code != self.code)


def code_of(occupation: str, title: str, *, vocabulary: Vocabulary, language: str = "de") -> Coding:
    """Return how an occupation is coded: by the record's own code if it has one, else by title."""
    suggestions = suggest(title, vocabulary=vocabulary, language=language)
    own = own_code(occupation, vocabulary=vocabulary)
    code = own or settle(suggestions)
    label = vocabulary.label(Kind.OCCUPATION, code, language=language) if code else ""
    return Coding(code, label, Source.RECORD if own else Source.TITLE, suggestions)


def own_code(occupation: str, *, vocabulary: Vocabulary) -> str | None:
    """Return what a record says in codes: a KldB 2010 code of 2 to 5 digits, or an ESCO URI's."""
    if vocabulary.is_code(occupation):
        return occupation
    codes = vocabulary.esco.by_uri.get(occupation, ())
    return codes[0] if len(codes) == 1 else _shared(codes)


def _shared(codes: Iterable[str]) -> str | None:
    """Return the main group that all codes share, or None."""
    groups = {code[:2] for code in codes}
    return groups.pop() if len(groups) == 1 else None


def suggest(title: str, *, vocabulary: Vocabulary, language: str = "de") -> tuple[Suggestion, ...]:
    """Return codes that may describe the title, the likeliest first."""
    codes, exact = _codes(title, vocabulary=vocabulary)
    certain = exact and len(codes) == 1
    return tuple(
        Suggestion(code, vocabulary.label(Kind.OCCUPATION, code, language=language), certain)
        for code in codes[:SUGGESTIONS]
    )


def settle(suggestions: Sequence[Suggestion]) -> str | None:
    """Return the code to go on with when nobody is asked, or None.

    A certain one counts in full; of uncertain ones at most the main group they all share.
    """
    if [one.certain for one in suggestions] == [True]:
        return suggestions[0].code
    return _shared(one.code for one in suggestions)


def title_key(title: str) -> str:
    """Return what is compared of a title: its words without ranks."""
    return " ".join(_words(title))


def _words(title: str) -> tuple[str, ...]:
    return tuple(word for word in title_words(title) if word not in _RANKS)


def _codes(title: str, *, vocabulary: Vocabulary) -> tuple[tuple[str, ...], bool]:
    words, index = _words(title), vocabulary.titles
    if not words:
        return (), False
    key, official = " ".join(words), index.codes if index is not None else {}
    known = (official, vocabulary.own_titles, vocabulary.esco.by_title)
    if found := next((codes[key] for codes in known if key in codes), None):
        return found, True
    if index is not None:
        likely = (*_begun(key, index=index), *_alike(words, index=index))
        return _in_groups(tuple(dict.fromkeys(likely)), groups=_by_keyword(title)), False
    return _by_keyword(title), True


def _in_groups(codes: tuple[str, ...], *, groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes of the groups the keywords name; the groups when likeness missed them."""
    if not groups:
        return codes
    return tuple(code for code in codes if code[:2] in groups) or groups


def _begun(key: str, *, index: TitleIndex) -> tuple[str, ...]:
    """Return the codes of the titles that begin so: somewhere on its way a title was cut."""
    if len(key) < _CUT:
        return ()
    begun = (codes for known, codes in index.codes.items() if known.startswith(key))
    return tuple(dict.fromkeys(code for codes in begun for code in codes))


def _alike(words: tuple[str, ...], *, index: TitleIndex) -> tuple[str, ...]:
    """Return the codes of the titles that share the rarest words with this one."""
    known = [word for word in (_known(word, index=index) for word in words) if word]
    likeness: dict[str, float] = {}
    for key in dict.fromkeys(key for word in known for key in index.keys[word]):
        likeness[key] = _likeness(known, key.split(), index=index)
    best = max(likeness.values(), default=0.0)
    near = [key for key, value in likeness.items() if value >= best * _WORTH]
    ranked = sorted(near, key=lambda key: (-likeness[key], key))
    return tuple(dict.fromkeys(code for key in ranked for code in index.codes[key]))


def _known(word: str, *, index: TitleIndex) -> str | None:
    """Return the word, or the longest last part of the compound, that occurs in any title."""
    tails = (word[start:] for start in range(max(1, len(word) - _TAIL + 1)))
    return next((tail for tail in tails if tail in index.keys), None)


def _likeness(words: Sequence[str], other: Sequence[str], *, index: TitleIndex) -> float:
    """Return how much of the rarity of both titles' words is shared, from 0 to 1."""
    both, either = set(words) & set(other), set(words) | set(other)
    weight = {word: math.log(2 + len(index.codes) / len(index.keys[word])) for word in either}
    return sum(weight[word] for word in both) / sum(weight.values())


def _by_keyword(title: str) -> tuple[str, ...]:
    """Return the main groups whose longest keyword occurs in the title, longest first."""
    folded = f" {fold(title)} "
    found: dict[str, int] = {}
    for group, length, pattern in _keywords():
        if pattern.search(folded):
            found[group] = max(found.get(group, 0), length)
    longest = max(found.values(), default=0)
    return tuple(group for group, length in found.items() if length == longest)


@cache
def _keywords() -> tuple[tuple[str, int, re.Pattern[str]], ...]:
    return tuple(
        (group, len(word.strip("*")), _pattern(word)) for group, words in KEYWORDS for word in words
    )


def _pattern(keyword: str) -> re.Pattern[str]:
    start = "" if keyword.startswith("*") else r"(?<![^ ])"
    end = "" if keyword.endswith("*") else r"(?:in)?(?![^ ])"
    return re.compile(start + re.escape(fold(keyword.strip("*"))) + end)
