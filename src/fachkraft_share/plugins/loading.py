"""Load every plugin by itself, call every plugin by itself: one broken plugin hurts no other."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar, cast

import attrs
import pluggy

from fachkraft_share.errors import SetupError
from fachkraft_share.plugins import hooks
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.erasure_evidence import ErasureParticipant
from fachkraft_share.ports.health import HealthCheck

GROUP = "fachkraft_share"
_Added = TypeVar("_Added")


@attrs.frozen
class Failure:
    """What went wrong with one plugin, when loading it or in one of its hooks."""

    plugin: str
    where: str  # "loading" or a hook's name
    what: str


@attrs.frozen
class Loaded:
    """A plugin that is there, with its distribution's version and the hooks it implements."""

    name: str
    distribution: str
    version: str
    hooks: tuple[str, ...]


@attrs.frozen
class Answers(Generic[_Added]):
    """What the plugins answered, each with the plugin's name, and which of them failed."""

    given: tuple[tuple[str, _Added], ...]
    failures: tuple[Failure, ...]


@attrs.frozen
class Plugins:
    """The plugins that could be loaded; what went wrong is kept beside the rest."""

    loaded: tuple[Loaded, ...]
    failures: tuple[Failure, ...]
    _manager: pluggy.PluginManager = attrs.field(repr=False, eq=False)

    def adapters(self) -> Answers[type[Adapter]]:
        """Return the adapters by name; two of one name are both left out, nobody guesses."""
        answers = self._added("adapters", _is_adapter)
        names = Counter(adapter.name for _, adapter in answers.given)
        twice = tuple(
            Failure(plugin, "adapters", f"another plugin brings {adapter.name!r}, too")
            for plugin, adapter in answers.given
            if names[adapter.name] > 1
        )
        single = tuple(pair for pair in answers.given if names[pair[1].name] == 1)
        return Answers(single, answers.failures + twice)

    def adapter(self, name: str) -> type[Adapter]:
        """Return the adapter somebody named.

        Raises:
            SetupError: it is not there; says why if a plugin failed.
        """
        answers = self.adapters()
        found = {adapter.name: adapter for _, adapter in answers.given}
        if name in found:
            return found[name]
        known = ", ".join(sorted(found)) or "none"
        failed = self.failures + answers.failures
        reasons = "".join(f"; plugin {one.plugin}: {one.what}" for one in failed)
        raise SetupError(f"no adapter is called {name!r} (there are: {known}){reasons}")

    def erasure_participants(self) -> Answers[ErasureParticipant]:
        """Return what else stores personal data and must erase them."""
        return self._added("erasure_participants", lambda one: hasattr(one, "erase"))

    def health_checks(self) -> Answers[HealthCheck]:
        """Return the plugins' checks."""
        return self._added("health_checks", lambda one: isinstance(one, HealthCheck))

    def _added(self, hook: str, fits: Callable[[Any], bool]) -> Answers[Any]:
        given: list[tuple[str, Any]] = []
        failures: list[Failure] = []
        caller: pluggy.HookCaller = getattr(self._manager.hook, hook)
        for implementation in caller.get_hookimpls():
            plugin = implementation.plugin_name
            try:
                added = tuple(cast("Iterable[Any]", implementation.function()))
            except Exception as error:
                failures.append(Failure(plugin, hook, f"raised {type(error).__name__}"))
                continue
            given += [(plugin, one) for one in added if fits(one)]
            unfit = sum(not fits(one) for one in added)
            if unfit:
                failures.append(Failure(plugin, hook, f"{unfit} of its answers are of no use here"))
        return Answers(tuple(given), tuple(failures))


def load_plugins(
    found: Iterable[EntryPoint] | None = None, *, only: Collection[str] | None = None
) -> Plugins:
    """Load every plugin by itself and keep what went wrong beside the rest.

    Without `found`, what is installed is loaded; `only` is an allow-list of plugin names.
    """
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    loaded: list[Loaded] = []
    failures: list[Failure] = []
    points = entry_points(group=GROUP) if found is None else found
    for point in sorted(points, key=lambda one: one.name):
        if only is not None and point.name not in only:
            continue
        problem = _load(manager, point)
        if problem:
            failures.append(Failure(point.name, "loading", problem))
        else:
            loaded.append(_describe(manager, point))
    return Plugins(tuple(loaded), tuple(failures), manager)


def _load(manager: pluggy.PluginManager, point: EntryPoint) -> str:
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


def _describe(manager: pluggy.PluginManager, point: EntryPoint) -> Loaded:
    callers = manager.get_hookcallers(manager.get_plugin(point.name)) or []
    names = tuple(sorted(caller.name for caller in callers))
    distribution = point.dist
    if distribution is None:
        return Loaded(point.name, "", "", names)
    return Loaded(point.name, distribution.name, distribution.version, names)


def _is_adapter(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, Adapter) and bool(getattr(one, "name", ""))
