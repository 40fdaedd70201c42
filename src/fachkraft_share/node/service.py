"""The exchange node: small services over one store, behind one synchronous dispatcher.

`handle` is what the HTTP shell and an in-memory transport call; `tick` is the worker's turn. The
node owns no thread, socket or clock.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, RefusedError
from fachkraft_share.node.alliance.agreeing import Agreeing
from fachkraft_share.node.alliance.authority import Authority
from fachkraft_share.node.alliance.enrolment import Enrolment
from fachkraft_share.node.alliance.federation import PublicFacts
from fachkraft_share.node.alliance.vocabulary import VocabularyLists
from fachkraft_share.node.blobs import Blobs
from fachkraft_share.node.calls import demand_whole, refusal
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.feed.cursors import RolledBackError
from fachkraft_share.node.feed.polling import News, Polled, Polling
from fachkraft_share.node.feed.tombstones import Tombstones
from fachkraft_share.node.health import NodeHealth
from fachkraft_share.node.history.quarantine import release
from fachkraft_share.node.history.restart import Restart
from fachkraft_share.node.ingest import Ingest
from fachkraft_share.node.invitations import Invitations
from fachkraft_share.node.keys import NodeKeys
from fachkraft_share.node.neighbours import Neighbours, alone
from fachkraft_share.node.outbox import Outbox, Send, smtp
from fachkraft_share.node.partners.heads import Heads
from fachkraft_share.node.partners.visiting import Partners
from fachkraft_share.node.schedule import scheduling
from fachkraft_share.node.settings import Settings
from fachkraft_share.node.worker import Worker
from fachkraft_share.plugins.asking import Plugins
from fachkraft_share.plugins.loading import no_plugins
from fachkraft_share.ports.reserve import never_cramped
from fachkraft_share.ports.runtime import Request, Response, Runtime
from fachkraft_share.ports.store import Store
from fachkraft_share.ports.vault import Journal
from fachkraft_share.protocol import events
from fachkraft_share.protocol.decision import Decision
from fachkraft_share.rules.consent import Gate, permits
from fachkraft_share.rules.vocabulary import Vocabulary

if TYPE_CHECKING:
    from fachkraft_share.node.desk.service import Desk

Service = Callable[[Request], Response]
A = TypeVar("A")


@attrs.frozen
class Operation:
    """One operation: what answers it, and how large its body may be."""

    service: Service
    limit: int = 0


class Node:
    """One alliance's exchange; starting it replays the journal."""

    def __init__(
        self,
        runtime: Runtime,
        store: Store,
        journal: Journal,
        settings: Settings,
        keys: NodeKeys,
        *,
        gate: Gate = permits,
        decide: Callable[..., Decision] = events.decide,
        send: Send | None = None,
        cramped: Callable[[], bool] = never_cramped,
        neighbours: Neighbours | None = None,
        plugins: Plugins | None = None,
    ) -> None:
        exchange = Exchange(
            runtime,
            store,
            journal,
            settings,
            keys,
            gate=gate,
            decide=scheduling(decide),
            plugins=plugins or no_plugins(),
        )
        exchange.cramped = cramped
        self.exchange = exchange
        self.authority = Authority(exchange)
        self.enrolment = Enrolment(exchange, self.authority)
        self.agreeing = Agreeing(exchange, self.authority)
        self.vocabulary = VocabularyLists(exchange, self.authority)
        self.partners = Partners(exchange)
        self.ingest = Ingest(exchange, self.partners)
        self.polling = Polling(exchange)
        self.outbox = Outbox(exchange, send or smtp(settings.mail))
        self.health = NodeHealth(exchange, self.outbox)
        others = neighbours or alone(store)
        self.restart = Restart(exchange, others)
        self.worker = Worker(
            exchange,
            others,
            agreeing=self.agreeing,
            authority=self.authority,
            outbox=self.outbox,
            partners=self.partners,
            restart=self.restart,
        )
        self.operations = self._operations()
        self.restart.replay()

    @property
    def id(self) -> str:
        """The node's id."""
        return self.exchange.id

    @cached_property
    def desk(self) -> "Desk":
        """The candidate's side of this node; its texts and tables are loaded when first asked."""
        from fachkraft_share.node.desk.service import Desk

        exchange = self.exchange
        return Desk(
            exchange.runtime,
            exchange.newest_party,
            settings=exchange.desk_settings,
            link=exchange.settings.link,
            committed=exchange.tell,
            vocabulary=self._words,
            texts=exchange.plugged.catalogue,
        )

    def _words(self) -> Vocabulary:
        """Return the words of today: the newest official lists, and the plugins' beside them."""
        return self.exchange.plugged.vocabulary(self.vocabulary.vocabulary())

    def handle(self, request: Request) -> Response:
        """Answer one call; every refusal is a problem (RFC 9457), never an exception."""
        try:
            return self._dispatch(request)
        except FachkraftShareError as error:
            return self._refused(error)

    def poll(self, request: Request) -> Polled | Response:
        """Answer a poll so that the caller may wait and ask again."""
        try:
            return self.polling.poll(request)
        except FachkraftShareError as error:
            return self._refused(error)

    def glance(self, requests: Sequence[Request]) -> list[Polled | News | Response]:
        """Answer those polls at once for which there is nothing; `serve` answers the others.

        Raises:
            StoreError: none of them was answered.
        """
        return [self._told(one) for one in self.polling.glance(requests)]

    def serve(self, news: News) -> Polled | Response:
        """Answer a poll for which there is something."""
        try:
            return self.polling.serve(news)
        except FachkraftShareError as error:
            return self._refused(error)

    def post_all(self, requests: Sequence[Request]) -> list[Response]:
        """Answer several postings of events with common commits.

        Raises:
            StoreError: nobody knows; posting again is harmless.
        """
        return [self._told(one) for one in self.ingest.events_of(requests)]

    def _told(self, found: A | FachkraftShareError) -> A | Response:
        return self._refused(found) if isinstance(found, FachkraftShareError) else found

    def poll_again(self, polled: Polled) -> Polled | Response:
        """Answer the same poll once more."""
        try:
            return self.polling.again(polled)
        except FachkraftShareError as error:
            return self._refused(error)

    def _refused(self, error: FachkraftShareError) -> Response:
        """Return the problem; a cursor of a lost history tells that the folder was rolled back.

        State and journal came back together, by copying, and neither shows it: from here on every
        member is heard before anything is served.
        """
        if isinstance(error, RolledBackError):
            self.restart.distrust()
        return refusal(error, at=self.exchange.now())

    def distrust(self) -> None:
        """Hear every member before anything is served again: this folder was brought back."""
        self.restart.distrust()

    def tick(self) -> None:
        """Do the worker's due work once."""
        self.worker.tick()

    def release(self) -> None:
        """End a quarantine by the operator's own decision."""
        with self.exchange.store.begin() as transaction:
            release(transaction)

    def _dispatch(self, request: Request) -> Response:
        operation = self.operations.get(request.operation)
        if operation is None:
            raise RefusedError("not-found", "there is no such operation")
        demand_whole(request, limit=operation.limit)
        return operation.service(request)

    def _answered(self, request: Request) -> Response:
        return self.polling.poll(request).response

    def _operations(self) -> Mapping[str, Operation]:
        facts, blobs = PublicFacts(self.exchange), Blobs(self.exchange)
        invitations, tombstones = Invitations(self.exchange), Tombstones(self.exchange)
        body = limits.REQUEST_BYTES
        return {
            "GET /.well-known/fachkraft-share": Operation(facts.well_known),
            "GET /federation": Operation(facts.federation),
            "POST /members": Operation(self.enrolment.members, body),
            "POST /invitations": Operation(invitations.invite, body),
            "POST /events": Operation(self.ingest.events, limits.EVENTS_BYTES),
            "POST /poll": Operation(self._answered, body),
            "PUT /blobs": Operation(blobs.put, limits.BLOB_BYTES),
            "GET /blobs": Operation(blobs.get),
            "GET /tombstones": Operation(tombstones.tombstones),
            "GET /vocabulary": Operation(self.vocabulary.get),
            "GET /heads": Operation(Heads(self.exchange).heads),
            "POST /withdrawals": Operation(self.ingest.withdrawals, body),
        }
