"""What the checks of `doctor` mean: a member's engine and its ways to node and systems."""

from typing import Final

from fachkraft_share.cli.explanations.explanation import Explanation, explained

MEMBERS: Final[dict[str, Explanation]] = explained(
    (
        "FKS-001",
        "The node answers and the clocks agree",
        "Requests to the node are dated; they are refused when the clocks differ by two minutes.",
        "Check address and network, then this machine's clock (NTP). Nothing is lost meanwhile.",
    ),
    (
        "FKS-002",
        "The member list is fresh",
        "With an expired list nothing new is sent, shown or handed over; withdrawals still work.",
        "Run: fachkraft-share sync. If it stays so, the node's worker does not renew the list.",
    ),
    (
        "FKS-003",
        "The keys are valid",
        "Everything sent is signed, everything received is sealed to a key with a window.",
        "Run: fachkraft-share rotate-keys. When they have ended, ask the authority for a new code.",
    ),
    (
        "FKS-004",
        "Nothing waits in the outbox",
        "Messages wait here until the node has taken them; erasure receipts have a deadline.",
        "Let `fachkraft-share sync --watch` run as a service.",
    ),
    (
        "FKS-005",
        "Everything received could be judged",
        "What cannot be verified yet is parked and never blocks the rest.",
        "Run: fachkraft-share sync. It goes after 30 days.",
    ),
    (
        "FKS-006",
        "No task fails",
        "Handing over, fetching, filing and erasing are tried again until they succeed.",
        "See each code with: fachkraft-share explain CODE",
    ),
    (
        "FKS-007",
        "All erasure participants are there",
        "Whoever stored a person's data must be asked to erase; an absent one counts as failed.",
        "Install and connect it again, then run sync: the receipt is written anew.",
    ),
    (
        "FKS-008",
        "A privacy notice is set",
        "Before the first contact a person must be able to read your notice (Art. 14 GDPR).",
        "Set `notice` in config.toml to the address of your privacy notice for applicants.",
    ),
    (
        "FKS-009",
        "The state is not in quarantine",
        "Restored state could bring back what was erased; it first hears its peers.",
        "Run: fachkraft-share sync",
    ),
    (
        "FKS-010",
        "Agreements go on",
        "When an agreement with a partner ends, what crossed the border is closed and erased.",
        "Ask the alliance's office whether it renews the agreement.",
    ),
    (
        "FKS-011",
        "Every plugin named is there",
        "A missing plugin might have objected: without it no profile and no document leaves.",
        "Install it, or take it from `plugins` in config.toml.",
    ),
    (
        "FKS-012",
        "A plugin works",
        "Each hook is called by itself; what failed within a week is told by the error's type.",
        "Update or uninstall it, or name the others in `plugins`; docs/hooks.md says what follows.",
    ),
    (
        "FKS-013",
        "All connected systems can be used",
        "A host application goes on without a system of config.toml that it cannot connect.",
        "Install its adapter there and connect it anew: fachkraft-share connect NAME",
    ),
    (
        "FKS-014",
        "Websites show what may be shown, and nothing else",
        "Each sync makes every connected website equal to what persons allow to be shown.",
        "Run: fachkraft-share sync. What a site does not let go, take down by hand there.",
    ),
    (
        "FKS-015",
        "The node was heard of late",
        "A member whose `sync` does not run hears no withdrawal, and keeps what it must erase.",
        "Let `fachkraft-share sync --watch` run as a service: docs/operations.md.",
    ),
    (
        "FKS-016",
        "Somebody tells the overview that is due",
        "`digest` asks for an overview by mail, and a plugin with the hook `notify` sends it.",
        "Install such a plugin (docs/hooks.md), or empty `digest` in config.toml.",
    ),
)
