"""Write the tables of `docs/protocol.md` that mirror code: `python tests/docs/protocol_tables.py`.

A table stands between `<!-- table: NAME -->` and `<!-- end -->`; a test holds it to the code.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import fachkraft_share.limits as limits
from fachkraft_share.protocol.events import referral_closed
from fachkraft_share.protocol.parts import FIELDS
from fachkraft_share.protocol.problems import PROBLEMS
from fachkraft_share.protocol.states import TRANSITIONS, Level
from fachkraft_share.rules.consent import CHECKS, Action
from fachkraft_share.wire import strict
from fachkraft_share.wire.encoding import unb64

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"
PAGES = (PAGE, PAGE.with_name("problems.md"))
VECTORS = PAGE.parents[1] / "tests" / "vectors"
PLACE = re.compile(r"(<!-- table: ([a-z]+) -->\n).*?(<!-- end -->)", re.S)
LINE = re.compile(r"^([A-Z][A-Z0-9_]+) = (?:\([^#\n]*|[^#\n]+?) *# (.+)$", re.M)
SPREAD = re.compile(r"^([A-Z][A-Z0-9_]+) = \(\n +[^#\n]+# (.+)\n\)$", re.M)
BYTES = frozenset({"BLOB_CLASSES", "SEALED_OVERHEAD"})
SECONDS = frozenset({"CLOCK_SKEW", "POLL_WAIT"})
SPANS = frozenset(
    "MESSAGE_SKEW TOMBSTONE_SKEW BLOB_AFTER_CUSTODY ORPHAN_BLOB SEALING_KEY_GRACE "
    "ERASURE_DEADLINE".split()
)
UNSAID = {
    "BLOB_AFTER_CUSTODY": "a fetched blob stays this long",
    "LANGUAGES": "of one profile",
    "STRENGTHS": "of one endorsement",
    "APPLY_BATCH": "events of one posting",
    "SKILLS": "of one profile; more would make a fingerprint",
}

# What a stranger's client meets; the rest of `limits.py` concerns our own engines and pages.
SHOWN = """
MESSAGE_BYTES JSON_DEPTH INTEGER_MAX CLOCK_SKEW MESSAGE_SKEW
MESSAGE_AGE_DAYS BLOB_CLASSES SEALED_OVERHEAD
REQUEST_TOKEN_BYTES ORGANISATION_ID ID_BYTES SECRET_BYTES ATTACHED REFERRAL_DAYS TOMBSTONE_SKEW
CLOSINGS_KEPT CONSENT_DAYS DRAFT_DAYS STATEMENT_DAYS AUTHORITY_STATEMENT_DAYS ROOT_CHANGES
LIST_DAYS AUDIENCE_IDS
PAGE_ENTRIES AGREEMENTS AGREEMENT_DAYS POLL_MAX POLL_WAIT POLL_BYTES BODY_VALUES HELD_DECLARED
APPLY_BATCH EVENTS_BYTES REQUEST_BYTES
ANSWER_BYTES INVITATIONS_PER_DAY BLOB_AFTER_CUSTODY BLOB_DAYS ORPHAN_BLOB BLOBS_PER_MEMBER
SEALING_KEY_GRACE ERASURE_DEADLINE RECEIPT_ITEMS EVIDENCE_DAYS INVITE_CODE_DAYS RENEWALS
CONTACT_REQUESTS_PER_DAY SKILLS LANGUAGES STRENGTHS
VOCABULARY_CODE VOCABULARY_LISTS VOCABULARY_BYTES
SHORT_TEXT WEB_ADDRESS LONG_TEXT DOCUMENTS BUNDLE_BYTES
""".split()


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def limits_table() -> str:
    """Return the limits a client meets, with value and reason."""
    source = Path(limits.__file__).read_text("utf-8")
    reasons = {**dict(LINE.findall(source)), **dict(SPREAD.findall(source)), **UNSAID}
    rows = [
        (f"`{name}`", said(name, getattr(limits, name)), reasons.get(name, "")) for name in SHOWN
    ]
    return table(("limit", "value", "meaning"), rows)


def said(name: str, value: int | tuple[int, ...]) -> str:
    """Return a limit as people read it, by the unit its name or size tells."""
    if isinstance(value, tuple):
        return ", ".join(size(one) for one in value)
    if name == "INTEGER_MAX":
        return "2^53 − 1"
    if name.endswith("_DAYS"):
        return f"{value} days"
    if name.endswith("_BYTES") or name in BYTES:
        return size(value)
    if name in SECONDS:
        return f"{value} s"
    if name in SPANS:
        whole = value % limits.DAY == 0
        return f"{value // (limits.DAY if whole else limits.HOUR)} {'d' if whole else 'h'}"
    return str(value)


def size(value: int) -> str:
    """Return a number of bytes."""
    for unit, factor in (("MiB", 2**20), ("KiB", 2**10)):
        if value % factor == 0 and value:
            return f"{value // factor} {unit}"
    return f"{value} bytes"


def problems_table() -> str:
    """Return every problem with its status and titles."""
    rows = [(f"`{p.code}`", str(p.status), p.title, p.title_de) for p in PROBLEMS.values()]
    return table(("code", "status", "title", "title_de"), rows)


def gate_table() -> str:
    """Return the gate's checks in their order."""
    rows = [("`no-consent`", actions(Action), "there is no consent")]
    rows += [(f"`{one.code}`", actions(one.actions), one.meaning) for one in CHECKS]
    return table(("code", "asked for", "the answer is no when"), rows)


