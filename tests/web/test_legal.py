"""The pages the law wants: filled from settings, honest about what is missing."""

import re

import attrs
import pytest

from fachkraft_share.web.assets import asset_routes
from fachkraft_share.web.laender import LAENDER
from fachkraft_share.web.legal import (
    Exempt,
    LegalSettings,
    day_tested,
    enforcement_of,
    exempt,
    legal_routes,
    wanting,
)
from fachkraft_share.web.look import Link, Look
from fachkraft_share.web.site import Site
from fachkraft_share.web.visit import Call

FULL = LegalSettings(
    name="Fachkräfteverbund Harz",
    operator="IHK Harz",
    address="Marktplatz 1\n38640 Goslar",
    represented_by="Präsidentin Ada <Beispiel>",
    email="post@ihk-harz.example",
    phone="05321 000",
    register="kein Eintrag",
    officer="Bea Beispiel, datenschutz@ihk-harz.example",
    authority="Landesbeauftragter für den Datenschutz Niedersachsen",
    land="NI",
    accessibility_state="partial",
    accessibility_date="2026-11-27",
    accessibility_method="Selbstbewertung mit Tastatur und Bildschirmleser",
    accessibility_exceptions="Eine Karte | altes Werkzeug | Liste der Orte\n\nNoch etwas",
)
PATHS = ("/impressum", "/datenschutz", "/barrierefreiheit", "/leichte-sprache")


def shown(path: str, told: LegalSettings = FULL, language: str = "de") -> str:
    """Return a page."""
    look = Look("fachkraft_share.web", lambda: told, languages=("de", "en", "de_simple"))
    site = Site((*legal_routes(look), *asset_routes()), look=look)
    answer = site.respond(Call("GET", path, query=f"lang={language}"))
    assert answer.status == 200
    return answer.body.decode()


def test_the_imprint_names_who_and_where() -> None:
    """§ 5 DDG; whatever was typed stays text."""
    page = shown("/impressum")
    for words in ("IHK Harz", "Marktplatz 1<br>38640 Goslar", "post@ihk-harz.example", "05321 000"):
        assert words in page
    assert "Präsidentin Ada &lt;Beispiel&gt;" in page
    assert "Umsatzsteuer" not in page


def test_the_privacy_page_names_controller_officer_rights_and_authority() -> None:
    """Art. 13 GDPR."""
    page = shown("/datenschutz")
    for words in ("IHK Harz", "Bea Beispiel", "Art. 15 bis 21", "Datenschutz Niedersachsen"):
        assert words in page


def test_the_declaration_cites_act_norm_state_exceptions_test_and_enforcement() -> None:
    """§ 12b BGG and its kin of the Länder."""
    page = shown("/barrierefreiheit")
    for words in (
        "Niedersächsisches Behindertengleichstellungsgesetz",
        "EN 301 549 V3.2.1",
        "BITV 2.0",
        "teilweise",
        "Eine Karte",
        "altes Werkzeug",
        "Liste der Orte",
        "27. November 2026",
        "Selbstbewertung",
        "§ 9d NBGG",
        "Gebärdensprache gibt es noch nicht",
    ):
        assert words in page, words


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["de", "en", "de_simple"])
def test_every_page_speaks_every_language_and_links_the_others(path: str, language: str) -> None:
    """Also the one in Leichte Sprache, whose text is the same everywhere."""
    page = shown(path, language=language)
    assert f'<html lang="{language.replace("_", "-")}">' in page
    for other in PATHS:
        assert f'href="{other}?lang={language}"' in page
    if path == "/leichte-sprache":
        assert '<div lang="de-simple">' in page
        assert "Ein Nein ist in Ordnung." in page


def test_the_foot_says_what_the_page_in_leichte_sprache_is() -> None:
    """The head switches the language of a page, the foot leads to an explanation."""
    assert ">Erklärung in Leichter Sprache</a>" in shown("/impressum")
    assert ">Explanation in easy German (Leichte Sprache)</a>" in shown("/impressum", language="en")


