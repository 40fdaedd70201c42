"""What happens in a region: people, members, faults and lies, drawn step by step from the seed."""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.model.profile import Endorsement, Rank
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.payloads import OutcomeKind
from fachkraft_share.protocol.records import Contact, Referral, ReferralState
from fachkraft_share.testing.simulator import absence, borders
from fachkraft_share.testing.simulator.crashing import Crash
from fachkraft_share.testing.simulator.figures import Measured
from fachkraft_share.testing.simulator.healing import heal, meet
from fachkraft_share.testing.simulator.malice import lie
from fachkraft_share.testing.simulator.promptness import follow
from fachkraft_share.testing.simulator.region import Region, hours
from fachkraft_share.testing.simulator.settled import finally_
from fachkraft_share.testing.simulator.town import CANDIDATE
from fachkraft_share.testing.simulator.watch import Story, one, rows
from fachkraft_share.testing.world import address

STEPS = 28
STEPS_ACROSS = 36  # where there are borders: news takes more turns
REFERRALS = 2
LONG = 1105  # days: beyond a referral's life, its tombstone and the evidence of its end
PACES = ((0.1, 0.1, 0.5, 2, 6), (0.1, 1, 6, 24, 48))  # hours between two steps
SKEW = 100  # seconds a clock is wrong by in most seeds
EFFECTS = 24  # a crash strikes before one of so many effects

Deed = Callable[[], None]


