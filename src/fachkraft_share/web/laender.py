"""Which act on accessible pages binds a public body, by Land, and who enforces it.

Gathered by hand in November 2026 from acts and from declarations of public bodies. Where we are not
sure who enforces, nothing stands here: the page then says that it is to be filled in, and the
setting `enforcement` goes before this table in every case.
"""

from collections.abc import Mapping
from typing import Final

import attrs


@attrs.frozen
class Land:
    """One Land; `act` in German, as it is cited; `enforcement` is "" where we are not sure."""

    name: str
    act: str
    enforcement: str = ""


LAENDER: Final[Mapping[str, Land]] = {
    "BW": Land("Baden-Württemberg", "§ 10 Landes-Behindertengleichstellungsgesetz (L-BGG)"),
    "BY": Land(
        "Bayern",
        "Art. 14 Bayerisches Behindertengleichstellungsgesetz (BayBGG) und Bayerische "
        "Digitalverordnung (BayDiV)",
        "Durchsetzungs- und Überwachungsstelle für barrierefreie Informationstechnik beim "
        "Landesamt für Digitalisierung, Breitband und Vermessung",
    ),
    "BE": Land("Berlin", "Barrierefreie-IKT-Gesetz Berlin (BIKTG Bln)"),
    "BB": Land(
        "Brandenburg",
        "Brandenburgisches Behindertengleichstellungsgesetz (BbgBGG) und Brandenburgische "
        "Barrierefreie-Informationstechnik-Verordnung (BbgBITV)",
        "Durchsetzungsstelle für digitale Barrierefreiheit bei der Beauftragten der "
        "Landesregierung für die Belange der Menschen mit Behinderungen",
    ),
    "HB": Land("Bremen", "Bremisches Behindertengleichstellungsgesetz (BremBGG)"),
    "HH": Land(
        "Hamburg",
        "Hamburgisches Behindertengleichstellungsgesetz (HmbBGG)",
        "Schlichtungsstelle nach dem Hamburgischen Behindertengleichstellungsgesetz",
    ),
    "HE": Land(
        "Hessen",
        "Hessisches Behinderten-Gleichstellungsgesetz (HessBGG) und Hessische Verordnung über "
        "barrierefreie Informationstechnik (BITV HE 2019)",
        "Durchsetzungs- und Überwachungsstelle für barrierefreie Informationstechnik beim "
        "Regierungspräsidium Gießen",
    ),
    "MV": Land("Mecklenburg-Vorpommern", "§ 14 Landesbehindertengleichstellungsgesetz (LBGG M-V)"),
    "NI": Land(
        "Niedersachsen",
        "Niedersächsisches Behindertengleichstellungsgesetz (NBGG)",
        "Schlichtungsstelle nach § 9d NBGG bei der oder dem Landesbeauftragten für Menschen mit "
        "Behinderungen",
    ),
    "NW": Land(
        "Nordrhein-Westfalen",
        "§ 10 Behindertengleichstellungsgesetz Nordrhein-Westfalen (BGG NRW) und "
        "Barrierefreie-Informationstechnik-Verordnung (BITVNRW)",
        "Ombudsstelle für barrierefreie Informationstechnik bei der oder dem Beauftragten der "
        "Landesregierung für Menschen mit Behinderungen",
    ),
    "RP": Land("Rheinland-Pfalz", "Landesinklusionsgesetz"),
    "SL": Land("Saarland", "Saarländisches Behindertengleichstellungsgesetz (SBGG)"),
    "SN": Land("Sachsen", "Barrierefreie-Websites-Gesetz (BfWebG)"),
    "ST": Land("Sachsen-Anhalt", "Behindertengleichstellungsgesetz Sachsen-Anhalt (BGG LSA)"),
    "SH": Land(
        "Schleswig-Holstein",
        "Landesbehindertengleichstellungsgesetz (LBGG)",
        "Schlichtungsstelle bei der oder dem Landesbeauftragten für Menschen mit Behinderungen",
    ),
    "TH": Land(
        "Thüringen",
        "Thüringer Gesetz über den barrierefreien Zugang zu den Websites und mobilen Anwendungen "
        "öffentlicher Stellen (ThürBarrWebG)",
    ),
}
NO_PUBLIC_BODY: Final = "none"  # a company: no Land's act on public bodies binds it
