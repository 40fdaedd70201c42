"""`search`, `inbox`, `request`, `received`, `outcome`, `close`: what recruiters do."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fachkraft_share.cli.opening import opened
from fachkraft_share.cli.options import Place, TakesId, common, dry_run
from fachkraft_share.cli.output import plain, table

if TYPE_CHECKING:
    from fachkraft_share import Member
    from fachkraft_share.member.reading import Match, Received


@click.group()
def search() -> None:
    """What your company looks for; it stays here, the node does not learn it."""


@search.command("add")
@click.option("--occupation", metavar="KLDB", help="Code of KldB 2010, 2 to 5 digits.")
@click.option("--near", metavar="POSTCODE", help="German postcode.")
@click.option("--within-km", type=int, help="How far from there.")
@click.option("--skill", "skills", multiple=True, help="Required; a code of the list.")
@click.option("--wished", multiple=True, help="Wished for; a code of the list.")
@click.option("--name", default="", help="What you call it, in the inbox and in lists.")
@common
def add_search(
    place: Place,
    *,
    occupation: str | None,
    near: str | None,
    within_km: int | None,
    skills: Sequence[str],
    wished: Sequence[str],
    name: str,
) -> None:
    """Save a search and match it against everything that is here."""
    with opened(place) as member:
        found = member.add_search(
            occupation=occupation,
            near=near,
            within_km=within_km,
            skills=skills,
            wished=wished,
            name=name,
        )
        place.show(found, f"Saved search {found.id}.")


@search.command("list")
@common
def list_searches(place: Place) -> None:
    """List the saved searches."""
    with opened(place) as member:
        found = member.searches()
    rows = [(one.id, one.occupation or "any", one.near or "anywhere", one.name) for one in found]
    place.show({"searches": found}, *(table(rows) or ["No search is saved."]))


@search.command("remove", cls=TakesId)
@click.argument("id")
@common
def remove_search(place: Place, *, id: str) -> None:
    """Forget a search."""
    with opened(place) as member:
        member.remove_search(id)
    place.show({"removed": id}, "Removed.")


@click.command()
@click.option("--open", "pages", is_flag=True, help="Open the pages in your browser instead.")
@click.option(
    "--role",
    type=click.Choice(["administrator", "hr", "reader"]),
    default="administrator",
    show_default=True,
    help="With --open: `reader` shows figures and rules only, for a works council.",
)
@click.option("--port", type=int, default=0, help="With --open: a free one unless told.")
@click.option("--no-browser", is_flag=True, help="With --open: only print the link.")
@common
def inbox(place: Place, *, pages: bool, role: str, port: int, no_browser: bool) -> None:
    """List referrals your searches apply to, each with its reasons, best first.

    With --open the pages of the inbox are served to this machine alone, until Ctrl-C, and it
    synchronises meanwhile. The link that is printed opens them once.
    """
    if pages:
        from fachkraft_share.cli.inbox_pages import open_inbox

        open_inbox(place, role=role, port=port, browser=not no_browser)
        return
    with opened(place) as member:
        found = member.inbox()
        lines = [line for match in found for line in _match_lines(match, member)]
    place.show({"inbox": found}, *(lines or ["Nothing yet. (fachkraft-share sync)"]))


def _match_lines(match: "Match", member: "Member") -> list[str]:
    from fachkraft_share.cli.wording import profile_lines

    engine = member.engine
    words = profile_lines(
        match.profile, vocabulary=engine.vocabulary, language=engine.settings.language
    )
    return [
        f"{match.referral}  {match.status}, {match.days_left} days left, from {match.origin}",
        *(f"    {line}" for line in words),
        *(f"    + {reason}" for reason in match.reasons),
        *(f"    ? {open}" for open in match.unknown),
        *(f"    + {remark} (plugin)" for remark in match.remarks),
    ]


@click.command(cls=TakesId)
@click.argument("referral")
@click.option("--job", required=True, help="The job you have in mind; the person reads it.")
@click.option("--message", default="", help="A few words to the person.")
@click.option("--contact", default="", help="Who the person may ask; default: from config.toml.")
@dry_run
@common
def request(
    place: Place, *, referral: str, job: str, message: str, contact: str, dry_run: bool
) -> None:
    """Ask the person behind REFERRAL for contact; the person decides."""
    with opened(place) as member:
        if dry_run:
            fields = ["job", "message", "contact", "address of your privacy notice"]
            place.show(
                {"dry_run": True, "referral": referral, "fields": fields, "to": "origin, person"},
                f"Would send, sealed to the origin, which shows it to the person: "
                f"{', '.join(fields)}.",
            )
            return
        asked = member.request_contact(referral, job=job, message=message, contact=contact)
        member.sync()
    place.show({"request": asked}, f"Asked ({asked}). The answer comes with `sync`.")


@click.command()
@click.option("--files", is_flag=True, help="Write them as files into this member's folder.")
@common
def received(place: Place, *, files: bool) -> None:
    """List dossiers persons agreed to hand over to you.

    With --files they are written below the member's folder, where an erasure finds them. Copies
    made elsewhere are yours to erase.
    """
    with opened(place) as member:
        found = member.received()
    written = [path for one in found for path in _write(place.folder, one)] if files else []
    value = [{**plain(one), "candidate": _open(one)} for one in found]
    lines = [line for one in found for line in _received_lines(one)]
    lines += [f"Written: {path}" for path in written]
    place.show(
        {"received": value, "files": written}, *(lines or ["Nothing received. (sync, inbox)"])
    )


def _open(one: "Received") -> dict[str, Any]:
    from fachkraft_share.rules.formats.json_resume import write_json_resume

    return write_json_resume(one.candidate)


def _received_lines(one: "Received") -> list[str]:
    person = one.candidate
    return [
        f"{one.referral}  {one.days_left} days left, from {one.origin}",
        f"    {person.given} {person.family}, {person.email}, {person.phone}",
        f"    {person.street}, {person.postcode} {person.city}",
        *(f"    document: {paper.kind} ({len(paper.content)} bytes)" for paper in person.documents),
    ]


def _write(folder: Path, one: "Received") -> list[Path]:
    """Write under names that begin with the referral: so the engine's own erasure finds them."""
    import json

    from fachkraft_share.member.folder import FILES, write_private
    from fachkraft_share.ports.documents import opaque_name

    text = json.dumps(_open(one), ensure_ascii=False, indent=2).encode()
    contents = {"candidate.json": text}
    contents |= {opaque_name(paper): paper.content for paper in one.candidate.documents}
    paths = []
    for name, content in contents.items():
        path = folder / FILES / f"{one.referral}-{name}"
        write_private(path, content)
        paths.append(path)
    return paths


