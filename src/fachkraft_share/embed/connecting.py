"""Which outside systems a host application uses: those it names, or those of `config.toml`.

What it names must work. What was only found is left out when it does not: `doctor` and the health
page say so, and an erasure that needs it counts as failed.
"""

from collections.abc import Iterable

import attrs

from fachkraft_share.errors import SetupError
from fachkraft_share.member.connecting import connected
from fachkraft_share.member.settings import Settings
from fachkraft_share.plugins.loading import Plugins
from fachkraft_share.ports.adapter import Adapter


@attrs.frozen
class Systems:
    """The adapters that can be used, and why others cannot."""

    adapters: dict[str, Adapter]
    unusable: dict[str, str] = attrs.field(factory=dict)


def named(wanted: Iterable[str | Adapter], settings: Settings, *, plugins: Plugins) -> Systems:
    """Connect each system the host names: an adapter of its own, or the name of an installed one.

    Raises:
        SetupError: one of them cannot be used.
    """
    found: dict[str, Adapter] = {}
    for one in wanted:
        adapter = _one(one, settings, plugins=plugins)
        if adapter.name in found:
            raise SetupError(f"adapters: {adapter.name!r} is named twice")
        found[adapter.name] = adapter
    return Systems(found)


def _one(wanted: str | Adapter, settings: Settings, *, plugins: Plugins) -> Adapter:
    if isinstance(wanted, Adapter):
        return wanted
    if not isinstance(wanted, str):
        raise SetupError("adapters: give names, or adapters that are connected")
    return connected(wanted, settings, plugins=plugins)


def detected(settings: Settings, *, plugins: Plugins) -> Systems:
    """Connect what `config.toml` names and leave out what cannot be used."""
    found = Systems({})
    for name in settings.adapters:
        try:
            found.adapters[name] = connected(name, settings, plugins=plugins)
        except SetupError as error:
            found.unusable[name] = str(error)
        except Exception as error:
            # An adapter's own code: whatever it raises, the host application must start.
            found.unusable[name] = f"raised {type(error).__name__}"
    return found
