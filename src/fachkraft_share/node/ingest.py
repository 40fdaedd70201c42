"""`POST /events` and `POST /withdrawals`: verify outside the transaction, apply in one.

1. Nobody logs in here: the envelope authenticates, and nothing is believed before it is verified.
2. What contact messages rest on (consent in force, answer) is taken from the store when it does
   not travel along.
3. A re-posted referral brings its consents with it: they are applied right after it.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, MalformedError, RefusedError, WireError
from fachkraft_share.node.calls import (
    JSON_TYPE,
    answer,
    demand_whole,
    media_type,
    plain_answer,
    problem,
    read_object,
)
from fachkraft_share.node.completing import completed
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.feed.serving import PUBLISHED
from fachkraft_share.node.history.refilling import refill
from fachkraft_share.node.partners.forwarding import forward, home_of
from fachkraft_share.node.partners.visiting import Partners
from fachkraft_share.node.security_log import refused
from fachkraft_share.node.strangers import Strangers
from fachkraft_share.ports.loop import Outcome
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol import problems
from fachkraft_share.protocol.membership import Partner
from fachkraft_share.protocol.message import WITHDRAWAL, Message, Reader, open_message
from fachkraft_share.protocol.records import Referral
from fachkraft_share.wire.convert import structure

EVENT_TYPE = "application/secevent+jwt"
_CLOSING = (WITHDRAWAL, "referral.closed")
_ENDING = (*_CLOSING, "erasure.receipt", "delivery.manifest")  # taken even on a full disk
Commit = Callable[[Sequence[Message]], list[Outcome]]


@attrs.frozen
class Posted:
    """One token as posted, with what travels along."""

    token: str = attrs.field(repr=False)
    along: tuple[str, ...] = attrs.field(default=(), repr=False)
    parts: tuple[str, ...] = attrs.field(default=(), repr=False)


@attrs.frozen
class Posting:
    """One call's events; `alone`: one raw token, which is answered as such."""

    events: tuple[Posted, ...]
    alone: bool = False


@attrs.frozen
class _Shape:
    token: str
    along: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@attrs.frozen
class Opened:
    """A posting after verification: messages to apply, or the refusal.

    `home` is the partner at whose node it must be handed in instead.
    """

    messages: tuple[Message, ...] = ()
    refused: Outcome | None = None
    home: Partner | None = None


class Ingest:
    """Takes messages in; a shell may put a group commit in the place of `commit`."""

    def __init__(self, exchange: Exchange, partners: Partners) -> None:
        self._exchange = exchange
        self._partners = partners
        self.commit: Commit = exchange.apply
        self._strangers = Strangers(exchange)

    def events(self, request: Request) -> Response:
        """Answer `POST /events`: one raw token, or a batch as JSON."""
        [found] = self.events_of([request])
        if isinstance(found, FachkraftShareError):
            raise found
        return found

    def events_of(self, requests: Sequence[Request]) -> list[Response | FachkraftShareError]:
        """Answer several postings with common commits; each is told what became of its own.

        Raises:
            StoreError: nobody knows; posting again is harmless.
        """
        read = [_read(one) for one in requests]
        cramped = cache(self._exchange.cramped)  # the disk is asked once for all
        opened = [_here(self._open(each, cramped)) for one in read for each in _events_in(one)]
        outcomes = iter(self._apply(opened))
        return [
            self._answered(one, [next(outcomes) for _ in one.events])
            if isinstance(one, Posting)
            else one
            for one in read
        ]

    def withdrawals(self, request: Request) -> Response:
        """Answer `POST /withdrawals`: anybody may hand in a person's signed withdrawal."""
        body = read_object(request, limit=limits.REQUEST_BYTES)
        renamed = {("token" if name == "withdrawal" else name): body[name] for name in body}
        if "token" in body or "parts" in body:
            raise MalformedError("the body is an object with withdrawal and with")
        posted = _posted(renamed)
        opened = self._open(posted, self._exchange.cramped)
        if opened.messages and opened.messages[0].type != WITHDRAWAL:
            raise RefusedError("not-entitled", "only a withdrawal is taken here")
        if opened.home is not None:
            told = forward(opened.messages[0], opened.home, self._partners)
            return answer({"status": told})
        [outcome] = self._apply([opened])
        return self._single(outcome, status=200)

    def _answered(self, posting: Posting, outcomes: Sequence[Outcome]) -> Response:
        if posting.alone:
            return self._single(outcomes[0], status=202)
        return plain_answer({"answers": [_told(one) for one in outcomes]})

    def _apply(self, opened: Sequence[Opened]) -> list[Outcome]:
        batch = [message for one in opened for message in one.messages]
        cuts = range(0, len(batch), limits.APPLY_BATCH)
        parts = (batch[cut : cut + limits.APPLY_BATCH] for cut in cuts)
        outcomes = [outcome for part in parts for outcome in self.commit(part)]
        for message, outcome in zip(batch, outcomes, strict=True):
            if message.type == PUBLISHED and outcome.status == "known":
                refill(message, self._exchange)
            if outcome.status == "refused":
                refused("message", outcome.code, issuer=message.iss, kind=message.type)
        for one in opened:  # nothing of these was verified
            if one.refused is not None and one.refused.status == "refused":
                refused("message", one.refused.code)
        each = iter(outcomes)
        return [one.refused or _first(each, len(one.messages)) for one in opened]

    def _open(self, posted: Posted, cramped: Callable[[], bool]) -> Opened:
        """Open a posting; its signer may stand on a list that another process has just signed."""
        opened = self._opened(posted, cramped)
        if opened.refused is not None and self._exchange.members.look():
            return self._opened(posted, cramped)
        return opened

    def _opened(self, posted: Posted, cramped: Callable[[], bool]) -> Opened:
        reader = self._exchange.reader()
        try:
            message = self._completed(_open(posted, reader=reader), posted, reader=reader)
            self._demand_ours(message)
            home = home_of(message, self._exchange) if message.type in _CLOSING else None
        except (WireError, RefusedError) as error:
            detail = error.detail if isinstance(error, RefusedError) else str(error)
            return Opened(refused=Outcome("refused", problems.code_of(error), detail))
        if message.type not in _ENDING and cramped():
            detail = "there is no room on the disk; try again later"
            return Opened(refused=Outcome("later", "not-now", detail))
        if self._too_strange(message):
            detail = "too many ends of unknown referrals; try again in an hour"
            return Opened(refused=Outcome("later", "not-now", detail))
        return Opened((message, *_released(message, posted, reader=reader)), home=home)

    def _completed(self, message: Message, posted: Posted, *, reader: Reader) -> Message:
        return completed(message, along=posted.along, reader=reader, exchange=self._exchange)

    def _demand_ours(self, message: Message) -> None:
        """Refuse what strangers could fill the store with, and what passes by a partner's ledger.

        A partner's referral is read from its node, which notes first that it came here.
        """
        directory = self._exchange.directory()
        if message.type == PUBLISHED and directory.partner_of(message.iss) is not None:
            raise RefusedError("foreign", "a partner's referrals are read from its node")
        if message.type not in _CLOSING:
            return
        if self._exchange.directory().organisation(message.body.origin) is None:
            raise RefusedError("foreign", "hand it in at the node the link names")

    def _too_strange(self, message: Message) -> bool:
        """Tell whether too many ends of referrals this node never saw came within an hour.

        They are taken, since each proves itself; but anybody can make any number of them.
        """
        if message.type not in _CLOSING or message.referral is None:
            return False
        with self._exchange.store.begin(write=False) as transaction:
            if transaction.get(Referral, message.referral) is not None:
                return False
        return self._strangers.too_many()

    def _single(self, outcome: Outcome, *, status: int) -> Response:
        at = self._exchange.now()
        if outcome.status == "later":
            return problem("not-now", outcome.detail, at=at)
        if outcome.status == "refused":
            return problem(outcome.code, outcome.detail, at=at)
        return plain_answer({"status": outcome.status}, status=status)


