"""What the checks of `doctor` mean: what lies around a node: settings, addresses, keys, sign-in."""

from typing import Final

from fachkraft_share.cli.explanations.explanation import Explanation, explained

SURROUNDINGS: Final[dict[str, Explanation]] = explained(
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
        "FKS-142",
        "The statement on accessibility is of the last year",
        "It must be looked through each year; the day of the last test stands in it.",
        "Test the pages again, then set `accessibility_date` in node.toml, [desk].",
    ),
    (
        "FKS-143",
        "An employment table is loaded",
        "Without one a profile names the main occupation group and the whole region at most.",
        "Run: fachkraft-share node vocabulary add FILE --kind employment (docs/vocabularies.md)",
    ),
)
