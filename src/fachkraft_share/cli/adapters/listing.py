"""`adapters list`: which adapters are there, what they can do, and how it went in this folder."""

from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import attrs

from fachkraft_share.cli.adapters.support import Support, installed_support
from fachkraft_share.errors import FachkraftShareError, SetupError
from fachkraft_share.member.systems import Dealings
from fachkraft_share.plugins.asking import Failure, Plugins
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.capabilities import (
    Capabilities,
    Create,
    DocumentAccess,
    EraseMethod,
    Notify,
    Publish,
    UploadMethod,
)
from fachkraft_share.ports.cms import CmsAdapter


@attrs.frozen
class Listed:
    """One installed adapter."""

    name: str
    kind: str
    version: str
    plugin: str
    distribution: str
    tier: str | None
    level: str | None
    runs: tuple[str, ...]
    can: tuple[str, ...]
    limitations: str
    connected: bool
    last_success: int | None
    last_failure: int | None
    note: str = ""


def listed(plugins: Plugins, folder: Path) -> tuple[tuple[Listed, ...], tuple[Failure, ...]]:
    """Return the adapters, and which plugins failed to bring theirs."""
    answers = plugins.adapters()
    homes = {one.name: one.distribution for one in plugins.loaded}
    connected, dealings = _in_folder(folder, plugins)
    rows = [
        _listed(kind, plugin, homes.get(plugin, ""), connected=connected, dealings=dealings)
        for plugin, kind in answers.given
    ]
    return tuple(sorted(rows, key=lambda one: one.name)), plugins.failures + answers.failures


def _listed(
    kind: type[Adapter],
    plugin: str,
    home: str,
    *,
    connected: frozenset[str],
    dealings: Mapping[str, Dealings],
) -> Listed:
    found = distribution_of(home)
    support, note = _support(found)
    done = dealings.get(kind.name, Dealings())
    return Listed(
        name=kind.name,
        kind=kind_of(kind),
        version=found.version if found is not None else "",
        plugin=plugin,
        distribution=home,
        tier=support.tier if support is not None else None,
        level=support.level if support is not None else None,
        runs=tuple(map(str, support.runs)) if support is not None else (),
        can=tuple(can(kind.capabilities)),
        limitations=kind.limitations,
        connected=kind.name in connected,
        last_success=done.succeeded_at,
        last_failure=done.failed_at,
        note=note,
    )


def kind_of(kind: type[Adapter]) -> str:
    """Return what sort of system it connects."""
    if issubclass(kind, AtsAdapter):
        return "ATS"
    return "CMS" if issubclass(kind, CmsAdapter) else "other"


def distribution_of(home: str) -> Distribution | None:
    """Return the installed package of this name, if it is one."""
    try:
        return distribution(home) if home else None
    except PackageNotFoundError:
        return None


def can(able: Capabilities) -> Iterator[str]:
    """Name in a few words what is declared."""
    declared = (
        ("reads", able.reads),
        ("documents", able.documents is not DocumentAccess.NONE),
        ("files", able.create is not Create.NONE),
        ("uploads", able.upload.method is not UploadMethod.NONE),
        ("marks", bool(able.mark)),
        (f"publishes ({able.publish})", able.publish is not Publish.NONE),
        ("expires", able.expires),
        (f"erases ({able.erase})", able.erase is not EraseMethod.NONE),
        ("hooks", able.notify is not Notify.NONE),
    )
    return (word for word, there in declared if there)


def _support(found: Distribution | None) -> tuple[Support | None, str]:
    try:
        return installed_support(found), ""
    except SetupError as error:
        return None, str(error)


def _in_folder(folder: Path, plugins: Plugins) -> tuple[frozenset[str], dict[str, Dealings]]:
    """Return what the folder's settings name and what its engine remembers of it."""
    from fachkraft_share import Member
    from fachkraft_share.member.folder import settings_of
    from fachkraft_share.member.systems import dealings

    try:
        connected = frozenset(settings_of(folder).adapters)
        with Member.open(folder, plugins=plugins) as member:
            return connected, {name: dealings(member.engine, name) for name in connected}
    except FachkraftShareError:
        return _named(folder), {}


def _named(folder: Path) -> frozenset[str]:
    """Return what is connected where the folder cannot be opened; no folder connects nothing."""
    from fachkraft_share.member.folder import settings_of

    try:
        return frozenset(settings_of(folder).adapters)
    except FachkraftShareError:
        return frozenset()
