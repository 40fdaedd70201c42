"""What every check of `doctor` means and what to do when it complains."""

from typing import Final

import attrs


@attrs.frozen
class Explanation:
    """Why a check exists, and what to do."""

    title: str
    why: str
    what_to_do: str


def _all(*rows: tuple[str, str, str, str]) -> dict[str, Explanation]:
    return {id: Explanation(title, why, what) for id, title, why, what in rows}


# Ids are never given twice, even when a check goes.
EXPLANATIONS: Final[dict[str, Explanation]] = _all(
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
        "FKS-020",
        "Nobody else can read the folder",
        "It holds keys and, encrypted, personal data.",
        "chmod 700 on the folder; on Windows, keep it below your user profile.",
    ),
    (
        "FKS-021",
        "There is room on the disk",
        "On a full disk nothing is lost, but nothing goes on either.",
        "Make room, or move the folder.",
    ),
    (
        "FKS-022",
        "All plugins could be loaded",
        "Each plugin is loaded by itself; a broken one hurts no other, but its system is not read.",
        "Update or uninstall it.",
    ),
    (
        "FKS-023",
        "The member's folder can be opened",
        "One folder is one member: settings, state, keys and journal.",
        "Join (fachkraft-share join CODE), or restore the folder from its backup.",
    ),
    (
        "FKS-024",
        "A connected system answers",
        "Runner-ups are read from it, received persons filed into it; a website shows teasers.",
        "Try the connection anew: fachkraft-share connect NAME",
    ),
    (
        "FKS-025",
        "The state lies on a disk of this machine",
        "SQLite's locks do not hold on network drives: the database would take damage.",
        "Stop it, move the folder to a disk of this machine, start it again.",
    ),
    (
        "FKS-026",
        "The machine's clock is not obviously wrong",
        "Deadlines, signatures and requests are dated; a clock that stands in the past is refused.",
        "Set it by network: timedatectl set-ntp true",
    ),
    (
        "FKS-027",
        "A backup was made lately",
        "A disk that breaks takes with it what was not copied.",
        "Let `fachkraft-share backup` (a node: `node backup`) run each day: docs/operations.md.",
    ),
    (
        "FKS-028",
        "The way to the node is clear",
        "Says why a node cannot be reached: name, firewall, certificate, redirect, proxy.",
        "Do what the check says; usually it is a name, a firewall or a certificate.",
    ),
    (
        "FKS-029",
        "The privacy notice can be read",
        "Whoever is asked for contact follows this address (Art. 14 GDPR).",
        "Open it in a browser and correct `notice` in config.toml.",
    ),
    (
        "FKS-030",
        "Every adapter fits this version",
        "An adapter says which versions of fachkraft-share it was made for.",
        "Update it: pip install --upgrade and its name; or go back to a version it fits.",
    ),
    (
        "FKS-031",
        "No folder of the demo is left",
        "`demo --keep`, or a demo that was killed, leaves keys and invented people behind.",
        "Delete the folder it names.",
    ),
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
    (
        "FKS-131",
        "The node's folder can be opened",
        "Settings, keys, state and journal of the node.",
        "Found an alliance (fachkraft-share node init), or restore the folder.",
    ),
    (
        "FKS-132",
        "Links lead to HTTPS",
        "Whoever holds a link can act for the person; it must not travel in the clear.",
        "Put a proxy with TLS before the node and set `url` in node.toml.",
    ),
    (
        "FKS-133",
        "The pages the law wants are filled in",
        "They are written from settings; what is missing is shown as missing, to everybody.",
        "Set what is named in node.toml, [desk]; `enforcement` where no body is known for `land`.",
    ),
    (
        "FKS-134",
        "The public address leads back to this node",
        "Links lead there: a proxy that changes paths or answers breaks them all.",
        "Pass every path on unchanged, without gzip: examples/service/nginx.conf",
    ),
    (
        "FKS-135",
        "The mail server takes letters",
        "It is spoken to as far as the sender; nothing is sent.",
        "Correct [mail] in node.toml: usually port and encryption, or the password.",
    ),
    (
        "FKS-136",
        "The journal lies on a disk of its own",
        "With the newest journal a lost database can be restored without quarantine.",
        "Set `journal` in node.toml to a path on another disk, or copy it away often.",
    ),
    (
        "FKS-137",
        "The root key is not with the node",
        "Whoever steals the node must not be able to be the alliance.",
        "Move the file to a medium in a safe, and delete it here.",
    ),
    (
        "FKS-138",
        "The node's name is its own",
        "A node founded for trying out keeps its name; it stands in every signature.",
        "Found the alliance anew under its public address: fachkraft-share init",
    ),
    (
        "FKS-139",
        "The office has an administrator",
        "Without one nobody can sign in to the coordinator's pages.",
        "Run: fachkraft-share node admin; open the link within an hour.",
    ),
    (
        "FKS-140",
        "The office's staff can sign in with passkeys",
        "Browsers offer passkeys to names under HTTPS only; links by mail are weaker.",
        "Reach the node by a name under https (`url` in node.toml); pip install webauthn.",
    ),
    (
        "FKS-141",
        "The sign-in provider answers",
        "With it down, staff signs in by passkey or by a link by mail.",
        "Compare [login] in node.toml with what the provider names; let it by at the firewall.",
    ),
    (
        "FKS-201",
        "The host's folder is its own, and nobody else reads it",
        "It holds the keys and the candidates' data of every firm.",
        "chmod 700 on it; let only the host's own user own it.",
    ),
    (
        "FKS-202",
        "No node runs as the same user",
        "The node must never see a name; a host holds dossiers. One user could read both.",
        "Give each a user and a service of its own, see docs/host.md.",
    ),
    (
        "FKS-203",
        "There is room on the host's disk",
        "On a full disk only closures are heard and erased.",
        "Make room.",
    ),
    (
        "FKS-204",
        "The processor contract can be written",
        "Firms accept it before the first use (Art. 28 GDPR); it names processor and measures.",
        "Set operator, contact, location and measures in host.toml.",
    ),
    (
        "FKS-205",
        "Links to the host lead to HTTPS",
        "Sessions and one-time links must not travel in the clear.",
        "Put a proxy with TLS before the host and set `url` in host.toml.",
    ),
    (
        "FKS-206",
        "Every firm's folder can be opened",
        "A firm that cannot be opened hears no withdrawal.",
        "Run: fachkraft-share doctor --folder HOST/firms/NAME",
    ),
    (
        "FKS-207",
        "Every firm has accepted the contract",
        "Before that it sees nothing of its inbox; a changed contract is asked for anew.",
        "Its administrator signs in and accepts it. Another link: fachkraft-share host link NAME",
    ),
    (
        "FKS-208",
        "The host's worker runs",
        "It synchronises every firm once a minute and sends their letters.",
        "Restart the host; its log names the error.",
    ),
    (
        "FKS-209",
        "Every firm hears its node",
        "A firm that hears nothing for an hour cannot erase in time.",
        "Run: fachkraft-share doctor --folder HOST/firms/NAME",
    ),
)
