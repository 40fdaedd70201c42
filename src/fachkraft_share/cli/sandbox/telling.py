"""Tell a program of an event as an outside system's hook would: names only, signed.

The body is what `ports.hooks.read_signed` reads: `id`, `sent`, `record` (the referral), `kind` (the
event), and `said`, whether this member said it. Whoever hears of it asks the member what is so.
"""

import json
import secrets
import time
from typing import Final
from urllib.parse import urlsplit

import attrs
import requests

from fachkraft_share import limits
from fachkraft_share.cli import exits
from fachkraft_share.errors import SetupError
from fachkraft_share.plugins.given import Fact
from fachkraft_share.ports.hooks import signature_of
from fachkraft_share.ports.http import is_loopback, plain_session

SIGNATURE: Final = "X-Fks-Signature"
_SECRET_BYTES: Final = 24


@attrs.frozen
class Told:
    """What became of telling: the status of the answer, None without one."""

    to: str
    status: int | None

    @property
    def taken(self) -> bool:
        """Tell whether it was answered as it should be."""
        return self.status is not None and self.status < 300

    @property
    def code(self) -> int:
        """The exit code that says so."""
        if self.taken:
            return exits.OK
        return exits.TEMPORARY if self.status is None else exits.OUTSIDE

    def __str__(self) -> str:
        """Return it for people."""
        if self.status is None:
            return f"{self.to} does not answer"
        return f"{self.to} answered {self.status}"


@attrs.frozen
class Teller:
    """One address and the secret its calls are signed with."""

    to: str
    secret: str = attrs.field(repr=False)

    def tell(self, fact: Fact) -> Told:
        """Post the event once; no redirect is followed, and no answer read."""
        body = body_of(fact, at=int(time.time()))
        signed = {SIGNATURE: signature_of(self.secret.encode(), body)}
        headers = {"Content-Type": "application/json", **signed}
        try:
            with (
                plain_session() as session,
                session.post(
                    self.to,
                    data=body,
                    headers=headers,
                    timeout=limits.HTTP_TIMEOUT,
                    allow_redirects=False,
                    stream=True,
                ) as answer,
            ):
                return Told(self.to, answer.status_code)
        except (requests.RequestException, OSError):
            return Told(self.to, None)


def teller(to: str, secret: str) -> Teller:
    """Return who tells an address; without a secret one is made.

    Raises:
        SetupError: the address is neither on this machine nor HTTPS.
    """
    address = urlsplit(to)
    local = address.scheme == "http" and is_loopback(address.hostname or "")
    if not local and (address.scheme != "https" or not address.hostname):
        raise SetupError(f"{to}: must be on this machine (http://127.0.0.1:PORT/…) or https://")
    return Teller(to, secret or secrets.token_urlsafe(_SECRET_BYTES))


def body_of(fact: Fact, *, at: int) -> bytes:
    """Return what is posted; nothing about a person is in it."""
    told = {
        "id": fact.id,
        "sent": at,
        "kind": fact.type,
        "record": fact.referral or "",
        "said": fact.said,
    }
    return json.dumps(told).encode()
