"""What this member remembers of its dealings with an outside system: when it last went well."""

import attrs

from fachkraft_share.member.engine import Engine
from fachkraft_share.member.participants import ADAPTER
from fachkraft_share.member.records import Filed, Reading, Standing


@attrs.frozen
class Dealings:
    """When reading or filing last succeeded; when it last failed, while it still does."""

    succeeded_at: int | None = None
    failed_at: int | None = None


def dealings(engine: Engine, adapter: str) -> Dealings:
    """Return how it went with the system behind this adapter; asks nobody."""
    with engine.store.begin(write=False) as transaction:
        read = transaction.get(Reading, adapter)
        filed = transaction.every(Filed, adapter=adapter)
        silent = transaction.get(Standing, f"breaker {ADAPTER}{adapter}")
    moments = [one.at for one in filed if one.ref is not None]
    moments += [read.at] if read is not None else []
    failed_at = silent.at if silent is not None else None
    return Dealings(max(moments, default=None), failed_at)
