"""The folder `in/` as one system: persons' files, export files and mails, each id once."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from fachkraft_share.errors import InvalidRecordError, TemporaryAdapterError
from fachkraft_share.ports.reading import Preview, Problem, Record, RemoteDocument, StageMap
from fachkraft_share_files.beside import read_document
from fachkraft_share_files.columns import Mapped
from fachkraft_share_files.inbox import (
    Found,
    FoundTable,
    Item,
    Loose,
    find_all,
    problem_of,
    read_record,
)
from fachkraft_share_files.names import fold, key_of
from fachkraft_share_files.sources import Source
from fachkraft_share_files.tables import Table, Tables, claimed

_Held = Found | Table | Problem
_WITHOUT = "put it with the profile (JSON Resume or HR Open) into a folder of its own"


class Pickup:
    """What lies in `in/`, read as often as asked."""

    def __init__(self, inbox: Path, stages: StageMap, mapped: Mapped) -> None:
        self._inbox = inbox
        self._stages = stages
        self._tables = Tables(stages, mapped)
        self._where: dict[str, Found | FoundTable] = {}

    def records(self) -> Iterator[Record | Problem]:
        """Yield every application and every problem; of two with one id none."""
        held = self._held()
        places: dict[str, list[str]] = defaultdict(list)
        for one in self._read(held):
            if isinstance(one, Record):
                places[one.id].append(one.place)
        for one in self._read(held):  # again: a hundred profiles need not be held at once
            if isinstance(one, Record) and len(places[one.id]) > 1:
                yield _twice(one, places[one.id])
            else:
                yield one

    def documents(self, application: str) -> Iterator[tuple[RemoteDocument, Source]]:
        """Yield the documents of an application with where they lie."""
        sources = self._documents_at(self._where.get(application), application)
        if sources is None:
            found = (one for one in find_all(self._inbox, self._stages))
            several = (self._documents_at(one, application) for one in found)
            sources = next((one for one in several if one is not None), [])
        for one in sources:
            yield read_document(one, application), one

    def previews(self) -> tuple[Preview, ...]:
        """Return how each export file is understood."""
        tables = [one for one in self._held() if isinstance(one, Table)]
        return tuple(map(self._tables.preview, tables))

    def _held(self) -> list[_Held]:
        found = find_all(self._inbox, self._stages)
        self._tables.keep_only(one.place for one in found if isinstance(one, FoundTable))
        held = [self._tables.read(one) if isinstance(one, FoundTable) else one for one in found]
        named = {place for one in held if isinstance(one, Table) for place in claimed(one)}
        return [_settled(one) for one in held if not _is_named(one, named)]

    def _read(self, held: list[_Held]) -> Iterator[Record | Problem]:
        for one in held:
            if isinstance(one, Table):
                for row in self._tables.records(one):
                    self._note(row, one.found)
                    yield row
                continue
            read = _person(one)
            if read is not None:
                self._note(read, one)
                yield read

    def _note(self, read: Record | Problem, found: Found | FoundTable | Problem) -> None:
        if isinstance(read, Record) and not isinstance(found, Problem):
            self._where[read.id] = found

    def _documents_at(self, found: Item | None, application: str) -> list[Source] | None:
        if isinstance(found, FoundTable):
            return self._of_table(found, application)
        if isinstance(found, Found):
            read = _person(found)
            held = isinstance(read, Record) and read.id == application
            return list(found.documents) if held else None
        return None

    def _of_table(self, found: FoundTable, application: str) -> list[Source] | None:
        try:
            return self._tables.documents(found, application)
        except FileNotFoundError:
            return None  # taken away meanwhile


def _is_named(one: _Held | Loose, named: set[str]) -> bool:
    return isinstance(one, Loose) and fold(one.place) in named


def _settled(one: _Held | Loose) -> _Held:
    if not isinstance(one, Loose):
        return one
    key = key_of(one.path.stem)
    return Problem(key, "", "a file without a profile", _WITHOUT, place=one.place)


def _twice(record: Record, places: list[str]) -> Problem:
    what, fix = "this id is used twice", "give each application an id of its own"
    shown = "; ".join([record.place, *(one for one in places if one != record.place)][:5])
    return Problem(record.id, "application.id", what, fix, place=shown)


def _person(found: Found | Problem) -> Record | Problem | None:
    if isinstance(found, Problem):
        return found
    try:
        return read_record(found)
    except FileNotFoundError:
        return None  # taken away meanwhile
    except (InvalidRecordError, TemporaryAdapterError, PermissionError) as error:
        return problem_of(found.place, found.key, error)
