"""Leave an outside system alone that does not answer, or that said when to come back.

One row for each system: until when nobody asks it, and how often it failed in a row.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from fachkraft_share import limits
from fachkraft_share.errors import TemporaryAdapterError
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.participants import SITE
from fachkraft_share.member.records import Standing
from fachkraft_share.ports.backoff import next_try


@contextmanager
def asking(engine: Engine, system: str) -> Iterator[None]:
    """Ask a system inside, by the name of its participant; its silence is remembered.

    Raises:
        TemporaryAdapterError: it was not even asked, or it did not answer.
    """
    name, at = f"breaker {system}", engine.now()
    with engine.store.begin(write=False) as transaction:
        before = transaction.get(Standing, name)
    until, tries = map(int, before.value.split()) if before else (0, 0)
    if at < until:
        raise TemporaryAdapterError("it is left alone for now", retry_after=until - at)
    try:
        yield
    except TemporaryAdapterError as error:
        longest = limits.SITE_RETRY_LAST if system.startswith(SITE) else limits.RETRY_LAST
        soon = next_try(tries, at=at, ids=engine.runtime.ids, longest=longest)
        later = max(soon, at + error.retry_after)
        with engine.store.begin() as transaction:
            transaction.put(Standing(name, f"{later} {tries + 1}", at))
        raise
    if before is not None:
        with engine.store.begin() as transaction:
            transaction.drop(Standing, name)
