"""The promises P1 to P26, and for each the run that measures it at its full size.

A run's `sizes` are the environment variables (or options) of a test and the values demanded; a run
with smaller ones is shown with its figure and does not reach the promise.
"""

from collections.abc import Mapping

import attrs

SIMULATE = ("-m", "fachkraft_share.cli", "simulate", "--json")
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")


@attrs.frozen
class Run:
    """One command; `{name}` in its arguments and the variables take the sizes."""

    arguments: tuple[str, ...]
    sizes: Mapping[str, str] = attrs.field(factory=dict)  # what the promise demands
    counts: str = ""  # what the first size counts
    at_most: Mapping[str, float] = attrs.field(factory=dict)  # of figures in its JSON


@attrs.frozen
class Promise:
    """What is promised, what must be shown, and by which runs."""

    id: str
    text: str
    demand: str
    runs: tuple[str, ...]
    open: str = ""  # what of it no run measures


def _tests(*paths: str, counts: str = "", **sizes: str) -> Run:
    return Run((*PYTEST, *paths), sizes, counts)


BOUNDS = {
    "healing_hours_max": 24,  # P5
    "erasure_minutes_p95": 5,  # P10
    "erasure_minutes_max": 60,
    "contradictions_missed": 0,  # P22
}
RUNS: Mapping[str, Run] = {
    "seeds": Run((*SIMULATE, "--seeds", "{SEEDS}"), {"SEEDS": "10000"}, "seeds", BOUNDS),
    "seeds with borders": Run(
        (*SIMULATE, "--alliances", "3", "--seeds", "{BORDER_SEEDS}"),
        {"BORDER_SEEDS": "1000"},
        "seeds of three alliances",
        BOUNDS,
    ),
    "safeguards": _tests("tests/simulator/test_simulator.py"),
    "kills": _tests("tests/crash/test_kills.py", counts="calls struck", FKS_CRASH="all"),
    "random kills": _tests("tests/crash/test_random_kills.py", counts="kills", FKS_KILLS="1000"),
    "power": _tests("tests/crash/test_power.py", counts="images a step", FKS_POWER="6"),
    "disk": _tests(
        "tests/crash/test_disk.py",
        "tests/crash/test_reserve.py",
        counts="calls struck",
        FKS_DISK="all",
    ),
    "clock": _tests("tests/crash/test_clock.py"),
    "network": _tests("tests/network/test_bad_network.py", counts="seeds", FKS_NETWORK_SEEDS="100"),
    "restore": _tests("tests/history", "tests/attacks/test_05_resurrection.py"),
    "keys": _tests("tests/keys"),
    "orders": _tests(
        "tests/protocol/test_every_order.py",
        "tests/protocol/test_across.py",
        "tests/protocol/test_across_orders.py",
        "tests/partners/test_orders.py",
        counts="cases of each of sixteen properties",
        FKS_ORDERS="700",
        FKS_ACROSS_ORDERS="1000",
        FKS_PARTNER_ORDERS="100",
    ),
    "lifecycles": _tests(
        "tests/attacks/test_11_erased_means_erased.py", counts="lifecycles", FKS_LIFECYCLES="1000"
    ),
    "scripted systems": _tests(
        "tests/crash/test_ats_faults.py", counts="scripts", FKS_ATS_SCRIPTS="500"
    ),
    "mutants of messages": _tests("tests/hostile/test_mutants.py"),
    "replays": _tests("tests/attacks/test_04_replay.py"),
    "bombs": _tests("tests/hostile/test_bombs.py"),
    "harvest": _tests("tests/attacks/test_08_harvest.py"),
    "linkage": _tests(
        "tests/attacks/test_08_reidentification.py",
        "tests/rules/test_kanonymity.py",
    ),
    "receipts": _tests("tests/protocol/test_receipts.py", "tests/protocol/test_receipt_edges.py"),
    "hostile texts": _tests(
        "tests/attacks/test_09_candidate_content.py", "tests/browser/test_hostile_texts.py"
    ),
    "documents": _tests("tests/hostile/test_documents.py"),
    "heads": _tests("tests/partners/test_heads.py"),
    "logs": _tests("tests/hostile/test_logs.py"),
    "core mutants": Run(("tests/mutation/run.py", "--promised")),
    "operations": _tests(
        "tests/http/test_schemathesis.py", counts="calls a mode", FKS_SCHEMATHESIS_EXAMPLES="600"
    ),
    "races": _tests(
        "tests/http/test_race.py",
        "tests/http/test_processes.py",
        counts="messages",
        FKS_CONCURRENT_MESSAGES="5000",
    ),
    "vectors": _tests("tests/wire", "tests/protocol/test_protocol_vectors.py"),
}
PROMISES = (
    Promise(
        "P1",
        "SIGKILL anywhere: nothing acknowledged is lost, nothing delivered twice",
        "0 at every system call of six scenarios and in 1,000 kills",
        ("kills", "random kills"),
    ),
    Promise("P2", "power loss: nothing acknowledged is lost", "0 in ≥ 5,000 images", ("power",)),
    Promise("P3", "disk full, EIO: refuse, resume, erase all the same", "0 lost", ("disk",)),
    Promise(
        "P4",
        "clock ±1 day: nothing lost, no consent prolonged",
        "2,000 seeds; one process a day off",
        ("seeds", "clock"),
    ),
    Promise(
        "P5",
        "bad network: one effect, convergence",
        "0 in ≥ 10,000 seeds; ≤ 24 virtual hours after healing",
        ("seeds", "seeds with borders", "network", "races"),
    ),
    Promise(
        "P6",
        "no restore brings an erased candidate back",
        "0 in ≥ 10,000 seeds; real backup and restore",
        ("seeds", "restore"),
    ),
    Promise(
        "P7",
        "90 days offline: closures first, nothing past its consent",
        "0 readable",
        ("seeds", "restore"),
    ),
    Promise(
        "P8",
        "keys rotate without loss; revocation holds; old receipts verify",
        "≥ 50 cases",
        ("keys", "restore"),
    ),
    Promise("P9", "a withdrawal beats a referral in flight", "all orders", ("orders", "seeds")),
    Promise(
        "P10",
        "every holder erases and signs, or is named",
        "100 %; reachable ones: p95 ≤ 5 virtual minutes, none over an hour",
        ("seeds", "seeds with borders"),
    ),
    Promise("P11", "erased means everywhere", "0 hits in 1,000 lifecycles", ("lifecycles",)),
    Promise(
        "P12",
        "an outside system that misbehaves: one record, no storm",
        "500 scripts of 20 steps",
        ("scripted systems",),
    ),
    Promise(
        "P13",
        "histories in any order merge to one state, closed wins",
        "10,000 cases",
        ("orders",),
    ),
    Promise("P14", "forged consents are refused", "≥ 5,000 mutants", ("mutants of messages",)),
    Promise("P15", "a replay has no effect", "0", ("replays", "seeds")),
    Promise(
        "P16",
        "limits hold",
        "≤ 64 MB and ≤ 1 s CPU a request; others' p99 ≤ 2×",
        ("bombs",),
        "others' p99 is some 4× beside such a sender: [performance](performance.md)",
    ),
    Promise("P17", "no harvesting", "≤ 5 % of the pool", ("harvest",)),
    Promise("P18", "no re-identification", "0 below k = 5; linkage ≤ 1/k", ("linkage",)),
    Promise("P19", "stale and forged receipts are refused", "100 %", ("receipts",)),
    Promise("P20", "hostile text is inert", "0 scripts, formulas, headers", ("hostile texts",)),
    Promise("P21", "documents are never parsed at the node, checked apart", "0", ("documents",)),
    Promise(
        "P22",
        "a hostile node cannot read or forge; withholding and rollback are seen",
        "100 % of what it showed, ≤ 24 virtual hours",
        ("seeds with borders", "heads"),
    ),
    Promise("P23", "no personal data in logs, traces, URLs", "0", ("logs",)),
    Promise(
        "P24",
        "the core is well tested",
        "all mutants of consent, erasure, signatures die",
        ("core mutants",),
        "figures by module in [mutation testing](mutation.md)",
    ),
    Promise("P25", "the API is robust", "≥ 50,000 cases, 0 × 5xx", ("operations",)),
    Promise("P26", "standards", "vectors of RFCs and suites", ("vectors",)),
)
