"""A suite, two keys, and the way to shared test vectors."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fachkraft_share.wire import keys
from fachkraft_share.wire.suite import Standard, Suite

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("FKS_SHARED", ROOT / ".." / "shared"))


@pytest.fixture(scope="session")
def suite() -> Suite:
    """The standard suite, by its interface."""
    return Standard()


@pytest.fixture(scope="session")
def key(suite: Suite) -> keys.PrivateKey:
    """A signing key."""
    return keys.signing_key(
        hashlib.sha256(b"muster").digest(), not_before=0, not_after=10, suite=suite
    )


@pytest.fixture(scope="session")
def other_key(suite: Suite) -> keys.PrivateKey:
    """Somebody else's signing key."""
    return keys.signing_key(
        hashlib.sha256(b"beispiel").digest(), not_before=0, not_after=10, suite=suite
    )


@pytest.fixture(scope="session")
def mailbox(suite: Suite) -> keys.PrivateKey:
    """A sealing key."""
    return keys.sealing_key(
        hashlib.sha256(b"mailbox").digest(), not_before=0, not_after=10, suite=suite
    )


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Give the path of a shared vector file; the test is skipped where it is absent."""

    def path(name: str) -> Path:
        found = SHARED / "data" / "vectors" / name
        if not found.exists():
            pytest.skip(f"shared vectors are not beside the project: {name}")
        return found

    return path


@pytest.fixture(scope="session")
def wycheproof(shared: Callable[[str], Path]) -> Callable[[str], list[tuple[Any, Any]]]:
    """Give all (group, test) pairs of one Wycheproof file."""

    def cases(name: str) -> list[tuple[Any, Any]]:
        groups = json.loads(shared(f"wycheproof/{name}").read_text("utf-8"))["testGroups"]
        return [(group, test) for group in groups for test in group["tests"]]

    return cases
