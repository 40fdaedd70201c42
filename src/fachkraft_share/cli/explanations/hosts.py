"""What the checks of `doctor` mean: a host and its firms."""

from typing import Final

from fachkraft_share.cli.explanations.explanation import Explanation, explained

HOSTS: Final[dict[str, Explanation]] = explained(
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
    (
        "FKS-210",
        "The host's address answers",
        "Firms sign in there, and links of letters lead there.",
        "Start the host; let the web server before it pass on every path to its port.",
    ),
    (
        "FKS-211",
        "The mail server takes the host's letters",
        "Links to sign in and overviews go out by mail; it is spoken to as far as the sender.",
        "Correct [mail] in host.toml: usually port and encryption, or the password.",
    ),
    (
        "FKS-212",
        "The host's pages the law wants are filled in",
        "They are written from settings; what is missing is shown as missing, to everybody.",
        "Set what is named in host.toml, [legal].",
    ),
    (
        "FKS-213",
        "The host's statement on accessibility is of the last year",
        "It must be looked through each year; the day of the last test stands in it.",
        "Test the pages again, then set `accessibility_date` in host.toml, [legal].",
    ),
    (
        "FKS-214",
        "Every firm's own sign-in provider is set up right",
        "A firm whose login.toml is wrong has no pages: without it others could come in.",
        "Mend HOST/firms/NAME/login.toml (docs/host.md), then restart the host.",
    ),
    (
        "FKS-215",
        "Every firm's own sign-in provider answers",
        "With it down, the firm's staff comes in by a link by mail or from `host link` alone.",
        "Compare login.toml with what the provider names; let it by at the firewall.",
    ),
)
