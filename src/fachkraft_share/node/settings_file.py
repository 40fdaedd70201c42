"""Writes `node.toml` for a new node: what is set, and commented out what can be set."""

import json

import attrs

from fachkraft_share import limits
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.node.settings import MailSettings
from fachkraft_share.web.legal import LegalSettings


@attrs.frozen
class Founding:
    """What a new alliance is called; ids are HTTPS names and need not resolve."""

    id: str
    authority: str
    name: str = "fachkraft-share"
    authority_name: str = ""
    url: str = ""
    location: str = "DE"
    region: str = "de"
    operator: str = ""
    contact: str = ""
    legal: LegalSettings = attrs.field(factory=LegalSettings)  # what the law's pages want more
    database: str = attrs.field(default="", repr=False)  # its URL may hold a password
    mail: MailSettings = attrs.field(factory=MailSettings)

    @property
    def desk(self) -> DeskSettings:
        """What the desk tells people."""
        told = {
            "name": self.name,
            "operator": self.operator,
            "contact": self.contact,
            "location": self.location,
        }
        return DeskSettings(**{**attrs.asdict(self.legal), **told})


def write_settings(founding: Founding, *, root: str) -> str:
    """Return the settings file."""
    lines = [
        "# A node of fachkraft-share. docs/settings.md describes every setting; the environment",
        "# wins over this file (FKS_NODE_URL, FKS_NODE_MAIL_PASSWORD). After a change:",
        "# fachkraft-share doctor",
        "",
        f"id = {quoted(founding.id)}  # the node's name; never change it",
        f"name = {quoted(founding.name)}",
        f"authority = {quoted(founding.authority)}",
        f"root = {quoted(root)}  # public half of the root key in the safe",
        f"location = {quoted(founding.location)}",
        f"region = {quoted(founding.region)}  # the coarsest a profile names, e. g. plz:38",
        f"url = {quoted(founding.url)}  # where links lead; empty: the id",
        f"database = {quoted(founding.database)}"
        if founding.database
        else '# database = "postgresql+psycopg://…"  # without: a SQLite file in this folder',
        '# journal = "…"  # better on another disk',
        "",
        "[policy]",
        '# least_assurance = "attested"  # or "confirmed": only links mailed by the node',
        f"# erasure_days = {limits.ERASURE_DEADLINE // limits.DAY}",
        "",
        "[mail]",
        *_mail(founding.mail),
        "",
        "[desk]",
        *_desk(founding.desk),
    ]
    return "\n".join(lines) + "\n"


def _mail(mail: MailSettings) -> list[str]:
    if not mail.host:
        return [
            '# host = "mail.example"  # without: the operator reads letters at /-/mail',
            '# sender = "fachkraft@example"',
        ]
    lines = [
        f"host = {quoted(mail.host)}",
        f"port = {mail.port}",
        f"tls = {quoted(mail.tls)}  # starttls | tls | none (a server on this machine only)",
        f"sender = {quoted(mail.sender)}",
    ]
    if mail.user:
        lines.append(f"user = {quoted(mail.user)}")
        lines.append(
            f"password = {quoted(mail.password)}  # better as FKS_NODE_MAIL_PASSWORD"
            if mail.password
            else '# password = "…"  # better as FKS_NODE_MAIL_PASSWORD'
        )
    return lines


def _desk(desk: DeskSettings) -> list[str]:
    said = attrs.asdict(desk)
    shown = [name for name in said if said[name] or name in _ALWAYS]
    lines = [f"{name} = {quoted(said[name])}" for name in shown]
    lines.append("# The pages the law wants say what of this is missing, and so does `doctor`:")
    return lines + [f'# {name} = "…"  # {why}' for name, why in _WHY.items() if not said[name]]


_ALWAYS = ("name", "operator", "contact", "location")
_WHY = {
    "address": "postal address; lines are parted by \\n",
    "represented_by": "who may sign for the operator",
    "email": "if `contact` is no mail address",
    "officer": "the data protection officer",
    "authority": "the supervisory authority for data protection",
    "land": "of the public body, NI, BY …; none for a company",
    "enforcement": "who enforces accessibility, where none is known for `land`",
    "accessibility_state": "full, partial or none, as the test found",
    "accessibility_date": "of the last test, YYYY-MM-DD",
    "accessibility_method": "by whom and how it was tested",
    "imprint": "address of an imprint of your own (§ 5 DDG), instead of our page",
    "privacy": "address of a privacy page of your own (Art. 13 GDPR)",
    "accessibility": "address of a declaration of your own",
}


def quoted(text: str) -> str:
    """Return a text as TOML writes it: a JSON string is a basic string but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
