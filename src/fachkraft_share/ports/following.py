"""Follow a member list over those that were missed, each verified from the one before it."""

from collections.abc import Callable

from fachkraft_share import limits
from fachkraft_share.errors import ConflictError, SignatureError, TemporaryError
from fachkraft_share.model.alliance import MemberList
from fachkraft_share.protocol.lists import Federation, first_page, read_federation
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.wire.suite import Suite

Fetch = Callable[[int], Federation]  # the list of that number, or the last one before it
Keep = Callable[[Directory, Federation], Directory]  # stores what was verified


def follow(
    found: Federation, *, known: Directory, fetch: Fetch, keep: Keep, suite: Suite, at: int
) -> tuple[Directory, MemberList]:
    """Verify a list from what is known; lists between are fetched where keys changed twice.

    Those between are kept on the way; what is returned is not kept yet.

    Raises:
        WireError: it is not signed by whom it must be.
        RefusedError: rolled back, forked or incomplete.
        TemporaryError: too many lists were missed for once.
    """
    try:
        return read_federation(found, known=known, suite=suite, at=at)
    except SignatureError:
        missed = missed_numbers(known, found)
        if not missed:
            raise
    caught_up = _catch_up(missed, known=known, fetch=fetch, keep=keep, suite=suite)
    return read_federation(found, known=caught_up, suite=suite, at=at)


def missed_numbers(known: Directory, found: Federation) -> range:
    """Return the numbers between the newest list known and the one found."""
    if known.newest is None:
        return range(0)
    return range(known.newest.name.number + 1, first_page(found).number)


def _catch_up(
    missed: range, *, known: Directory, fetch: Fetch, keep: Keep, suite: Suite
) -> Directory:
    """Take over the last of the missed lists, halving the way to it wherever it is too far.

    Each list is judged by its own date, from the one taken over before, which is kept.
    """
    goals = [missed[-1]]
    for _ in range(limits.LISTS_CAUGHT_UP):
        found = fetch(goals[-1])
        _demand_between(first_page(found).number, known=known, goal=goals[-1])
        try:
            read, _ = read_federation(found, known=known, suite=suite, at=first_page(found).iat)
        except SignatureError:
            nearer = missed_numbers(known, found)
            if not nearer:
                raise
            goals.append(nearer[len(nearer) // 2])
            continue
        known = keep(read, found)
        goals.pop()
        if not goals:
            return known
    raise TemporaryError("many member lists were missed; the next refresh goes on")


def _demand_between(number: int, *, known: Directory, goal: int) -> None:
    newest = known.newest.name.number if known.newest is not None else 0
    if not newest < number <= goal:
        raise ConflictError("list-order", "the node handed out another list")