def test_a_room_for_staff_does_not_lead_to_the_explanation() -> None:
    """Its words are for candidates; whoever comes from their pages still finds it."""
    look = Look("fachkraft_share.web", lambda: FULL, links=(Link("/", "page.privacy"),))
    site = Site(legal_routes(look), look=look)
    assert "leichte-sprache" not in site.respond(Call("GET", "/impressum")).body.decode()
    assert site.respond(Call("GET", "/leichte-sprache")).status == 200


def test_what_is_missing_is_said_and_never_invented() -> None:
    """On the page, with the name of the setting and where it stands."""
    nothing = LegalSettings()
    assert wanting(nothing) == (
        "operator",
        "address",
        "represented_by",
        "email",
        "authority",
        "land",
        "accessibility_state",
        "accessibility_date",
        "accessibility_method",
    )
    said = " ".join(shown(path, nothing) for path in PATHS)
    for name in wanting(nothing):
        assert re.search(rf"node\.toml, \[desk\], {name}\.", said), name
    assert wanting(FULL) == ()
    assert "fehlt noch. Der Betreiber" not in " ".join(shown(path) for path in PATHS)


@pytest.mark.parametrize("name", ["land", "accessibility_state", "accessibility_date"])
def test_a_value_that_means_nothing_is_missing(name: str) -> None:
    """A typing mistake must not publish a wrong statement."""
    told = attrs.evolve(FULL, **{name: "2026-13-40"})
    assert name in wanting(told)
    assert f"[desk], {name}." in shown("/barrierefreiheit", told)


def test_a_body_whose_land_we_are_not_sure_of_names_who_enforces() -> None:
    """And where it does, its own words go before ours."""
    told = attrs.evolve(FULL, land="st")
    assert wanting(told) == ("enforcement",)
    assert "[desk], enforcement." in shown("/barrierefreiheit", told)
    told = attrs.evolve(told, enforcement="Ombudsstelle, Magdeburg")
    assert wanting(told) == ()
    assert "Ombudsstelle, Magdeburg" in shown("/barrierefreiheit", told)
    assert enforcement_of(attrs.evolve(FULL, enforcement="Eigene")) == "Eigene"


def test_a_company_names_no_land_and_nobody_who_enforces() -> None:
    """The acts of the Länder bind public bodies."""
    told = attrs.evolve(FULL, land="none")
    assert wanting(told) == ()
    assert "kostenlos wenden" not in shown("/barrierefreiheit", told)


def test_pages_of_the_operators_own_are_linked_instead() -> None:
    """And what only ours would have said is not missing."""
    own = LegalSettings(
        imprint="https://a.example/i",
        privacy="https://a.example/p",
        accessibility="https://a.example/a",
    )
    assert wanting(own) == ()
    page = shown("/leichte-sprache", own)
    assert all(f'href="https://a.example/{one}"' in page for one in "ipa")


def test_an_address_within_the_name_is_one() -> None:
    """As settings were written before there was `address`."""
    told = attrs.evolve(FULL, address="", operator="IHK Harz, Marktplatz 1, 38640 Goslar")
    assert wanting(told) == ()


def test_a_video_in_sign_language_is_linked() -> None:
    """Then nothing says that there is none."""
    page = shown("/barrierefreiheit", attrs.evolve(FULL, sign_language="https://a.example/v"))
    assert "https://a.example/v" in page
    assert "gibt es noch nicht" not in page


def test_every_land_is_there() -> None:
    """Sixteen, each with its act."""
    assert len(LAENDER) == 16
    assert all(one.act and one.name for one in LAENDER.values())


def test_exceptions_are_lines_of_three_parts() -> None:
    """What is left out is empty, and an empty line is nothing."""
    assert exempt(FULL) == (
        Exempt("Eine Karte", "altes Werkzeug", "Liste der Orte"),
        Exempt("Noch etwas", "", ""),
    )
    assert day_tested(LegalSettings()) is None
