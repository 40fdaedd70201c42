"""The session's cookie: `__Host-` over TLS (no other host or path can set it), plain on loopback.

A realm has its own name, so that firms on one host do not sign each other out.
"""

from urllib.parse import urlsplit

import attrs

from fachkraft_share.errors import RefusedError
from fachkraft_share.ports.http import is_loopback
from fachkraft_share.web.visit import Visit

_HOST = "__Host-"


@attrs.frozen
class Cookie:
    """One cookie of a login."""

    name: str
    url: str  # where people open the site

    def read(self, visit: Visit) -> str:
        """Return its value, or "". Over TLS a plain one, which others could have set, is none."""
        return visit.cookie(self._name(visit))

    def value(self, visit: Visit, secret: str, *, seconds: int) -> str:
        """Return the header that sets it.

        Raises:
            RefusedError: `insecure`: it would cross a line that others can listen to.
        """
        secure = self._secure(visit)
        if not secure and not _on_this_machine(visit):
            raise RefusedError("insecure", "sign in over https only")
        mark = "; Secure" if secure else ""
        return (
            f"{self._name(visit)}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{mark}"
        )

    def gone(self, visit: Visit) -> str:
        """Return the header that removes it."""
        return self.value(visit, "", seconds=0)

    def _name(self, visit: Visit) -> str:
        return f"{_HOST}{self.name}" if self._secure(visit) else self.name

    def _secure(self, visit: Visit) -> bool:
        return visit.call.secure or urlsplit(self.url).scheme == "https"


def _on_this_machine(visit: Visit) -> bool:
    host = urlsplit(f"//{visit.call.headers.get('host', '')}").hostname or ""
    return is_loopback(host)
