"""Read a language and its level however people write them."""

from functools import cache

from fachkraft_share.model.profile import Cefr
from fachkraft_share.rules.folding import fold
from fachkraft_share.rules.tables.languages import FLUENCY, LANGUAGES, THREE_LETTERS


def language_code(text: str) -> str | None:
    """Return the ISO 639-1 code of a language by its name or another code, or None."""
    return _languages().get(fold(text))


def level(text: str) -> Cefr | None:
    """Return the CEFR level a person's own words stand for, or None."""
    return _levels().get(fold(text))


@cache
def _languages() -> dict[str, str]:
    names = {}
    for code, german, english, others in LANGUAGES:
        names.update({fold(name): code for name in (code, german, english, *others)})
    for code, others_of in THREE_LETTERS:
        names.update(dict.fromkeys(others_of.split(), code))
    return names


@cache
def _levels() -> dict[str, Cefr]:
    words = {fold(one): one for one in Cefr}
    for cefr, names in FLUENCY:
        words.update({fold(name): cefr for name in names})
    return words
