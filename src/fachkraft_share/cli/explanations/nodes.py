"""What the checks of `doctor` mean: a node that runs: its work, its members and partners."""

from typing import Final

from fachkraft_share.cli.explanations.explanation import Explanation, explained

NODES: Final[dict[str, Explanation]] = explained(
    (
        "FKS-101",
        "The worker runs",
        "It ends what is over, erases, sends mail and renews the list, inside `node serve`.",
        "Restart: fachkraft-share node serve",
    ),
    (
        "FKS-102",
        "The node's member list is fresh",
        "It is signed anew every few days by the online key.",
        "See the node's log for why the worker cannot renew it.",
    ),
    (
        "FKS-103",
        "The authority's statement is valid",
        "The root key signs the online key about once a year.",
        "fachkraft-share node renew-root --root-key FILE",
    ),
    (
        "FKS-104",
        "Nothing was restored without its journal",
        "Without the newest journal the node does not know which referrals have ended since.",
        "Restore with the newest journal, or wait until every member has resynchronised.",
    ),
    (
        "FKS-105",
        "Erasure receipts come in time",
        "A member that does not sign in time gets no new referrals.",
        "Call it; `explain REFERRAL` on its side shows why.",
    ),
    (
        "FKS-106",
        "Erasure receipts raise no alarm",
        "For example: a member says it never held what it took into custody.",
        "Ask the member what happened.",
    ),
    (
        "FKS-107",
        "Mail leaves",
        "Links can be mailed by the node; without a mail server the operator must read them.",
        "Set [mail] in node.toml, or read them at /-/mail (token: fachkraft-share node operator).",
    ),
    (
        "FKS-108",
        "The node's keys are valid",
        "It signs manifests, receipts and lists with them; a process that runs keeps its old ones.",
        "Restart the node after a change; node rotate-keys, node replace-online before they end.",
    ),
    (
        "FKS-109",
        "Partner nodes answer",
        "Referrals, closures and receipts cross by visits to the partner's node.",
        "Call the partner's operator; what is owed is passed on as soon as its node answers.",
    ),
    (
        "FKS-110",
        "Partner nodes keep to what they signed",
        "A signed head covers a node's whole history: nothing in it can be changed or lost unseen.",
        "Ask the partner whether it restored a backup; both signed statements are kept as proof.",
    ),
    (
        "FKS-111",
        "Nobody collects contacts",
        "A member that asks for as many contacts a day as it may is perhaps not recruiting.",
        "Ask it what it needs so many for; the authority may suspend it (node members).",
    ),
    (
        "FKS-112",
        "Agreements of the alliance go on",
        "When an agreement with a partner ends, what crossed the border is closed and erased.",
        "Agree again in time: fachkraft-share node agree; node agreements shows them all.",
    ),
    (
        "FKS-113",
        "The members' keys are valid",
        "A member whose keys have ended can neither sign nor be written to; it must join anew.",
        "Ask it to run: fachkraft-share rotate-keys",
    ),
    (
        "FKS-114",
        "All plugins could be loaded",
        "Each plugin is loaded by itself; a broken one hurts no other, but what it adds is gone.",
        "Update or uninstall it, or name the others in `plugins` in node.toml.",
    ),
    (
        "FKS-115",
        "A plugin works",
        "Each hook is called by itself; what failed within a week is told by the error's type.",
        "Update or uninstall it; docs/hooks.md says what follows from a failure.",
    ),
    (
        "FKS-116",
        "The official lists that are named are here",
        "Members fetch the lists the member list names; after a restore one may have got lost.",
        "Add the file again: fachkraft-share node vocabulary add FILE",
    ),
    (
        "FKS-117",
        "Invitations are taken up",
        "A one-time code to join is valid for 14 days; afterwards the firm is told it is wrong.",
        "Call the firm, or invite it once more: fachkraft-share node invite NAME",
    ),
    (
        "FKS-121",
        "The database can be written",
        "Everything the node promises rests on it.",
        "Check disk, rights and, with PostgreSQL, the connection.",
    ),
    (
        "FKS-122",
        "The node's clock is right",
        "Times count towards deadlines and signatures.",
        "Set the clock (NTP).",
    ),
    (
        "FKS-123",
        "There is room on the node's disk",
        "On a full disk the node refuses, and loses nothing.",
        "Make room.",
    ),
)
