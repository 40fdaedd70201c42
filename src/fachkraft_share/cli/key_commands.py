"""`rotate-keys` and `node rotate-keys`, `replace-online`, `replace-root`: other keys."""

from pathlib import Path
from types import ModuleType

import click

from fachkraft_share.cli.node_commands import folders, opened_node
from fachkraft_share.cli.opening import opened
from fachkraft_share.cli.options import Place, common, dry_run

_STOPPED = "Start the node anew: a process that runs knows its former keys."
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("rotate-keys")
@dry_run
@common
def rotate_keys(place: Place, *, dry_run: bool) -> None:
    """Make new keys for this member and have them stated; about once in two years.

    The old keys stay good to their own end, so that nothing on its way is lost. After a theft this
    is no remedy: ask the authority to declare the keys lost (node members --lost).
    """
    with opened(place) as member:
        if dry_run:
            told = {"dry_run": True, "member": member.id}
            place.show(told, "Would sign new keys with the old one, for all members to see.")
            return
        number = member.rotate_keys()
    place.show(
        {"member": member.id, "list": number},
        f"List {number} states the new keys. Back up the keys now.",
    )


def _ceremonies() -> ModuleType:
    folders()
    from fachkraft_share.node import ceremonies

    return ceremonies


@click.command("rotate-keys")
@dry_run
@common
def rotate_node_keys(place: Place, *, dry_run: bool) -> None:
    """Make a new key for the node itself, signed by its old one; stop the node before.

    The old key stays good to its end. After a theft use replace-online --stolen.
    """
    if dry_run:
        told = {"dry_run": True, "folder": place.folder}
        place.show(told, "Would state a new key of the node on a new list, for all to see.")
        return
    ceremonies = _ceremonies()
    with opened_node(place) as found:
        number = ceremonies.rotate_node_key(found, place.folder)
    place.show({"list": number}, f"List {number} states the node's new key.", _STOPPED)


@click.command("replace-online")
@click.option("--root-key", required=True, type=_FILE, help="The root key's file, from the safe.")
@click.option("--stolen", is_flag=True, help="Somebody has keys.json: replace everything in it.")
@click.option(
    "--above",
    default=0,
    type=click.IntRange(0, 999_999_999),
    metavar="NUMBER",
    help="The highest list a thief made: members who took it take only higher ones.",
)
@dry_run
@common
def replace_online(
    place: Place, *, root_key: Path, stolen: bool, above: int, dry_run: bool
) -> None:
    """Let the root key state a new online key; stop the node before.

    It signs all members anew. What the old online key signs from now on counts nowhere. With
    --stolen the node's own key ends at once, too, and the operator's token and the cursors' key
    change: every member resynchronises by itself.
    """
    if dry_run:
        told = {"dry_run": True, "folder": place.folder, "stolen": stolen}
        place.show(told, "Would state a new online key and all members anew, on a new list.")
        return
    ceremonies = _ceremonies()
    with opened_node(place) as found:
        number = ceremonies.replace_online(
            found, place.folder, root=root_key, stolen=stolen, above=above
        )
    place.show(
        {"list": number, "stolen": stolen},
        f"List {number} is signed by the new online key.",
        _STOPPED,
        "Put the root key back into the safe, and back up the keys.",
    )


@click.command("replace-root")
@click.option("--root-key", required=True, type=_FILE, help="Today's root key, from the safe.")
@click.option(
    "--new-root-key",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The new one's file; made if it is not there.",
)
@dry_run
@common
def replace_root(place: Place, *, root_key: Path, new_root_key: Path, dry_run: bool) -> None:
    """Let today's root key hand over to a new one; stop the node before.

    Members and partners who know the old one follow by its signature. A stolen root key cannot be
    mended in this way: whoever has it can hand over, too.
    """
    if dry_run:
        told = {"dry_run": True, "folder": place.folder}
        place.show(told, "Would let the root key hand over to a new one, for all to see.")
        return
    ceremonies = _ceremonies()
    new_root_key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with opened_node(place) as found:
        number, public = ceremonies.replace_root(
            found, place.folder, root=root_key, new=new_root_key
        )
    place.show(
        {"list": number, "root": public, "root_key": new_root_key},
        f"List {number} is the first under the new root key: {public}",
        f"New root key: {new_root_key}  Move it off this machine, into a safe.",
        "Back the node up, then destroy the old root key: the hand-over is kept with the lists.",
        "Codes for joining that were not used yet name the old root key: make new ones.",
        _STOPPED,
    )
