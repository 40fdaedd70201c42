"""What keeps an office's staff from signing in, for `doctor`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fachkraft_share.cli.trouble import OK, Check
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.ports.health import Health, Level

if TYPE_CHECKING:
    from fachkraft_share.node.service import Node
    from fachkraft_share.web.login.settings import LoginSettings


def sign_in_checks(node: "Node") -> Iterator[Check]:
    """Give the checks of the office's login."""
    from fachkraft_share.node.login import login_settings

    told = login_settings(node.exchange)
    yield "FKS-139", "The office has an administrator", lambda: _administrator(node)
    yield "FKS-140", "The office's staff can sign in with passkeys", lambda: _passkeys(told)
    yield "FKS-141", "The sign-in provider answers", lambda: _provider(told)


def _administrator(node: "Node") -> Health:
    from fachkraft_share.node.login import office_login

    if not office_login(node).empty():
        return OK
    cause = "nobody has an account there yet"
    return Health(Level.WARN, cause, "fachkraft-share node admin, and open the link it prints")


def _passkeys(told: "LoginSettings") -> Health:
    if told.passkeys_usable or not told.ways.passkeys:
        return OK
    if not told.origin.startswith("https:"):
        cause, fix = f"{told.origin} is not https", "set `url` in node.toml to an https address"
    elif told.host.replace(".", "").isdigit() or ":" in told.host:
        cause, fix = f"{told.host} is no name", "set `url` in node.toml to a name under https"
    else:
        cause, fix = "a library is missing", "pip install webauthn"
    return Health(Level.WARN, cause, fix)


def _provider(told: "LoginSettings") -> Health:
    if not told.ways.issuer:
        return OK
    from fachkraft_share.web.login.provider_calls import discover

    try:
        discover(told.ways)
    except FachkraftShareError as error:
        return Health(Level.FAIL, str(error), "compare [login] in node.toml with the provider")
    return OK
