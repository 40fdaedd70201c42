"""Load every plugin by itself: one that is broken hurts no other."""

from collections.abc import Iterable, Sequence
from importlib.metadata import Distribution, entry_points
from typing import Any, Protocol

import pluggy

from fachkraft_share.plugins import hooks
from fachkraft_share.plugins.asking import LOADING, Failure, Loaded, Plugins

__all__ = ["GROUP", "Failure", "Loaded", "Plugins", "load_plugins", "no_plugins"]

GROUP = "fachkraft_share"


class Found(Protocol):
    """What leads to a plugin: an `importlib.metadata.EntryPoint`."""

    @property
    def name(self) -> str:
        """The plugin's name."""

    @property
    def dist(self) -> Distribution | None:
        """The distribution that brings it."""

    def load(self) -> Any:
        """Import and return it."""


def no_plugins() -> Plugins:
    """Return what is there without any plugin."""
    return load_plugins(())


def load_plugins(
    found: Iterable[Found] | None = None, *, only: Sequence[str] | None = None
) -> Plugins:
    """Load every plugin by itself and keep what went wrong beside the rest.

    Without `found`, what is installed is loaded. `only` is an allow-list of plugin names: they are
    asked in its order, and one of them that is not there may have objected to anything.
    """
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    loaded: list[Loaded] = []
    failures: list[Failure] = []
    points = entry_points(group=GROUP) if found is None else found
    for point in _allowed(points, only):
        problem = _load(manager, point)
        if problem:
            failures.append(Failure(point.name, LOADING, problem))
        else:
            loaded.append(_describe(manager, point))
    there = {one.name for one in loaded}
    missing = tuple(name for name in only or () if name not in there)
    known = {one.plugin for one in failures}
    failures += [Failure(name, LOADING, "not installed") for name in missing if name not in known]
    return Plugins(tuple(loaded), tuple(failures), manager, missing)


def _allowed(points: Iterable[Found], only: Sequence[str] | None) -> list[Found]:
    by_name = sorted(points, key=lambda one: one.name)
    if only is None:
        return by_name
    return [one for name in only for one in by_name if one.name == name]


def _load(manager: pluggy.PluginManager, point: Found) -> str:
    if manager.has_plugin(point.name):
        return "another plugin has this name"
    try:
        plugin = point.load()
    except (Exception, SystemExit) as error:
        return f"{type(error).__name__}: {error}"
    try:
        manager.register(plugin, name=point.name)
        manager.check_pending()
    except Exception as error:
        _forget(manager, point.name)
        return f"{type(error).__name__}: {error}"
    if any(one.wrapper or one.hookwrapper for one in _implementations(manager, plugin)):
        _forget(manager, point.name)
        return "wrappers are refused: a plugin may add, not change what others say"
    return ""


def _forget(manager: pluggy.PluginManager, name: str) -> None:
    if manager.has_plugin(name):
        manager.unregister(name=name)


def _implementations(manager: pluggy.PluginManager, plugin: object) -> list[pluggy.HookImpl]:
    callers = manager.get_hookcallers(plugin) or []
    return [one for caller in callers for one in caller.get_hookimpls() if one.plugin is plugin]


def _describe(manager: pluggy.PluginManager, point: Found) -> Loaded:
    callers = manager.get_hookcallers(manager.get_plugin(point.name)) or []
    names = tuple(sorted(caller.name for caller in callers))
    distribution = point.dist
    if distribution is None:
        return Loaded(point.name, "", "", names)
    return Loaded(point.name, distribution.name, distribution.version, names)
