"""What a login is told by whoever runs it."""

from collections.abc import Sequence
from importlib.util import find_spec
from ipaddress import ip_address
from urllib.parse import urlsplit

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.ports.http import is_loopback


def is_safe(address: str) -> bool:
    """Tell whether nobody on a line can listen to what goes to this address."""
    parts = urlsplit(address)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    return local or bool(parts.scheme == "https" and parts.hostname)


@attrs.frozen
class WaySettings:
    """By which ways staff signs in beside mailed links; without an issuer by no provider."""

    passkeys: bool = True
    issuer: str = ""  # of an OpenID provider, as its discovery document names it
    client: str = ""
    secret: str = attrs.field(default="", repr=False)
    name: str = ""  # on the button; empty: the issuer's host
    claim: str = "groups"  # the claim that lists groups
    groups: dict[str, str] = attrs.field(factory=dict)  # group: role
    ca_file: str = ""  # certificates its server may show; empty: those of certifi

    def check(self, roles: Sequence[str]) -> None:
        """Refuse settings by which nobody could sign in.

        Raises:
            SetupError: what is missing or wrong, by the setting's name.
        """
        if not self.issuer:
            return
        if not find_spec("authlib"):
            raise SetupError('login.issuer: needs pip install "fachkraft-share[oidc]"')
        if not is_safe(self.issuer):
            raise SetupError("login.issuer: must begin with https://")
        if not self.client:
            raise SetupError("login.client: missing; the provider names it when you register")
        if not self.groups:
            raise SetupError('login.groups: missing; write [login.groups] with group = "role"')
        unknown = sorted(set(self.groups.values()).difference(roles))
        if unknown:
            known = ", ".join(roles)
            raise SetupError(f"login.groups: no such role {unknown[0]!r}; there are {known}")

    @property
    def shown(self) -> str:
        """What people read on the button."""
        return self.name or urlsplit(self.issuer).netloc


@attrs.frozen
class LoginSettings:
    """Where the pages of this login stand, and by which ways one may sign in."""

    url: str  # the site's full address, as people open it, with the path it is mounted at
    service: str = "fachkraft-share"
    ways: WaySettings = attrs.field(factory=WaySettings)
    people: bool = True  # administrators look after accounts here
    printed: int = limits.CONSOLE_LINK  # seconds a link printed on the console lives

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a browser names them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The host alone."""
        return urlsplit(self.url).hostname or ""

    @property
    def passkeys_usable(self) -> bool:
        """Whether this site can ask for passkeys: by a name, over https or on this machine."""
        try:
            ip_address(self.host)
        except ValueError:
            trusted = self.origin.startswith("https:") or self.host == "localhost"
            return self.ways.passkeys and trusted and bool(find_spec("webauthn"))
        return False

    def link(self, path: str) -> str:
        """Return the full address of a page."""
        return f"{self.url.rstrip('/')}{path}"
