"""What happens in a town: people, members, faults and lies, drawn step by step from the seed."""

import hashlib
from collections.abc import Callable
from functools import partial

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.member.records import Outgoing
from fachkraft_share.model.profile import Endorsement, Rank
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.payloads import OutcomeKind
from fachkraft_share.protocol.records import Contact, Referral, ReferralState, Task, Tombstone
from fachkraft_share.testing.simulator.crashing import Crash
from fachkraft_share.testing.simulator.faults import calm
from fachkraft_share.testing.simulator.malice import lie
from fachkraft_share.testing.simulator.town import CANDIDATE, NAMES, Town, hours
from fachkraft_share.testing.simulator.watch import Story, one, rows
from fachkraft_share.testing.world import address

STEPS = 28
REFERRALS = 2
HEALING_ROUNDS = 10
HEALING_LEAST = 2  # rounds: news takes one to be told and one to be heard
LONG = 1105  # days: beyond a referral's life, its tombstone and the evidence of its end
PACES = ((0.1, 0.1, 0.5, 2, 6), (0.1, 1, 6, 24, 48))  # hours between two steps
EFFECTS = 24  # a crash strikes before one of so many effects

Deed = Callable[[], None]


class Life:
    """Plays one seed; `trace` is what happened, the same in every run of it."""

    def __init__(self, town: Town, *, steps: int = STEPS, long: bool = False) -> None:
        self.town = town
        self.steps = steps
        self.long = long
        self.random = town.random
        self.pace = PACES[town.random.random() < 0.25]  # in some seeds lists expire
        self.trace = hashlib.sha256()
        self.log: list[str] = []
        self.asked = 0
        self.armed = ""

    def play(self) -> None:
        """Live through the faults, then heal and see that all comes to its end."""
        for _ in range(self.steps):
            self.step()
        self.heal()
        self.town.watch.step()
        self.town.watch.finally_()
        if self.long:
            self.grow_old()

    def step(self) -> None:
        """Let some time pass, and something happen."""
        town, faults = self.town, self.town.faults
        town.pass_time(hours(self.random.choice(self.pace)))
        if self.random.random() < 0.3:
            town.node.service.tick()
        self._meddle()
        self.armed = ""
        if town.chance(faults.crash):
            self.armed = self.random.choice(("node", *town.members))
            town.fuses[self.armed].left = self.random.randrange(EFFECTS)
        name, deed = self._choose()
        town.intruder = self._intruder if faults.overlap else None
        self.attempt(name, deed)
        for fuse in town.fuses.values():
            fuse.left = None
        self._note_closures()
        town.watch.step()

    def attempt(self, name: str, deed: Deed) -> None:
        """Do it; a refusal is part of life, a crash starts the party anew."""
        try:
            deed()
            said = "done"
        except Crash:
            self.town.intruder = None  # nobody calls a dead process
            self.town.parties[self.armed].open()
            said = f"{self.armed} died"
        except FachkraftShareError as error:
            said = type(error).__name__
        except Exception as error:  # nothing else may leave a service
            said = f"{type(error).__name__} was not expected"
            self.town.watch.say("errors are of the tree", f"{name.split(maxsplit=1)[0]}: {said}")
        self.note(f"{name}: {said}")

    def note(self, line: str) -> None:
        """Write a line of the trace."""
        self.log.append(f"{self.town.clock.at} {line}")
        self.trace.update(self.log[-1].encode())

    def heal(self) -> None:
        """End all faults and let everybody meet until nothing is left to do."""
        town = self.town
        town.faults, town.away, town.intruder = calm(), set(), None
        town.skews.clear()
        town.delayed.clear()
        for healed in range(HEALING_ROUNDS):
            town.pass_time(hours(6.5))
            for name in town.members:
                self.attempt(f"heal {name}", partial(self._sync, name))
            town.node.service.tick()
            self._note_closures()
            if healed >= HEALING_LEAST and self._quiet():
                return

    def grow_old(self) -> None:
        """Let more than a referral's life pass, then play old envelopes to the node again."""
        town = self.town
        copies = [*town.copies, *town.watch.copies]
        for _ in range(3):
            town.pass_time(LONG * limits.DAY // 3)
            town.node.service.tick()
        for body in copies:
            town.node.service.handle(Request("POST /events", body=body))
        town.watch.step()
        town.watch.buried()

    def _quiet(self) -> bool:
        """Tell whether nobody owes, sends or does anything more within a day."""
        soon = ("next_at", self.town.clock.at + limits.DAY)
        return not self.town.watch.owing() and not any(
            rows(party.memory.store, Outgoing) or rows(party.memory.store, Task, until=soon)
            for party in self.town.members.values()
        )

    def _meddle(self) -> None:
        """Faults that strike parties rather than messages."""
        town, faults, names = self.town, self.town.faults, (*self.town.members, "node")
        if faults.restore and self.random.random() < 0.15:
            town.back_up(self.random.choice(names))
        if town.chance(faults.restore):
            name = self.random.choice(names)
            town.bring_back(name)
            self.note(f"restore {name}")
        if town.chance(faults.offline):
            town.away ^= {self.random.choice(tuple(town.members))}
        if town.chance(faults.skew):
            town.skews[self.random.choice(names)] = self.random.randint(-100, 100)
        if town.liar is not None and town.chance(faults.malice * 2):
            self.attempt("lie", lambda: lie(town))

    def _choose(self) -> tuple[str, Deed]:
        """Choose among what can happen now, so that few steps are spent on nothing."""
        name = self.random.choice(tuple(self.town.members))
        stories = tuple(self.town.watch.stories.values())
        asked = [story for story in stories if not (story.granted or story.shut)]
        live = [story for story in stories if story.granted and ALL not in story.shut]
        deeds: tuple[tuple[int, str, Deed], ...] = (
            (9, f"sync {name}", lambda: self._sync(name)),
            (8 if self.asked < REFERRALS else 0, "recommend", self._recommend),
            (12 if asked else 0, "decide", lambda: self._decide(self.random.choice(asked))),
            (6 if live else 0, "request", lambda: self._request(name)),
            (20 if self._waiting() else 0, "answer", self._answer),
            (1 if live else 0, "withdraw", lambda: self._withdraw(self.random.choice(live))),
            (1 if live else 0, "renew", lambda: self._renew(self.random.choice(live))),
            (1 if live else 0, "outcome", lambda: self._outcome(name)),
            (1 if stories else 0, "close", lambda: self._close(self.random.choice(stories))),
        )
        _, what, deed = self.random.choices(deeds, [weight for weight, _, _ in deeds])[0]
        return what, deed

    def _sync(self, name: str) -> None:
        report = self.town.members[name].member.sync()
        self.note(f"{name} {report.received}/{report.sent}/{report.tasks} {report.problems}")

    def _recommend(self) -> None:
        origin = self.random.choice(NAMES[:2])
        member = self.town.members[origin].member
        asked = member.recommend(
            CANDIDATE,
            Endorsement(Rank.SECOND, ("careful",)),
            application=f"ATS-{self.asked}",
            rejected_on=self.town.today(),
        )
        self.asked += 1
        self.town.watch.stories[asked.referral] = Story(asked.referral, origin)
        self.town.people[asked.referral] = self.town.person(asked.link or "")

    def _story(self) -> Story | None:
        stories = tuple(self.town.watch.stories.values())
        return self.random.choice(stories) if stories else None

    def _decide(self, story: Story) -> None:
        person, others = self.town.people[story.referral], set(self.town.members) - {story.origin}
        if self.random.random() < 0.1:
            person.decline()
            story.shut.add(ALL)
            return
        shut_out = {name for name in sorted(others) if self.random.random() < 0.25}
        view = person.look()
        if view.list is None:
            return
        story.listed, story.excluded = frozenset(others), frozenset(shut_out)
        story.granted, story.exp = True, limits.INTEGER_MAX
        try:
            person.grant(
                excluded=tuple(address(name) for name in sorted(shut_out)),
                months=self.random.choice((1, 6)),
            )
        finally:
            self._read_consent(story)

    def _read_consent(self, story: Story) -> None:
        """Read what is durable: a crash may have come before or after the commit."""
        found = one(self.town.node.memory.store, Referral, story.referral)
        if found is None or found.state is not ReferralState.PUBLISHED:
            story.granted = False
        elif found.consent_exp is not None:
            story.exp = found.consent_exp

    def _request(self, name: str) -> None:
        seen = self.town.members[name].member.inbox()
        if not seen:
            return
        match = self.random.choice(seen)
        story = self.town.watch.stories.get(match.referral)
        if story is not None and self.town.clock.at >= story.exp + 2 * limits.DAY:
            self.town.watch.say("nothing past its consent", f"{name} still shows a profile")
        self.town.members[name].member.request_contact(match, job="Backend")

    def _waiting(self) -> tuple[Contact, ...]:
        found = rows(self.town.node.memory.store, Contact, answer=None)
        return tuple(contact for contact in found if contact.job is not None)

    def _answer(self) -> None:
        story = self.town.watch.stories[self.random.choice(self._waiting()).referral]
        person = self.town.people[story.referral]
        waiting = person.requests()
        if not waiting:
            return
        request = self.random.choice(waiting)
        if self.random.random() < 0.2:
            person.refuse(request.request)
            return
        name = request.requester.id.removeprefix("https://").removesuffix(".example")
        story.accepted.add(name)
        person.agree(request.request)

    def _withdraw(self, story: Story) -> None:
        scope = ALL
        if self.random.random() < 0.3:
            scope = address(self.random.choice(tuple(self.town.members)))
        self.town.people[story.referral].withdraw(scope)
        story.shut.add(scope)

    def _renew(self, story: Story) -> None:
        person = self.town.people[story.referral]
        before, story.exp = story.exp, limits.INTEGER_MAX
        try:
            person.renew()
        finally:
            found = one(self.town.node.memory.store, Referral, story.referral)
            story.exp = max(before, found.consent_exp or 0) if found else before

    def _outcome(self, name: str) -> None:
        for dossier in self.town.members[name].member.received():
            self.town.members[name].member.report(dossier.referral, OutcomeKind.NOT_HIRED)

    def _close(self, story: Story) -> None:
        self.town.members[story.origin].member.close(story.referral)

    def _intruder(self) -> None:
        """Call the node while one of its transactions is about to commit."""
        story = self._story()
        try:
            if story is not None and story.granted and self.random.random() < 0.7:
                self.town.people[story.referral].withdraw()
                story.shut.add(ALL)
                self.note("overlap: withdrawn")
            elif self.town.copies:
                body = self.random.choice(self.town.copies)
                self.town.node.service.handle(Request("POST /events", body=body))
        except FachkraftShareError as error:
            self.note(f"overlap: {type(error).__name__}")

    def _note_closures(self) -> None:
        """Remember what the node has closed durably: from then on it is closed for good."""
        store = self.town.node.memory.store
        for story in self.town.watch.stories.values():
            story.shut |= {
                tombstone.scope for tombstone in rows(store, Tombstone, referral=story.referral)
            }


@attrs.frozen
class Played:
    """One seed that was played."""

    seed: int
    found: tuple[str, ...]
    trace: str
    log: tuple[str, ...] = attrs.field(repr=False)
