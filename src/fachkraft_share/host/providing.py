"""A firm's own sign-in provider (OpenID Connect), told in `login.toml` in the firm's folder.

1. Each firm has its own file, its own state in its own store, its own redirect address and its own
   cookie; an answer meant for one firm is none at another.
2. A file that is wrong closes the firm's pages: to go on without it would let in whom it shuts out.
"""

import os
import tomllib
from pathlib import Path
from typing import Final

from fachkraft_share.errors import FachkraftShareError, MalformedError, SetupError
from fachkraft_share.ports.health import Health, Level
from fachkraft_share.web.login.settings import WaySettings
from fachkraft_share.wire.convert import structure

FILE: Final = Path("login.toml")
ROLES: Final = ("administrator", "hr", "reader")
_FIX: Final = "compare the firm's login.toml with what the provider names (docs/host.md)"


def ways_of(folder: Path) -> WaySettings:
    """Return by which ways the staff of the firm in this folder signs in.

    Raises:
        SetupError: `login.toml` is wrong, or others can read it: it holds a secret.
    """
    path = folder / FILE
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return WaySettings()
    except (OSError, ValueError) as error:
        raise SetupError(f"{FILE}: cannot be read as TOML in UTF-8") from error
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SetupError(f"{FILE}: readable by others; run: chmod 600 on it")
    try:
        ways = structure(table, WaySettings, closed=True)
        ways.check(ROLES)
    except (MalformedError, SetupError) as error:
        raise SetupError(f"{FILE}: {error}") from error
    return ways


def answers(folder: Path) -> Health:
    """Tell whether a firm's provider, if it has one, answers as its settings say."""
    from fachkraft_share.web.login.provider_calls import discover

    try:
        ways = ways_of(folder)
        if ways.issuer:
            discover(ways)
    except FachkraftShareError as error:
        return Health(Level.FAIL, str(error), _FIX)
    return Health(Level.OK)
