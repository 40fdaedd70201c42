"""Closing and accounting: what each further holder costs, and each receipt, alone and batched.

In this process over SQLite on disk with `synchronous=FULL`, one commit a message unless the figure
says otherwise: the loop, the journal's line and the rows, without HTTP (`bench_node` has that).
"""

import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import attrs
from figure import Bench, Figure, In

from fachkraft_share import limits
from fachkraft_share.node.folder import RECORDS
from fachkraft_share.node.schedule import scheduling
from fachkraft_share.node.store import SqlStore
from fachkraft_share.ports import loop
from fachkraft_share.ports.journal import FileJournal
from fachkraft_share.protocol import erasure, events
from fachkraft_share.protocol.message import Message, open_message
from fachkraft_share.protocol.payloads import ReceiptItem
from fachkraft_share.protocol.records import Due, Held, Tombstone
from fachkraft_share.testing.evidence import completed
from fachkraft_share.testing.scene import NODE, NOW, READER, Scene, Sent, Side
from fachkraft_share.testing.story import Story
from fachkraft_share.wire.encoding import sha256

FEW, MANY, BATCH, RECEIPTS, SHARED = 10, 510, 50, 20, 100


class _Fresh(Story):
    """A story whose message ids no other story uses."""

    def event(self, payload: Any, *, by: str, aud: str, jti: str = "", **more: Any) -> str:
        """Sign an event about this referral."""
        jti = f"{self.referral} {jti or type(payload).__name__}"
        return super().event(payload, by=by, aud=aud, jti=jti, **more)


@attrs.define
class Desk:
    """A node's loop on disk, and messages that nobody has used yet."""

    scene: Scene
    party: loop.Party
    numbers: Iterator[int] = attrs.field(factory=lambda: count(1))

    def prepared(self) -> Story:
        """Return a referral that its origin was invited to make; everything is signed already."""
        story = _Fresh(self.scene, f"person {next(self.numbers)} {secrets.token_hex(4)}")
        with self.party.store.begin() as transaction:
            transaction.put(story.before(NODE)[0])
        for sent in (story.draft, story.consent, story.withdrawal):
            if not sent.token:
                raise ValueError("nothing was signed")
        return story

    def story(self) -> Story:
        """Return a referral that was drafted and granted here."""
        story = self.prepared()
        self.hear(story.draft, story.consent)
        return story

    def hear(self, *sent: Sent, commit: int = 1) -> float:
        """Apply messages, so many a commit; return the CPU seconds."""
        begun = time.process_time()
        for cut in range(0, len(sent), commit):
            messages = [self._opened(one) for one in sent[cut : cut + commit]]
            for outcome in loop.apply(self.party, messages, at=NOW + 60):
                if outcome.status != "accepted":
                    raise ValueError(f"{messages[0].type}: {outcome.status} {outcome.code}")
        return time.process_time() - begun

    def _opened(self, sent: Sent) -> Message:
        reader = self.scene.reader(at=NOW + 60)
        return open_message(sent.token, reader=reader, attached=sent.attached, parts=sent.parts)


def benches(folder: Path, stack: ExitStack) -> Iterator[Bench]:
    """Yield the benches."""
    folder.mkdir()
    scene = Scene()
    store = SqlStore(f"sqlite:///{folder / 'node.db'}", more=RECORDS)
    stack.callback(store.close)
    journal = FileJournal(folder / "journal.jsonl")
    side = Side(scene, NODE)
    decide = scheduling(events.decide)
    desk = Desk(scene, loop.Party(side.here, store, journal, side, decide=decide))
    yield _closing(desk)
    yield _receipts(desk, 1, 1.5)
    yield _receipts(desk, 1, 1.5, commit=SHARED)
    yield _receipts(desk, BATCH, 0.1)


def _closing(desk: Desk) -> Bench:
    figures = (
        Figure(
            "erasure enqueued, per further holder",
            0.05,
            In.V,
            f"CPU of closing a referral with {MANY} holders less one with {FEW}, a holder: its row "
            "on the feed with the running hash, and what it owes",
        ),
        Figure(f"closing a referral with {FEW} holders", None, In.V, "the whole of it"),
    )

    def turn() -> Sequence[float]:
        few, many = (_closed(desk, holders) for holders in (FEW, MANY))
        return [(many - few) / (MANY - FEW), few]

    return Bench(figures, turn)


def _closed(desk: Desk, holders: int) -> float:
    story = desk.story()
    with desk.party.store.begin() as transaction:
        for number in range(holders):
            transaction.put(Held(story.referral, f"https://firma-{number}.example", 1, NOW, NOW))
    return desk.hear(story.withdrawal)


def _receipts(desk: Desk, batch: int, budget: float, *, commit: int = 1) -> Bench:
    kind = "single" if batch == 1 else f"{batch} under one signature"
    kind += f", {commit} a commit" if commit > 1 else ""
    figure = Figure(
        f"erasure receipt verified and stored, {kind}, each",
        budget,
        In.V,
        "CPU: strict JSON, signature, salted items, settlement, rows; "
        + ("one commit a message" if commit == 1 else f"{commit} messages a commit, as under load"),
    )

    def turn() -> Sequence[float]:
        turns = max(commit, RECEIPTS if batch == 1 else 2)
        receipts = [_receipt(desk, batch) for _ in range(turns)]
        return [desk.hear(*receipts, commit=commit) / (turns * batch)]

    return Bench((figure,), turn)


def _receipt(desk: Desk, batch: int) -> Sent:
    """Return a receipt over closures that are known here and concern its signer."""
    names = [secrets.token_urlsafe(limits.ID_BYTES) for _ in range(batch)]
    closure = sha256(names[0].encode())
    with desk.party.store.begin() as transaction:
        for name in names:
            end = NOW + limits.DAY
            transaction.put(Tombstone(name, "all", "withdrawn", closure, "", NOW, end))
            transaction.put(Held(name, READER, 1, NOW, NOW))
            transaction.put(Due(name, READER, "all", closure, NOW, end))
    items = [
        ReceiptItem(name, closure, "all", NOW, completed(()), ("store",), second_look=True)
        for name in names
    ]
    salts = (secrets.token_bytes(limits.ID_BYTES) for _ in count())
    body, texts = erasure.write_receipt(items, salts=salts)
    token = desk.scene.event(body, by=READER, aud=NODE, referral=None, jti=names[0], at=NOW + 60)
    return Sent(token, (), texts)
