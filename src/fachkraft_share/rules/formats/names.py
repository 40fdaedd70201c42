"""Split a full name, for formats that have only one field for it."""

from fachkraft_share.rules.folding import fold

# They state the gender and are therefore never kept (R13).
_SALUTATIONS = {"herr", "frau", "mr", "mrs", "ms", "miss", "mx", "hr", "fr"}
_PARTICLES = {
    *("von", "vom", "van", "zu", "zum", "zur", "auf", "und", "der", "den", "dem", "de", "di"),
    *("da", "del", "della", "dos", "la", "le", "ter", "ten", "af", "al", "el", "ben", "bin"),
}


def split_name(full: str) -> tuple[str, str]:
    """Return given and family name; `Family, Given` and particles (`von der`) are understood."""
    words = _without_salutation(full)
    line = " ".join(words)
    if "," in line:
        family, _, given = (part.strip() for part in line.partition(","))
        return given, family
    cut = len(words) - 1
    while cut > 1 and fold(words[cut - 1]) in _PARTICLES:
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def _without_salutation(full: str) -> list[str]:
    words = full.split()
    while len(words) > 1 and fold(words[0]) in _SALUTATIONS:
        words = words[1:]
    return words
