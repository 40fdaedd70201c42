"""`doctor`: check an installation; each check has an id, a cause and what to do."""

from collections.abc import Iterable, Iterator

import click

from fachkraft_share.cli import exits
from fachkraft_share.cli.options import Place, common
from fachkraft_share.cli.output import table


@click.command()
@common
def doctor(place: Place) -> int:
    """Check this member or node; changes nothing. Ends with 1 when a check fails.

    `fachkraft-share explain FKS-nnn` says more about each.
    """
    from fachkraft_share.cli.checks import Answer, check_host, check_member, check_node
    from fachkraft_share.errors import SetupError
    from fachkraft_share.ports.health import Level

    if (place.folder / "config.toml").exists():
        answers: Iterable[Answer] = check_member(place)
    elif (place.folder / "node.toml").exists():
        answers = check_node(place)
    elif (place.folder / "host.toml").exists():
        answers = check_host(place)
    else:
        raise SetupError(
            f"{place.folder} is neither a member's, a node's nor a host's; "
            "set one up (fachkraft-share init) or name one (--folder)"
        )
    found = list(answers)
    failed = any(one.level is Level.FAIL for one in found)
    rows = [(one.level.upper(), one.id, one.title) for one in found]
    lines = [part for one, row in zip(found, table(rows), strict=True) for part in _said(one, row)]
    place.show({"ok": not failed, "checks": found}, *lines)
    return exits.REFUSED if failed else exits.OK


def _said(answer, row: str) -> Iterator[str]:  # type: ignore[no-untyped-def]
    yield row
    if answer.cause:
        yield f"      {answer.cause}"
    if answer.fix:
        yield f"      What to do: {answer.fix}"
