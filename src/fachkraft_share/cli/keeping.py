"""`export`, `backup`, `restore`: for the person, and against a broken disk."""

import json
from pathlib import Path

import click

from fachkraft_share.cli.opening import opened
from fachkraft_share.cli.options import Place, TakesId, common, dry_run


@click.command(cls=TakesId)
@click.argument("referral")
@click.option("--for-person", is_flag=True, required=True, help="All that is held (Art. 15, 20).")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A new file.")
@common
def export(place: Place, *, referral: str, for_person: bool, output: Path | None) -> None:
    """Export everything held about the person behind REFERRAL, as JSON for that person."""
    del for_person  # the only kind there is; said aloud, because the file is full of personal data
    with opened(place) as member:
        found = member.export_for_person(referral)
    if output is None:
        place.show(found, json.dumps(found, ensure_ascii=False, indent=2))
        return
    with output.open("x", encoding="utf-8") as file:
        output.chmod(0o600)
        json.dump(found, file, ensure_ascii=False, indent=2)
    place.show({"written": output}, "Written. Give it to the person and delete it.")


@click.command()
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@common
def backup(place: Place, *, target: Path) -> None:
    """Copy this member into TARGET, a new folder: state, keys and journal as three parts.

    It may be running. Keep state as long as you like, keys (with the settings) at most 7 days, of
    the journal always the newest.
    """
    from fachkraft_share.cli.progressing import progressing

    with opened(place) as member, progressing(place, "backup") as tell:
        member.backup(target, tell=tell)
    parts = sorted(one.name for one in target.iterdir())
    place.show(
        {"backup": target, "parts": parts},
        f"Copied {', '.join(parts)} to {target}.",
        "Keep the keys at most 7 days; copy the journal off this machine each time.",
    )


@click.command()
@click.argument("source", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The newest journal there is, when it is newer than the backup's.",
)
@dry_run
@common
def restore(place: Place, *, source: Path, journal: Path | None, dry_run: bool) -> None:
    """Make the member's folder anew from the backup in SOURCE, into a new or empty folder.

    SOURCE holds the folders state, keys and journal; each is checked. Nothing is shown or sent
    before the peers' withdrawals were heard: run `sync` next.
    """
    from fachkraft_share import Member
    from fachkraft_share.cli.progressing import progressing
    from fachkraft_share.member.backups import owner_of

    named = owner_of(source)
    if dry_run:
        told = {"dry_run": True, "member": named, "folder": place.folder}
        place.show(told, f"Would restore {named} into {place.folder}, which must be new or empty.")
        return
    with (
        progressing(place, "restore") as tell,
        Member.restore(source, place.folder, journal=journal, tell=tell),
    ):
        pass
    place.show(
        {"member": named, "folder": place.folder, "quarantine": True},
        f"Restored {named}. In quarantine until it has heard its peers: fachkraft-share sync",
    )
