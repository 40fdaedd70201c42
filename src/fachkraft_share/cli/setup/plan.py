"""What set-up asks, in which order, and what it tries: one plan behind terminal and pages."""

import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

import attrs

from fachkraft_share.cli.setup import values
from fachkraft_share.cli.setup.questions import SETTING, Answers, Question, Step
from fachkraft_share.ports.adapter import Setting
from fachkraft_share.web.laender import LAENDER, NO_PUBLIC_BODY

CHAMBER, FIRM, HOSTED, HOST, TRIAL = "chamber", "firm", "hosted", "host", "trial"
NONE: Final = "none"
ROOT_KEY: Final = "~/fachkraft-share-root-key/root.json"
PORT: Final = "8765"
HOST_PORT: Final = "8767"
_LAND: Final = {id: one.name for id, one in sorted(LAENDER.items(), key=lambda row: row[1].name)}
_LAENDER: Final = (*_LAND, NO_PUBLIC_BODY)
_POSTCODE: Final = re.compile(r"\b\d{5}\b")
_SUBMISSION, _IMPLICIT_TLS = "587", "465"  # RFC 8314


@attrs.frozen
class System:
    """An installed adapter: what can be connected, and what it must be told."""

    name: str
    website: bool
    settings: tuple[Setting, ...] = ()


def steps(answers: Answers, *, systems: Sequence[System] = ()) -> tuple[Step, ...]:
    """Return the steps of who was named, each with something to ask."""
    found = (WHO, *_STEPS.get(answers.get("who", ""), ()))
    if answers.get("who") == FIRM:
        found += tuple(_system_steps(systems))
    return tuple(one for one in found if one.asked(answers))


def _has_mail(answers: Answers) -> bool:
    return bool(answers.get("mail_host"))


def _logs_in(answers: Answers) -> bool:
    return _has_mail(answers) and bool(answers.get("mail_user"))


def _bare(text: str) -> str:
    return text.strip().rstrip("/")


def _domain(answers: Answers) -> str:
    host = (
        (answers.get("url") or answers.get("host_at", ""))
        .partition("://")[2]
        .partition("/")[0]
        .partition(":")[0]
    )
    return ".".join(host.split(".")[-2:]) if host and not host[-1].isdigit() else ""


def _sender(answers: Answers) -> str:
    domain = _domain(answers)
    return f"fachkraft-share@{domain}" if domain else ""


def _port(answers: Answers) -> str:
    """Propose the port the address names itself, where no web server stands before it."""
    parts = urlsplit(answers.get("url", ""))
    named = values.port(parts.netloc.rpartition(":")[2]) == ""
    return parts.netloc.rpartition(":")[2] if parts.scheme == "http" and named else PORT


def _mail_port(answers: Answers) -> str:
    return _IMPLICIT_TLS if answers.get("mail_tls") == "tls" else _SUBMISSION


def _without(name: str) -> Callable[[Answers], bool]:
    """Ask only who has no page of their own in place of ours."""
    return lambda answers: not answers.get(name)


def _no_postcode(answers: Answers) -> bool:
    return not answers.get("imprint") and not _POSTCODE.search(answers.get("operator", ""))


def _no_mail_told(answers: Answers) -> bool:
    return not answers.get("imprint") and "@" not in answers.get("contact", "")


def _enforcer_unknown(answers: Answers) -> bool:
    found = LAENDER.get(answers.get("land", ""))
    return found is not None and not found.enforcement


def _region(text: str) -> str:
    """Take two digits for what they can only mean: the beginning of postcodes."""
    bare = text.strip()
    return f"plz:{bare}" if len(bare) == 2 and bare.isdecimal() else bare


def _land(text: str) -> str:
    """Take a Land by its short form or its name, in capitals or not."""
    bare = text.strip().casefold()
    for id, name in {**_LAND, NO_PUBLIC_BODY: ""}.items():
        if bare and bare in (id.casefold(), name.casefold()):
            return id
    return text.strip()


WHO: Final = Step("who", (Question("who", choices=(CHAMBER, FIRM, HOSTED, HOST, TRIAL)),))

_LEGAL: Final = Step(
    "legal",
    (
        Question("address", optional=True, wanted=_no_postcode),
        Question("represented_by", optional=True, wanted=_without("imprint")),
        Question("email", values.mail, optional=True, wanted=_no_mail_told),
        Question("officer", optional=True),
        Question("authority", optional=True, wanted=_without("privacy")),
        Question("land", values.land, choices=_LAENDER, names=_LAND, optional=True, tidy=_land),
        Question("enforcement", optional=True, wanted=_enforcer_unknown),
    ),
    trials=("legal", "accessibility"),
)

