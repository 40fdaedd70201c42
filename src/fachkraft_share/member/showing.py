"""Keep every connected website equal to what may be shown: load, decide, do one step at a time.

1. Before a site is asked to show anything it is noted that it may: so it is found and taken away.
2. The gate is asked again for each teaser in the moment it is sent, under the referral's lock.
3. A site that does not answer stops neither another site nor the synchronisation.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import (
    AdapterError,
    CredentialsError,
    TemporaryAdapterError,
)
from fachkraft_share.member.announcing import announced
from fachkraft_share.member.breaker import asking
from fachkraft_share.member.displaying import Teaser, heard_at, teaser_now, teasers
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.erasing import erase_again
from fachkraft_share.member.items import item_of, print_of
from fachkraft_share.member.records import Displayed, Trouble
from fachkraft_share.member.site_steps import Steps, decide
from fachkraft_share.member.websites import erases, name_of, publishes, take_away
from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.ports.publishing import Item, ItemKind, Published
from fachkraft_share.rules.consent import Permit

KIND = "site"  # of a `Trouble`; its `about` is the adapter's name
_COMPARED = "compared "  # in the engine's memory: a new process asks every site for all it holds
_Step = Callable[[], None]


@attrs.frozen
class Shown:
    """How many items were sent or taken away, and a code for each site that failed."""

    items: int = 0
    problems: tuple[str, ...] = ()


def run(engine: Engine, *, cramped: bool = False) -> Shown:
    """Make every website equal to what may be shown now; on a full disk only take away.

    Raises:
        BusyError: another process synchronises this member by now.
    """
    items, problems = 0, []
    for name, adapter in engine.sites.items():
        if not publishes(adapter):
            continue
        done, failed = _keep(engine, adapter, cramped=cramped)
        items += done
        if failed:
            problems.append(f"{KIND}-{code_of(failed[0])}")
        _tell(engine, name, failed)
    return Shown(items, tuple(problems))


def look_soon(engine: Engine, site: str) -> None:
    """Compare with all a site holds when it is synchronised next."""
    engine.memory.pop(_COMPARED + site, None)


def wanted(engine: Engine, adapter: CmsAdapter) -> tuple[Item, ...]:
    """Return what this site shall show now."""
    until = _until(engine, adapter)
    people = (_item(engine, one, until=until) for one in teasers(engine))
    return (*people, *announced(engine))


def noted(engine: Engine, **equal: Any) -> tuple[Displayed, ...]:
    """Return what websites show, or may show, as far as is known here."""
    with engine.store.begin(write=False) as transaction:
        return transaction.every(Displayed, **equal)


def unwanted(engine: Engine) -> dict[str, int]:
    """Return how many items each site shows, or may show, that may not be shown now."""
    rows = noted(engine)
    if not rows:
        return {}
    may = {name: {item.key for item in wanted(engine, site)} for name, site in engine.sites.items()}
    return dict(Counter(row.site for row in rows if row.item not in may.get(row.site, ())))


def troubles(engine: Engine) -> tuple[Trouble, ...]:
    """Return with what each connected site failed the last time, if it did."""
    with engine.store.begin(write=False) as transaction:
        found = transaction.every(Trouble, kind=KIND)
    return tuple(one for one in found if one.about in engine.sites)


def code_of(error: AdapterError) -> str:
    """Return a stable code for an error, without its text."""
    return type(error).__name__.removesuffix("Error").lower()


def _keep(engine: Engine, adapter: CmsAdapter, *, cramped: bool) -> tuple[int, list[AdapterError]]:
    failed: list[AdapterError] = []
    found = _listed(engine, adapter, failed)
    rows, items = noted(engine, site=adapter.name), wanted(engine, adapter)
    steps = decide(rows, items, found, at=engine.now())
    if cramped:
        steps = attrs.evolve(steps, send=())
    done = 0
    for step, _ in zip(_each(engine, adapter, steps), range(limits.SITE_STEPS), strict=False):
        engine.lease.renew()
        try:
            with asking(engine, name_of(adapter)):
                step()
        except AdapterError as error:
            failed.append(error)
            if isinstance(error, TemporaryAdapterError | CredentialsError):
                break
        else:
            done += 1
    if found is not None and not failed and not steps.removing:
        engine.memory[_COMPARED + adapter.name] = engine.now()
    return done, failed


def _listed(
    engine: Engine, adapter: CmsAdapter, failed: list[AdapterError]
) -> tuple[Published, ...] | None:
    """Ask a site for all of ours, every half hour and when something may be there unknown."""
    last = engine.memory.get(_COMPARED + adapter.name)
    if last is not None and 0 <= engine.now() - last < limits.SITE_COMPARED:
        return None
    try:
        with asking(engine, name_of(adapter)):
            found = adapter.published()
    except AdapterError as error:
        failed.append(error)
        return None
    # What nobody sees and cannot be erased is as far away as it can be.
    return tuple(one for one in found if one.public or erases(adapter))


def _each(engine: Engine, adapter: CmsAdapter, steps: Steps) -> Iterator[_Step]:
    yield from (partial(_take, engine, adapter, row) for row in steps.away)
    yield from (partial(_remove, engine, adapter, one) for one in steps.strays)
    yield from (partial(_send, engine, adapter, item) for item in steps.send)


def _take(engine: Engine, adapter: CmsAdapter, row: Displayed) -> None:
    take_away(adapter, engine.store, row, at=engine.now())


def _remove(engine: Engine, adapter: CmsAdapter, stray: Published) -> None:
    at = engine.now()
    adapter.unpublish(stray.ref, at=at)
    if erases(adapter):
        adapter.erase(stray.ref, at=at)
    with engine.store.begin() as transaction:
        row = transaction.get(Displayed, adapter.name, stray.key)
        if row is not None and row.ref == stray.ref:  # of two under one key the other one stays
            transaction.put(attrs.evolve(row, ref=None, sent=""))


def _send(engine: Engine, adapter: CmsAdapter, item: Item) -> None:
    leave = _intend(engine, adapter, item)
    if leave is None:
        return
    item, permit = leave
    at = engine.now()
    ref = adapter.publish(item, permit=permit, at=at)
    row = Displayed(
        adapter.name, item.key, item.referral, ref, print_of(item), item.valid_until, at
    )
    with engine.store.begin() as transaction:
        transaction.lock([item.referral])
        transaction.put(row)
        erase_again(engine, item.referral, transaction=transaction)


def _intend(engine: Engine, adapter: CmsAdapter, item: Item) -> tuple[Item, Permit | None] | None:
    """Note that the site may show it from now on; None when it may not be shown any more."""
    reader, until = engine.reader(), _until(engine, adapter)
    with engine.store.begin() as transaction:
        transaction.lock([item.referral])
        teaser = None
        if item.kind is ItemKind.TEASER:
            teaser = teaser_now(engine, transaction, item.referral, reader=reader)
            if teaser is None:
                return None
            item = _item(engine, teaser, until=until)
        before = transaction.get(Displayed, adapter.name, item.key)
        ref = before.ref if before else None
        row = Displayed(adapter.name, item.key, item.referral, ref, "", 0, engine.now())
        transaction.put(row)
    return item, teaser.permit if teaser else None


def _item(engine: Engine, teaser: Teaser, *, until: int) -> Item:
    language = engine.settings.language
    return item_of(teaser, vocabulary=engine.vocabulary, language=language, until=until)


def _until(engine: Engine, adapter: CmsAdapter) -> int:
    """Return until when the site shall show anybody; where it hides by itself, for a short time.

    Even while this engine stands still, nobody stands there longer than the hour promised.
    """
    if not adapter.capabilities.expires:
        return limits.INTEGER_MAX
    return heard_at(engine) + limits.SITE_SHOWN


def _tell(engine: Engine, site: str, failed: Sequence[AdapterError]) -> None:
    """Note for `doctor` what a site failed with, or that it is well again."""
    if failed:
        engine.complain(KIND, site, code_of(failed[0]))
        return
    with engine.store.begin(write=False) as transaction:
        before = transaction.get(Trouble, KIND, site)
    if before is not None:
        engine.appease(KIND, site)
