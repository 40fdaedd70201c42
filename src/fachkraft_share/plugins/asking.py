"""Ask every plugin by itself: what went wrong with one of them is kept beside what others said.

1. Adding hooks: whoever fails is passed over.
2. Objecting hooks fail closed: who failed, or was named and is not there, may have objected.
3. First answers: in the order of the allow-list, otherwise of the plugins' names.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import attrs
import pluggy

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, SetupError
from fachkraft_share.model.candidate import Document
from fachkraft_share.model.profile import Profile
from fachkraft_share.plugins.given import Fact, News, Staff
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.erasure_evidence import ErasureParticipant
from fachkraft_share.ports.health import Health, HealthCheck, Level
from fachkraft_share.ports.sanitising import plain_text
from fachkraft_share.rules.terms import Term

LOADING = "loading"
_OURS = "FKS-"  # ids of our own checks
_Added = TypeVar("_Added")


@attrs.frozen
class Failure:
    """What went wrong with one plugin, when loading it or in one of its hooks."""

    plugin: str
    where: str  # LOADING or a hook's name
    what: str

    def worth_noting(self, before: str | None, *, noted_at: int, at: int) -> bool:
        """Tell whether this is news after what was noted of the same hook; the same is not."""
        return self.what != before or noted_at <= at - limits.PLUGIN_FAILED_AGAIN


@attrs.frozen
class Loaded:
    """A plugin that is there, with its distribution's version and the hooks it implements."""

    name: str
    distribution: str
    version: str
    hooks: tuple[str, ...]

    @property
    def title(self) -> str:
        """What a check of this plugin is called: name, version, hooks."""
        named = f"{self.name} {self.version}".strip()
        return f"plugin {named} works ({', '.join(self.hooks) or 'no hook'})"


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
    missing: tuple[str, ...] = ()  # named in the settings and not there

    def implementing(self, hook: str) -> tuple[str, ...]:
        """Return the names of the plugins that implement a hook."""
        return tuple(one.plugin_name for one in self._implementations(hook))

    def objecting(self, hook: str) -> bool:
        """Tell whether an objecting hook must be asked: one that is missing might object."""
        return bool(self.missing or self.implementing(hook))

    # What all add -----------------------------------------------------------------------------

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
        """Return the plugins' checks; each fails by itself."""
        answers = self._added("health_checks", _is_check)
        return attrs.evolve(
            answers, given=tuple((plugin, _alone(check)) for plugin, check in answers.given)
        )

    def vocabularies(self) -> Answers[Term]:
        """Return further words for occupations and skills."""
        return self._added("vocabularies", lambda one: isinstance(one, Term))

    def match_reasons(self, profile: Profile, language: str) -> Answers[str]:
        """Return what else speaks for a profile; a few sentences of each plugin."""
        answers = self._added("match_reasons", _is_sentence, profile=profile, language=language)
        kept: list[tuple[str, str]] = []
        for plugin, sentence in answers.given:
            if sum(other == plugin for other, _ in kept) < limits.PLUGIN_REASONS:
                kept.append((plugin, plain_text(sentence)))
        return attrs.evolve(answers, given=tuple(kept))

    # Any objection holds back -------------------------------------------------------------------

    def review_profile(self, profile: Profile) -> Answers[str]:
        """Return objections to a profile; a failure holds it back as well."""
        return self._objections("review_profile", profile=profile)

    def scan_document(self, document: Document, *, leaving: bool) -> Answers[str]:
        """Return objections to a document; a failure holds it back as well."""
        return self._objections("scan_document", document=document, leaving=leaving)

    # The first answer wins ----------------------------------------------------------------------

    def notify(self, news: News) -> Answers[bool]:
        """Ask one plugin after the other until one has told it."""
        return self._first("notify", lambda one: one is True, news=news)

    def texts(self, language: str) -> Answers[Mapping[str, str]]:
        """Return the own wording of every plugin; the first that words an id wins."""
        return self._each("texts", lambda one: isinstance(one, Mapping), language=language)

    def authenticate(self, headers: Mapping[str, str]) -> Answers[Staff]:
        """Ask one plugin after the other who this is."""
        return self._first("authenticate", _is_staff, headers=headers)

    # After the commit ---------------------------------------------------------------------------

    def tell(self, plugin: str, fact: Fact) -> Failure | None:
        """Tell one plugin of a fact; return what went wrong."""
        for one in self._implementations("committed"):
            if one.plugin_name == plugin:
                return _called(one, {"fact": fact}, hook="committed")[1]
        return None

    # Calling ------------------------------------------------------------------------------------

    def _implementations(self, hook: str) -> Iterator[pluggy.HookImpl]:
        caller: pluggy.HookCaller = getattr(self._manager.hook, hook)
        order = [one.name for one in self.loaded]
        yield from sorted(caller.get_hookimpls(), key=lambda one: order.index(one.plugin_name))

    def _added(self, hook: str, fits: Callable[[Any], bool], **given: Any) -> Answers[Any]:
        """Return everything from what each plugin lists."""
        added: list[tuple[str, Any]] = []
        failures: list[Failure] = []
        for implementation in self._implementations(hook):
            plugin = implementation.plugin_name
            listed, failure = _called(implementation, given, hook=hook, then=_listed)
            if failure is not None:
                failures.append(failure)
                continue
            added += [(plugin, one) for one in listed if fits(one)]
            unfit = sum(not fits(one) for one in listed)
            if unfit:
                failures.append(Failure(plugin, hook, f"{unfit} of its answers are of no use here"))
        return Answers(tuple(added), tuple(failures))

    def _each(self, hook: str, fits: Callable[[Any], bool], **given: Any) -> Answers[Any]:
        """Return the one answer of each plugin; None is no answer."""
        found: list[tuple[str, Any]] = []
        failures: list[Failure] = []
        for implementation in self._implementations(hook):
            _take(implementation, given, fits, hook=hook, found=found, failures=failures)
        return Answers(tuple(found), tuple(failures))

    def _first(self, hook: str, fits: Callable[[Any], bool], **given: Any) -> Answers[Any]:
        found: list[tuple[str, Any]] = []
        failures: list[Failure] = []
        for implementation in self._implementations(hook):
            _take(implementation, given, fits, hook=hook, found=found, failures=failures)
            if found:
                break
        return Answers(tuple(found), tuple(failures))

    def _objections(self, hook: str, **given: Any) -> Answers[str]:
        answers: Answers[str] = self._each(hook, _is_sentence, **given)
        absent = tuple(
            Failure(name, hook, "it is named in the settings and not there")
            for name in self.missing
        )
        said = tuple((plugin, plain_text(sentence)) for plugin, sentence in answers.given)
        return Answers(said, answers.failures + absent)


