"""Which outside systems a member's engine works with: applicant-tracking systems and websites."""

from collections.abc import Mapping

from fachkraft_share.errors import AdapterError, SetupError
from fachkraft_share.member.settings import Settings
from fachkraft_share.plugins.asking import Plugins
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.cms import CmsAdapter


def connected(name: str, settings: Settings, *, plugins: Plugins) -> Adapter:
    """Connect an adapter by its name, without asking its system anything.

    Raises:
        SetupError: it is not installed, is for no kind of system known here, or what `config.toml`
            says of it is not enough.
    """
    try:
        made = plugins.adapter(name).connect(settings.adapters.get(name, {}))
    except AdapterError as error:
        raise SetupError(f"adapter {name}: cannot be connected; run `doctor`") from error
    if not isinstance(made, AtsAdapter | CmsAdapter):
        raise SetupError(f"adapter {name}: neither of an applicant-tracking system nor a website")
    return made


def all_connected(settings: Settings, *, plugins: Plugins) -> dict[str, Adapter]:
    """Connect everything `config.toml` names; raise SetupError if one of it cannot be."""
    return {name: connected(name, settings, plugins=plugins) for name in settings.adapters}


def applicant_systems(adapters: Mapping[str, Adapter]) -> dict[str, AtsAdapter]:
    """Return those that hold applicants."""
    return {name: one for name, one in adapters.items() if isinstance(one, AtsAdapter)}


def websites(adapters: Mapping[str, Adapter]) -> dict[str, CmsAdapter]:
    """Return those that show items to everybody."""
    return {name: one for name, one in adapters.items() if isinstance(one, CmsAdapter)}
