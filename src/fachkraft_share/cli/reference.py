"""Write `docs/cli.md` from the commands' own help: `python -m fachkraft_share.cli.reference`."""

from collections.abc import Iterator

import click

from fachkraft_share.cli.exits import MEANINGS
from fachkraft_share.cli.explanations import EXPLANATIONS
from fachkraft_share.cli.group import group

_HEAD = """# The command line

`fachkraft-share` (short `fks`). Written from the commands' own help; do not edit by hand:
`python -m fachkraft_share.cli.reference > docs/cli.md`.

- The folder of a member or node is named with `--folder` or in the variable `FKS_FOLDER`.
- On a terminal you read text. In a pipe, or with `--json`, you get JSON; errors then are JSON, too.
- `--dry-run` changes and sends nothing and says which fields would go to whom.
- An error is one sentence that says what to do. `FKS_DEBUG=1` shows where a fault lies.
"""
_COMMON = ("folder", "as_json", "help")


def reference() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *_exits(), *_commands(group, "fachkraft-share"), *_checks()]) + "\n"


def _exits() -> Iterator[str]:
    yield "## Exit codes\n"
    yield "| code | meaning |\n|--:|---|"
    yield from (f"| {code} | {meaning} |" for code, meaning in MEANINGS)
    yield ""


def _commands(found: click.Group, path: str) -> Iterator[str]:
    for name in found.commands:
        command, full = found.commands[name], f"{path} {name}"
        if isinstance(command, click.Group):
            yield from _commands(command, full)
        else:
            yield from _command(command, full)


def _command(command: click.Command, path: str) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    arguments = [one.make_metavar(context) for one in command.params if _argument(one)]
    yield f"## {' '.join([path, *arguments])}\n"
    yield f"{_plain(command.help)}\n"
    rows = [
        record
        for one in command.params
        if not _argument(one) and one.name not in _COMMON
        if (record := one.get_help_record(context)) is not None
    ]
    if rows:
        yield "| option | meaning |\n|---|---|"
        yield from (f"| `{_cell(option)}` | {_cell(text)} |" for option, text in rows)
        yield ""


def _argument(one: click.Parameter) -> bool:
    return isinstance(one, click.Argument)


def _plain(text: str | None) -> str:
    paragraphs = (text or "").strip().split("\n\n")
    return "\n\n".join(" ".join(one.split()) for one in paragraphs)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _checks() -> Iterator[str]:
    yield "## Checks of `doctor`\n"
    yield "| id | checks that | why | what to do |\n|---|---|---|---|"
    for id, one in EXPLANATIONS.items():
        yield f"| {id} | {_cell(one.title)} | {_cell(one.why)} | {_cell(one.what_to_do)} |"


if __name__ == "__main__":
    print(reference(), end="")