def _take(
    implementation: pluggy.HookImpl,
    given: Mapping[str, Any],
    fits: Callable[[Any], bool],
    *,
    hook: str,
    found: list[tuple[str, Any]],
    failures: list[Failure],
) -> None:
    answer, failure = _called(implementation, given, hook=hook)
    plugin = implementation.plugin_name
    if failure is not None:
        failures.append(failure)
    elif fits(answer):
        found.append((plugin, answer))
    elif not (answer is None or answer is False or answer == ""):
        failures.append(Failure(plugin, hook, "its answer is of no use here"))


def _called(
    implementation: pluggy.HookImpl,
    given: Mapping[str, Any],
    *,
    hook: str,
    then: Callable[[Any], Any] = lambda answer: answer,
) -> tuple[Any, Failure | None]:
    """Call one implementation; its words may hold anything, so only the error's type is kept."""
    try:
        return then(implementation.function(*(given[one] for one in implementation.argnames))), None
    except (Exception, SystemExit) as error:
        what = f"raised {type(error).__name__}"
        return None, Failure(implementation.plugin_name, hook, what)


def _listed(answer: Iterable[Any] | None) -> tuple[Any, ...]:
    return () if answer is None else tuple(answer)


def _alone(check: HealthCheck) -> HealthCheck:
    """Return the check so that one that breaks hurts no other."""

    def run() -> Health:
        try:
            found = check.run()
        except FachkraftShareError as error:
            return Health(Level.FAIL, str(error), "see the plugin's documentation")
        except (Exception, SystemExit) as error:
            cause = f"the check itself ended with {type(error).__name__}"
            return Health(Level.FAIL, cause, "see the plugin's documentation")
        if isinstance(found, Health):
            return found
        return Health(Level.FAIL, "the check gave no answer", "see the plugin's documentation")

    return attrs.evolve(check, run=run)


def _is_adapter(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, Adapter) and bool(getattr(one, "name", ""))


def _is_check(one: object) -> bool:
    return isinstance(one, HealthCheck) and not one.id.startswith(_OURS)


def _is_sentence(one: object) -> bool:
    return isinstance(one, str) and 0 < len(one) <= limits.PLUGIN_SENTENCE


def _is_staff(one: object) -> bool:
    return isinstance(one, Staff)