@click.command(cls=TakesId)
@click.argument("referral")
@click.argument("outcome", type=click.Choice(["hired", "not_hired", "no_contact"]))
@dry_run
@common
def outcome(place: Place, *, referral: str, outcome: str, dry_run: bool) -> None:
    """Tell the origin of REFERRAL what came of the contact."""
    with opened(place) as member:
        if dry_run:
            told = {"dry_run": True, "referral": referral, "fields": [outcome], "to": "origin"}
            place.show(told, f"Would tell the origin: {outcome}. Nothing else.")
            return
        member.report(referral, outcome)
        member.sync()
    place.show({"referral": referral, "outcome": outcome}, "Told the origin.")


@click.command(cls=TakesId)
@click.argument("referral")
@click.option(
    "--reason",
    type=click.Choice(["withdrawn", "filled", "superseded", "recalled"]),
    default="withdrawn",
    show_default=True,
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run
@common
def close(place: Place, *, referral: str, reason: str, yes: bool, dry_run: bool) -> None:
    """End REFERRAL, which you published: every holder must erase. This cannot be undone."""
    with opened(place) as member:
        if dry_run:
            told = {"dry_run": True, "referral": referral, "reason": reason, "to": "all holders"}
            place.show(told, "Would tell the node and every holder to erase. Final.")
            return
        if not yes:
            click.confirm("Every holder must erase, and this cannot be undone. Go on?", abort=True)
        member.close(referral, reason=reason)
        member.sync()
    place.show({"referral": referral, "reason": reason}, "Closed.")
