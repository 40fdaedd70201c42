"""How a firm leaves its host: its data go with it, or are erased, never left behind (Art. 28(3) g).

Nothing is deleted while the firm holds somebody's data or owes a word: then it takes a backup
along and goes on elsewhere (`fachkraft-share restore`).
"""

from pathlib import Path

from fachkraft_share.errors import StateError
from fachkraft_share.host.opened import Opened
from fachkraft_share.host.presenting.participant import forget
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import ApplicationRow, DossierRow, Filed, Outgoing
from fachkraft_share.protocol.records import Part, Task


def held(engine: Engine) -> tuple[str, ...]:
    """Return what stands against deleting a firm's engine: data of people, and what it owes."""
    kinds = (DossierRow, Part, Filed, ApplicationRow, Outgoing, Task)
    with engine.store.begin(write=False) as transaction:
        return tuple(one.__name__ for one in kinds if transaction.every(one, limit=1))


def take_along(opened: Opened, slug: str, target: Path) -> None:
    """Write the firm's backup for it to take along, then delete everything here.

    Raises:
        SetupError: the target is not empty.
    """
    member = opened.firm(slug).member
    forget(member.engine)
    member.backup(target)
    _forget(opened, slug)


def delete(opened: Opened, slug: str) -> None:
    """Delete everything of a firm that holds nothing any more.

    Raises:
        StateError: it still holds or owes something.
    """
    found = held(opened.firm(slug).member.engine)
    if found:
        raise StateError(
            f"it still holds or owes something ({', '.join(found)}); close its referrals and "
            "synchronise, or let it take its data along: --take-along FOLDER"
        )
    _forget(opened, slug)


def _forget(opened: Opened, slug: str) -> None:
    opened.close(slug)
    opened.host.forget(slug)
