"""Names: self-certifying referral ids, organisations' ids, ids of messages, web addresses."""

import hashlib
import re

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.wire.encoding import b64, check_b64, frame

REFERRAL_TAG = b"fks/1 referral"

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PORT = r"(?::(?P<port>[1-9][0-9]{0,4}))?"
_PATH = r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*"  # no segment is empty or begins with a dot
_ORGANISATION = re.compile(
    rf"(?:https://{_LABEL}(?:\.{_LABEL})*|http://(?:127\.0\.0\.1|localhost)){_PORT}{_PATH}"
)
_RECORD = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_HOST = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*"
_WEB = re.compile(rf"https://{_HOST}(?::[0-9]{{1,5}})?(?:[/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?")


def referral_id(origin: str, key: bytes, nonce: bytes) -> str:
    """Return the id that origin, consent key and nonce make: 128 bits of SHA-256, base64url.

    Whoever names the three can prove that a closure belongs to the referral, knowing nothing else.
    """
    parts = frame(REFERRAL_TAG, origin.encode(), key, nonce)
    return b64(hashlib.sha256(parts).digest()[: limits.ID_BYTES])


def check_referral_id(referral: str, *, origin: str, key: bytes, nonce: bytes) -> bool:
    """Tell whether the id is the one these three make."""
    return referral == referral_id(origin, key, nonce)


def check_organisation_id(text: str) -> str:
    """Return the text if it is an HTTPS URL in the one spelling we take as a name.

    Lower-case ASCII host, no user, query, fragment, percent signs or slash at the end, no default
    port. `http` is for demonstrations on this machine only.

    Raises:
        MalformedError: it is not.
    """
    found = _ORGANISATION.fullmatch(text) if len(text) <= limits.ORGANISATION_ID else None
    if found is None:
        raise MalformedError("not the id of an organisation (an HTTPS URL)")
    default = "443" if text.startswith("https:") else "80"
    port = found["port"]
    if port is not None and (port == default or int(port) > 65535):
        raise MalformedError("not the id of an organisation (its port)")
    return text


def check_id(text: str) -> str:
    """Return the text if it is 16 random bytes in base64url; raise MalformedError if not."""
    return check_b64(text, size=limits.ID_BYTES)


def check_record_id(text: str) -> str:
    """Return the text if it is a UUIDv4 in lower case, as consent records bear it.

    Raises:
        MalformedError: it is not.
    """
    if not _RECORD.fullmatch(text):
        raise MalformedError("not a UUIDv4 in lower case")
    return text


def check_web_address(text: str) -> str:
    """Return the text if it is an address that can be shown as a link: https, and nobody's login.

    Raises:
        MalformedError: it is not, or it is too long.
    """
    if len(text) > limits.WEB_ADDRESS or not _WEB.fullmatch(text):
        raise MalformedError("not an https address")
    return text
