"""The folder `in/`: which applications lie there, under which stage, with which files.

1. The same application lies there once; of two nobody can say which is right, so none is read.
2. A file name identifies an application whatever its case, its folder and its kind of umlauts.
3. Nothing is read through a link.
"""

import datetime as dt
import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from fachkraft_share.errors import InvalidRecordError, TemporaryAdapterError
from fachkraft_share.model.candidate import Stage
from fachkraft_share.ports.documents import is_whole, media_type
from fachkraft_share.ports.reading import Problem, Record, RemoteDocument, StageMap
from fachkraft_share.rules.formats.documents import document_kind
from fachkraft_share_files.text import read_json, steady

SIDECAR = "application.json"
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
_OPAQUE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.:=~-]{0,127}")
_PASSING = (".tmp", ".part", ".partial", ".crdownload", ".download", ".swp", ".bak", ".lnk")
_SYSTEM = {"thumbs.db", "desktop.ini"}
_TAIL = 66_000  # bytes in which the end of every known kind of file must stand


@attrs.frozen
class Found:
    """The files of one application; nothing of them was read yet but the sidecar."""

    place: str = attrs.field(repr=False)
    key: str
    stage: str
    profile: Path = attrs.field(repr=False)
    documents: tuple[Path, ...] = attrs.field(default=(), repr=False)
    sidecar: Path | None = attrs.field(default=None, repr=False)


def find_all(inbox: Path, stages: StageMap) -> list[Found | Problem]:
    """Return what lies in the folder; what is not understood is a problem."""
    found: list[Found | Problem] = []
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
        updated_at=int(found.profile.stat().st_mtime),
        place=found.place,
        documents=tuple(_document(path, key) for path in found.documents),
    )


def problem_of(found: Found, error: Exception) -> Problem:
    """Return the error as a problem that names file and field."""
    if isinstance(error, TemporaryAdapterError):
        fix = "wait until it is there whole; if it stays so, save or copy it again"
        return Problem(found.key, "", str(error), fix, place=found.place, temporary=True)
    if isinstance(error, PermissionError):
        fix = "give the program the right to read it"
        return Problem(found.key, "", "access is refused", fix, place=found.place)
    field, _, what = str(error).partition(": ")
    fix = "save it as UTF-8" if "UTF" in what or field == "umlauts" else "correct the file"
    return Problem(found.key, field, what, fix, place=found.place)


def fold(name: str) -> str:
    """Return a file or folder name so that Windows, macOS and Linux mean the same."""
    return unicodedata.normalize("NFC", name).casefold().strip()


def readable(name: str) -> str:
    """Return a name that can be printed; old systems leave bytes that are no text."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))


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


def _look_at(path: Path, inbox: Path, *, stage: str) -> Iterator[Found | Problem]:
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
    else:
        fix = "put it with the profile (JSON Resume or HR Open) into a folder of its own"
        yield _problem(path, place, what="a file without a profile", fix=fix)


def _belongs(sidecar: Path, profile: Path) -> bool:
    return fold(sidecar.name) == f"{fold(profile.stem)}.{SIDECAR}"


def _look_into(folder: Path, place: str, *, stage: str) -> Found | Problem:
    inside = _listed(folder)
    profiles = _profiles(folder)
    if len(profiles) != 1:
        count = "no profile" if not profiles else f"{len(profiles)} profiles"
        fix = "one folder holds one profile; a folder that is a stage must stand in the stage map"
        return _problem(folder, place, what=f"a folder with {count}", fix=fix)
    if any(path.is_symlink() or path.is_dir() for path in inside):
        fix = "put the files themselves beside the profile"
        return _problem(folder, place, what="a link or folder inside is not followed", fix=fix)
    sidecar = next((path for path in inside if fold(path.name) == SIDECAR), None)
    documents = tuple(path for path in inside if path not in (profiles[0], sidecar))
    return Found(place, key_of(folder.name), stage, profiles[0], documents, sidecar)


def key_of(name: str) -> str:
    """Return the opaque id of an application that lies under this name."""
    return "f" + hashlib.sha256(os.fsencode(fold(name))).hexdigest()[:24]


def _problem(path: Path, place: str, *, what: str, fix: str) -> Problem:
    return Problem(key_of(path.stem), "", what, fix, place=place)


def _singled(found: Iterable[Found | Problem]) -> Iterator[Found | Problem]:
    kept = [one for one in found if isinstance(one, Found)]
    keys = Counter(one.key for one in kept)
    contents = {one.place: _digest(one) for one in kept}
    first: dict[str, Found] = {}
    for one in found:
        if isinstance(one, Problem):
            yield one
        elif keys[one.key] > 1:
            yield _twice(one, "leave it in the folder of its stage only")
        elif first.setdefault(contents[one.place], one) is not one:
            yield _twice(one, "remove the copy")
        else:
            yield one


def _twice(found: Found, fix: str) -> Problem:
    return Problem(found.key, "", "the same application lies there twice", fix, place=found.place)


def _digest(found: Found) -> str:
    try:
        return hashlib.sha256(steady(found.profile)).hexdigest()
    except (OSError, InvalidRecordError, TemporaryAdapterError):
        return found.place  # reported when it is read


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
    if "id" in stated and not _OPAQUE.fullmatch(stated["id"]):
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


def _document(path: Path, key: str) -> RemoteDocument:
    media = media_type(path.name)
    if not media:
        raise InvalidRecordError("document: of a kind that is not taken (PDF, DOCX, ODT, …)")
    status = path.stat()
    with path.open("rb") as file:
        file.seek(max(0, status.st_size - _TAIL))
        if not is_whole(media, file.read(_TAIL)):
            raise TemporaryAdapterError("a document is not there whole")
    return RemoteDocument(
        id=hashlib.sha256(os.fsencode(path.name)).hexdigest()[:24],
        application=key,
        name=readable(path.name),
        kind=document_kind(path.stem),
        media_type=media,
        size=status.st_size,
        version=str(status.st_mtime_ns),
    )
