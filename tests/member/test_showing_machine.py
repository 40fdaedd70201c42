"""A website beside a member to whom everything happens: it shows what may be shown, never more."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.member import resync
from fachkraft_share.model.consent import Purpose
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.scripted_cms import Killed, LastingAdapter, ScriptedSite, slugs

from .conftest import Alliance

PEOPLE = 4
HOLDER = "https://beispiel.example"
PRIVATE = (Purpose.REFERRAL, Purpose.OWN_POOL)
AFTERWARDS = st.sampled_from([True, True, True, False])  # whether it synchronises
PAUSES = (limits.MINUTE, 20 * limits.MINUTE, limits.HOUR, limits.DAY, 9 * limits.DAY)


class Machine(RuleBasedStateMachine):
    """Two members; `beispiel` has a website."""

    kind: type[MemoryCmsAdapter]

    @initialize()
    def begin(self) -> None:
        """Let both join and open the website."""
        self.harz = Alliance()
        for name in ("muster", "beispiel"):
            self.harz.join(name)
        self.site = ScriptedSite(self.harz.clock)
        self.people: list[tuple[Person, str]] = []
        self.withdrawn: set[str] = set()
        self.backup: Any = None
        self.open()
        self.grant(public=True, months=1, syncs=True)

    @precondition(lambda self: len(self.people) < PEOPLE)
    @rule(public=st.booleans(), months=st.sampled_from([1, 6]), syncs=AFTERWARDS)
    def grant(self, *, public: bool, months: int, syncs: bool) -> None:
        """Somebody is recommended and answers."""
        self.heard_by_all()
        person, referral = self.harz.recommend(application=f"ATS-{len(self.people)}")
        self.harz.members["muster"].sync()
        choice = {} if public else {"purposes": PRIVATE}
        person.grant(months=months, **choice)
        self.people.append((person, referral))
        self.then(syncs)

    @precondition(lambda self: self.people)
    @rule(data=st.data(), scope=st.sampled_from(["all", HOLDER]), syncs=AFTERWARDS)
    def withdraw(self, *, data: Any, scope: str, syncs: bool) -> None:
        """Somebody withdraws; who is no longer there cannot."""
        person, referral = data.draw(st.sampled_from(self.people))
        try:
            person.withdraw(scope)
        except RefusedError:
            return
        self.withdrawn.add(referral)
        self.then(syncs)

    @rule(seconds=st.sampled_from(PAUSES), syncs=AFTERWARDS)
    def wait(self, *, seconds: int, syncs: bool) -> None:
        """Time passes; the node and the origin go on, or everybody would be away."""
        self.harz.clock.pass_time(seconds)
        self.harz.node.tick()
        self.then(syncs)

    @rule(trouble=st.sampled_from([0, 429, 500, 403]), syncs=AFTERWARDS)
    def trouble(self, *, trouble: int, syncs: bool) -> None:
        """The site is down, busy, broken, or refuses us."""
        self.site.trouble = trouble
        self.then(syncs)

    @rule(syncs=AFTERWARDS)
    def mend(self, *, syncs: bool) -> None:
        """Site and line are well again, and time enough has passed to ask them again."""
        self.site.trouble, self.harz.wire.cut = None, False
        self.harz.clock.pass_time(limits.SITE_RETRY_LAST)
        self.then(syncs)

    @rule(fault=st.sampled_from(["lost", "killed-before", "killed-after"]), syncs=AFTERWARDS)
    def fault(self, *, fault: str, syncs: bool) -> None:
        """What becomes of the next creation."""
        self.site.script = [fault]
        self.then(syncs)

    @rule(syncs=AFTERWARDS)
    def cut(self, *, syncs: bool) -> None:
        """The line to the node is cut."""
        self.harz.wire.cut = True
        self.then(syncs)

    @rule()
    def keep(self) -> None:
        """Make a backup of the state."""
        self.backup = self.harz.parties["beispiel"].memory.store.snapshot()

    @precondition(lambda self: self.backup is not None)
    @rule(syncs=AFTERWARDS)
    def restore(self, *, syncs: bool) -> None:
        """Bring the backup back, as the command does."""
        memory = self.harz.parties["beispiel"].memory
        memory.store.restore(self.backup)
        resync.mark_restored(memory.store, at=self.harz.clock.now())
        self.open()
        self.then(syncs)

    @rule()
    def restart(self) -> None:
        """Begin a new process, which synchronises."""
        self.open()
        self.sync()

    def open(self) -> None:
        """Open the member with its website, as a new process does."""
        adapter = self.kind(self.site)
        self.harz.open("beispiel", adapters={adapter.name: adapter})

    def then(self, syncs: bool) -> None:
        """Synchronise, or let more happen first."""
        if syncs:
            self.sync()

    @rule()
    def sync(self) -> None:
        """Synchronise; when nothing failed the public sees exactly what the gate permits."""
        if not self.harz.wire.cut:
            self.harz.members["muster"].sync()
        try:
            report = self.harz.members["beispiel"].sync()
        except Killed:
            self.open()
            return
        if not report.problems or (not report.online and len(report.problems) == 1):
            may = {one.referral for one in self.harz.members["beispiel"].teasers()}
            assert set(self.site.seen()) == slugs(may)
            if report.online:
                assert not may & self.withdrawn
                assert not [one for one in self.withdrawn if self.site.traces(one)]

    @invariant()
    def one_item_each(self) -> None:
        """Nobody stands there twice, whatever was lost."""
        pages = [page.slug for page in self.site.pages.values()]
        assert len(pages) == len(set(pages))

    def heard_by_all(self) -> None:
        """Let the origin be able to recommend."""
        self.harz.wire.cut = False
        for _ in range(2):
            self.harz.members["muster"].sync()
            self.harz.node.tick()

    def teardown(self) -> None:
        """In the end, when all is well again, it is as it should be."""
        if not hasattr(self, "site"):
            return
        self.site.trouble, self.site.script, self.harz.wire.cut = None, [], False
        for _ in range(3):
            self.harz.clock.pass_time(limits.DAY)
            self.heard_by_all()
            self.harz.members["beispiel"].sync()
        may = {one.referral for one in self.harz.members["beispiel"].teasers()}
        assert set(self.site.seen()) == slugs(may)
        assert not [one for one in self.withdrawn if self.site.traces(one)]
        assert not may & self.withdrawn


@pytest.mark.parametrize("kind", [MemoryCmsAdapter, LastingAdapter])
def test_whatever_happens_a_site_shows_what_may_be_shown(kind: type[MemoryCmsAdapter]) -> None:
    """Hiding by itself or not; granted, withdrawn, restored, cut off, killed, in any order."""
    from hypothesis.stateful import run_state_machine_as_test

    machine = type("Machine", (Machine,), {"kind": kind})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
