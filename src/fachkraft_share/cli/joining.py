"""`join` and `connect`: become a member, connect an outside system."""

from collections.abc import Iterable, Mapping, Sequence

import attrs
import click

from fachkraft_share.cli.options import Place, common, dry_run


@click.command()
@click.argument("code")
@click.option("--id", "id", required=True, metavar="URL", help="Your organisation's address.")
@click.option("--name", required=True, help="Your organisation's name.")
@click.option("--notice", default="", metavar="URL", help="Your privacy notice (Art. 14 GDPR).")
@click.option("--contact", default="", help="Who candidates may ask: name, telephone, mail.")
@click.option("--location", default="DE", show_default=True, help="Country in which you store.")
@dry_run
@common
def join(
    place: Place,
    *,
    code: str,
    id: str,
    name: str,
    notice: str,
    contact: str,
    location: str,
    dry_run: bool,
) -> None:
    """Join an alliance with the one-time CODE its authority gave you."""
    from fachkraft_share import Member
    from fachkraft_share.member.joining import read_code

    node = read_code(code).u
    if dry_run:
        fields = ["id", "name", "contact", "location", "public keys"]
        place.show(
            {"dry_run": True, "to": node, "fields": fields},
            f"Would send to {node}: {', '.join(fields)}. No personal data of candidates.",
            f"Would create {place.folder}.",
        )
        return
    with Member.join(
        place.folder,
        code,
        id=id,
        name=name,
        notice=notice,
        contact=contact,
        location=location,
    ) as member:
        told = {"id": member.id, "node": member.engine.settings.node, "folder": place.folder}
    lines = [f"Joined as {id}. Folder: {place.folder}"]
    if not notice:
        lines.append("Before the first contact request set `notice` in config.toml (Art. 14).")
    place.show(told, *lines, "Next: fachkraft-share connect ADAPTER, fachkraft-share sync --watch")


@click.command()
@click.argument("adapter", required=False)
@click.option("--set", "given", multiple=True, metavar="NAME=VALUE", help="A setting.")
@click.option("--preview", is_flag=True, help="Show how export files are understood; save nothing.")
@dry_run
@common
def connect(
    place: Place, *, adapter: str | None, given: Sequence[str], preview: bool, dry_run: bool
) -> None:
    """Connect the outside system ADAPTER; without a name, list what is installed.

    The connection is tried before it is saved. Missing settings are asked for on a terminal.
    """
    from fachkraft_share.member.folder import allowed_plugins
    from fachkraft_share.plugins.loading import load_plugins

    plugins = load_plugins(only=allowed_plugins(place.folder))
    if adapter is None:
        rows = [
            {"name": one.name, "limitations": one.limitations}
            for _, one in plugins.adapters().given
        ]
        place.show({"adapters": rows}, *(f"{one['name']}: {one['limitations']}" for one in rows))
        return
    if preview:
        from fachkraft_share.cli.previewing import show_preview

        kind = plugins.adapter(adapter)
        show_preview(place, kind, _settings(kind, given, known=_known(place, adapter)))
        return
    _connect(place, plugins.adapter(adapter), given, dry_run=dry_run)


def _known(place: Place, adapter: str) -> Mapping[str, str]:
    from fachkraft_share.member import folder as folders

    return folders.settings_of(place.folder).adapters.get(adapter, {})


def _connect(place: Place, kind: type, given: Sequence[str], *, dry_run: bool) -> None:
    import time

    from fachkraft_share.member import folder as folders

    before = folders.settings_of(place.folder)
    settings = _settings(kind, given)
    connected = kind.connect(settings)  # type: ignore[attr-defined]
    name, at = connected.name, int(time.time())
    if dry_run:
        place.show(
            {"dry_run": True, "adapter": name, "settings": sorted(settings)},
            f"Would set up {name} and save: {', '.join(sorted(settings))}.",
        )
        return
    connected.set_up(at=at)
    checked = connected.check(at=at)
    adapters = {**before.adapters, name: settings}
    folders.save_settings(place.folder, attrs.evolve(before, adapters=adapters))
    place.show(
        {"adapter": name, "version": checked.version, "warnings": checked.warnings},
        f"Connected {name} ({checked.version}).",
        *(f"Warning: {one}" for one in checked.warnings),
        f"Next: {_next(connected)}",
    )


def _next(connected: object) -> str:
    from fachkraft_share.ports.cms import CmsAdapter

    if isinstance(connected, CmsAdapter):
        return "fachkraft-share sync (shows there whom persons let be shown, and takes away again)"
    return "fachkraft-share recommend (lists the runner-ups it finds)"


def _settings(
    kind: type, given: Iterable[str], *, known: Mapping[str, str] | None = None
) -> dict[str, str]:
    import sys

    settings: dict[str, str] = dict(known or {})
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.BadParameter("write NAME=VALUE", param_hint="--set")
        settings[name] = value
    for setting in kind.settings:  # type: ignore[attr-defined]
        if setting.name not in settings and setting.default is None and sys.stdin.isatty():
            asked = click.prompt(f"{setting.name} ({setting.what})", hide_input=setting.secret)
            settings[setting.name] = asked
    return settings
