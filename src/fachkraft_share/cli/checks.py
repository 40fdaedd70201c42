"""The checks behind `doctor`: what engine and node say of themselves, and the machine below."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from fachkraft_share.cli.host_trouble import host_checks
from fachkraft_share.cli.options import Place
from fachkraft_share.cli.sign_in_trouble import sign_in_checks
from fachkraft_share.cli.trouble import machine_checks, member_checks, node_checks
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.ports.health import Health, HealthCheck, Level

if TYPE_CHECKING:
    from fachkraft_share import Member
    from fachkraft_share.node.service import Node
    from fachkraft_share.plugins.asking import Loaded
    from fachkraft_share.ports.adapter import Adapter

_FREE: Final = 200 * 2**20  # bytes of disk below which writing may soon fail
_FITS: Final = "Every adapter fits this version"
_OK: Final = Health(Level.OK)
_ASKING: Final = {"FKS-134", "FKS-135", "FKS-141"}  # call somebody: too slow for a page


@attrs.frozen
class Answer:
    """What one check found."""

    id: str
    title: str
    level: Level
    cause: str = ""
    fix: str = ""


def _answer(id: str, title: str, health: Health) -> Answer:
    return Answer(id, title, health.level, health.cause, health.fix)


def _run(id: str, title: str, check: Callable[[], Health]) -> Answer:
    """Run a check by itself: one that breaks hurts no other."""
    try:
        return _answer(id, title, check())
    except (FachkraftShareError, OSError) as error:
        cause = f"the check itself ended with {type(error).__name__}"
        return Answer(id, title, Level.FAIL, cause, "see the other checks first")


def check_member(place: Place) -> Iterator[Answer]:
    """Check a member's folder, its plugins, and everything its engine can tell."""
    from fachkraft_share import Member

    yield from _machine(place.folder)
    yield _run("FKS-022", "All plugins could be loaded", lambda: _plugins(place.folder))
    yield _run("FKS-030", _FITS, lambda: _fitting(_of_member(place.folder)))
    try:
        member = Member.open(place.folder)
    except FachkraftShareError as error:
        fix = "mend this first; the engine's own checks need it"
        yield Answer("FKS-023", "The member's folder can be opened", Level.FAIL, str(error), fix)
        return
    with member:
        yield Answer("FKS-023", "The member's folder can be opened", Level.OK)
        yield from (_answer(one.id, one.title, one.health) for one in member.doctor())
        yield from (_run(*one) for one in member_checks(member.engine.settings))
        yield from _adapters(member)
        yield from _of_plugins(member)


def check_node(place: Place) -> Iterator[Answer]:
    """Check a node's folder and everything the node can tell."""
    from fachkraft_share.cli.node_commands import opened_node
    from fachkraft_share.node.http.health import surroundings

    yield _run("FKS-020", "Nobody else can read the folder", lambda: _private(place.folder))
    try:
        with opened_node(place) as found:
            yield Answer("FKS-131", "The node's folder can be opened", Level.OK)
            around = surroundings(found.exchange, folder=place.folder)
            for check in (*around, *found.health.checks()):
                yield _run(check.id, check.title, check.run)
            yield _run("FKS-132", "Links lead to HTTPS", lambda: _https(found))
            loaded = found.exchange.plugins.loaded
            yield _run("FKS-030", _FITS, lambda: _fitting(loaded))
            yield from (_run(*one) for one in machine_checks(place.folder))
            yield from (_run(*one) for one in node_checks(found.exchange.settings, place.folder))
            yield from (_run(*one) for one in sign_in_checks(found))
    except FachkraftShareError as error:
        fix = "mend this first; the node's own checks need it"
        yield Answer("FKS-131", "The node's folder can be opened", Level.FAIL, str(error), fix)


def office_checks(node: "Node", folder: Path) -> tuple[HealthCheck, ...]:
    """Return what the office's page tells beside the node's own: all that asks nobody else."""
    found = (
        ("FKS-020", "Nobody else can read the folder", lambda: _private(folder)),
        ("FKS-132", "Links lead to HTTPS", lambda: _https(node)),
        ("FKS-030", _FITS, lambda: _fitting(node.exchange.plugins.loaded)),
        *machine_checks(folder),
        *node_checks(node.exchange.settings, folder),
        *sign_in_checks(node),
    )
    return tuple(HealthCheck(*one) for one in found if one[0] not in _ASKING)


def check_host(place: Place) -> Iterator[Answer]:
    """Check a host's folder and each of its firms' folders."""
    from fachkraft_share.cli.host_commands import opened_host
    from fachkraft_share.host.checking import Health as HostHealth

    with opened_host(place) as opened:
        for check in HostHealth(opened).checks():
            yield _run(check.id, check.title, check.run)
        yield from (_run(*one) for one in host_checks(opened.host.settings, place.folder))


def _machine(folder: Path) -> Iterator[Answer]:
    yield _run("FKS-020", "Nobody else can read the folder", lambda: _private(folder))
    yield _run("FKS-021", "There is room on the disk", lambda: _room(folder))
    yield from (_run(*one) for one in machine_checks(folder))


def _private(folder: Path) -> Health:
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        return Health(Level.FAIL, "others on this machine can look into it", f"chmod 700 {folder}")
    return _OK


def _room(folder: Path) -> Health:
    free = shutil.disk_usage(folder).free
    if free >= _FREE:
        return _OK
    return Health(Level.WARN, f"{free // 2**20} MiB are left", "make room, or move the folder")


def _plugins(folder: Path) -> Health:
    from fachkraft_share.member.folder import allowed_plugins
    from fachkraft_share.plugins.loading import load_plugins

    failures = load_plugins(only=allowed_plugins(folder)).failures
    if not failures:
        return _OK
    named = "; ".join(f"{one.plugin}: {one.what}" for one in failures)
    return Health(Level.WARN, named, "update or uninstall them")


def _of_member(folder: Path) -> "tuple[Loaded, ...]":
    from fachkraft_share.member.folder import allowed_plugins
    from fachkraft_share.plugins.loading import load_plugins

    return load_plugins(only=allowed_plugins(folder)).loaded


def _fitting(loaded: "Iterable[Loaded]") -> Health:
    from fachkraft_share.cli.fitting import unfit

    wrong = unfit(sorted({one.distribution for one in loaded if one.distribution}))
    if not wrong:
        return _OK
    return Health(Level.WARN, "; ".join(wrong), "pip install --upgrade each of them")


def _adapters(member: "Member") -> Iterator[Answer]:
    systems = {**member.engine.adapters, **member.engine.sites}
    for name, adapter in sorted(systems.items()):
        check = partial(_answers, adapter, at=member.engine.now())
        yield _run("FKS-024", f"The system behind {name} answers", check)


def _answers(adapter: "Adapter", *, at: int) -> Health:
    try:
        found = adapter.check(at=at)
    except FachkraftShareError as error:
        return Health(Level.FAIL, str(error), f"fachkraft-share connect {adapter.name}")
    if found.warnings:
        return Health(Level.WARN, "; ".join(found.warnings), "see its documentation")
    return _OK


def _of_plugins(member: "Member") -> Iterator[Answer]:
    from fachkraft_share.member.plugged import heard

    for _, check in heard(member.engine, member.engine.plugins.health_checks()):
        yield _run(check.id, check.title, check.run)


def _https(node: "Node") -> Health:
    settings = node.exchange.settings
    url = settings.url or settings.id
    if url.startswith("https://"):
        return _OK
    cause = f"links lead to {url.partition('://')[0]}: fit for trying out on one machine only"
    return Health(Level.WARN, cause, "put a proxy with TLS before it and set url in node.toml")
