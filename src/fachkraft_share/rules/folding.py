"""One way to make two spellings of a word comparable."""

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SEPARATORS = re.compile(r"[^0-9a-z+#.]+")
_LOOSE_DOTS = re.compile(r"\.(?![a-z0-9])")


def fold(text: str) -> str:
    """Return the text without case, umlauts, accents and punctuation, single-spaced.

    `+`, `#` and an inner or leading dot stay, so that C, C++, C# and .NET remain four things.
    """
    plain = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    letters = unicodedata.normalize("NFKD", plain)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(_LOOSE_DOTS.sub(" ", _SEPARATORS.sub(" ", bare)).split())
