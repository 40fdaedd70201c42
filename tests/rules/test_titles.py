"""Job titles as keys: stems, pairs, fillers, and the words that only tell a rank."""

import pytest

from fachkraft_share.rules.coding import suggest
from fachkraft_share.rules.occupation_lists import parse_titles
from fachkraft_share.rules.titles import title_words
from fachkraft_share.rules.vocabulary import vocabulary

HEAD = "Berufsbenennungen;KldB 2010 (5-Steller)\n"


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("Wirtinnen", "wirt"),
        ("Spinnen", "spinnen"),
        ("Wirtin", "wirt"),
        ("Rosin", "rosin"),
        ("Steuerer", "steu"),
        ("Scherer", "scher"),
        ("Maurer", "maur"),
        ("Maier", "maier"),
        ("Lehre", "lehr"),
        ("Elfe", "elfe"),
        ("Kauffrau", "kaufmann"),
        ("Frau", "frau"),
        ("Ärztinnen", "arzt"),
        ("Köchin", "koch"),
        ("Bäuerin", "bauer"),
        ("Anwältin", "anwalt"),
        ("Ministerialrätin", "ministerialrat"),
        ("Lehrerin", "lehr"),
        ("Malerinnen", "maler"),
    ],
)
def test_an_ending_goes_when_enough_of_the_word_is_left(word: str, stem: str) -> None:
    """Four letters at least; what is shorter is a word of its own."""
    assert title_words(word) == (stem,)


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("Hausherr/Hausdame", "Hausherr"),
        ("Koch/Köchin", "Koch"),
        ("Ministerialrat/-rätin", "Ministerialrätin"),
        ("Maler/Lackiererin", "Maler Lackierer"),
        ("Koch (m/w/d)", "Koch"),
        ("Koch (M|W|X)", "Koch"),
        ("Koch (gn)", "Koch"),
        ("Koch m / w / d", "Koch"),
        ("Maurer:innen", "Maurer"),
        ("Harlekininnen", "Harlekin"),
        ("Dipl.-Ing. Bau", "Dipl Ing Bau"),
    ],
)
def test_two_spellings_of_a_title_have_the_same_words(title: str, same: str) -> None:
    """Both forms of one word are that word; two different words stay two."""
    assert title_words(title) == title_words(same)


@pytest.mark.parametrize(
    "filler",
    "für der die das und im in als mit von zur zum of the and for with a an mwd".split(),
)
def test_a_word_that_says_nothing_is_left_out(filler: str) -> None:
    """Articles and prepositions neither make two titles alike nor set them apart."""
    assert title_words(f"Fachkraft {filler} Küche") == ("fachkraft", "kueche"[:-1])


RANKS = (
    *("Senior", "Junior", "Lead", "Leitende", "Leitender", "Principal", "Staff", "Trainee"),
    *("Azubi", "Ex-", "Angehende", "Angehender", "Stellvertretender", "Working", "Student"),
    *("Studentin", "Ehemaliger", "Quereinsteiger", "Quereinsteigerin"),
)


@pytest.mark.parametrize("rank", RANKS)
def test_how_high_somebody_stands_does_not_change_the_occupation(rank: str) -> None:
    """With the rank the title is the official one still; the rank alone says nothing."""
    known = vocabulary(titles=parse_titles([HEAD, "Muster-Entwickler/in;43414\n"]))
    [found] = suggest(f"{rank} Muster-Entwicklerin", vocabulary=known)
    assert (found.code, found.certain) == ("43414", True)
    assert suggest(rank, vocabulary=known) == ()


def test_a_former_casts_metal() -> None:
    """The word is an occupation, not only English for one of the past."""
    known = vocabulary(titles=parse_titles([HEAD, "Former/in;24142\n"]))
    [found] = suggest("Formerin", vocabulary=known)
    assert (found.code, found.certain) == ("24142", True)


def coded(*titles: str) -> list[str]:
    """A list of these titles, the first with the code 43401, the next 43402 and so on."""
    return [HEAD, *(f"{title};434{place:02}\n" for place, title in enumerate(titles, 1))]


def test_five_suggestions_are_shown_and_not_more() -> None:
    """The first five by likeness, equal ones in the order of their words."""
    words = ("Anton", "Berta", "Cäsar", "Dora", "Emil", "Fritz")
    known = vocabulary(titles=parse_titles(coded(*(f"Muster {word}" for word in words))))
    found = suggest("Muster", vocabulary=known)
    assert [one.code for one in found] == ["43401", "43402", "43403", "43404", "43405"]
    assert not any(one.certain for one in found)


def test_what_is_much_less_alike_than_the_best_is_not_shown() -> None:
    """A title with most of the words is; one that shares a single frequent word is noise."""
    known = vocabulary(
        titles=parse_titles(
            coded("Muster Quarz Zebra", "Muster Quarz Zebra Yacht", "Muster Anton", "Muster Berta")
        )
    )
    found = suggest("Muster Quarz Zebra Xylit", vocabulary=known)
    assert [one.code for one in found] == ["43401", "43402"]


@pytest.mark.parametrize(("compound", "found"), [("Xyquarz", ("43401",)), ("Xyquar", ())])
def test_a_compound_is_known_by_a_last_part_of_five_letters(
    compound: str, found: tuple[str, ...]
) -> None:
    """Shorter ends meet by chance."""
    known = vocabulary(titles=parse_titles(coded("Quarz", "Quar")))
    assert tuple(one.code for one in suggest(compound, vocabulary=known)) == found


def test_a_title_listed_twice_keeps_the_order_of_its_codes() -> None:
    """Each code once, the one named first ahead."""
    rows = [HEAD, "Muster Koch;29302\n", "Muster Köchin;29301\n", "Muster Koch;29302\n"]
    known = vocabulary(titles=parse_titles(rows))
    assert [one.code for one in suggest("Muster Köchin", vocabulary=known)] == ["29302", "29301"]