_OPERATOR: Final = (
    Question("operator"),
    Question("contact"),
    Question("imprint", values.page, optional=True),
    Question("privacy", values.page, optional=True),
    Question("location", values.country, default=lambda _: "DE"),
)

_MAIL: Final = (
    Question("mail_host", values.host, optional=True),
    Question(
        "mail_tls",
        choices=("starttls", "tls", "none"),
        default=lambda _: "starttls",
        wanted=_has_mail,
    ),
    Question("mail_port", values.port, default=_mail_port, wanted=_has_mail),
    Question("mail_sender", values.mail, default=_sender, wanted=_has_mail),
    Question("mail_user", optional=True, wanted=_has_mail),
    Question("mail_password", secret=True, wanted=_logs_in),
    Question("mail_test", values.mail, optional=True, wanted=_has_mail),
)

_CHAMBER: Final = (
    Step(
        "alliance",
        (
            Question("name", values.name),
            Question("region", values.region, default=lambda _: "de", tidy=_region),
        ),
    ),
    Step("operator", _OPERATOR, trials=("pages",)),
    _LEGAL,
    Step(
        "address",
        (
            Question("url", values.address, tidy=_bare),
            Question("port", values.port, default=_port),
        ),
        trials=("leads-back",),
    ),
    Step(
        "database",
        (
            Question("database_kind", choices=("sqlite", "postgresql"), default=lambda _: "sqlite"),
            Question(
                "database",
                values.database,
                secret=True,
                wanted=lambda answers: answers.get("database_kind") == "postgresql",
            ),
        ),
        trials=("database",),
        must=True,
    ),
    Step("mail", _MAIL, trials=("mail",)),
    Step(
        "keys",
        (Question("root_key", values.file, default=lambda _: ROOT_KEY),),
        trials=("root-key", "folder", "disk", "clock"),
        must=True,
    ),
)

_FIRM: Final = (
    Step(
        "code",
        (Question("code", values.code, secret=True, tidy=lambda text: "".join(text.split())),),
        trials=("node", "folder", "disk"),
        must=True,
    ),
    Step(
        "firm",
        (
            Question("name", values.name),
            Question("id", values.organisation, tidy=_bare),
            Question("contact"),
            Question("notice", values.page, optional=True),
            Question("location", values.country, default=lambda _: "DE"),
        ),
        trials=("notice",),
    ),
)

_HOSTED: Final = (Step("hosted", (Question("host_url", values.page),), trials=("host",)),)

_HOST: Final = (
    Step("host", (Question("name", values.name), *_OPERATOR), trials=("pages",)),
    _LEGAL,
    Step("contract", (Question("measures"), Question("subprocessors", optional=True))),
    Step(
        "host_address",
        (
            Question("host_at", values.address, tidy=_bare),
            Question("host_port", values.port, default=lambda _: HOST_PORT),
        ),
        trials=("host-leads-back",),
    ),
    Step("host_mail", _MAIL, trials=("host-mail",)),
    Step(
        "host_place",
        (Question("node_folder", values.file, optional=True),),
        trials=("apart", "folder", "disk", "clock"),
        must=True,
    ),
)
_STEPS: Final = {CHAMBER: _CHAMBER, FIRM: _FIRM, HOSTED: _HOSTED, HOST: _HOST}


def _system_steps(systems: Sequence[System]) -> list[Step]:
    """Return a step for applicant systems and one for websites, as far as some are installed."""
    found = []
    for id, website in (("ats", False), ("site", True)):
        kinds = [one for one in systems if one.website is website]
        if kinds:
            chosen = Question(
                id, choices=(NONE, *(one.name for one in kinds)), default=lambda _: NONE
            )
            asked = [_setting(id, one, setting) for one in kinds for setting in one.settings]
            found.append(Step(id, (chosen, *asked), trials=(id,)))
    return found


def _setting(chosen: str, system: System, setting: Setting) -> Question:
    return Question(
        f"{SETTING}{system.name}.{setting.name}",
        default=lambda _: setting.default or "",
        secret=setting.secret,
        optional=setting.default is not None,
        wanted=lambda answers: answers.get(chosen) == system.name,
        words=setting.what,
    )
