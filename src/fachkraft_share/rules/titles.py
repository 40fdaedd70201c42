"""Make job titles comparable: one key for all gendered spellings of a title.

Both sides, the official list and what a person wrote, go through `title_words`; what it cuts off
is therefore never compared, and that `Lehre` and `Lehrer` meet is accepted.
"""

import re
from collections.abc import Iterable, Mapping

import attrs

from fachkraft_share.rules.folding import fold

_GENDERS = re.compile(r"\(\s*(?:all genders|gn|[mwfdxi](?:\s*[/|,*]\s*[mwfdxi])+)\s*\)", re.I)
_BARE_GENDERS = re.compile(r"\b[mwf]\s*[/|]\s*[mwf]\s*[/|]\s*[dxi]\b", re.I)
_SHORT_FORMS = re.compile(r"\((\w{1,3})/-?in\)")  # Gehilf(e/in), Beamt(er/in)
_ENDINGS = re.compile(r"(?:[*:_/]-?in(?:nen)?|\(in(?:nen)?\)|(?<=[a-zäöüß])In(?:nen)?|/-?[re])\b")
_SECOND_FORMS = re.compile(r"/-\w+")  # Kaufmann/-frau, Facharzt/-ärztin
_PAIRS = re.compile(r"\b(\w+)/(\w+(?:in|frau|dame))\b")  # Koch/Köchin
_FEMININE = {
    "aerzt": "arzt",
    "koech": "koch",
    "baeuer": "bauer",
    "anwaelt": "anwalt",
    "raet": "rat",
}
_FILLERS = frozenset(
    {
        *("fuer", "der", "die", "das", "und", "im", "in", "als", "mit", "von", "zur", "zum"),
        *("of", "the", "and", "for", "with", "a", "an", "mwd"),
    }
)


@attrs.frozen(eq=False, repr=False)
class TitleIndex:
    """Codes by title key, and the keys in which a word occurs."""

    codes: Mapping[str, tuple[str, ...]]
    keys: Mapping[str, tuple[str, ...]]


def title_words(title: str) -> tuple[str, ...]:
    """Return the words of a title in one neutral form each."""
    bare = _BARE_GENDERS.sub(" ", _GENDERS.sub(" ", title))
    bare = _SHORT_FORMS.sub(r"\1", bare)
    bare = _PAIRS.sub(_first_of_pair, bare)
    bare = _SECOND_FORMS.sub("", _ENDINGS.sub("", bare))
    words = fold(bare).replace(".", " ").split()
    return tuple(_stem(word) for word in words if word not in _FILLERS)


def index_titles(pairs: Iterable[tuple[str, str]]) -> TitleIndex:
    """Return an index of (title, code) pairs."""
    codes: dict[str, dict[str, None]] = {}
    keys: dict[str, dict[str, None]] = {}
    for title, code in pairs:
        words = title_words(title)
        key = " ".join(words)
        codes.setdefault(key, {})[code] = None
        for word in words:
            keys.setdefault(word, {})[key] = None
    return TitleIndex(
        {key: tuple(found) for key, found in codes.items()},
        {word: tuple(found) for word, found in keys.items()},
    )


def _first_of_pair(pair: re.Match[str]) -> str:
    """Return the first of two forms of one word, and both words of two different ones."""
    first, second = fold(pair[1]), fold(pair[2])
    same = first[:1] == second[:1]
    return pair[1] if same else f"{pair[1]} {pair[2]}"


def _stem(word: str) -> str:
    """Return the word without the endings that tell man, woman or case."""
    if word.endswith("frau") and word != "frau":
        return f"{word.removesuffix('frau')}mann"
    for ending in ("innen", "in"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            word = _masculine(word.removesuffix(ending))
    for ending in ("erer", "er", "e"):  # Steuerer, Steuerin
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word.removesuffix(ending)
    return word


def _masculine(stem: str) -> str:
    for feminine, masculine in _FEMININE.items():
        if stem.endswith(feminine):
            return stem.removesuffix(feminine) + masculine
    return stem
