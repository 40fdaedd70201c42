"""Who of the office asks: a header that the login in front of the node has signed.

Anybody can send a header. So nothing in it counts but what the signature covers, and it ends.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping

from fachkraft_share.plugins import Staff

HEADER = "x-house-staff"


def signed(staff: Staff, *, until: int, secret: str) -> str:
    """Return the header's value as the login writes it."""
    said = "|".join((staff.id, staff.name, ",".join(staff.roles), str(until)))
    return f"{said}|{_mac(said, secret)}"


def read(headers: Mapping[str, str], *, secret: str, now: int | None = None) -> Staff | None:
    """Return who the header names; None if there is none, or it is forged or has ended."""
    said, _, mac = headers.get(HEADER, "").rpartition("|")
    if not secret or not hmac.compare_digest(mac.encode(), _mac(said, secret).encode()):
        return None
    id, name, roles, until = said.split("|")
    if int(until) < (int(time.time()) if now is None else now):
        return None
    return Staff(id, name, tuple(roles.split(",")))


def _mac(said: str, secret: str) -> str:
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()
