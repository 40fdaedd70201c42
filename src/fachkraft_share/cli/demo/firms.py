"""The demo's companies: those of the Goslar alliance, and their neighbours in the Harz."""

from typing import Final

import attrs

RAMMELSBERG: Final = "rammelsberg"
PRAEZISION: Final = "praezision"
OKER: Final = "oker"
SOFTWAREWERK: Final = "softwarewerk"
NORDHARZ: Final = "nordharz"
FEINWERK: Final = "feinwerk"
STADTWERKE: Final = "stadtwerke"


@attrs.frozen
class Firm:
    """One company of the demo; `searches` are what it looks for, by occupation and place."""

    key: str
    name: str
    domain: str
    files: bool  # the adapter `files` is connected
    searches: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """The organisation's id."""
        return f"https://{self.domain}"


FIRMS: Final = (
    Firm(
        RAMMELSBERG,
        "Metallwerk Rammelsberg GmbH",
        "rammelsberg.example",
        files=True,
        searches=(("25102", "38640"), ("51312", "38640")),
    ),
    Firm(
        PRAEZISION,
        "Harzer Präzisionstechnik GmbH",
        "harzer-praezision.example",
        files=True,
        searches=(("24232", "37520"), ("26252", "37520"), ("26112", "37520")),
    ),
    Firm(
        OKER,
        "Oker Feinmechanik KG",
        "oker-feinmechanik.example",
        files=False,
        searches=(("24232", "38642"),),
    ),
    Firm(
        SOFTWAREWERK,
        "Göttinger Softwarewerk GmbH",
        "softwarewerk.example",
        files=True,
        searches=(("43414", "37073"), ("29302", "38855")),
    ),
    Firm(
        NORDHARZ,
        "Klinikum Nordharz gGmbH",
        "klinikum-nordharz.example",
        files=False,
        searches=(("81302", "38667"), ("24232", "38640")),
    ),
)

NEIGHBOURS: Final = (
    Firm(
        FEINWERK,
        "Feinwerk Kaiserpfalz GmbH",
        "feinwerk-kaiserpfalz.example",
        files=True,
        searches=(("25102", "38640"), ("51312", "38640")),
    ),
    Firm(
        STADTWERKE,
        "Stadtwerke Goslar AG",
        "stadtwerke-goslar.example",
        files=False,
        searches=(("25102", "38640"),),
    ),
)
