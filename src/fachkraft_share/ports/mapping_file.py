"""Read the TOML file in which a customer says what its stages, reasons or columns mean."""

import tomllib
from pathlib import Path
from typing import Any

from fachkraft_share.errors import SetupError
from fachkraft_share.ports.reading import StageMap, read_stage_map


def read_stages(path: str, *, adapter: str, shipped: StageMap) -> StageMap:
    """Return the stage map of a setting `stages`, or the shipped one where nothing is set.

    Raises:
        SetupError: the file cannot be read, or says what is no stage.
    """
    if not path:
        return shipped
    return read_stage_map(read_mapping(Path(path), adapter=adapter, what="stages"))


def read_mapping(path: Path, *, adapter: str, what: str) -> dict[str, Any]:
    """Return what the file says; `what` are its contents, in a word.

    Raises:
        SetupError: it cannot be read, or is no TOML in UTF-8.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SetupError(f"{adapter}: the file with the {what} cannot be read") from error
