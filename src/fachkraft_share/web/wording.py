"""Own wording over the catalogue: what the hook `texts` may change, and what it may not.

1. Plain text with exactly the placeholders of the original: nothing is lost, nothing is markup.
2. What a consent or a receipt means is not reworded; the notice, whose hash a consent names, is
   read from the shipped texts alone (`node.desk.notices`); names of files stay as they are.
"""

import re
import string
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.web.catalogue import Catalogue

KEPT = ("notice", "purpose", "purpose_short", "category", "part", "erasure", "receipt", "file")
_MARKUP = re.compile(r"<[A-Za-z/!?]|&[#A-Za-z][A-Za-z0-9]*;")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@attrs.frozen
class Reworded:
    """The catalogue with own wording, and whose wording of what was refused."""

    catalogue: Catalogue
    refused: tuple[tuple[str, str], ...]  # plugin and id


def reworded(shipped: Catalogue, own: Iterable[tuple[str, Mapping[str, str]]]) -> Reworded:
    """Return the catalogue in which the first that words an id wins."""
    texts: dict[str, Any] = {}
    refused: list[tuple[str, str]] = []
    for plugin, words in own:
        for name, text in words.items():
            if not _fits(name, text, shipped):
                refused.append((plugin, str(name)[: limits.PLUGIN_SENTENCE]))
            else:
                texts.setdefault(name, text)
    return Reworded(attrs.evolve(shipped, texts={**shipped.texts, **texts}), tuple(refused))


def _fits(name: object, text: object, shipped: Catalogue) -> bool:
    if not isinstance(name, str) or not isinstance(text, str) or name.split(".")[0] in KEPT:
        return False
    original = shipped.texts.get(name)
    if not isinstance(original, str) or len(text) > limits.OWN_TEXT or not text.strip():
        return False
    if _MARKUP.search(text) or _CONTROL.search(text) or ("\n" in text and "\n" not in original):
        return False
    return _places(text) == _places(original)


def _places(text: str) -> list[str] | None:
    """Return the placeholders of a text, or None if it is no template."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return None
    if any(spec or conversion for _, name, spec, conversion in parts if name is not None):
        return None
    return sorted({name for _, name, _, _ in parts if name is not None})
