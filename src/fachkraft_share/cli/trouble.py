"""Misconfigurations seen so far that only show from outside a running part: for `doctor`.

Each check asks the machine, the network or the folder; none changes anything, and none sends a
letter. What cannot be seen from here stands in docs/operations.md.
"""

import datetime as dt
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import attrs

import fachkraft_share
from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.ports import backup
from fachkraft_share.ports.ground import network_file_system, same_disk
from fachkraft_share.ports.health import Health, Level
from fachkraft_share.ports.http import is_loopback
from fachkraft_share.ports.moments import zone_of
from fachkraft_share.ports.reaching import reach
from fachkraft_share.ports.trial import Trial

if TYPE_CHECKING:
    from fachkraft_share.member.settings import Settings as MemberSettings
    from fachkraft_share.node.settings import MailSettings
    from fachkraft_share.node.settings import Settings as NodeSettings
    from fachkraft_share.web.legal import LegalSettings

Check = tuple[str, str, Callable[[], Health]]
OK: Final = Health(Level.OK)
_TRIAL_NAMES: Final = (".example", ".test", ".invalid", ".localhost")  # RFC 2606, RFC 6761
_NODE: Final = "node.toml"
_NOTICE: Final = "open it in a browser; correct `notice` in config.toml"
_STATEMENT_DAYS: Final = 366  # the acts of the Länder want it looked through each year
_ROOT_KEY_BYTES: Final = 4096  # a root key's file is far smaller
STATE: Final = Path("state")


def machine_checks(folder: Path) -> Iterator[Check]:
    """Give the checks of what every folder stands on."""
    yield "FKS-025", "The state lies on a disk of this machine", lambda: _disk(folder)
    yield "FKS-026", "The machine's clock is not obviously wrong", _clock
    yield "FKS-027", "A backup was made lately", lambda: _backup(folder)
    yield "FKS-031", "No folder of the demo is left", _demo
    yield "FKS-032", "The time zones are known", _zones


def member_checks(settings: "MemberSettings") -> Iterator[Check]:
    """Give the checks of a member's ways to the outside."""
    from fachkraft_share.member.trying import try_address

    yield "FKS-028", "The way to the node is clear", lambda: health_of(try_address(settings.url))
    yield "FKS-029", "The privacy notice can be read", lambda: answers(settings.notice, fix=_NOTICE)


def node_checks(settings: "NodeSettings", folder: Path) -> Iterator[Check]:
    """Give the checks of a node's ways to the outside, and of where its secrets lie."""
    from fachkraft_share.node.trying import try_own_address

    url = settings.url or settings.id
    yield (
        "FKS-134",
        "The public address leads back to this node",
        lambda: health_of(try_own_address(url, node=settings.id, ca_file=settings.ca_file)),
    )
    yield (
        "FKS-135",
        "The mail server takes letters",
        lambda: takes_letters(settings.mail, file="node.toml"),
    )
    yield "FKS-136", "The journal lies on a disk of its own", lambda: _journal(settings, folder)
    yield "FKS-137", "The root key is not with the node", lambda: _root_key(folder)
    yield "FKS-138", "The node's name is its own", lambda: _name(settings.id)
    yield (
        "FKS-142",
        "The statement on accessibility is of the last year",
        lambda: statement(settings.desk, file=_NODE),
    )


def health_of(found: object) -> Health:
    """Return a trial as a check ends; whatever else came back is fine."""
    from fachkraft_share.cli.setup.words import Words
    from fachkraft_share.web.catalogue import catalogue

    if not isinstance(found, Trial) or found.level is Level.OK:
        return OK
    words = Words(catalogue("en"))
    return Health(found.level, words.cause(found), words.fix(found))


def _disk(folder: Path) -> Health:
    kind = network_file_system(folder / STATE)
    if not kind:
        return OK
    cause = f"it is on a network drive ({kind}), where a database may take damage"
    return Health(Level.FAIL, cause, "stop it and move the folder to a disk of this machine")


