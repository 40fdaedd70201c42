"""Who is asked, in which order, and what becomes of errors: adding, objecting, first answer."""

import pluggy
import pytest

from fachkraft_share import Document, DocumentKind, Level, limits
from fachkraft_share.model.profile import Profile, Years
from fachkraft_share.plugins import Fact, News, Occasion, Staff
from fachkraft_share.plugins.asking import Failure
from fachkraft_share.ports import health
from fachkraft_share.ports.health import Health, HealthCheck
from fachkraft_share.rules.terms import Term
from fachkraft_share.testing.plugged import plugged

PROFILE = Profile("43", Level.SPECIALIST, Years.UP_TO_9, "de")
PAPER = Document("cv.pdf", DocumentKind.CV, "application/pdf", b"%PDF")
NEWS = News(Occasion.MATCH, "r1", "de", "Subject", "Text", to="hr@muster.example")
HOOKS = {
    "review_profile": lambda plugins: plugins.review_profile(PROFILE),
    "scan_document": lambda plugins: plugins.scan_document(PAPER, leaving=True),
    "match_reasons": lambda plugins: plugins.match_reasons(PROFILE, "de"),
    "vocabularies": lambda plugins: plugins.vocabularies(),
    "health_checks": lambda plugins: plugins.health_checks(),
    "notify": lambda plugins: plugins.notify(NEWS),
    "texts": lambda plugins: plugins.texts("de"),
    "authenticate": lambda plugins: plugins.authenticate({"authorization": "Bearer x"}),
}
GOOD = {
    "review_profile": "Not this one.",
    "scan_document": "Not this one.",
    "match_reasons": ["Speaks Harz dialect."],
    "vocabularies": [Term("skill", "java", ("Hausprache",))],
    "health_checks": [HealthCheck("HOUSE-001", "There", lambda: Health(health.Level.OK))],
    "notify": True,
    "texts": {"home.title": "Guten Tag"},
    "authenticate": Staff("7", "Kim", ("coordinator",)),
}


def broken():
    """Fail with words that may hold anything."""
    raise RuntimeError("person@mail.example")


def leaving():
    """End the program."""
    raise SystemExit(3)


def taking(hook, answer):
    """Return an implementation with the arguments of its hook."""
    return {
        "review_profile": lambda profile: answer,  # noqa: ARG005
        "scan_document": lambda document, leaving: answer,  # noqa: ARG005
        "match_reasons": lambda profile, language: answer,  # noqa: ARG005
        "notify": lambda news: answer,  # noqa: ARG005
        "texts": lambda language: answer,  # noqa: ARG005
        "authenticate": lambda headers: answer,  # noqa: ARG005
    }.get(hook, lambda: answer)


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("fault", [broken, leaving])
def test_one_that_raises_is_named_without_its_words_and_the_next_is_asked(hook, fault):
    """Its error is recorded by type; what the other said stands."""
    plugins = plugged(bad={hook: fault}, fine={hook: taking(hook, GOOD[hook])})
    answers = HOOKS[hook](plugins)
    [(plugin, _)] = answers.given
    assert plugin == "fine"
    kind = "RuntimeError" if fault is broken else "SystemExit"
    assert answers.failures == (Failure("bad", hook, f"raised {kind}"),)


@pytest.mark.parametrize("hook", HOOKS)
def test_nobody_has_to_answer(hook):
    """None is no answer and no failure; neither is a plugin without the hook."""
    plugins = plugged(silent={hook: lambda: None}, other={"committed": lambda fact: None})  # noqa: ARG005
    answers = HOOKS[hook](plugins)
    assert (answers.given, answers.failures) == ((), ())


@pytest.mark.parametrize("hook", HOOKS)
def test_an_answer_of_no_use_is_a_failure(hook):
    """Whatever it was meant to say, it was not said."""
    odd = [object()] if isinstance(GOOD[hook], list) else object()
    answers = HOOKS[hook](plugged(odd={hook: taking(hook, odd)}))
    assert answers.given == ()
    [failure] = answers.failures
    assert (failure.plugin, failure.where) == ("odd", hook)
    assert "of no use" in failure.what


