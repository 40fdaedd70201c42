"""Write the test vectors beside this file: `python tests/vectors/make.py`.

One function per file, each without arguments; the tests hold the files to them. Keys are SHA-256
of a name, so that nobody mistakes them for keys.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # for the modules beside this one, wherever it is started from

from vector_agreements import agreements  # noqa: E402
from vector_envelopes import envelopes  # noqa: E402
from vector_ids import ids_of_all_kinds  # noqa: E402
from vector_journey import journey  # noqa: E402
from vector_permits import permits_of_all_kinds  # noqa: E402
from vector_receipts import receipts  # noqa: E402
from vector_referrals import referrals  # noqa: E402
from vector_roots import roots  # noqa: E402
from vector_sealing import sealing  # noqa: E402
from vector_states import states  # noqa: E402

FILES: dict[str, Callable[[], dict[str, Any]]] = {
    "agreements.json": agreements,
    "envelopes.json": envelopes,
    "ids.json": ids_of_all_kinds,
    "journey.json": journey,
    "permits.json": permits_of_all_kinds,
    "receipts.json": receipts,
    "referrals.json": referrals,
    "roots.json": roots,
    "sealing.json": sealing,
    "states.json": states,
}


def text_of(name: str) -> str:
    """Return what the file of that name holds."""
    return json.dumps(FILES[name](), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write every file."""
    for name in FILES:
        (HERE / name).write_text(text_of(name), encoding="utf-8")


if __name__ == "__main__":
    main()
