"""The card by which an alliance introduces itself to another: `fksp1.` and base64url of its names.

A card is not signed and proves nothing. Who takes it compares the fingerprint of its root key over
another way, say by telephone, before a recognition pins the key.
"""

import hashlib
from typing import Final

from fachkraft_share.errors import MalformedError
from fachkraft_share.model.agreement import PartnerAlliance
from fachkraft_share.protocol.agreement_terms import check_partner
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import b64, unb64

PREFIX: Final = "fksp1."
_GROUP: Final = 4  # hex digits read out at once
_DIGITS: Final = 32  # 128 bits: nobody finds a second key with the same


def write_card(alliance: PartnerAlliance) -> str:
    """Return the card of an alliance.

    Raises:
        WireError: a name, an address or the root key cannot be relied on.
        RefusedError: node and authority have one id.
    """
    check_partner(alliance)
    return PREFIX + b64(strict.write(unstructure(alliance)))


def read_card(text: str) -> PartnerAlliance:
    """Return the alliance a card names; blanks and line breaks do not count.

    Raises:
        WireError: it is no card, or names a key or an address that cannot be relied on.
        RefusedError: node and authority have one id.
    """
    joined = "".join(text.split())
    if not joined.startswith(PREFIX):
        raise MalformedError("not a partner's card; it begins with `fksp1.`")
    read = structure(strict.read(unb64(joined.removeprefix(PREFIX))), PartnerAlliance)
    check_partner(read)
    return read


def fingerprint(root: str) -> str:
    """Return what two people compare of a root key: 32 hex digits of its SHA-256 in groups."""
    digits = hashlib.sha256(unb64(root, size=32)).hexdigest()[:_DIGITS]
    return " ".join(digits[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP))
