"""Load the official tables an operator has set paths for; the parsers themselves are pure."""

from pathlib import Path
from typing import Final

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SetupError
from fachkraft_share.rules.official_lists import NAMES, vocabulary_of
from fachkraft_share.rules.vocabulary import Vocabulary

TABLES: Final = NAMES


def load_vocabulary(**paths: Path | None) -> Vocabulary:
    """Return the shipped vocabulary with the official lists at these paths, by their names.

    Raises:
        SetupError: a file cannot be read or is not the list it should be.
    """
    given = {name: path for name, path in paths.items() if path is not None}
    contents = {name: read_list(path) for name, path in given.items()}
    try:
        return vocabulary_of(contents)
    except MalformedError as error:
        name, _, why = str(error).partition(": ")
        raise SetupError(f"{given[name].name}: {why}") from error


def read_list(path: Path) -> bytes:
    """Return what stands in a file, up to what a list may have and one byte more.

    Raises:
        SetupError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(limits.VOCABULARY_BYTES + 1)
    except OSError as error:
        raise SetupError(f"{path.name}: cannot be read; check path and rights") from error
