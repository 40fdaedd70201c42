"""The alliance's official lists at a member: fetched by hash, verified, used until newer ones came.

1. What is believed is what our own authority's newest list names; a partner's names nothing here.
2. A list is used once it has come whole and could be read; until then the one before it is.
3. Nothing else waits for a list: fetching comes last, and what goes wrong is noted for `doctor`.
"""

from collections.abc import Mapping

from fachkraft_share.errors import FachkraftShareError, MalformedError, RefusedError
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import Standing
from fachkraft_share.protocol import problems
from fachkraft_share.rules.official_lists import NAMES, recognise, vocabulary_of
from fachkraft_share.rules.vocabulary import Vocabulary
from fachkraft_share.wire.encoding import sha256

KIND = "vocabulary"  # of the trouble that a list cannot be had
_PREFIX = "list "  # of the names of `Standing`
_SETTLED = "lists named"  # in the engine's memory: what was named when all of it was in use
_UNREAD = "list unread"  # likewise: the name of one that could not be read


def refresh(engine: Engine) -> None:
    """Bring what is in use up to what the newest list names; nothing is asked if nothing is new."""
    if unread := engine.memory.pop(_UNREAD, ""):
        engine.complain(KIND, unread, "malformed")
    newest = engine.directories.now().newest
    listed = newest.vocabulary if newest is not None else ()
    if engine.memory.get(_SETTLED) == listed:
        return
    wanted = {one.name: one.sha256 for one in listed if one.name in NAMES}
    used = _in_use(engine)
    fetched = {name: named for name, named in wanted.items() if _have(engine, name, named)}
    kept = {name: named for name, named in used.items() if name in wanted}
    settled = {**kept, **fetched}
    if settled != used:
        _use(engine, settled, before=used)
    engine.shelf.keep_only(settled.values())
    if fetched == wanted:
        engine.memory[_SETTLED] = listed


def reload(engine: Engine) -> None:
    """Use what is in use: another process may have fetched it."""
    used = _in_use(engine)
    if used != engine.lists:
        engine.lists = used
        engine.forget_words()


def _in_use(engine: Engine) -> dict[str, str]:
    with engine.store.begin(write=False) as transaction:
        rows = transaction.every(Standing)
    return {
        row.name.removeprefix(_PREFIX): row.value for row in rows if row.name.startswith(_PREFIX)
    }


def words(engine: Engine) -> Vocabulary:
    """Return the vocabulary of the lists in use, those the member names itself over them.

    It may be read within a transaction and asks no store. If one of the alliance's lists can no
    longer be read, by a newer version of this library, all of them are left out.

    Raises:
        MalformedError: a list that the member names itself is not what it should be.
    """
    lying = {name: engine.shelf.get(named) for name, named in engine.lists.items()}
    found = {name: content for name, content in lying.items() if content is not None}
    try:
        return vocabulary_of({**found, **engine.own_lists})
    except MalformedError as error:
        name = str(error).partition(":")[0]
        if name in engine.own_lists or name not in found:
            raise
        engine.memory[_UNREAD] = name
        return vocabulary_of(engine.own_lists)


def _have(engine: Engine, name: str, named: str) -> bool:
    """Tell whether the list is here, fetching it if it is not."""
    if engine.shelf.get(named) is not None:
        return True
    try:
        engine.lease.renew()
        content = engine.client.vocabulary(named)
        if sha256(content) != named:
            raise RefusedError("hash", "the node handed out another list than it names")
        recognise(content, name=name)
        engine.shelf.put(content)
    except FachkraftShareError as error:
        engine.complain(KIND, name, problems.code_of(error))
        return False
    engine.appease(KIND, name)
    return True


def _use(engine: Engine, settled: Mapping[str, str], *, before: Mapping[str, str]) -> None:
    with engine.store.begin() as transaction:
        for name in before.keys() - settled.keys():
            transaction.drop(Standing, f"{_PREFIX}{name}")
        for name, named in settled.items():
            transaction.put(Standing(f"{_PREFIX}{name}", named, engine.now()))
    reload(engine)
