"""Activities and invitations of a member, for every connected website until their last day."""

import datetime as dt

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError, SetupError, StateError
from fachkraft_share.member.displaying import public_link
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import Announcement
from fachkraft_share.ports.publishing import Item, ItemKind, item_key, outgoing
from fachkraft_share.rules.retention import start_of


def announce(
    engine: Engine,
    *,
    title: str,
    body: str,
    until: dt.date,
    link: str = "",
    kind: ItemKind = ItemKind.ACTIVITY,
    key: str = "",
) -> str:
    """Let every website show it from the next synchronisation to the end of a day; return its key.

    With the key of an earlier one that one is changed.

    Raises:
        SetupError: no website is connected, a field must not be sent, or it is to be a teaser,
            which persons allow.
        StateError: no announcement has that key.
    """
    if not engine.sites:
        raise SetupError("no website is connected; run: fachkraft-share connect NAME")
    if kind is ItemKind.TEASER:
        raise SetupError("a teaser stands on websites by a person's word alone")
    at = engine.now()
    item = Item(
        key=key or item_key(kind, engine.voice.new_id()),
        kind=kind,
        title=title,
        body=body,
        link=link or public_link(engine),
        language=engine.settings.language,
        valid_until=start_of(until.isoformat()) + limits.DAY,
    )
    try:
        checked = outgoing(item, at=at)
    except InvalidRecordError as error:
        raise SetupError(f"announcement: {error}") from error
    _keep(engine, checked, new=not key, at=at)
    return item.key


def announced(engine: Engine) -> tuple[Item, ...]:
    """Return what is announced and not over, the first to end first."""
    with engine.store.begin(write=False) as transaction:
        rows = transaction.every(Announcement)
    items = [_item(row) for row in rows if engine.now() < row.until]
    return tuple(sorted(items, key=lambda one: (one.valid_until, one.key)))


def take_back(engine: Engine, key: str) -> None:
    """Take an announcement from every website with the next synchronisation.

    Raises:
        StateError: no announcement has that key.
    """
    with engine.store.begin() as transaction:
        _demand(transaction.get(Announcement, key))
        transaction.drop(Announcement, key)


def _keep(engine: Engine, item: Item, *, new: bool, at: int) -> None:
    row = Announcement(
        item.key,
        str(item.kind),
        item.title,
        item.body,
        item.link,
        item.language,
        item.valid_until,
        at,
    )
    with engine.store.begin() as transaction:
        if not new:
            _demand(transaction.get(Announcement, item.key))
        transaction.put(row)


def _demand(row: Announcement | None) -> None:
    if row is None:
        raise StateError("no announcement has that key; see: fachkraft-share announce")


def _item(row: Announcement) -> Item:
    kind = ItemKind(row.kind)
    return Item(row.item, kind, row.title, row.body, row.link, row.language, row.until)
