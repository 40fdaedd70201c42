"""Plugins that are not installed: for tests of a plugin, and of what asks plugins.

`plugged(house={"review_profile": review})` is what `load_plugins` returns when a distribution with
the entry point `house` is installed whose module has this one hook.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import Distribution
from typing import Any

import attrs

from fachkraft_share.plugins.hooks import hookimpl
from fachkraft_share.plugins.loading import Plugins, load_plugins

Hooks = Mapping[str, Callable[..., Any]]


@attrs.frozen
class Given:
    """An entry point that leads to what it is given."""

    name: str
    plugin: object = attrs.field(repr=False)
    dist: Distribution | None = None

    def load(self) -> object:
        """Return the plugin."""
        return self.plugin


def plugged(*, only: Sequence[str] | None = None, **plugins: Hooks | types.ModuleType) -> Plugins:
    """Return plugins by name, each a module or its hooks."""
    points = [Given(name, _plugin(name, one)) for name, one in plugins.items()]
    return load_plugins(points, only=only)


def _plugin(name: str, hooks: Hooks | types.ModuleType) -> types.ModuleType:
    if isinstance(hooks, types.ModuleType):
        return hooks
    module = types.ModuleType(name)
    vars(module).update({hook: hookimpl(function) for hook, function in hooks.items()})
    return module
