"""The catalogues: nothing missing, dead or untranslated, and nothing said in templates."""

import ast
import re
import string
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import pytest

from fachkraft_share.rules.vocabulary import Kind, shipped
from fachkraft_share.testing.simple_language import texts_of
from fachkraft_share.web.catalogue import catalogue, own_texts

SOURCE = Path(str(resources.files("fachkraft_share")))
TEXTS = SOURCE / "web" / "texts"
TEMPLATES = sorted(one for one in SOURCE.rglob("templates/**/*.html") if "testing" not in one.parts)
GERMAN, ENGLISH, SIMPLE = (own_texts(one) for one in ("de", "en", "de_simple"))
# Complete in Leichte Sprache: what candidates read.
CANDIDATES = ("desk", "legal", "letters", "notice", "words")

FOR_FIRMS = {"notify.match.subject", "notify.match.text", "legal.register", "legal.vat"}

# What is the same in both languages, and why.
SAME = {
    "page.in.de": "a language is named in itself",
    "page.in.en": "a language is named in itself",
    "page.in.de_simple": "a language is named in itself",
    "takeaway.resume": "a format is named as its makers do",
    "takeaway.hr_open": "a format is named as its makers do",
    "takeaway.europass": "a format is named as its makers do",
}
# Found by a code that any room may raise (`Look.refused`, `m.fault`).
COMMON = {"refused", "fault"}
# Words that a template may carry: names and signs, the same in every language.
SIGNS = re.compile(r"[\s\d.,:;·–—…|/()„“”<>→←✓×+%-]*")
NAMES = re.compile(r"\b(KERN-UX|EUPL|Fira Sans|OFL|htmx|0BSD|KldB|kB|CSV|PDF|JSON)\b")


def placeholders(text: str) -> set[str]:
    """Return the names a text wants filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def files(language: str) -> dict[str, dict[str, str]]:
    """Return the texts of each file; sections of a notice by number."""
    return {one.stem: texts_of(one) for one in sorted((TEXTS / language).glob("*.toml"))}


@pytest.mark.parametrize("room", sorted(files("de")))
def test_german_and_english_say_the_same_with_the_same_values(room: str) -> None:
    """Each id, and each placeholder, also within the sections of a notice."""
    german, english = files("de")[room], files("en")[room]
    assert set(german) == set(english)
    differing = [
        name for name in german if placeholders(german[name]) != placeholders(english[name])
    ]
    assert differing == []


def test_simple_language_adds_nothing_but_its_own_page_and_easy_labels() -> None:
    """What else it says has a German twin with the same values; labels have theirs in `rules`."""
    german = {name: text for one in files("de").values() for name, text in one.items()}
    simple = {name: text for one in files("de_simple").values() for name, text in one.items()}
    own = {name for name in simple if name.startswith(("legal.simple.", "label."))}
    assert set(simple) - set(german) == own
    both = set(simple) & set(german)
    assert [one for one in both if placeholders(german[one]) != placeholders(simple[one])] == []


@pytest.mark.parametrize("room", CANDIDATES)
def test_what_candidates_read_is_complete_in_simple_language(room: str) -> None:
    """But for letters that only firms get and lines that a company's page leaves out."""
    left_out = set(files("de")[room]) - set(files("de_simple")[room])
    assert left_out <= FOR_FIRMS


EASY = (
    Kind.LEVEL,
    Kind.YEARS,
    Kind.CEFR,
    Kind.AVAILABILITY,
    Kind.WORK_MODEL,
    Kind.RANK,
    Kind.STRENGTH,
)


def test_every_code_of_a_small_vocabulary_has_easy_words() -> None:
    """And none is named that there is not; occupations and skills are called as firms search."""
    wanted = {f"label.{kind}.{code}" for kind in EASY for code in shipped().codes(kind)}
    assert {name for name in SIMPLE if name.startswith("label.")} == wanted


