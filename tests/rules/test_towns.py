"""Towns by the names people type, from the list of postcodes an operator loads."""

import pytest

from fachkraft_share.rules.official_lists import vocabulary_of
from fachkraft_share.rules.places import Places, shipped_places

LIST = """zipcode,place,state_code,community,community_code,latitude,longitude
38640,Goslar,NI,Landkreis Goslar,03153,51.90,10.40
38642,Goslar,NI,Landkreis Goslar,03153,51.92,10.44
38644,Goslar,NI,Landkreis Goslar,03153,51.94,10.48
31535,Neustadt,NI,Region Hannover,03241,52.50,9.46
67433,Neustadt,RP,Neustadt an der Weinstraße,07316,49.35,8.15
60311,Frankfurt am Main,HE,Frankfurt am Main,06412,50.11,8.68
15230,Frankfurt (Oder),BB,Frankfurt (Oder),12053,52.34,14.55
91541,,BY,Landkreis Ansbach,09571,49.38,10.18
"""


def places() -> Places:
    """Return what the list makes of it."""
    return vocabulary_of({"places": LIST.encode()}).places


@pytest.mark.parametrize(
    ("name", "postcodes"),
    [
        ("Goslar", ["38642"]),
        (" gosLAR ", ["38642"]),
        ("Neustadt", ["31535", "67433"]),
        ("Frankfurt", ["60311", "15230"]),
        ("Frankfurt/Oder", ["15230"]),
        ("frankfurt am", ["60311"]),
        ("Gosla", []),
        ("Ansbach", []),
        ("-", []),
        ("", []),
    ],
)
def test_a_town_is_found_by_its_name_or_its_first_words(name: str, postcodes: list[str]) -> None:
    """One for each district, with the postcode in its middle; half a word is no name."""
    assert [one.postcode for one in places().named(name)] == postcodes


def test_a_town_says_which_district_it_lies_in() -> None:
    """So that two of one name can be told apart."""
    assert [one.region for one in places().named("Neustadt")] == ["ags:03241", "ags:07316"]
    assert places().named("goslar")[0].name == "Goslar"


def test_without_a_list_no_town_is_known() -> None:
    """Nor in a list that names none."""
    assert shipped_places().named("Goslar") == ()
    bare = LIST.replace("place,", "ort,", 1)
    assert vocabulary_of({"places": bare.encode()}).places.named("Goslar") == ()
