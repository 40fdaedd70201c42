"""Sets up what was answered: a node's folder, or a member's with its systems connected."""

import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import attrs

from fachkraft_share.cli.setup.plan import CHAMBER, FIRM, HOST, HOST_PORT, HOSTED, NONE
from fachkraft_share.cli.setup.questions import Answers
from fachkraft_share.cli.setup.trials import Surroundings, settings_of

if TYPE_CHECKING:
    from fachkraft_share.node.settings import MailSettings
    from fachkraft_share.node.settings_file import Founding
    from fachkraft_share.web.legal import LegalSettings

_LEGAL = ("address", "represented_by", "email", "officer", "authority", "land", "enforcement")
_PAGES = ("imprint", "privacy")


@attrs.frozen
class Done:
    """What was set up: the sentence `setup.done.<code>`, and the commands that come next."""

    code: str
    values: Mapping[str, object]
    commands: tuple[tuple[str, str], ...]  # id of what it is for, the command


def apply(answers: Answers, around: Surroundings) -> Done:
    """Set it up.

    Raises:
        FachkraftShareError: it was not; what is there already stays and is used by the next try.
    """
    work = {CHAMBER: _found, FIRM: _join, HOSTED: _hosted, HOST: _host}.get(answers["who"], _demo)
    return work(answers, around)


def mail_of(answers: Answers) -> "MailSettings":
    """Return the mail settings that were answered."""
    from fachkraft_share.node.settings import MailSettings

    if not answers.get("mail_host"):
        return MailSettings()
    return MailSettings(
        host=answers["mail_host"],
        port=int(answers["mail_port"]),
        sender=answers["mail_sender"],
        user=answers.get("mail_user", ""),
        password=answers.get("mail_password", ""),
        tls=answers["mail_tls"],
    )


def legal_of(answers: Answers) -> "LegalSettings":
    """Return what the pages the law wants are filled from."""
    from fachkraft_share.web.legal import LegalSettings

    told = {name: answers.get(name, "") for name in (*_LEGAL, *_PAGES)}
    who = {name: answers.get(name, "") for name in ("name", "operator", "contact")}
    return LegalSettings(**told, **who, location=answers.get("location", ""))


def founding_of(answers: Answers) -> "Founding":
    """Return what the new alliance is called."""
    from fachkraft_share.node.settings_file import Founding

    url = answers["url"]
    return Founding(
        id=url,
        authority=f"{url}/authority",
        name=answers["name"],
        authority_name=answers["name"],
        location=answers["location"],
        region=answers["region"],
        operator=answers["operator"],
        contact=answers["contact"],
        legal=legal_of(answers),
        database=answers.get("database", ""),
        mail=mail_of(answers),
    )


def _found(answers: Answers, around: Surroundings) -> Done:
    from fachkraft_share.node.folder import init

    root = Path(answers["root_key"]).expanduser()
    root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    node = init(around.folder, founding_of(answers), root=root)
    told = {"root_key": str(root), "root": node.exchange.settings.root, "url": answers["url"]}
    node.exchange.store.close()  # type: ignore[attr-defined]
    serve = f"{_program()} node serve{_at(around)}"
    serve += f" --port {answers['port']}" if answers["port"] != "8765" else ""
    return Done(
        "chamber",
        told,
        (
            ("serve", serve),
            ("admin", f"{_program()} node admin{_at(around)}"),
            ("invite", f'{_program()} node invite "Muster GmbH"{_at(around)}'),
            ("doctor", f"{_program()} doctor{_at(around)}"),
        ),
    )


def _join(answers: Answers, around: Surroundings) -> Done:
    from fachkraft_share import Member
    from fachkraft_share.member import folder as folders

    if not (around.folder / folders.CONFIG).exists():  # else only a system was still missing
        with Member.join(
            around.folder,
            answers["code"],
            id=answers["id"],
            name=answers["name"],
            notice=answers.get("notice", ""),
            contact=answers["contact"],
            location=answers["location"],
        ):
            pass
    before = folders.settings_of(around.folder)
    chosen = [answers.get(one, NONE) for one in ("ats", "site")]
    adapters = {name: settings_of(name, answers) for name in chosen if name != NONE}
    folders.save_settings(around.folder, attrs.evolve(before, adapters=adapters))
    return Done(
        "firm",
        {"name": before.name, "id": before.id},
        (
            ("sync", f"{_program()} sync --watch{_at(around)}"),
            ("recommend", f"{_program()} recommend{_at(around)}"),
            ("doctor", f"{_program()} doctor{_at(around)}"),
        ),
    )


def _hosted(answers: Answers, _: Surroundings) -> Done:
    return Done("hosted", {"url": answers["host_url"]}, ())


def _host(answers: Answers, around: Surroundings) -> Done:
    from fachkraft_share.host.folder import init
    from fachkraft_share.host.settings import Settings

    others = (one.strip() for one in answers.get("subprocessors", "").split(";"))
    settings = Settings(
        answers["host_at"],
        answers["measures"],
        tuple(one for one in others if one),
        node_folder=answers.get("node_folder", ""),
        legal=legal_of(answers),
        mail=mail_of(answers),
    )
    init(around.folder, settings).close()
    firm = '--id https://muster.example --name "Muster GmbH"'
    serve = f"{_program()} host serve{_at(around)}"
    serve += f" --port {answers['host_port']}" if answers["host_port"] != HOST_PORT else ""
    return Done(
        "host",
        {"url": settings.url},
        (
            ("host_serve", serve),
            ("add_firm", f"{_program()} host add-firm CODE {firm}{_at(around)}"),
            ("doctor", f"{_program()} doctor{_at(around)}"),
        ),
    )


def _demo(*_: object) -> Done:
    return Done("trial", {}, (("demo", f"{_program()} demo"),))


def _program() -> str:
    """Return how this program is called here: by its name, or by where it lies."""
    name, lies = "fachkraft-share", Path(sys.argv[0])
    ours = lies.is_absolute() and lies.stem in (name, "fks")
    return str(lies) if ours and which(name) is None else name


def _at(around: Surroundings) -> str:
    from fachkraft_share.cli.options import HOME

    if around.folder == Path(HOME).expanduser():
        return ""
    text = str(around.folder)
    return f' --folder "{text}"' if " " in text else f" --folder {text}"
