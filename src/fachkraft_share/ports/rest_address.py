"""Addresses of web interfaces: where credentials may go, and where a link may lead."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import quote, urlsplit

from fachkraft_share.errors import SetupError
from fachkraft_share.ports.http import is_loopback

_PORTS: Final = {"https": 443, "http": 80}


def path_of(*parts: str | int) -> str:
    """Return a path of these parts, each quoted whole, so that an id stays one part."""
    return "".join(f"/{quote(str(one), safe='')}" for one in parts)


def checked_base(address: str) -> str:
    """Return the address without a slash at its end.

    Raises:
        SetupError: neither https nor this machine, or more than host and path.
    """
    try:
        parts = urlsplit(address)
        local = parts.scheme == "http" and is_loopback(parts.hostname or "")
        bare = not (parts.query or parts.fragment or parts.username or parts.password)
        good = parts.hostname and bare and (parts.scheme == "https" or local)
    except ValueError as error:
        raise SetupError("the address is none; say it like https://jobs.example") from error
    if not good:
        raise SetupError("the address must begin with https:// and hold host and path only")
    return address.rstrip("/")


def origin(address: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port, which tell one party from another; nothing for nonsense."""
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", "", None


def is_inside(host: str) -> bool:
    """Tell whether a host is named as one of the own network, where no vendor's link leads."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host
