"""`connect ADAPTER --preview`: how export files are understood, before anybody is passed on."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from fachkraft_share.cli.options import Place
from fachkraft_share.cli.output import table
from fachkraft_share.errors import SetupError

if TYPE_CHECKING:
    from fachkraft_share.ports.reading import Preview

_SHOWN: Final = 10  # errors and notes of a file; who corrects those sees the next ones


def show_preview(place: Place, kind: type, settings: Mapping[str, str]) -> None:
    """Show columns, number of rows and the first errors of each export file; no cell's text."""
    from fachkraft_share.ports.ats import AtsAdapter

    if not issubclass(kind, AtsAdapter):
        raise SetupError("only systems with applicants have export files")
    found = kind.connect(settings).preview()
    lines = [line for one in found for line in _lines(one)]
    place.show({"adapter": kind.name, "files": found}, *(lines or ["There is no export file."]))


def _lines(one: "Preview") -> Iterator[str]:
    yield f"{one.place}: {one.rows} applications"
    yield from (f"  {line}" for line in table(list(one.columns)))
    for problem in one.problems[:_SHOWN]:
        yield f"  Cannot be read: {problem.field or problem.place}: {problem.what}"
        yield f"      What to do: {problem.fix}"
    if len(one.problems) > _SHOWN:
        yield f"  and {len(one.problems) - _SHOWN} more that cannot be read"
    yield from (f"  Note: {note}" for note in one.notes[:_SHOWN])
