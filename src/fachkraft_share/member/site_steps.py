"""What makes a website equal to what may be shown, decided in plain values.

First goes what may not stand there, then what is renewed soonest, last comes what is new.
"""

from collections.abc import Iterable, Mapping

import attrs

from fachkraft_share import limits
from fachkraft_share.member.items import print_of
from fachkraft_share.member.records import Displayed
from fachkraft_share.ports.publishing import Item, Published, stale


@attrs.frozen
class Steps:
    """What to do at one website, in this order."""

    away: tuple[Displayed, ...]  # known here, and may not be shown
    strays: tuple[Published, ...]  # ours and unknown here, or there twice
    send: tuple[Item, ...]  # new, changed, missing, or soon hidden by the site itself

    @property
    def removing(self) -> int:
        """How many items are to go."""
        return len(self.away) + len(self.strays)


def decide(
    rows: Iterable[Displayed],
    wanted: Iterable[Item],
    found: Iterable[Published] | None,
    *,
    at: int,
) -> Steps:
    """Compare what is noted, what may be shown, and what the site says it holds, if it was asked.

    What was taken away and has left something behind is tried again when its time has come.
    """
    noted = {row.item: row for row in rows}
    items = {one.key: one for one in wanted if at < one.valid_until}
    there = None if found is None else tuple(found)
    public = None if there is None else {one.key for one in there if one.public}
    sent = [
        item
        for key, item in items.items()
        if _is_due(item, noted.get(key), at=at) or (public is not None and key not in public)
    ]
    gone = stale(there or (), items.values(), at=at)
    return Steps(
        tuple(noted[key] for key in sorted(noted) if _must_go(noted[key], items, at=at)),
        tuple(one for one in gone if _strays(one, noted, items)),
        tuple(sorted(sent, key=lambda item: _hidden_at(item, noted))),
    )


def _must_go(row: Displayed, items: Mapping[str, Item], *, at: int) -> bool:
    return row.item not in items and row.again_at <= at


def _strays(one: Published, noted: Mapping[str, Displayed], items: Mapping[str, Item]) -> bool:
    """Tell whether it goes by itself: what is noted and may not be shown goes by its note."""
    row = noted.get(one.key)
    return row is None or one.key in items or row.ref not in (None, one.ref)


def _is_due(item: Item, row: Displayed | None, *, at: int) -> bool:
    if row is None or row.sent != print_of(item):
        return True
    return row.until < item.valid_until and row.until - at <= limits.SITE_SHOWN // 2


def _hidden_at(item: Item, noted: Mapping[str, Displayed]) -> tuple[int, str]:
    row = noted.get(item.key)
    return (row.until if row and row.sent else limits.INTEGER_MAX, item.key)
