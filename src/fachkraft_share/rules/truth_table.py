"""The gate's truth table as Markdown: `docs/permits.md` is written from the code by this."""

from collections.abc import Iterable
from typing import Final

from fachkraft_share.rules.consent import CHECKS, Action, Check

ASKED: Final = "●"
NOT_ASKED: Final = "·"
WHO: Final[dict[Action, str]] = {
    Action.PUBLISH: "the node releases the person's draft; the actor is the origin",
    Action.SERVE: "the node hands the profile to a reader",
    Action.HOLD: "a member keeps and shows the profile",
    Action.REQUEST: "a member asks for contact",
    Action.DISCLOSE: "the origin hands contact data and documents to one member",
    Action.IMPORT: "that member files them into its own system",
    Action.RELAY: "a partner node takes the referral over",
    Action.DISPLAY: "a member or node shows the profile on public pages",
}
_HEAD: Final = """\
# What `permits` allows

<!-- Written from the code by fachkraft_share.rules.truth_table; a test holds it current. -->

`permits(consent, action, actor, known, at)` is the only way by which personal data leave. It is
total and pure. Without a consent it says `no-consent`. Otherwise the checks are tried from the top;
of those asked for the action (●) the first that does not hold names the code of the refusal. If all
hold, and only then, it gives a permit for this action, this actor and this moment.

So the whole truth table is this one: for any combination of facts the answer is the first ● in the
action's column whose condition does not hold.
"""


def truth_table() -> str:
    """Return the page: the actions, and which check is asked for which."""
    sections = (_HEAD, "## Actions\n", _actions(), "## Checks, in their order\n", _checks())
    return "\n".join(sections)


def _actions() -> str:
    return _table(("action", "what happens"), ((f"`{action}`", WHO[action]) for action in Action))


def _checks() -> str:
    head = ("", "code", *(f"`{action}`" for action in Action), "refused because")
    none = ("0", "`no-consent`", *(ASKED for _ in Action), "there is no consent")
    rows = (_row(number, check) for number, check in enumerate(CHECKS, 1))
    return _table(head, (none, *rows))


def _row(number: int, check: Check) -> tuple[str, ...]:
    marks = (ASKED if action in check.actions else NOT_ASKED for action in Action)
    return (str(number), f"`{check.code}`", *marks, check.meaning)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, tuple("---" for _ in head), *rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
