"""The engine's parts put together: runtime, settings, keys, store, directory, participants.

It owns no thread, clock, network or randomness; each module beside this one does one thing with it.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from fachkraft_share.errors import ConsentError, QuarantineError, StateError
from fachkraft_share.member import facts as committed
from fachkraft_share.member.directory import DirectoryKeeper
from fachkraft_share.member.identity import Identity
from fachkraft_share.member.lease import LeaseHolder
from fachkraft_share.member.records import Participant, Standing, Trouble
from fachkraft_share.member.settings import Settings
from fachkraft_share.member.shelf import MemoryShelf, Shelf
from fachkraft_share.member.voice import MemberVoice
from fachkraft_share.model.consent import Consent
from fachkraft_share.plugins.asking import Plugins
from fachkraft_share.plugins.given import Fact
from fachkraft_share.plugins.loading import no_plugins
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.client import Client
from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.ports.erasure_evidence import ErasureParticipant
from fachkraft_share.ports.loop import Party
from fachkraft_share.ports.reserve import never_cramped
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.ports.vault import Journal, Keys
from fachkraft_share.protocol import events
from fachkraft_share.protocol.decision import Decision, Here
from fachkraft_share.protocol.facts import facts
from fachkraft_share.protocol.message import CONSENT, Message, Reader, open_message
from fachkraft_share.protocol.records import Referral, Token, Tombstone
from fachkraft_share.rules.consent import Action, Deny, Gate, Permit, Policy, permits
from fachkraft_share.rules.terms import Term, extended
from fachkraft_share.rules.vocabulary import Vocabulary, shipped
from fachkraft_share.wire import jws
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.keys import PrivateKey

QUARANTINE = "quarantine"
AWAY = "away"  # name of the `Standing`: the list had expired, and not all was heard since
HEARD = "heard"  # name of the `Standing`: when all that waited at the node was heard
RESTORED = "restored"
T = TypeVar("T")


@attrs.define(eq=False, kw_only=True)
class Engine:
    """One member; `save_identity` keeps new keys, `cramped` tells of a full disk.

    The words are read when they are first needed: `read_words` from the official lists in use,
    unless a vocabulary is given; `terms` are the plugins', beside them.
    """

    runtime: Runtime
    settings: Settings
    identity: Identity
    store: Store
    journal: Journal
    keys: Keys
    _vocabulary: Vocabulary | None = None
    read_words: "Callable[[Engine], Vocabulary] | None" = None
    own_lists: Mapping[str, bytes] = attrs.field(factory=dict, repr=False)  # by config.toml
    shelf: Shelf = attrs.field(factory=MemoryShelf)
    adapters: Mapping[str, AtsAdapter] = attrs.field(factory=dict)
    sites: Mapping[str, CmsAdapter] = attrs.field(factory=dict)
    unusable: Mapping[str, str] = attrs.field(factory=dict)  # adapters left out, and why
    recalled: frozenset[str] = frozenset()  # participants for whom waiting erasures were looked at
    policy: Policy = Policy()
    gate: Gate = permits
    decide: Callable[..., Decision] = events.decide
    save_identity: Callable[[Identity], None] = lambda _: None
    cramped: Callable[[], bool] = never_cramped
    plugins: Plugins = attrs.field(factory=no_plugins)
    participants: dict[str, ErasureParticipant] = attrs.field(factory=dict, init=False)
    client: Client = attrs.field(init=False)
    voice: MemberVoice = attrs.field(init=False)
    directories: DirectoryKeeper = attrs.field(init=False)
    lease: LeaseHolder = attrs.field(init=False)
    memory: dict[str, Any] = attrs.field(factory=dict, init=False, repr=False)  # caches only
    terms: tuple[Term, ...] = attrs.field(default=(), init=False)
    lists: Mapping[str, str] = attrs.field(factory=dict, init=False)  # official ones in use
    _words: Vocabulary | None = attrs.field(default=None, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Compose what needs several parts."""
        self.client = Client(self.runtime, self.settings, self.signing_key)
        self.voice = MemberVoice(self.runtime, self.settings.id, self.signing_key, self._said)
        self.directories = DirectoryKeeper(self.settings.authority, self.settings.root, self.store)
        holder = b64(self.runtime.ids.random(9))
        self.lease = LeaseHolder(self.store, self.runtime.clock, holder)
        self.directories.now()

    @property
    def id(self) -> str:
        """The member's id."""
        return self.settings.id

    @property
    def vocabulary(self) -> Vocabulary:
        """What codes are called and how words are coded."""
        found = self._words
        if found is None:
            read = self.read_words or (lambda _: shipped())
            plain = self._vocabulary if self._vocabulary is not None else read(self)
            found = self._words = extended(plain, self.terms)[0] if self.terms else plain
        return found

    def forget_words(self) -> None:
        """Let the vocabulary be read anew when it is next needed."""
        self._words = None

    def now(self) -> int:
        """Return the moment."""
        return self.runtime.clock.now()

    def signing_key(self) -> PrivateKey:
        """Return the newest key the last directory read states for this member."""
        stated = {kid for id, kid in self.directories.latest.keys if id == self.id}
        return self.identity.signing(at=self.now(), stated=stated)

    def here(self) -> Here:
        """Return who decides, with the newest directory."""
        directory = self.directories.now()
        return Here(self.id, False, self.settings.node, directory, self.policy, self.gate)  # noqa: FBT003

    def party(self) -> Party:
        """Return this member for the loop."""
        return Party(self.here(), self.store, self.journal, self.voice, self.decide)

    def _said(self, transaction: Transaction, token: Token) -> None:
        fact = Fact(token.sha256, token.type, token.referral, said=True, at=self.now())
        committed.remember(self.plugins, fact, transaction=transaction)

    def reader(self) -> Reader:
        """Return what opening a message needs."""
        return Reader(self.directories.now(), self.runtime.sealer, self.now())

    def refresh_lists(self) -> None:
        """Fetch and verify the newest member list and agreements, then the partners' lists."""
        self.directories.refresh(self.client, suite=self.runtime.sealer, at=self.now())
        self.refresh_partners()

    def refresh_partners(self, told: Mapping[str, int] | None = None) -> int:
        """Fetch the partners' lists, or those told to be newer; return how many came.

        What is wrong with one of them is noted: our own alliance goes on. Where one had expired,
        nothing is shown until all that waits at the node was heard.
        """
        suite, at = self.runtime.sealer, self.now()
        if self.directories.outdated(told, at=at):
            with self.store.begin() as transaction:
                transaction.put(Standing(AWAY, "expired", at))
        found = self.directories.refresh_partners(self.client, suite=suite, at=at, told=told)
        for node, code in found.items():
            if code:
                self.complain("partner", node, code)
            else:
                self.appease("partner", node)
        return sum(not code for code in found.values())

    def remember(self, *added: ErasureParticipant) -> None:
        """Take part in every erasure from now on; remembered by name even when absent later."""
        at = self.now()
        with self.store.begin() as transaction:
            for one in added:
                self.participants[one.name] = one
                if transaction.get(Participant, one.name) is None:
                    transaction.put(Participant(one.name, at))

    def demand_ready(self) -> None:
        """Refuse to show or send anything new while peers' closures are not in.

        Raises:
            QuarantineError: this state was restored, or was long away; synchronise first.
        """
        with self.store.begin(write=False) as transaction:
            held_up = transaction.get(Standing, QUARANTINE)
            away = transaction.get(Standing, AWAY)
        if held_up is not None:
            raise QuarantineError("this state was restored; synchronise first")
        if away is not None:
            raise QuarantineError(
                "what ended while this member was away is not heard yet; synchronise"
            )

    def demand_current(self) -> None:
        """Refuse to show what may have ended long ago: an expired list stops all but closing.

        Raises:
            QuarantineError: see `demand_ready`.
            StateError: the list has expired.
        """
        self.demand_ready()
        if not self.directories.now().fresh(at=self.now()):
            raise StateError("the member list has expired; synchronise, then it is shown again")

    def ask_gate(
        self,
        transaction: Transaction,
        consent: Consent | None,
        action: Action,
        *,
        actor: str,
        answer: Any = None,
    ) -> Permit:
        """Ask the one gate with all this member knows.

        Raises:
            ConsentError: with the code of the first check that failed.
        """
        here, at = self.here_within(transaction), self.now()
        tombstones: tuple[Tombstone, ...] = ()
        if consent is not None:
            tombstones = transaction.every(Tombstone, referral=consent.referral)
        known = facts(consent, actor, here=here, at=at, tombstones=tombstones, answer=answer)
        said = self.gate(consent, action, actor=actor, known=known, at=at)
        if isinstance(said, Deny):
            raise ConsentError(said.code, f"{action} is not allowed")
        return said

    def here_within(self, transaction: Transaction) -> Here:
        """Return who decides, read within an open transaction."""
        directory = self.directories.within(transaction)
        return Here(self.id, False, self.settings.node, directory, self.policy, self.gate)  # noqa: FBT003

    def complain(self, kind: str, about: str, code: str) -> None:
        """Note work that will not succeed by itself."""
        with self.store.begin() as transaction:
            transaction.put(Trouble(kind, about, code, self.now()))

    def appease(self, kind: str, about: str) -> None:
        """Forget trouble that is over."""
        with self.store.begin() as transaction:
            transaction.drop(Trouble, kind, about)


def chain(transaction: Transaction, referral: Referral) -> tuple[Token, ...]:
    """Return the consent in force and those it renews, newest first."""
    consents = {
        one.sha256: one for one in transaction.every(Token, referral=referral.id, type=CONSENT)
    }
    found: list[Token] = []
    named = referral.consent
    while named is not None and named in consents:
        token = consents.pop(named)
        found.append(token)
        named = _renewed(token)
    return tuple(found)


def _renewed(token: Token) -> str | None:
    parsed = jws.parse(token.body or "", types=(jws.Type.CONSENT,))
    renews = parsed.claims.get("renews")
    return renews if isinstance(renews, str) else None


def bodies(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """Return the tokens as they travel; those whose body was erased are left out."""
    return tuple(one.body for one in tokens if one.body is not None)


def consent_in_force(
    transaction: Transaction, referral: Referral, *, reader: Reader
) -> Message | None:
    """Return the consent a referral rests on at this member, or None."""
    tokens = bodies(chain(transaction, referral))
    if not tokens:
        return None
    return open_message(tokens[0], reader=reader, attached=tokens[1:])
