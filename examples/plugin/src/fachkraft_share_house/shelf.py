"""A folder in which received persons are filed: one JSON file each, named by our key."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from fachkraft_share import Candidate
from fachkraft_share.ports.adapter import Checked, Setting
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.capabilities import Capabilities, Create, EraseMethod, Identity
from fachkraft_share.ports.erasure_evidence import Erased, Outcome, Residue, ResidueKind


class ShelfAdapter(AtsAdapter):
    """The shelf takes persons, no documents, and is not read."""

    name = "shelf"
    capabilities = Capabilities(
        create=Create.TALENT_POOL, identity=Identity.EXTERNAL_ID, erase=EraseMethod.HARD
    )
    limitations = "Takes persons only; nothing is read from it."
    settings = (Setting("folder", "where the files lie"),)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def _connect(cls, settings: Mapping[str, str]) -> Self:
        return cls(Path(settings["folder"]))

    def _set_up(self, *, at: int) -> None:  # noqa: ARG002 - a folder has no clock
        self._folder.mkdir(parents=True, exist_ok=True)

    def _check(self, *, at: int) -> Checked:  # noqa: ARG002
        warnings = () if self._folder.is_dir() else ("the folder is not there",)
        return Checked("1", warnings=warnings)

    def _find(self, referral: str) -> str | None:
        return referral if self._file_of(referral).exists() else None

    def _import_referral(
        self,
        referral: str,
        candidate: Candidate,
        *,
        known: str | None,  # noqa: ARG002
        at: int,  # noqa: ARG002
    ) -> str:
        person = {"given": candidate.given, "family": candidate.family, "email": candidate.email}
        self._file_of(referral).write_text(json.dumps(person, ensure_ascii=False), "utf-8")
        return referral

    def _erase(self, ref: str, *, at: int) -> Erased:  # noqa: ARG002
        there = self._file_of(ref).exists()
        self._file_of(ref).unlink(missing_ok=True)
        return Erased(Outcome.ERASED if there else Outcome.NEVER_HELD)

    def _look(self, ref: str, *, at: int) -> Iterable[Residue]:  # noqa: ARG002
        if self._file_of(ref).exists():
            yield Residue(ResidueKind.FILE, ref)

    def _file_of(self, ref: str) -> Path:
        return self._folder / f"{ref}.json"
