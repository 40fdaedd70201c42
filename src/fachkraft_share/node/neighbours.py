"""Other processes of the same node over the same database: what they decide together.

Everything a node knows lies in the database and the journal, so that processes need not know of
each other. Two questions are left, and the store answers them.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import attrs

from fachkraft_share.ports.store import Store


@attrs.frozen
class Neighbours:
    """Whose worker takes its turn now, and when the others' open transactions are over."""

    turn: Callable[[], AbstractContextManager[bool]]
    settle: Callable[[], None]


def alone(store: Store) -> Neighbours:
    """Return the neighbours of a process that has none: a store of its own, such as in memory."""

    @contextmanager
    def always() -> Iterator[bool]:
        yield True

    def settle() -> None:
        with store.begin():  # threads of this process write one after the other
            pass

    return Neighbours(always, settle)
