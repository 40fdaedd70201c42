"""What the checks of `doctor` mean: folder, machine and what is installed there."""

from typing import Final

from fachkraft_share.cli.explanations.explanation import Explanation, explained

MACHINES: Final[dict[str, Explanation]] = explained(
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
        "FKS-032",
        "The time zones are known",
        "Windows and small containers bring none; times without a zone would be read as UTC.",
        "pip install tzdata",
    ),
)
