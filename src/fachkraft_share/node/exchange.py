"""What all services of the node share: runtime, store, journal, settings, keys and directory."""

from collections.abc import Callable, Sequence

import attrs

from fachkraft_share import limits
from fachkraft_share.node.alliance.members import Members
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.node.history.regrants import careful
from fachkraft_share.node.keys import NodeKeys
from fachkraft_share.node.plugged import Plugged
from fachkraft_share.node.settings import Settings
from fachkraft_share.node.voice import NodeVoice
from fachkraft_share.plugins.asking import Plugins
from fachkraft_share.plugins.loading import no_plugins
from fachkraft_share.ports import loop
from fachkraft_share.ports.loop import Outcome, Party
from fachkraft_share.ports.reserve import never_cramped
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.ports.store import Store
from fachkraft_share.ports.vault import Journal
from fachkraft_share.protocol import events
from fachkraft_share.protocol.decision import Decision, Here
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.message import Message, Reader
from fachkraft_share.rules.consent import Gate, permits
from fachkraft_share.wire.encoding import b64


def _nobody() -> None:
    """Be the listener of a node nobody waits for."""


@attrs.define
class Exchange:
    """The node's surroundings; `committed` is called after whatever may have added to the feed.

    `cramped` tells whether the disk has room for closing and erasing only.
    """

    runtime: Runtime
    store: Store
    journal: Journal
    settings: Settings
    keys: NodeKeys = attrs.field(repr=False)
    gate: Gate = permits
    decide: Callable[..., Decision] = events.decide
    committed: Callable[[], None] = _nobody
    cramped: Callable[[], bool] = never_cramped
    plugins: Plugins = attrs.field(factory=no_plugins)
    members: Members = attrs.field(init=False)
    plugged: Plugged = attrs.field(init=False)

    @members.default
    def _make_members(self) -> Members:
        settings = self.settings
        return Members(self.store, authority=settings.authority, root=settings.root)

    @plugged.default
    def _make_plugged(self) -> Plugged:
        return Plugged(self.plugins, self.store, self.now)

    @property
    def id(self) -> str:
        """The node's id."""
        return self.settings.id

    @property
    def name(self) -> str:
        """What the alliance is called: its newest supplement may have renamed it."""
        return self.members.name or self.settings.name

    @property
    def root(self) -> str:
        """The root key of today; the settings name the one the alliance was founded with."""
        return self.directory().root

    def desk_settings(self) -> DeskSettings:
        """Return what the desk tells of this node, with the alliance's name of today."""
        settings = self.settings.desk
        return attrs.evolve(settings, name=self.members.name or settings.name)

    @property
    def voice(self) -> NodeVoice:
        """How this node signs."""
        return NodeVoice(self.id, self.keys.node, self.runtime.sealer, self.fresh_id)

    def now(self) -> int:
        """Return the time."""
        return self.runtime.clock.now()

    def fresh_id(self) -> str:
        """Return a fresh random id."""
        return b64(self.runtime.ids.random(limits.ID_BYTES))

    def directory(self) -> Directory:
        """Return who is a member now."""
        return self.members.directory(at=self.now())

    def party(self) -> Party:
        """Return the node as the loop sees it, with its newest directory."""
        here = Here(
            self.id,
            is_node=True,
            node=self.id,
            directory=self.directory(),
            policy=self.settings.policy.policy(),
            gate=self.gate,
        )
        return Party(here, self.store, self.journal, self.voice, decide=self.decide)

    def newest_party(self) -> Party:
        """Return the same by a list that another process may have signed just now.

        A person is shown who would read the profile, and consents to exactly that list.
        """
        self.members.look()
        return self.party()

    def reader(self) -> Reader:
        """Return what opening a message needs."""
        return Reader(self.directory(), self.runtime.sealer, self.now())

    def apply(self, batch: Sequence[Message]) -> list[Outcome]:
        """Run messages from outside through the one loop and tell whoever waits.

        What was refused changed nothing; it is decided anew if another process signed a list
        meanwhile.
        """
        outcomes = self._applied(batch)
        refused = [n for n, outcome in enumerate(outcomes) if outcome.status == "refused"]
        if refused and self.members.look():
            again = self._applied([batch[number] for number in refused])
            for number, outcome in zip(refused, again, strict=True):
                outcomes[number] = outcome
        self.tell()
        return outcomes

    def _applied(self, batch: Sequence[Message]) -> list[Outcome]:
        party = attrs.evolve(self.party(), decide=careful(self.decide))
        return loop.apply(party, batch, at=self.now())

    def tell(self) -> None:
        """Tell whoever waits that the feed may have grown."""
        self.committed()
