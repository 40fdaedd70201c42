"""Every plugin is loaded and called by itself: one that is broken hurts no other."""

import sys
import types
from importlib.metadata import EntryPoint

import pluggy
import pytest

from fachkraft_share.errors import SetupError
from fachkraft_share.plugins import hookimpl
from fachkraft_share.plugins.loading import GROUP, load_plugins
from fachkraft_share.ports.capabilities import Capabilities
from fachkraft_share.ports.erasure_evidence import Erasure, Outcome
from fachkraft_share.ports.health import Health, HealthCheck, Level
from fachkraft_share.testing.memory_ats import MemoryAdapter


@pytest.fixture
def installed(monkeypatch):
    """Return a function that makes entry points of modules or broken texts."""

    def install(**modules):
        points = []
        for name, module in modules.items():
            path = f"plugin_for_a_test_{name}"
            if isinstance(module, types.SimpleNamespace):
                made = types.ModuleType(path)
                vars(made).update(vars(module))
                monkeypatch.setitem(sys.modules, path, made)
            points.append(EntryPoint(name, path, GROUP))
        return points

    return install


def plugin(**hooks):
    """Return a module with hooks."""
    return types.SimpleNamespace(**{name: hookimpl(hook) for name, hook in hooks.items()})


class Other(MemoryAdapter):
    """Another adapter."""

    name = "other"
    capabilities = Capabilities()


def memory():
    """Add the adapter in memory."""
    return [MemoryAdapter]


def raising():
    """Fail."""
    raise RuntimeError("person@mail.example")


def test_what_is_installed_adds_up(installed):
    """Adapters of all plugins, each with the plugin's name."""
    points = installed(one=plugin(adapters=memory), two=plugin(adapters=lambda: [Other]))
    plugins = load_plugins(points)
    assert dict(plugins.adapters().given) == {
        "one": MemoryAdapter,
        "two": Other,
    }
    assert plugins.adapter("other") is Other
    assert [(one.name, one.hooks) for one in plugins.loaded] == [
        ("one", ("adapters",)),
        ("two", ("adapters",)),
    ]


def test_one_that_cannot_be_imported_is_named_beside_the_rest(installed):
    """It is reported with its reason; the others are there."""
    plugins = load_plugins(installed(broken=None, fine=plugin(adapters=memory)))
    [failure] = plugins.failures
    assert (failure.plugin, failure.where) == ("broken", "loading")
    assert "ModuleNotFoundError" in failure.what
    assert plugins.adapter("memory") is MemoryAdapter


def test_one_that_leaves_the_program_on_import_does_not(monkeypatch, tmp_path):
    """`sys.exit` in a plugin is a failure of that plugin."""
    (tmp_path / "plugin_that_exits.py").write_text("raise SystemExit(3)\n")
    monkeypatch.syspath_prepend(tmp_path)
    plugins = load_plugins([EntryPoint("exits", "plugin_that_exits", GROUP)])
    assert [one.plugin for one in plugins.failures] == ["exits"]


def test_wrappers_are_refused(installed):
    """A plugin adds; it does not change what others say."""
    marker = pluggy.HookimplMarker("fachkraft_share")

    def adapters():
        return (yield)

    wrapper = types.SimpleNamespace(adapters=marker(wrapper=True)(adapters))
    plugins = load_plugins(installed(wraps=wrapper, fine=plugin(adapters=memory)))
    [failure] = plugins.failures
    assert failure.plugin == "wraps"
    assert "wrappers are refused" in failure.what
    assert [name for name, _ in plugins.adapters().given] == ["fine"]


def test_a_misspelt_hook_is_refused(installed):
    """It would never be called, and nobody would notice."""
    plugins = load_plugins(installed(typo=plugin(adaptors=memory), fine=plugin(adapters=memory)))
    [failure] = plugins.failures
    assert failure.plugin == "typo"
    assert "adaptors" in failure.what
    assert [one.name for one in plugins.loaded] == ["fine"]


def test_a_hook_with_unknown_arguments_is_refused(installed):
    """It was written for another version."""
    plugins = load_plugins(installed(odd=plugin(adapters=lambda engine: [engine])))
    assert [one.plugin for one in plugins.failures] == ["odd"]


def test_one_that_raises_when_called_is_named_without_its_words(installed):
    """The others' answers stand; the message may hold anything and is not kept."""
    points = installed(bad=plugin(adapters=raising), fine=plugin(adapters=memory))
    answers = load_plugins(points).adapters()
    assert answers.given == (("fine", MemoryAdapter),)
    [failure] = answers.failures
    assert (failure.plugin, failure.where, failure.what) == (
        "bad",
        "adapters",
        "raised RuntimeError",
    )


def test_answers_of_no_use_are_named(installed):
    """Something that is no adapter is left out."""
    points = installed(odd=plugin(adapters=lambda: ["memory", MemoryAdapter]))
    answers = load_plugins(points).adapters()
    assert answers.given == (("odd", MemoryAdapter),)
    assert [one.plugin for one in answers.failures] == ["odd"]


def test_two_adapters_of_one_name_are_both_left_out(installed):
    """Nobody guesses to which the candidates go."""
    points = installed(one=plugin(adapters=memory), two=plugin(adapters=memory))
    answers = load_plugins(points).adapters()
    assert answers.given == ()
    assert {one.plugin for one in answers.failures} == {"one", "two"}


def test_two_plugins_of_one_name_are_told_apart():
    """The second is refused."""
    point = EntryPoint("same", "fachkraft_share.testing.memory_ats", GROUP)
    plugins = load_plugins([point, point])
    assert [one.what for one in plugins.failures] == ["another plugin has this name"]


def test_an_adapter_somebody_named_and_that_is_not_there_raises(installed):
    """The message says what there is, and which plugin failed and why."""
    plugins = load_plugins(installed(broken=None, fine=plugin(adapters=memory)))
    with pytest.raises(SetupError, match=r"'odoo'.*memory.*broken: ModuleNotFoundError"):
        plugins.adapter("odoo")


def test_only_what_is_allowed_is_loaded(installed):
    """An allow-list keeps everything else from being imported."""
    plugins = load_plugins(installed(broken=None, fine=plugin(adapters=memory)), only=["fine"])
    assert plugins.failures == ()
    assert [one.name for one in plugins.loaded] == ["fine"]


class HostApplication:
    """A host application that keeps notes on candidates."""

    name = "host-notes"

    def erase(self, referral, *, at):  # noqa: ARG002
        """Erase them."""
        return Erasure(Outcome.ERASED, (), at)


def test_participants_and_checks_are_added(installed):
    """What stores personal data beside us takes part in erasing; plugins add checks."""
    check = HealthCheck("HOST-001", "Notes reachable", lambda: Health(Level.OK))
    points = installed(
        host=plugin(erasure_participants=lambda: [HostApplication()], health_checks=lambda: [check])
    )
    plugins = load_plugins(points)
    [(_, participant)] = plugins.erasure_participants().given
    assert participant.erase("r1", at=5).looked_at == 5
    assert plugins.health_checks().given == (("host", check),)
    assert check.run().level is Level.OK
