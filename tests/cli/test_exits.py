"""Every error ends in one sentence and one documented code."""

import pytest

from fachkraft_share import errors
from fachkraft_share.cli import exits

CASES: list[tuple[BaseException, int, str]] = [
    (errors.RefusedError("audience", "not named"), exits.REFUSED, "explain audience"),
    (errors.ConsentError("expired"), exits.REFUSED, "explain expired"),
    (errors.StateError("it is closed"), exits.REFUSED, "it is closed"),
    (errors.MalformedError("not JSON"), exits.REFUSED, "not JSON"),
    (errors.SetupError("please set name"), exits.USAGE, "please set name"),
    (errors.UnreachableError("no answer"), exits.TEMPORARY, "try again later"),
    (errors.BusyError("taken"), exits.TEMPORARY, "another process"),
    (errors.StoreError("cannot be read"), exits.STORE, "doctor"),
    (errors.QuarantineError("restored"), exits.STORE, "sync"),
    (errors.PermanentAdapterError("no"), exits.OUTSIDE, "no"),
    (errors.TemporaryAdapterError("no"), exits.TEMPORARY, "try again later"),
    (errors.CredentialsError("no"), exits.OUTSIDE, "credentials"),
    (ModuleNotFoundError("x", name="sqlalchemy"), exits.USAGE, "fachkraft-share[node]"),
    (KeyboardInterrupt(), exits.INTERRUPTED, ""),
    (ZeroDivisionError("Jürgen"), exits.FAULT, "fault of the program"),
]


@pytest.mark.parametrize(("error", "code", "says"), CASES, ids=lambda one: type(one).__name__)
def test_an_error_has_its_code_and_says_what_to_do(
    error: BaseException, code: int, says: str
) -> None:
    """A script can tell *try again* from *will not work*; a person reads what to do."""
    assert exits.code_of(error) == code
    assert says in exits.sentence(error)
    assert code in dict(exits.MEANINGS)


def test_a_fault_of_the_program_tells_nobody_names() -> None:
    """The text of a foreign exception may quote personal data."""
    assert "Jürgen" not in exits.sentence(ValueError("Jürgen"))


def test_a_file_name_is_not_told() -> None:
    """A CV is often called after its owner; the folder is enough to find it."""
    said = exits.sentence(PermissionError(13, "Permission denied", "in/Jürgen/Lebenslauf.pdf"))
    assert "Permission denied" in said
    assert "Lebenslauf" not in said


def test_the_codes_are_all_different() -> None:
    """One code, one meaning."""
    codes = [code for code, _ in exits.MEANINGS]
    assert len(set(codes)) == len(codes)