def test_who_presents_themselves_reads_no_page_half_in_simple_language() -> None:
    """Whatever the templates of person and parent say, and what may go wrong with what they say."""
    folder = SOURCE / "host" / "templates" / "presenting"
    theirs = [
        one.read_text("utf-8")
        for one in folder.glob("*.html")
        if '"presenting/person.html"' in one.read_text("utf-8") or one.stem == "seen"
    ]
    ids = set(re.findall(r'"(host\.present\.[a-z_.-]+)"', " ".join(theirs)))
    for module in ("entry", "person_pages"):
        code = (SOURCE / "host" / "presenting" / f"{module}.py").read_text("utf-8")
        ids |= set(re.findall(r'"(host\.fault\.[a-z_-]+)"', code))
    begun = tuple(one for one in ids if one.endswith("."))
    wanted = {one for one in GERMAN if one in ids or one.startswith(begun)}
    assert len(wanted) > 100
    assert wanted - set(SIMPLE) == set()


def test_no_text_was_left_in_the_other_language() -> None:
    """A text that is the same in both was forgotten, or is explained."""
    same = {
        name
        for name, text in GERMAN.items()
        if isinstance(text, str)
        and text == ENGLISH[name]
        and len(re.findall(r"[A-Za-zÄÖÜäöüß]{2,}", re.sub(r"\{\w+\}", "", text))) > 1
    }
    assert same - set(SAME) == set()


def test_every_table_belongs_to_one_room() -> None:
    """So that rooms do not grow into each other; an id said twice is refused on reading."""
    owner: dict[str, str] = {}
    for room, texts in files("de").items():
        for prefix in {name.split(".")[0] for name in texts} - COMMON:
            assert owner.setdefault(prefix, room) == room, f"{prefix}: {owner[prefix]} and {room}"


class _Words(HTMLParser):
    """Gathers what a reader would see or hear of a template."""

    SPOKEN = ("alt", "title", "aria-label", "placeholder", "label")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data.strip())

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value.strip() for name, value in attrs if name in self.SPOKEN and value]


def said(template: str) -> list[str]:
    """Return the words of a template that no catalogue says."""
    plain = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", template, flags=re.S)
    plain = re.sub(r"<(script|style|code)\b.*?</\1>", "", plain, flags=re.S)  # commands are code
    plain = re.sub(r"^( aria-[a-z]+=\"[^\"]*\")+$", "", plain, flags=re.M)  # a macro's attributes
    words = _Words()
    words.feed(plain)
    return [one for one in words.found if not SIGNS.fullmatch(NAMES.sub("", one))]


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda one: one.relative_to(SOURCE).as_posix().replace("templates/", "")
)
def test_no_template_says_anything_itself(path: Path) -> None:
    """Every visible word stands in the catalogues, where it is translated."""
    assert said(path.read_text("utf-8")) == []


def test_words_in_a_template_would_be_noticed() -> None:
    """In texts and in what screen readers say."""
    assert said('<p>{{ t("a.b") }} Hallo</p><img alt="Bild" class="x">') == ["Hallo", "Bild"]
    assert said("<p>{# note #}{{ t('a') }} · 3</p>") == []


def words_of_code() -> Iterator[str]:
    """Return every string in code and templates; of an f-string the parts it is made of."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    for path in SOURCE.rglob("templates/**/*.html"):
        for one in re.findall(r"{[{%](.*?)[%}]}", path.read_text("utf-8"), re.S):
            yield from (a or b for a, b in re.findall(r"\"([^\"]*)\"|'([^']*)'", one))


def test_no_text_is_dead() -> None:
    """An id is used as it is, or its beginning is joined with what follows."""
    spoken = set(words_of_code())
    begun = {one for one in spoken if re.fullmatch(r"[a-z_]+(\.[a-z_-]+)*[._]", one)}
    ended = {one for one in spoken if re.fullmatch(r"[._][a-z_]+", one)}
    dead = [
        name
        for name in GERMAN
        if name not in spoken
        and not any(name.startswith(one) for one in begun)
        and not any(name.endswith(one) for one in ended)
        and f"{name.rpartition('.')[0]}" not in spoken  # count("days", n): days.one, days.other
    ]
    assert dead == []


def test_the_notice_in_simple_language_is_a_text_of_its_own() -> None:
    """A consent names the hash of the words that were shown."""
    simple, german = catalogue("de_simple"), catalogue("de")
    assert simple.sections("notice.sections") != german.sections("notice.sections")
    assert len(simple.sections("notice.sections")) == len(german.sections("notice.sections"))
