"""An Odoo for each test: a running one that the environment names, or recordings of three.

`FKS_LIVE_URL`, `_USER`, `_PASSWORD` (the API key) and `FKS_ODOO_DB` name a throw-away database
without applicants and the user of the adapter; `FKS_ODOO_ADMIN`, `_ADMIN_KEY` an administrator, for
what the tests do there themselves; in `_POSTGRES` and `_FILESTORE` it is searched what erasing
leaves. `FKS_ODOO_RECORD=1` records.
"""

import datetime as dt
import os
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))
from odoo_exchange import Exchange, Recording
from odoo_harness import LIVE, RECORD, RECORDINGS, WAYS, OdooHarness


@pytest.fixture(params=WAYS)
def harness(request):
    """Odoo as it is for this test; what does not fit its recording fails."""
    values = {key: one for key, one in request.node.callspec.params.items() if key != "harness"}
    test = " ".join([request.node.originalname, *map(str, values.values())])
    version = os.environ.get("FKS_ODOO_VERSION", "live") if LIVE else request.param
    recording = Recording(RECORDINGS / f"{version}.json")
    exchange = Exchange(recording, test, target=LIVE, at=int(time.time()))
    if not exchange.at:
        pytest.fail("this test is not in the recording: record it anew")
    try:
        made = OdooHarness(exchange)
        if LIVE:
            recording.odoo, recording.date = made.version.text, f"{dt.date.today()}"  # noqa: DTZ011
        yield made
    finally:
        exchange.close(record=RECORD)
    if not LIVE and (exchange.unknown or exchange.unasked()):
        pytest.fail(
            "the recording does not fit any more: record it anew\n"
            f"asked, not recorded: {exchange.unknown}\nrecorded, not asked: {exchange.unasked()}"
        )
