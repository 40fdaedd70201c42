"""`explain`: what a check or a code means; why a referral did or did not go out."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from fachkraft_share.cli.options import Place, TakesId, common

if TYPE_CHECKING:
    pass

_CHECK: Final = re.compile(r"(?:FKS|[A-Z]+)-[0-9]{3}")
_OPAQUE: Final = re.compile(r"[A-Za-z0-9_-]{22}")


@click.command(cls=TakesId)
@click.argument("what")
@common
def explain(place: Place, *, what: str) -> None:
    """Explain WHAT: a check (FKS-012), a problem's code (audience), or a referral's id."""
    value = _check(what) or _code(what) or _referral(place, what)
    if value is None:
        raise click.BadParameter(
            "no check, no problem code and no referral known here", param_hint="WHAT"
        )
    place.show(value, *_lines(value))


def _check(what: str) -> dict[str, Any] | None:
    from fachkraft_share.cli.explanations import EXPLANATIONS

    known = EXPLANATIONS.get(what.upper())
    if known is None:
        return None
    return {
        "check": what.upper(),
        "title": known.title,
        "why": known.why,
        "what_to_do": known.what_to_do,
    }


def _code(what: str) -> dict[str, Any] | None:
    from fachkraft_share.protocol.problems import PROBLEMS, URN
    from fachkraft_share.rules.consent import CHECKS

    code = what.removeprefix(URN).lower()
    known, row = PROBLEMS.get(code), next((one for one in CHECKS if one.code == code), None)
    if known is None and row is None:
        return None
    value: dict[str, Any] = {"code": code}
    if known is not None:
        value |= {"title": known.title, "title_de": known.title_de, "status": known.status}
    if row is not None:
        value |= {"gate": row.meaning, "asked_when": sorted(row.actions)}
    return value


def _referral(place: Place, what: str) -> dict[str, Any] | None:
    if not _OPAQUE.fullmatch(what) or not (place.folder / "config.toml").exists():
        return None
    from fachkraft_share.cli.opening import opened
    from fachkraft_share.cli.timeline import referral_timeline

    with opened(place) as member:
        return referral_timeline(member, what)


def _lines(value: dict[str, Any]) -> Iterator[str]:
    for name, one in value.items():
        if isinstance(one, list):
            yield f"{name.replace('_', ' ')}:"
            yield from (f"  {_line(entry)}" for entry in one)
        else:
            yield f"{name.replace('_', ' ')}: {one}"


def _line(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    if "at" in entry:
        moment = dt.datetime.fromtimestamp(entry["at"], tz=dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
        return f"{moment}  {entry['what']}"
    return "  ".join(str(one) for one in entry.values())
