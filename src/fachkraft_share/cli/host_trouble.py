"""What is wrong around a host and only shows from outside its running parts, for `doctor`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fachkraft_share.cli.trouble import (
    OK,
    Check,
    answers,
    machine_checks,
    statement,
    takes_letters,
)
from fachkraft_share.ports.health import Health, Level

if TYPE_CHECKING:
    from fachkraft_share.host.settings import Settings
    from fachkraft_share.web.legal import LegalSettings

_FILE = "host.toml"
_OF_FIRMS = ("FKS-025", "FKS-027")  # state and backup are a firm's: its own folder is asked
_PROXY = "let the web server pass every path on to the host's port; is the host running?"


def host_checks(settings: "Settings", folder: Path) -> Iterator[Check]:
    """Give the checks of the machine, the host's ways to the outside, and its pages."""
    legal, mail = settings.legal, settings.mail
    yield from (one for one in machine_checks(folder) if one[0] not in _OF_FIRMS)
    yield "FKS-210", "The host's address answers", lambda: answers(settings.url, fix=_PROXY)
    yield "FKS-211", "The mail server takes letters", lambda: takes_letters(mail, file=_FILE)
    yield "FKS-212", "The pages the law wants are filled in", lambda: _legal(legal)
    yield (
        "FKS-213",
        "The statement on accessibility is of the last year",
        lambda: statement(legal, file=_FILE),
    )


def _legal(told: "LegalSettings") -> Health:
    from fachkraft_share.web.legal import wanting

    missing = wanting(told)
    if not missing:
        return OK
    cause = f"missing or unusable: {', '.join(missing)}"
    return Health(Level.WARN, cause, f"set them in {_FILE}, [legal]; see docs/settings.md")