def actions(asked: Iterable[Action]) -> str:
    """Return a set of actions in the order of the class."""
    found = set(asked)
    if found == set(Action):
        return "all"
    missing = [one for one in Action if one not in found]
    if len(missing) < len(found):
        return f"all but {', '.join(missing)}"
    return ", ".join(one for one in Action if one in found)


def states_table() -> str:
    """Return the states of a referral and the moves between them."""
    rows = [
        (f"`{state}`", ", ".join(f"{move} → `{to}`" for move, to in moves.items()) or "final")
        for state, moves in TRANSITIONS.items()
    ]
    return table(("referral", "moves"), rows)


def levels_table() -> str:
    """Return the levels of a contact request."""
    rows = [(str(int(level)), f"`{level.name.lower()}`") for level in Level]
    return table(("level", "contact request"), rows)


def closers_table() -> str:
    """Return who may close for which reason."""
    rows = [
        ("the person (`fks-withdrawal`)", reasons(referral_closed.BY_PERSON)),
        ("the origin", reasons(referral_closed.BY_ORIGIN)),
        ("the home node", reasons(referral_closed.BY_NODE)),
        ("the authority", reasons(referral_closed.BY_AUTHORITY)),
    ]
    return table(("closer", "reasons"), rows)


def reasons(found: Iterable[str]) -> str:
    """Return the reasons, sorted."""
    return ", ".join(f"`{one}`" for one in sorted(found))


def categories_table() -> str:
    """Return which members of a profile travel in which part."""
    rows = [
        (f"`{category}`", ", ".join(f"`{one}`" for one in names))
        for category, names in FIELDS.items()
    ]
    return table(("part", "members of its value"), rows)


def example_table() -> str:
    """Return the values of `journey.json` that a reader may want to compare first."""
    found = json.loads((VECTORS / "journey.json").read_text("utf-8"))
    consent = claims(found["consent"]["token"])
    values = {
        "secret of the first link": found["link"]["secret"],
        "consent key derived from it (public)": consent["key"],
        "secret of the management link": found["link"]["manage"],
        "manage key derived from it (public)": consent["manage"],
        "nonce": consent["nonce"],
        f"referral id with {consent['origin']}": found["referral"],
        "hash of the draft": found["draft"]["sha256"],
        f"hash of list {consent['audience']['list']['number']}": (
            consent["audience"]["list"]["sha256"]
        ),
        "`kid` of the consent key": header(found["consent"]["token"])["kid"],
        "hash of the consent": found["consent"]["sha256"],
        "`bh` of the poll": claims(found["request"]["authorization"].split()[1])["bh"],
        "hash of the withdrawal": found["withdrawal"]["sha256"],
    }
    return table(("what", "value"), [(name, f"`{value}`") for name, value in values.items()])


def header(token: str) -> Any:
    """Return the header of a signed document."""
    return strict.read(unb64(token.partition(".")[0]))


def claims(token: str) -> Any:
    """Return the claims of a signed document."""
    return strict.read(unb64(token.split(".")[1]))


TABLES: dict[str, Callable[[], str]] = {
    "limits": limits_table,
    "problems": problems_table,
    "gate": gate_table,
    "states": states_table,
    "levels": levels_table,
    "closers": closers_table,
    "categories": categories_table,
    "example": example_table,
}


def written(text: str) -> str:
    """Return the page with every table as the code has it now."""
    return PLACE.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def main() -> None:
    """Write the tables into the pages."""
    for page in PAGES:
        page.write_text(written(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
