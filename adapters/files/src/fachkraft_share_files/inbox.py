"""The folder `in/`: which applications lie there, under which stage, with which files.

1. The same application lies there once; of two nobody can say which is right, so none is read.
2. A file name identifies an application whatever its case, its folder and its kind of umlauts.
3. Nothing is read through a link.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from fachkraft_share.errors import InvalidRecordError, TemporaryAdapterError
from fachkraft_share.model.candidate import Stage
from fachkraft_share.ports.reading import Problem, Record, StageMap
from fachkraft_share_files.beside import read_document
from fachkraft_share_files.grid import CellError
from fachkraft_share_files.names import OPAQUE, fold, key_of, readable
from fachkraft_share_files.sources import Source, attachments, changed_at, content_of
from fachkraft_share_files.text import read_json

SIDECAR = "application.json"
TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".ods")
STAGES = StageMap(
    {
        "rejected": Stage.REJECTED,
        "abgelehnt": Stage.REJECTED,
        "withdrawn": Stage.WITHDRAWN,
        "zurückgezogen": Stage.WITHDRAWN,
        "open": Stage.OPEN,
        "offen": Stage.OPEN,
        "hired": Stage.HIRED,
        "eingestellt": Stage.HIRED,
    },
    runner_ups=frozenset({"rejected", "abgelehnt", "withdrawn", "zurückgezogen"}),
)
_FIELDS = {"id", "stage", "reason", "rejected_on", "job", "runner_up"}
_PASSING = (".tmp", ".part", ".partial", ".crdownload", ".download", ".swp", ".bak", ".lnk")
_SYSTEM = {"thumbs.db", "desktop.ini"}
_OLD = {
    ".xls": "the old .xls format is not read",
    ".xlsb": "the .xlsb format is not read",
    ".numbers": "Apple's own format is not read",
    ".msg": "Outlook's own .msg format is not read",
}
_ANEW = {".msg": "save the mail as .eml, or lay its attachments here"}


@attrs.frozen
class Found:
    """The files of one application; nothing of them was read yet but the sidecar."""

    place: str = attrs.field(repr=False)
    key: str
    stage: str
    profile: Source = attrs.field(repr=False)
    documents: tuple[Source, ...] = attrs.field(default=(), repr=False)
    sidecar: Source | None = attrs.field(default=None, repr=False)


@attrs.frozen
class FoundTable:
    """An export file and the files its rows may name; nothing was read yet."""

    place: str = attrs.field(repr=False)
    key: str
    stage: str
    source: Source = attrs.field(repr=False)
    beside: tuple[Source, ...] = attrs.field(default=(), repr=False)


@attrs.frozen
class Loose:
    """A file without a profile; whether an export names it, only reading that tells."""

    place: str = attrs.field(repr=False)
    path: Path = attrs.field(repr=False)


Item = Found | FoundTable | Loose | Problem


def find_all(inbox: Path, stages: StageMap) -> list[Item]:
    """Return what lies in the folder; what is not understood is a problem."""
    found: list[Item] = []
    for path in _listed(inbox):
        stage = fold(path.name)
        if path.is_dir() and (stage in stages.stages or not _profiles(path)):
            for inner in _listed(path):
                found += _look_at(inner, inbox, stage=stage)
        else:
            found += _look_at(path, inbox, stage="")
    return list(_singled(found))


def read_record(found: Found) -> Record:
    """Read one application.

    Raises:
        InvalidRecordError: it cannot be read; names the field.
        TemporaryAdapterError: a file of it is still being written.
    """
    profile = read_json(found.profile)
    if not isinstance(profile, dict):
        raise InvalidRecordError("file: not an object")
    stated = _stated(found, profile)
    key = stated.get("id", found.key)
    return Record(
        id=key,
        stage=_stage(stated, found),
        fields={"profile": profile},
        reason=stated.get("reason", ""),
        candidate_id=key,
        job=stated.get("job", ""),
        rejected_on=_date(stated),
        runner_up=stated.get("runner_up"),
        updated_at=changed_at(found.profile) // 10**9,
        place=found.place,
        documents=tuple(read_document(one, key) for one in found.documents),
    )


def problem_of(place: str, key: str, error: Exception) -> Problem:
    """Return the error as a problem that names file and field."""
    if isinstance(error, TemporaryAdapterError):
        fix = "wait until it is there whole; if it stays so, save or copy it again"
        return Problem(key, "", str(error), fix, place=place, temporary=True)
    if isinstance(error, PermissionError):
        fix = "give the program the right to read it"
        return Problem(key, "", "access is refused", fix, place=place)
    if isinstance(error, CellError):
        return Problem(key, error.field, error.what, error.fix, place=place)
    field, _, what = str(error).partition(": ")
    fix = "save it as UTF-8" if "UTF" in what or field == "umlauts" else "correct the file"
    return Problem(key, field, what, fix, place=place)


def _listed(folder: Path) -> list[Path]:
    return sorted((path for path in folder.iterdir() if not _passing(path)), key=_sorting)


def _sorting(path: Path) -> tuple[str, str]:
    return fold(path.name), path.name


def _passing(path: Path) -> bool:
    name = path.name.lower()
    return name.startswith((".", "~")) or name.endswith(_PASSING) or name in _SYSTEM


def _profiles(folder: Path) -> list[Path]:
    return [
        path
        for path in _listed(folder)
        if path.suffix.lower() == ".json" and fold(path.name) != SIDECAR
    ]


def _look_at(path: Path, inbox: Path, *, stage: str) -> Iterator[Item]:
    place = readable(path.relative_to(inbox.parent).as_posix())
    if path.is_symlink():
        yield _problem(path, place, what="a link is not followed", fix="copy the file itself")
    elif path.is_dir():
        yield _look_into(path, place, stage=stage)
    elif fold(path.name).endswith(f".{SIDECAR}"):
        return
    elif path.suffix.lower() == ".json":
        sidecar = next((one for one in _listed(path.parent) if _belongs(one, path)), None)
        yield Found(place, key_of(path.stem), stage, path, (), sidecar)
    elif is_table(path):
        yield FoundTable(place, key_of(path.name), stage, path)
    elif path.suffix.lower() == ".eml":
        yield _look_into_mail(path, place, stage=stage)
    elif path.suffix.lower() in _OLD:
        yield _old(path, place)
    else:
        yield Loose(place, path)


def _old(path: Path, place: str) -> Problem:
    suffix = path.suffix.lower()
    return _problem(path, place, what=_OLD[suffix], fix=_ANEW.get(suffix, "save it as .xlsx"))


def _look_into_mail(mail: Path, place: str, *, stage: str) -> Item:
    try:
        attached = attachments(mail)
    except (InvalidRecordError, TemporaryAdapterError, PermissionError) as error:
        return problem_of(place, key_of(mail.stem), error)
    return _told_apart(mail, place, attached, stage=stage, what="a mail")


def _belongs(sidecar: Path, profile: Path) -> bool:
    return fold(sidecar.name) == f"{fold(profile.stem)}.{SIDECAR}"


def _look_into(folder: Path, place: str, *, stage: str) -> Item:
    inside = _listed(folder)
    if any(path.is_symlink() or path.is_dir() for path in inside):
        fix = "put the files themselves beside the profile"
        return _problem(folder, place, what="a link or folder inside is not followed", fix=fix)
    return _told_apart(folder, place, inside, stage=stage, what="a folder")


def _told_apart(path: Path, place: str, inside: Sequence[Source], *, stage: str, what: str) -> Item:
    """Say what files that belong together are: a person with documents, or an export."""
    sidecar = next((one for one in inside if fold(one.name) == SIDECAR), None)
    profiles = [one for one in inside if one.suffix.lower() == ".json" and one is not sidecar]
    tables = [one for one in inside if is_table(one)]
    if len(profiles) == 1:
        documents = tuple(one for one in inside if one not in (profiles[0], sidecar))
        name = path.stem if path.is_file() else path.name
        return Found(place, key_of(name), stage, profiles[0], documents, sidecar)
    if not profiles and len(tables) == 1:
        beside = tuple(one for one in inside if one is not tables[0])
        return FoundTable(place, key_of(path.name), stage, tables[0], beside)
    count = f"{len(profiles)} profiles" if profiles else "no profile"
    fix = "one folder or mail holds one profile, or one export file; other folders must be stages"
    return _problem(path, place, what=f"{what} with {count}", fix=fix)


def is_table(source: Source) -> bool:
    """Tell whether this is an export file by its ending."""
    return source.suffix.lower() in TABLES


def _problem(path: Path, place: str, *, what: str, fix: str) -> Problem:
    return Problem(key_of(path.stem), "", what, fix, place=place)


def _singled(found: Iterable[Item]) -> Iterator[Item]:
    kept = [one for one in found if isinstance(one, Found)]
    keys = Counter(one.key for one in kept)
    first: dict[str, Item] = {}
    for one in found:
        if isinstance(one, Problem | Loose):
            yield one
        elif isinstance(one, Found) and keys[one.key] > 1:
            yield _twice(one, "leave it in the folder of its stage only")
        elif first.setdefault(_digest(one), one) is not one:
            yield _twice(one, "remove the copy")
        else:
            yield one


def _twice(found: Found | FoundTable, fix: str) -> Problem:
    what = "the same application lies there twice"
    if isinstance(found, FoundTable):
        what = "the same export lies there twice"
    return Problem(found.key, "", what, fix, place=found.place)


def _digest(found: Found | FoundTable) -> str:
    try:
        content = content_of(found.profile if isinstance(found, Found) else found.source)
    except (OSError, InvalidRecordError, TemporaryAdapterError):
        return found.place  # reported when it is read
    return hashlib.sha256(content).hexdigest()


def _stated(found: Found, profile: Mapping[str, Any]) -> dict[str, Any]:
    meta = profile.get("meta")
    within = meta.get("application", {}) if isinstance(meta, dict) else {}
    beside = read_json(found.sidecar) if found.sidecar else {}
    for one in (within, beside):
        if not isinstance(one, dict):
            raise InvalidRecordError("application: not an object")
    stated = {**within, **beside}
    for name, value in stated.items():
        if name not in _FIELDS:
            raise InvalidRecordError(f"application: unknown field, known are {sorted(_FIELDS)}")
        if not isinstance(value, bool if name == "runner_up" else str):
            raise InvalidRecordError(f"application.{name}: of the wrong type")
    if "id" in stated and not OPAQUE.fullmatch(stated["id"]):
        raise InvalidRecordError("application.id: letters, digits and _.:=~- only")
    return stated


def _stage(stated: Mapping[str, Any], found: Found) -> str:
    stage = fold(str(stated.get("stage", found.stage)))
    if not stage:
        raise InvalidRecordError("stage: not said; put it into in/rejected or say it")
    if found.stage and stage != found.stage:
        raise InvalidRecordError("stage: the folder says something else than the file")
    return stage


def _date(stated: Mapping[str, Any]) -> str | None:
    date = stated.get("rejected_on")
    if date is None:
        return None
    try:
        return dt.date.fromisoformat(date).isoformat()
    except ValueError:
        raise InvalidRecordError("application.rejected_on: not a date such as 2026-11-19") from None