def _here(opened: Opened) -> Opened:
    """Refuse the end of a partner's referral this node never saw: it stores nothing of it."""
    if opened.home is None:
        return opened
    return Opened(refused=Outcome("refused", "foreign", "hand it in at the node the link names"))


def _open(posted: Posted, *, reader: Reader) -> Message:
    return open_message(posted.token, reader=reader, attached=posted.along, parts=posted.parts)


def _released(message: Message, posted: Posted, *, reader: Reader) -> tuple[Message, ...]:
    """Return the newest consent that came with a referral, to be applied after it."""
    if message.type != PUBLISHED or not message.consents:
        return ()
    newest = message.consents[-1]
    before = [token for token in posted.along if token != newest.token]
    try:
        return (open_message(newest.token, reader=reader, attached=before),)
    except FachkraftShareError:
        return ()  # the referral itself says what is wrong with it


def _first(outcomes: Any, count: int) -> Outcome:
    """Return the outcome of a posting's own message and pass over what came with it."""
    mine = [next(outcomes) for _ in range(count)]
    return mine[0]  # type: ignore[no-any-return]


def _read(request: Request) -> Posting | FachkraftShareError:
    """Return what a call posts, or why it cannot be read."""
    try:
        demand_whole(request, limit=limits.EVENTS_BYTES)
        return _posting(request)
    except (RefusedError, WireError) as error:
        return error


def _posting(request: Request) -> Posting:
    kind = media_type(request)
    if kind == EVENT_TYPE:
        return Posting((Posted(_raw(request.body)),), alone=True)
    if kind != JSON_TYPE:
        raise RefusedError("media-type", f"send {EVENT_TYPE} or {JSON_TYPE}")
    return Posting(tuple(_batch(read_object(request, limit=limits.EVENTS_BYTES))))


def _events_in(posting: Posting | FachkraftShareError) -> tuple[Posted, ...]:
    return posting.events if isinstance(posting, Posting) else ()


def _raw(body: bytes) -> str:
    if len(body) > limits.MESSAGE_BYTES or not body.isascii():
        raise MalformedError("not one signed document")
    return body.decode("ascii").strip()


def _batch(body: dict[str, Any]) -> list[Posted]:
    found = body.get("events")
    if body.keys() != {"events"} or not isinstance(found, list):
        raise MalformedError("the body is an object with events")
    if len(found) > limits.APPLY_BATCH:
        raise RefusedError("too-large", f"at most {limits.APPLY_BATCH} events")
    return [_posted(one) for one in found]


def _posted(plain: Any) -> Posted:
    if not isinstance(plain, dict) or "along" in plain:
        raise MalformedError("an event is an object with token, with and parts")
    renamed = {("along" if name == "with" else name): value for name, value in plain.items()}
    shape = structure(renamed, _Shape, closed=True)
    return Posted(shape.token, shape.along, shape.parts)


def _told(outcome: Outcome) -> dict[str, str]:
    told = {"status": outcome.status}
    if outcome.code:
        told |= {"code": outcome.code, "detail": outcome.detail}
    return told