class Life:
    """Plays one seed; `trace` is what happened, the same in every run of it."""

    def __init__(
        self,
        region: Region,
        *,
        long: bool = False,
        watched: bool = False,
        absent: bool = False,
        skewed: bool = False,
    ) -> None:
        self.region = region
        self.steps = STEPS_ACROSS if region.several else STEPS
        self.long, self.watched, self.absent, self.skewed = long, watched, absent, skewed
        self.random = region.random
        self.pace = PACES[region.random.random() < 0.25]  # in some seeds lists expire
        self.trace = hashlib.sha256()
        self.log: list[str] = []
        self.asked = 0
        self.healed = 0  # minutes
        self.withdrawn: list[tuple[Story, str]] = []  # in this step
        self.armed = ""

    def play(self) -> None:
        """Live through the faults, then heal and see that all comes to its end."""
        for number in range(self.steps):
            if self.absent and number == self.steps // 2:
                absence.leave(self)
            self.step()
        if self.absent:
            absence.come_back(self)
        self.healed = heal(self)
        self.region.watch.step()
        finally_(self.region)
        if self.watched:
            self.end_all()
        if self.long:
            self.grow_old()

    def step(self) -> None:
        """Let some time pass, and something happen."""
        region, faults = self.region, self.region.faults
        region.pass_time(hours(self.random.choice(self.pace)))
        for town in region.towns:
            if self.random.random() < 0.3:
                town.node.service.tick()
        self._meddle()
        self.armed = ""
        if region.chance(faults.crash):
            self.armed = self.random.choice((*region.nodes, *region.members))
            region.fuses[self.armed].left = self.random.randrange(EFFECTS)
        name, deed = self._choose()
        region.intruder = self._intruder if faults.overlap else None
        self.attempt(name, deed)
        for fuse in region.fuses.values():
            fuse.left = None
        region.watch.note_closures()
        region.watch.step()
        ended, self.withdrawn = self.withdrawn, []
        for story, scope in ended if self.watched else ():
            follow(self, story, scope)

    def end_all(self) -> None:
        """Let everybody withdraw who has not, now that no fault is left; see how long it takes."""
        for story in self.region.watch.stories.values():
            if story.granted and not story.shut and self.region.clock.at < story.exp:
                self.attempt("withdraw", partial(self.withdraw, story))
                follow(self, story, ALL)
        self.withdrawn = []
        meet(self)
        self.region.watch.step()
        finally_(self.region)

    def attempt(self, name: str, deed: Deed) -> None:
        """Do it; a refusal is part of life, a crash starts the party anew."""
        try:
            deed()
            said = "done"
        except Crash:
            self.region.intruder = None  # nobody calls a dead process
            self.region.testimony.forget(self.armed)
            self.region.parties[self.armed].open()
            said = f"{self.armed} died"
        except FachkraftShareError as error:
            said = type(error).__name__
        except Exception as error:  # nothing else may leave a service
            said = f"{type(error).__name__} was not expected"
            self.region.watch.say("errors are of the tree", f"{name.split(maxsplit=1)[0]}: {said}")
        self.note(f"{name}: {said}")

    def note(self, line: str) -> None:
        """Write a line of the trace."""
        self.log.append(f"{self.region.clock.at} {line}")
        self.trace.update(self.log[-1].encode())

    def grow_old(self) -> None:
        """Let more than a referral's life pass, then play old envelopes to the nodes again."""
        region = self.region
        copies = [*region.copies, *region.watch.copies]
        for _ in range(3):
            region.pass_time(LONG * limits.DAY // 3)
            for town in region.towns:
                town.node.service.tick()
        for body in copies:
            for town in region.towns:
                region.post(body, town)
        region.watch.step()
        region.watch.buried()

    def _meddle(self) -> None:
        """Faults that strike parties rather than messages."""
        region, faults = self.region, self.region.faults
        names = (*region.members, *region.nodes)
        if faults.restore and self.random.random() < 0.15:
            region.back_up(self.random.choice(names))
        if region.chance(faults.restore):
            name = self.random.choice(names)
            region.bring_back(name)
            self.note(f"restore {name}")
        if region.chance(faults.offline):
            region.away ^= {self.random.choice(names if region.several else (*region.members,))}
        if region.chance(faults.skew):
            most = limits.DAY if self.skewed else SKEW
            region.skews[self.random.choice(names)] = self.random.randint(-most, most)
        if region.liar is not None and region.chance(faults.malice * 2):
            self.attempt("lie", lambda: lie(region))

    def _choose(self) -> tuple[str, Deed]:
        """Choose among what can happen now, so that few steps are spent on nothing."""
        region = self.region
        name = self.random.choice(tuple(region.members))
        stories = tuple(region.watch.stories.values())
        asked = [story for story in stories if not (story.granted or story.shut)]
        live = [story for story in stories if story.granted and ALL not in story.shut]
        across = live if region.several else []
        seldom = 0.4 if region.several else 1  # what must cross needs time before it ends
        deeds: tuple[tuple[float, str, Deed], ...] = (
            (9, f"sync {name}", lambda: self.sync(name)),
            (8 if self.asked < REFERRALS else 0, "recommend", self._recommend),
            (12 if asked else 0, "decide", lambda: self._decide(self.random.choice(asked))),
            (6 if live else 0, "request", lambda: self._request(name)),
            (20 if self._waiting() else 0, "answer", self._answer),
            (seldom if live else 0, "withdraw", lambda: self._withdraw(self._any(live))),
            (1 if live else 0, "renew", lambda: self._renew(self._any(live))),
            (1 if live else 0, "outcome", lambda: self._outcome(name)),
            (seldom if stories else 0, "close", lambda: self._close(self._any(stories))),
            (4 if region.several else 0, "turn", self._turn),
            (9 if region.several else 0, "round", self._round),
            (1 if region.several else 0, "agree", lambda: borders.agree(region)),
            (0.3 if region.several else 0, "leave", lambda: borders.leave(region)),
            (0.4 if across else 0, "abroad", lambda: borders.withdraw(region, self._any(live))),
            (0.2 if across else 0, "hand in", lambda: borders.hand_in(region, self._any(live))),
        )
        _, what, deed = self.random.choices(deeds, [weight for weight, _, _ in deeds])[0]
        return what, deed

    def _any(self, stories: Sequence[Story]) -> Story:
        return self.random.choice(stories)

    def _turn(self) -> None:
        self.region.some_town().node.service.tick()

    def _round(self) -> None:
        """Let everybody have a turn, so that what takes many hops comes about."""
        for name in self.region.members:
            self.sync(name)
        self._tick()

    def turn_of_others(self) -> None:
        """Let everybody have a turn who is not away for months."""
        for name in self.region.members:
            if name not in self.region.absent:
                self.attempt(f"sync {name}", partial(self.sync, name))
        self._tick()
        self.region.watch.note_closures()

    def _tick(self) -> None:
        for town in self.region.towns:
            town.node.service.tick()

    def sync(self, name: str) -> None:
        """Let a member synchronise."""
        report = self.region.members[name].member.sync()
        self.note(f"{name} {report.received}/{report.sent}/{report.tasks} {report.problems}")

    def _recommend(self) -> None:
        origin = self.random.choice(borders.origins(self.region))
        town = self.region.town_of(origin)
        asked = self.region.members[origin].member.recommend(
            CANDIDATE,
            Endorsement(Rank.SECOND, ("careful",)),
            application=f"ATS-{self.asked}",
            rejected_on=town.today(),
        )
        self.asked += 1
        secret = (asked.link or "").rpartition("/")[2]
        story = Story(asked.referral, origin, town.place.node, secret)
        self.region.watch.stories[asked.referral] = story
        self.region.people[asked.referral] = town.person(asked.link or "")

    def _story(self) -> Story | None:
        stories = tuple(self.region.watch.stories.values())
        return self.random.choice(stories) if stories else None

    def _decide(self, story: Story) -> None:
        person, town = self.region.people[story.referral], self.region.town_of(story.origin)
        others = set(town.members) - {story.origin} - self.region.gone
        if self.random.random() < 0.1:
            person.decline()
            self.region.watch.shut(story, ALL, town)
            return
        shut_out = {name for name in sorted(others) if self.random.random() < 0.25}
        view = person.look()
        if view.list is None:
            return
        partners = borders.choose(self.region, story, view, shut_out)
        story.listed, story.excluded = frozenset(others), frozenset(shut_out)
        story.partners = frozenset(partners)
        story.granted, story.exp = True, limits.INTEGER_MAX
        try:
            person.grant(
                excluded=tuple(address(name) for name in sorted(shut_out)),
                months=self.random.choice((1, 6)),
                partners=partners,
            )
        finally:
            self._read_consent(story)

    def _referral(self, story: Story) -> Referral | None:
        store = self.region.town_of(story.origin).node.memory.store
        found: Referral | None = one(store, Referral, story.referral)
        return found

    def _read_consent(self, story: Story) -> None:
        """Read what is durable: a crash may have come before or after the commit."""
        found = self._referral(story)
        if found is None or found.state is not ReferralState.PUBLISHED:
            story.granted = False
        elif found.consent_exp is not None:
            story.exp = found.consent_exp

    def _request(self, name: str) -> None:
        names = borders.askers(self.region, name)
        name, seen = next(
            ((one, seen) for one in names if (seen := self.region.members[one].member.inbox())),
            (name, []),
        )
        if not seen:
            return
        match = self.random.choice(seen)
        story = self.region.watch.stories.get(match.referral)
        if story is not None and self.region.clock.at >= story.exp + 2 * limits.DAY:
            self.region.watch.say("nothing past its consent", f"{name} still shows a profile")
        self.region.members[name].member.request_contact(match, job="Backend")

    def _waiting(self) -> list[Contact]:
        """Return the requests that a person could answer, at the node the consent was given at."""
        return [
            contact
            for town in self.region.towns
            for contact in rows(town.node.memory.store, Contact, answer=None)
            if contact.job is not None
            and self.region.watch.stories[contact.referral].home == town.place.node
        ]

    def _answer(self) -> None:
        story = self.region.watch.stories[self.random.choice(self._waiting()).referral]
        person = self.region.people[story.referral]
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
            scope = self.random.choice(borders.scopes(self.region, story))
        self.withdraw(story, scope)

    def withdraw(self, story: Story, scope: str = ALL) -> None:
        """Let the person withdraw at home."""
        self.region.people[story.referral].withdraw(scope)
        self.region.watch.shut(story, scope, self.region.town_of(story.origin))
        self.withdrawn.append((story, scope))

    def _renew(self, story: Story) -> None:
        person = self.region.people[story.referral]
        before, story.exp = story.exp, limits.INTEGER_MAX
        try:
            person.renew()
        finally:
            found = self._referral(story)
            story.exp = max(before, found.consent_exp or 0) if found else before

    def _outcome(self, name: str) -> None:
        for dossier in self.region.members[name].member.received():
            self.region.members[name].member.report(dossier.referral, OutcomeKind.NOT_HIRED)

    def _close(self, story: Story) -> None:
        self.region.members[story.origin].member.close(story.referral)

    def _intruder(self) -> None:
        """Call a node while a transaction is about to commit."""
        story = self._story()
        try:
            if story is not None and story.granted and self.random.random() < 0.7:
                self.region.people[story.referral].withdraw()
                self.region.watch.shut(story, ALL, self.region.town_of(story.origin))
                self.note("overlap: withdrawn")
            elif self.region.copies:
                self.region.post(self.random.choice(self.region.copies))
        except FachkraftShareError as error:
            self.note(f"overlap: {type(error).__name__}")


@attrs.frozen
class Played:
    """One seed that was played."""

    seed: int
    found: tuple[str, ...]
    trace: str
    log: tuple[str, ...] = attrs.field(repr=False)
    measured: Measured
