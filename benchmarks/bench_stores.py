"""Measure what a store costs a message: two records read, three written, 100 messages a commit.

In units of `v`, the CPU time of one Ed25519 verification, so that machines compare. The node's
whole ingest may cost 3 v on SQLite and 4 v on PostgreSQL (design § 11); storing gets at most 1 v
and 2.5 v of it. Set `FKS_POSTGRES_URL` to an empty database to measure PostgreSQL, too.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fachkraft_share.member.store import SqliteStore
from fachkraft_share.node.store import SqlStore
from fachkraft_share.ports.store import Store
from fachkraft_share.protocol.records import Referral, ReferralState, Seen, Token
from fachkraft_share.testing.memory import MemoryStore

COMMITS, BATCH, BODY = 30, 100, "b" * 1500
BUDGETS = {"memory": 1.0, "member, SQLite": 1.0, "node, SQLite": 1.0, "node, PostgreSQL": 2.5}


def verification() -> float:
    """Return the CPU seconds of one verification."""
    private = Ed25519PrivateKey.generate()
    public, message = private.public_key(), BODY.encode()
    signature = private.sign(message)
    start = time.process_time()
    for _ in range(1000):
        public.verify(signature, message)
    return (time.process_time() - start) / 1000


def one_commit(store: Store, first: int) -> float:
    """Return the CPU seconds a message costs within one commit."""
    start = time.process_time()
    with store.begin() as transaction:
        for number in range(first, first + BATCH):
            jti, referral = f"j{number}", f"r{number}"
            with transaction.savepoint():
                transaction.get(Seen, "https://a.example", jti)
                transaction.get(Referral, referral)
                transaction.put(Seen("https://a.example", jti, "0" * 64, number))
                draft = ReferralState.DRAFT
                transaction.put(Referral(referral, "https://a.example", "k", "n", draft, "e", 1, 1))
                token = Token(f"{number:064}", "t", "i", referral, True, BODY, number)  # noqa: FBT003
                transaction.put(token)
    return (time.process_time() - start) / BATCH


def main() -> int:
    """Measure `v` beside every commit, so that a busy machine slows both alike."""
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        stores: dict[str, Store] = {
            "memory": MemoryStore(),
            "member, SQLite": SqliteStore(Path(folder) / "member.db"),
            "node, SQLite": SqlStore(f"sqlite:///{folder}/node.db"),
        }
        if url := os.environ.get("FKS_POSTGRES_URL"):
            stores["node, PostgreSQL"] = SqlStore(url)
        for name, store in stores.items():
            pairs = [(one_commit(store, n * BATCH), verification()) for n in range(COMMITS)]
            cost = statistics.median(pair[0] for pair in pairs)
            ratio = statistics.median(pair[0] / pair[1] for pair in pairs)
            print(f"{name}: {cost * 1e6:.0f} µs, {ratio:.2f} v (budget {BUDGETS[name]})")
            worst |= ratio > BUDGETS[name]
    return int(worst)


if __name__ == "__main__":
    sys.exit(main())
