"""Writes `node.toml` for a new node: what is set, and commented out what can be set."""

import json

import attrs

from fachkraft_share import limits
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.node.settings import MailSettings


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
    imprint: str = ""
    privacy: str = ""
    database: str = attrs.field(default="", repr=False)  # its URL may hold a password
    mail: MailSettings = attrs.field(factory=MailSettings)

    @property
    def desk(self) -> DeskSettings:
        """What the desk tells people."""
        return DeskSettings(
            name=self.name,
            operator=self.operator,
            contact=self.contact,
            imprint=self.imprint,
            privacy=self.privacy,
            location=self.location,
        )


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
    wanted = ("name", "operator", "contact", "imprint", "privacy", "location")
    lines = [f"{name} = {quoted(said[name])}" for name in wanted if said[name] or name in _ALWAYS]
    missing = [name for name in (*wanted, "officer", "authority") if not said[name]]
    return lines + [
        f'# {name} = "…"  # {_WHY[name]}'
        for name in missing
        if name in _WHY and name not in _ALWAYS
    ]


_ALWAYS = ("name", "operator", "contact", "location")
_WHY = {
    "imprint": "address of the imprint (§ 5 DDG)",
    "privacy": "address of the privacy page (Art. 13 GDPR)",
    "officer": "the data protection officer",
    "authority": "the supervisory authority",
}


def quoted(text: str) -> str:
    """Return a text as TOML writes it: a JSON string is a basic string but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
