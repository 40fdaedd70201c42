"""Leichte Sprache: which of its rules a text breaks, as far as patterns can tell.

    python -m fachkraft_share.testing.simple_language FILE.toml ...

names file, id, rule and the words meant; it ends with 1 if it found any. What it cannot tell is
whether a text is understood: that takes readers from the target group. A word in „…“ is a hard
word that the text introduces or quotes, and {placeholders} are filled in later: both are passed
over by the rules for single words.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

WORDS: Final = 15  # of a sentence; the rules of Netzwerk Leichte Sprache want short ones
LETTERS: Final = 15  # of a word without a hyphen; longer ones are parted: Daten-Schutz
COMMAS: Final = 1  # a second one is a second thought
NEGATIONS: Final = 1  # two in a sentence turn it round

# One word for one thing: what is said instead.
SAME: Final[Mapping[str, str]] = {
    r"Einwilligung\w*|Zustimmung\w*|Genehmigung\w*": "Erlaubnis",
    r"einwillig\w*|zustimm\w*": "erlauben",
    r"[Ww]iderr[uie]+f\w*": "Erlaubnis zurück-nehmen",
    r"Betrieb(?:e|en|s|es)?|Unternehmen|Arbeitgeber(?:in|n)?": "Firma",
    r"Bewerberin|Bewerber|Kandidat(?:in|en)?": "Sie, oder: Person",
    r"Knoten|Server|Plattform": "Vermittlungs-Stelle",
    r"personenbezogen\w*": "Ihre Daten",
    r"erhalten|erhält|erhalte": "bekommen",
    r"übermitt\w+|weiterleiten|leitet": "weiter-geben",
    r"jedoch|allerdings|hingegen": "aber",
    r"gemäß|bezüglich|hinsichtlich|sofern|sowie|beziehungsweise": "ein leichtes Wort",
}
SENTENCE: Final = re.compile(r"(?<=[.!?:])(?<![ (][A-Za-z]\.)\s+|\n+")
QUOTED: Final = re.compile(r"„[^“]*“")
PLACE: Final = re.compile(r"\{[a-z_]*\}")
WORD: Final = re.compile(r"[\w·-]+")
PARTICIPLE: Final = (
    r"\b(?:[a-zäöü-]*ge[a-zäöüß]{2,}(?:t|en)"
    r"|(?:be|ver|er|ent|zer|über|unter)[a-zäöüß]{2,}(?:t|en)|[a-zäöüß]+iert)\b"
)
PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    "no genitive": re.compile(
        r"\b(?:[Dd]es|[Ee]ines|[Kk]eines|[Mm]eines|[Ii]hres|[Ss]eines|[Dd]ieses|[Uu]nseres)"
        r" (?:[a-zäöüß]+en )?[A-ZÄÖÜ][\w-]*s\b"
        r"|(?<=\S )[A-ZÄÖÜ][\w-]+ (?:der|dieser|einer|[Ii]hrer|meiner|unserer|aller) [A-ZÄÖÜ]\w+"
        r"|\b(?:deren|dessen|wegen|während|trotz|innerhalb|außerhalb|aufgrund|mittels|anhand)\b"
    ),
    "no passive": re.compile(
        rf"\b(?:wird|wirst|werde|werden|wurde|wurden)\b.*{PARTICIPLE}|"
        rf"{PARTICIPLE} (?:wird|werden|wurde|wurden|worden)\b|\bworden\b|\blässt sich\b"
    ),
    "no subjunctive": re.compile(
        r"\b(?:würde|könnte|hätte|wäre|sollte|müsste|dürfte|gäbe|käme)(?:st|n|t)?\b"
    ),
    "no abbreviation": re.compile(
        r"\b(?:z\. ?B|d\. ?h|u\. ?a|usw|bzw|ggf|evtl|inkl|ca|Nr|Abs|Art|Tel)\."
        r"|\b(?!PDF\b|QR\b)[A-ZÄÖÜ]{2,}\b"
    ),
    "no special character": re.compile(r"[§%&;/()\[\]]"),
    "numbers as figures": re.compile(
        r"\b(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf)\b"
    ),
}
NEGATION: Final = re.compile(
    r"\b(?:nicht|nichts|nie|niemals|niemand\w*|kein\w*|ohne|weder)\b", re.I
)


@attrs.frozen
class Breach:
    """One rule that one sentence breaks."""

    rule: str
    words: str
    instead: str = ""

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.rule}: {self.words}" + (f" (say: {self.instead})" if self.instead else "")


def breaches(text: str) -> list[Breach]:
    """Return what a text breaks."""
    return [found for sentence in sentences(text) for found in _of_sentence(sentence)]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a colon ends one, as in a list."""
    return [one.strip() for one in SENTENCE.split(text) if one.strip()]


def negated(text: str) -> int:
    """Return how many sentences say what is not."""
    return sum(bool(NEGATION.search(one)) for one in sentences(text))


def _of_sentence(sentence: str) -> Iterator[Breach]:
    words = WORD.findall(PLACE.sub("Name", sentence))
    if len(words) > WORDS:
        yield Breach(f"at most {WORDS} words in a sentence", sentence)
    if sentence.count(",") > COMMAS:
        yield Breach(f"at most {COMMAS} comma in a sentence", sentence)
    if len(NEGATION.findall(sentence)) > NEGATIONS:
        yield Breach(f"at most {NEGATIONS} negation in a sentence", sentence)
    plain = PLACE.sub("", QUOTED.sub("", sentence))
    for rule, pattern in PATTERNS.items():
        for found in pattern.finditer(plain):
            yield Breach(rule, found[0])
    for other, instead in SAME.items():
        for found in re.finditer(rf"\b(?:{other})\b", plain):
            yield Breach("one word for one thing", found[0], instead)
    for word in WORD.findall(plain):
        if any(len(part) > LETTERS for part in re.split("[-·]", word)):
            yield Breach(f"a hyphen in words of more than {LETTERS} letters", word)


def texts_of(path: Path) -> dict[str, str]:
    """Return the texts of one catalogue file by id."""
    return dict(_flat(tomllib.loads(path.read_text("utf-8")), ""))


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        yield from _flat(inner, f"{name}.{key}" if name else str(key))


def main(paths: list[str]) -> int:
    """Say what the files break."""
    found = [
        f"{path}: {name}: {one}"
        for path in paths
        for name, text in texts_of(Path(path)).items()
        for one in breaches(text)
    ]
    print("\n".join(found) or "no rule is broken, as far as patterns can tell")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
