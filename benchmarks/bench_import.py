"""Measure what importing the library costs beside `import requests` (budget: 1.6 times it)."""

import statistics
import subprocess
import sys

BUDGET = 1.6
ROUNDS = 11
CLOCK = "import time; t = time.process_time(); import {}; print(time.process_time() - t)"


def seconds(module: str) -> float:
    """Return the CPU seconds one fresh interpreter spends on importing the module."""
    run = [sys.executable, "-c", CLOCK.format(module)]
    return float(subprocess.run(run, capture_output=True, text=True, check=True).stdout)


def main() -> int:
    """Compare medians of alternating rounds, so that a busy machine slows both alike."""
    pairs = [(seconds("fachkraft_share.member"), seconds("requests")) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = ours / theirs
    print(f"import: {ours * 1000:.0f} ms, {ratio:.2f} x requests (budget {BUDGET})")
    return 0 if ratio <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
