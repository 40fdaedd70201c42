"""What the demo's chamber and companies say of themselves on the pages the law wants: invented."""

import json
from collections.abc import Mapping
from typing import Final

from fachkraft_share.cli.demo.firms import Firm

CHAMBER: Final = "Kammer Harz (erfunden)"
STREET: Final = "Markt 1"
PLACE: Final = "38640 Goslar"
PHONE: Final = "05321 000-0"
_TESTED: Final = {
    "accessibility_state": "partial",
    "accessibility_date": "2026-11-27",
    "accessibility_method": "Vorführung: von der Software selbst geprüft, noch nicht von Menschen.",
}
_AUTHORITY: Final = "Der Landesbeauftragte für den Datenschutz Niedersachsen"
OF_CHAMBER: Final[Mapping[str, str]] = {
    "represented_by": "Hauptgeschäftsführerin Dr. Wiebke Beispiel",
    "email": "fachkraefte@kammer-harz.example",
    "phone": PHONE,
    "officer": "Datenschutzbeauftragter der Kammer, datenschutz@kammer-harz.example",
    "authority": _AUTHORITY,
    "land": "NI",
    **_TESTED,
}
_FIRMS: Final[Mapping[str, tuple[str, str, str, str]]] = {  # street, place, telephone, register
    "rammelsberg": ("Hüttenweg 4", "38640 Goslar", "05321 000-40", "Braunschweig, HRB 000001"),
    "praezision": ("Söseweg 12", "37520 Osterode am Harz", "05522 000-12", "Göttingen, HRB 000002"),
    "oker": ("Okerufer 7", "38642 Goslar", "05321 000-70", "Braunschweig, HRA 000003"),
    "softwarewerk": ("Leinebogen 3", "37073 Göttingen", "0551 000-30", "Göttingen, HRB 000004"),
    "nordharz": (
        "Klinikstraße 1",
        "38667 Bad Harzburg",
        "05322 000-10",
        "Braunschweig, HRB 000005",
    ),
    "feinwerk": ("Pfalzgasse 9", "38640 Goslar", "05321 000-90", "Braunschweig, HRB 000006"),
    "stadtwerke": ("Wasserweg 2", "38640 Goslar", "05321 000-20", "Braunschweig, HRB 000007"),
}


def of_node() -> str:
    """Return what is added to `node.toml`, whose last section is [desk]."""
    told = {"address": f"{STREET}\n{PLACE}", **OF_CHAMBER}
    # A JSON string is a TOML basic string.
    return "\n" + "".join(
        f"{name} = {json.dumps(text, ensure_ascii=False)}\n" for name, text in told.items()
    )


def of_firm(firm: Firm) -> dict[str, str]:
    """Return what stands in a company's `config.toml` under [legal]."""
    street, place, phone, register = _FIRMS[firm.key]
    return {
        "address": f"{street}\n{place}",
        "represented_by": "Geschäftsführung: Heike Beispiel",
        "email": f"info@{firm.domain}",
        "phone": phone,
        "register": f"Amtsgericht {register}",
        "officer": f"Datenschutzbeauftragte, datenschutz@{firm.domain}",
        "authority": _AUTHORITY,
        **_TESTED,
    }
