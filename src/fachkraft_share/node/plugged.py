"""The node's plugins: words, wording and who of the office asks; none sees a message or a consent.

Which of them failed is kept in the store: `doctor` is another process than the one that serves.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

import attrs

from fachkraft_share import limits
from fachkraft_share.node.records import Kept
from fachkraft_share.plugins.asking import Answers, Failure, Loaded, Plugins
from fachkraft_share.plugins.given import COORDINATOR, Staff
from fachkraft_share.ports.health import Health, HealthCheck, Level
from fachkraft_share.ports.store import Store
from fachkraft_share.rules.retention import day_of
from fachkraft_share.rules.terms import extended
from fachkraft_share.rules.vocabulary import Vocabulary
from fachkraft_share.web.catalogue import Catalogue, catalogue
from fachkraft_share.web.wording import reworded

T = TypeVar("T")
_OK = Health(Level.OK)


@attrs.define
class Plugged:
    """Asks the node's plugins; words and wording are asked for once."""

    plugins: Plugins
    _store: Store
    _now: Callable[[], int]
    _wording: dict[str, Catalogue] = attrs.field(factory=dict, init=False)
    _words: tuple[Vocabulary, Vocabulary] | None = attrs.field(default=None, init=False)

    def catalogue(self, language: str) -> Catalogue:
        """Return the texts of a language with the plugins' wording over them."""
        shipped_texts = catalogue(language)
        name = shipped_texts.language
        if name not in self._wording:
            found = reworded(shipped_texts, self._heard(self.plugins.texts(name)))
            for plugin, id in found.refused:
                self._note(Failure(plugin, "texts", f"{id} cannot be worded so"))
            self._wording[name] = found.catalogue
        return self._wording[name]

    def vocabulary(self, known: Vocabulary) -> Vocabulary:
        """Return this vocabulary with the plugins' words beside it; asked once for each."""
        words = self._words
        if words is None or words[0] is not known:
            words = self._words = (known, self._extended(known))
        return words[1]

    def _extended(self, known: Vocabulary) -> Vocabulary:
        terms = self._heard(self.plugins.vocabularies())
        found, unfit = extended(known, [term for _, term in terms])
        for plugin, term in terms:
            if term in unfit:
                self._note(Failure(plugin, "vocabularies", "a term does not fit: see its code"))
        return found

    def coordinates(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a plugin knows the sender as one of the office's coordinators."""
        return any(COORDINATOR in one.roles for _, one in self.staff(headers))

    def staff(self, headers: Mapping[str, str]) -> tuple[tuple[str, Staff], ...]:
        """Return as whom the plugins know the sender, each with the plugin's name."""
        return self._heard(self.plugins.authenticate(headers))

    def checks(self) -> tuple[HealthCheck, ...]:
        """Return the checks of the plugins, and those about them."""
        own = (check for _, check in self._heard(self.plugins.health_checks()))
        return (
            HealthCheck("FKS-114", "all plugins could be loaded", self._loading),
            *(_check(one, self._failed) for one in self.plugins.loaded),
            *own,
        )

    def _loading(self) -> Health:
        named = "; ".join(f"{one.plugin}: {one.what}" for one in self.plugins.failures)
        return Health(Level.WARN, named, "update or uninstall them") if named else _OK

    def _failed(self, plugin: Loaded) -> Health:
        names = tuple(_name(plugin.name, hook) for hook in plugin.hooks)
        with self._store.begin(write=False) as transaction:
            rows = [transaction.get(Kept, name) for name in names]
        told = []
        for row in rows:
            at, _, what = row.value.partition(" ") if row is not None else ("0", "", "")
            if row is not None and int(at) >= self._now() - limits.PLUGIN_FAILED_SHOWN:
                told.append(f"{row.name.split()[2]} {what} on {day_of(int(at))}")
        fix = "update or uninstall it; it is told for a week"
        return Health(Level.WARN, "; ".join(told), fix) if told else _OK

    def _heard(self, answers: Answers[T]) -> tuple[tuple[str, T], ...]:
        for failure in answers.failures:
            self._note(failure)
        return answers.given

    def _note(self, failure: Failure) -> None:
        """Keep that a plugin failed; the same again only after a while."""
        name, at = _name(failure.plugin, failure.where), self._now()
        with self._store.begin(write=False) as transaction:
            before = transaction.get(Kept, name)
        when, _, what = before.value.partition(" ") if before is not None else ("0", "", "")
        if failure.worth_noting(what, noted_at=int(when), at=at):
            with self._store.begin() as transaction:
                transaction.put(Kept(name, f"{at} {failure.what}"))


def _name(plugin: str, hook: str) -> str:
    return f"plugin {plugin} {hook}"


def _check(plugin: Loaded, run: Callable[[Loaded], Health]) -> HealthCheck:
    return HealthCheck("FKS-115", plugin.title, partial(run, plugin))