def _clock() -> Health:
    installed = Path(fachkraft_share.__file__).stat().st_mtime
    if time.time() >= installed - limits.DAY:
        return OK
    return Health(Level.FAIL, "it is before the day of installation", "set the clock (NTP)")


def _backup(folder: Path) -> Health:
    fix = "run `fachkraft-share backup`, at a node `node backup`, each day; docs/operations.md"
    made = backup.last(folder / STATE)
    if made is None:
        return Health(Level.WARN, "none was made from this folder yet", fix)
    days = int(time.time() - made) // limits.DAY
    if days <= limits.KEY_BACKUP_DAYS:  # older ones are unreadable: their keys are gone
        return OK
    return Health(Level.WARN, f"the newest is {days} days old", fix)


def _demo() -> Health:
    found = Path(tempfile.gettempdir()).glob("fachkraft-share-demo-*")
    since = time.time() - limits.DAY  # a younger one may be running
    left = sorted(str(one) for one in found if one.is_dir() and one.stat().st_mtime < since)
    if not left:
        return OK
    return Health(Level.WARN, f"{len(left)} are left, such as {left[0]}", "delete them")


def _zones() -> Health:
    try:
        zone_of("Europe/Berlin")
    except SetupError:
        cause = "this machine has no time zones: letters and systems would be an hour or two off"
        return Health(Level.WARN, cause, "pip install tzdata")
    return OK


def answers(url: str, *, fix: str) -> Health:
    """Tell whether a page can be read from here."""
    if not url:
        return OK  # that it is missing is told by another check
    found = reach(url)
    if isinstance(found, Trial):  # perhaps only from here, behind a firewall
        return attrs.evolve(health_of(found), level=Level.WARN)
    if found.status < 400:
        return OK
    return Health(Level.WARN, f"its address answers with error {found.status}", fix)


def takes_letters(mail: "MailSettings", *, file: str) -> Health:
    """Tell whether the mail server of this settings file takes letters; nothing is sent."""
    from fachkraft_share.node.trying import try_mail

    if mail.host and not mail.sender:
        return Health(Level.WARN, "no sender is set", f"set `sender` under [mail] in {file}")
    if not mail.usable:
        return Health(Level.WARN, "no mail server is set", f"set [mail] in {file}")
    return health_of(try_mail(mail))


def statement(told: "LegalSettings", *, file: str) -> Health:
    """Tell whether the statement on accessibility is of the last year, as the acts want it."""
    from fachkraft_share.web.legal import day_tested

    tested = day_tested(told)
    if tested is None or told.accessibility:
        return OK  # that it is missing is told by another check; or it is a page of their own
    days = (dt.datetime.fromtimestamp(time.time(), dt.UTC).date() - tested).days
    if days <= _STATEMENT_DAYS:
        return OK
    cause = f"the pages were tested {days} days ago"
    return Health(Level.WARN, cause, f"test them again, and set accessibility_date in {file}")


def _journal(settings: "NodeSettings", folder: Path) -> Health:
    from fachkraft_share.node.folder import journal_of

    if settings.database or not same_disk(journal_of(folder, settings).parent, folder / STATE):
        return OK
    cause = "it is on the same disk as the state: both would be lost together"
    fix = "set `journal` in node.toml to a path on another disk, or copy it away each hour"
    return Health(Level.WARN, cause, fix)


def _root_key(folder: Path) -> Health:
    found = next((path for path in folder.rglob("*.json") if _is_root_key(path)), None)
    if found is None:
        return OK
    cause = f"{found.relative_to(folder)} is a root key: who steals the node has all of it"
    return Health(Level.FAIL, cause, "move it to a medium in a safe, and delete it here")


def _is_root_key(path: Path) -> bool:
    try:
        if path.stat().st_size > _ROOT_KEY_BYTES:
            return False
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and told.keys() == {"authority", "root"}


def _name(id: str) -> Health:
    host = urlsplit(id).hostname or ""
    if not is_loopback(host) and not host.endswith(_TRIAL_NAMES):
        return OK
    cause = f"{host} is a name for trying out, and a node's name stays for ever"
    return Health(Level.WARN, cause, "before going live found anew: fachkraft-share init")
