"""How many job titles are coded right: the official list against spellings it does not hold.

`python benchmarks/coding.py berufsbenennungen.csv [occupations_de.csv EURESmapping_occs_DE.csv]`
"""

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import attrs

from fachkraft_share.rules.coding import settle, suggest
from fachkraft_share.rules.csv_rows import numbered
from fachkraft_share.rules.decoding import decode
from fachkraft_share.rules.official_lists import recognise, vocabulary_of
from fachkraft_share.rules.titles import index_titles, title_words
from fachkraft_share.rules.vocabulary import Vocabulary

Pair = tuple[str, str]
LEFT_OUT = 20  # every so many keys with all their spellings, where unknown titles are asked for


@attrs.frozen
class Share:
    """Of so many titles, how many were coded so; `settled` is what goes on when nobody is asked."""

    asked: int
    first: float  # the right five digits come first
    among: float  # they are among those shown
    group: float  # the first has the right main group
    settled: float  # something is settled, and it is right as far as it goes
    wrong: float  # something is settled, and it is wrong
    silent: float  # nothing is suggested

    def __str__(self) -> str:
        """Return one line of percentages."""
        names = ("first", "among", "group", "settled", "wrong", "silent")
        told = (f"{name} {100 * getattr(self, name):5.1f} %" for name in names)
        return f"{self.asked:6}  {'  '.join(told)}"


def feminine(title: str) -> str:
    """Return the title of a woman, as she writes it."""
    title = re.sub(r"(\w+)mann/-frau", r"\1frau", title)
    title = re.sub(r"\((\w{1,3})/-?in\)", "in", title)
    title = re.sub(r"(\w+?)(?:arzt/-ärztin)", r"\1ärztin", title)
    title = re.sub(r"(\w+)(?:koch/-köchin)", r"\1köchin", title)
    title = re.sub(r"(\w)e/-?r\b|(\w)e/r\b", r"\1\2e", title)
    return title.replace("e/in", "in").replace("/-in", "in").replace("/in", "in")


def masculine(title: str) -> str:
    """Return the title of a man."""
    title = re.sub(r"\((\w{1,3})/-?in\)", r"\1", title)
    return re.sub(r"/-?\w+", "", title)


FORMS: dict[str, Callable[[str], str]] = {
    "as listed": str,
    "feminine": feminine,
    "masculine (m/w/d)": lambda title: f"{masculine(title)} (m/w/d)",
    "colon": lambda title: re.sub(r"/-?in\b", ":in", title),
    "star": lambda title: re.sub(r"/-?in\b", "*in", title),
    "no umlauts": lambda title: feminine(title).translate(
        str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
    ),
    "capitals": lambda title: masculine(title).upper(),
    "with a rank": lambda title: f"Senior {masculine(title)}",
    "without brackets": lambda title: re.sub(r"\s*\([^)]*\)?", "", masculine(title)),
    "cut at 30": lambda title: masculine(title)[:30],
}


def measured(pairs: Iterable[Pair], *, known: Vocabulary) -> Share:
    """Return how these titles are coded."""
    counts = dict.fromkeys(("first", "among", "group", "settled", "wrong", "silent"), 0)
    asked = 0
    for title, code in pairs:
        asked += 1
        found = suggest(title, vocabulary=known)
        codes, settled = [one.code for one in found], settle(found)
        counts["first"] += codes[:1] == [code]
        counts["among"] += code in codes
        counts["group"] += bool(codes) and codes[0][:2] == code[:2]
        counts["settled"] += settled is not None and code.startswith(settled)
        counts["wrong"] += settled is not None and not code.startswith(settled)
        counts["silent"] += not found
    return Share(asked, **{name: one / asked for name, one in counts.items()})


def listed(content: bytes) -> list[Pair]:
    """Return titles and codes of the official list."""
    lines = [f"{line}\n" for line in decode(content)[0].splitlines()]
    rows = [[cell.strip() for cell in row] for _, row in numbered(lines, delimiter=";")]
    return [(row[0], row[1]) for row in rows if len(row) > 1 and row[1].isdigit()]


def left_out(pairs: list[Pair], known: Vocabulary) -> tuple[list[Pair], Vocabulary]:
    """Return titles of which no spelling is in the index, and the vocabulary without them."""
    keys = sorted({" ".join(title_words(title)) for title, _ in pairs})
    unknown = set(keys[::LEFT_OUT])
    told = {True: list[Pair](), False: list[Pair]()}
    for title, code in pairs:
        told[" ".join(title_words(title)) in unknown].append((title, code))
    return told[True], attrs.evolve(known, titles=index_titles(told[False]))


def main(paths: list[str]) -> None:
    """Print a line for each form."""
    contents = [Path(path).read_bytes() for path in paths]
    known = vocabulary_of({recognise(one).official.name: one for one in contents})
    pairs = listed(contents[0])
    for name, form in FORMS.items():
        print(f"{name:18}", measured(((form(title), code) for title, code in pairs), known=known))
    unknown, without = left_out(pairs, known)
    print(f"{'unknown titles':18}", measured(unknown, known=without))


if __name__ == "__main__":
    main(sys.argv[1:])
