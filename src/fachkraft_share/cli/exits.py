"""What an exit code means, and the one sentence an error becomes; no personal data in either."""

import os
from typing import Final

from fachkraft_share.errors import (
    AdapterError,
    BusyError,
    CredentialsError,
    FachkraftShareError,
    QuarantineError,
    RefusedError,
    SetupError,
    StateError,
    StoreError,
    TemporaryAdapterError,
    TemporaryError,
    WireError,
)

OK: Final = 0
REFUSED: Final = 1
USAGE: Final = 2
TEMPORARY: Final = 3
STORE: Final = 4
OUTSIDE: Final = 5
FAULT: Final = 70
INTERRUPTED: Final = 130

MEANINGS: Final[tuple[tuple[int, str], ...]] = (
    (OK, "done"),
    (REFUSED, "understood and refused, or a check failed"),
    (USAGE, "wrong use, or something is not set up; the message says what to do"),
    (TEMPORARY, "nothing was changed, try again later"),
    (STORE, "the folder cannot be read or written, or was restored and must hear its peers first"),
    (OUTSIDE, "an outside system refused or does not understand"),
    (FAULT, "a fault of this program; FKS_DEBUG=1 shows where"),
    (INTERRUPTED, "interrupted"),
)

# The first class that fits decides; the remedy is added to the error's own sentence.
_ERRORS: Final[tuple[tuple[type[Exception], int, str], ...]] = (
    (SetupError, USAGE, ""),
    (QuarantineError, STORE, "run: fachkraft-share sync"),
    (BusyError, TEMPORARY, "another process works in this folder; try again in a moment"),
    (TemporaryError, TEMPORARY, "try again later"),
    (TemporaryAdapterError, TEMPORARY, "the outside system is not there; try again later"),
    (StoreError, STORE, "run: fachkraft-share doctor"),
    (CredentialsError, OUTSIDE, "check the credentials: fachkraft-share connect"),
    (AdapterError, OUTSIDE, ""),
    (WireError, REFUSED, "what was received is not what the protocol demands"),
    (StateError, REFUSED, ""),
    (FachkraftShareError, REFUSED, ""),
)


def code_of(error: BaseException) -> int:
    """Return the exit code an error ends in."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, OSError):
        return STORE
    if isinstance(error, ModuleNotFoundError):
        return USAGE
    return next((code for kind, code, _ in _ERRORS if isinstance(error, kind)), FAULT)


def sentence(error: BaseException) -> str:
    """Return one sentence for people: what happened and what to do."""
    if isinstance(error, RefusedError):
        return _refusal(error)
    if isinstance(error, FachkraftShareError):
        remedy = next(text for kind, _, text in _ERRORS if isinstance(error, kind))
        said = str(error) or type(error).__name__
        return f"{said}; {remedy}" if remedy and remedy not in said else said
    if isinstance(error, OSError):
        return _system(error)
    if isinstance(error, ModuleNotFoundError):
        return (
            f'{error.name} is not installed; install it with: pip install "fachkraft-share[node]"'
        )
    kind = type(error).__name__
    return f"internal error ({kind}); this is a fault of the program, FKS_DEBUG=1 shows where"


def _refusal(error: RefusedError) -> str:
    said = error.detail or "this is not possible"
    return f"refused ({error.code}): {said}; more: fachkraft-share explain {error.code}"


def _system(error: OSError) -> str:
    """Say where, but never the file's own name: it may be a person's."""
    why = error.strerror or type(error).__name__
    where = os.path.dirname(os.fspath(error.filename)) if isinstance(error.filename, str) else ""
    return f"{why} (in the folder {where}); check its rights and space" if where else why