@pytest.mark.parametrize("hook", ["review_profile", "scan_document"])
def test_every_objection_counts(hook):
    """One plugin's silence takes nothing from another's objection."""
    plugins = plugged(
        one={hook: taking(hook, "First.")},
        three={hook: taking(hook, None)},
        two={hook: taking(hook, "Second.")},
    )
    assert HOOKS[hook](plugins).given == (("one", "First."), ("two", "Second."))


@pytest.mark.parametrize("hook", ["review_profile", "scan_document"])
def test_one_that_was_named_and_is_not_there_may_have_objected(hook):
    """So a scanner that was uninstalled lets nothing through; a broken one that nobody named does
    not stand in the way."""
    named = plugged(only=["scanner"])
    assert named.missing == ("scanner",)
    assert named.objecting(hook)
    [failure] = HOOKS[hook](named).failures
    assert (failure.plugin, failure.where) == ("scanner", hook)
    assert [(one.plugin, one.what) for one in named.failures] == [("scanner", "not installed")]
    assert not plugged(other={"adaptors": broken}).objecting(hook)


@pytest.mark.parametrize("hook", ["notify", "authenticate"])
def test_the_first_answer_wins_and_the_others_are_not_asked(hook):
    """In the order of the names, or of the allow-list."""
    asked = []

    def ask(name):
        return lambda: asked.append(name) or GOOD[hook]

    plugins = {"one": {hook: ask("one")}, "two": {hook: ask("two")}}
    assert [name for name, _ in HOOKS[hook](plugged(**plugins)).given] == ["one"]
    assert [name for name, _ in HOOKS[hook](plugged(only=["two", "one"], **plugins)).given] == [
        "two"
    ]
    assert asked == ["one", "two"]


def test_a_hook_may_take_fewer_arguments_than_it_is_given():
    """A plugin written for an earlier version goes on working when more is told."""
    plugins = plugged(scanner={"scan_document": lambda document: document.media_type})
    assert plugins.scan_document(PAPER, leaving=False).given == (("scanner", "application/pdf"),)


def test_reasons_are_few_short_and_plain():
    """Markup goes, and one plugin cannot fill the page."""
    many = ["<b>Bold</b> claim"] * (limits.PLUGIN_REASONS + 1) + ["x" * 301]
    answers = plugged(loud={"match_reasons": lambda: many}).match_reasons(PROFILE, "de")
    assert answers.given == (("loud", "Bold claim"),) * limits.PLUGIN_REASONS
    assert [one.what for one in answers.failures] == ["1 of its answers are of no use here"]


def test_a_plugins_check_fails_by_itself_and_cannot_take_our_ids():
    """Health is shown even if a check breaks."""
    wrong = ("no Health", lambda: "fine"), ("raises", broken), ("exits", leaving)
    checks = [HealthCheck(f"HOUSE-00{n}", *one) for n, one in enumerate(wrong)]
    ours = HealthCheck("FKS-001", "All is well", lambda: Health(health.Level.OK))
    answers = plugged(house={"health_checks": lambda: [*checks, ours]}).health_checks()
    assert [one.run().level for _, one in answers.given] == [health.Level.FAIL] * 3
    assert not any("person@" in one.run().cause for _, one in answers.given)
    assert [one.plugin for one in answers.failures] == ["house"]


def test_a_fact_is_told_to_one_plugin_at_a_time():
    """Each has its own queue; one that is gone is told nothing."""
    heard, fact = [], Fact("f" * 43, "referral.closed", "r1", said=False, at=5)

    def hear(fact):
        heard.append(fact)

    plugins = plugged(bad={"committed": broken}, fine={"committed": hear})
    assert plugins.implementing("committed") == ("bad", "fine")
    assert plugins.tell("fine", fact) is None
    assert heard == [fact]
    assert plugins.tell("bad", fact) == Failure("bad", "committed", "raised RuntimeError")
    assert plugins.tell("gone", fact) is None


@pytest.mark.parametrize("hook", [*HOOKS, "adapters", "erasure_participants", "committed"])
def test_no_hook_can_be_wrapped(hook):
    """Whoever wraps could change what others object to."""
    marker = pluggy.HookimplMarker("fachkraft_share")

    def wrapper():
        return (yield)

    plugins = plugged(wraps={})
    assert plugins.loaded
    module = type(pluggy)("wraps")
    setattr(module, hook, marker(wrapper=True)(wrapper))
    refused = plugged(wraps=module)
    assert refused.loaded == ()
    assert "wrappers are refused" in refused.failures[0].what
