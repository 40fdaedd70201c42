"""Trials of what a node stands on, before it is relied on: mail server, database, own address."""

import json
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import exc

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.node.outbox import smtp_server
from fachkraft_share.node.settings import MailSettings
from fachkraft_share.node.store.engine import engine_for
from fachkraft_share.ports.http import is_loopback
from fachkraft_share.ports.reaching import Page, broken, reach
from fachkraft_share.ports.trial import Trial, doubtful, failed, passed

WELL_KNOWN: Final = "/.well-known/fachkraft-share"
_POSTGRES: Final = 130000  # the oldest version that is maintained: `server_version_num`
_WRONG_LOGIN: Final = ("28P01", "28000")
_NO_DATABASE: Final = "3D000"


def try_mail(settings: MailSettings, *, to: str = "") -> Trial:
    """Go as far as a letter goes and send none, or one to the address somebody named."""
    host, port = settings.host, settings.port
    if settings.tls == "none" and not is_loopback(host):
        return failed("mail-plain", host=host)
    step = "connect"
    try:
        with smtp_server(settings) as server:
            step = "tls"
            if settings.tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            step = "login"
            if settings.user:
                server.login(settings.user, settings.password)
            step = "sender"
            return _letter(server, settings, to=to)
    except smtplib.SMTPException as error:
        return _mail_refused(error, step, settings)
    except OSError as error:
        found = broken(error, host=host)
        if found.code == "no-tls":
            return failed("mail-tls", host=host, port=port)
        if found.code in ("refused", "silent"):
            return failed(f"mail-{found.code}", host=host, port=port)
        return found


def _letter(server: smtplib.SMTP, settings: MailSettings, *, to: str) -> Trial:
    if to:
        message = EmailMessage()
        message["From"], message["To"] = settings.sender, to
        message["Subject"] = "fachkraft-share"
        message.set_content("Die Mail-Einstellungen stimmen. / The mail settings are right.\n")
        server.send_message(message)
        return passed("mail-sent", host=settings.host)
    server.ehlo_or_helo_if_needed()
    code, _ = server.mail(settings.sender)
    if code >= 400:
        return failed("mail-sender", host=settings.host, sender=settings.sender)
    server.rset()
    return passed("mail-taken", host=settings.host)


def _mail_refused(error: smtplib.SMTPException, step: str, settings: MailSettings) -> Trial:
    told = {"host": settings.host, "port": settings.port}
    if isinstance(error, smtplib.SMTPNotSupportedError) and step == "tls":
        return failed("mail-no-starttls", **told)
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return failed("mail-login", **told)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return failed("mail-sender", host=settings.host, sender=settings.sender)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return failed("mail-recipient", **told)
    return failed("mail-other", **told)


def try_database(url: str) -> Trial:
    """Connect, and find out whether tables may be made there; makes none."""
    try:
        engine = engine_for(url, wait=limits.HTTP_TIMEOUT[0])
    except FachkraftShareError as error:
        return failed("database-url", why=str(error).removeprefix("store: "))
    try:
        if engine.dialect.name == "sqlite":
            return _try_sqlite(Path(engine.url.database or ""))
        with engine.connect() as connection:
            return _try_postgres(connection)
    except exc.SQLAlchemyError as error:
        return _database_refused(error, engine.url)
    finally:
        engine.dispose()


def _try_sqlite(path: Path) -> Trial:
    from fachkraft_share.ports.ground import network_file_system, writable

    if not writable(path.parent):
        return failed("folder-unwritable", folder=str(path.parent))
    if network_file_system(path.parent):
        return failed("database-network", folder=str(path.parent))
    return passed("database-file", folder=str(path.parent))


def _try_postgres(connection: Any) -> Trial:
    ask: Callable[[str], Any] = lambda text: connection.execute(sa.text(text)).scalar()  # noqa: E731
    version = str(ask("SHOW server_version"))
    if int(ask("SHOW server_version_num")) < _POSTGRES:
        return failed("database-old", version=version)
    if not ask("SELECT has_schema_privilege(current_user, current_schema(), 'CREATE')"):
        return failed("database-rights", version=version)
    tables = ask(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()"
    )
    if tables:
        return doubtful("database-used", version=version, tables=tables)
    return passed("database-server", version=version)


def _database_refused(error: exc.SQLAlchemyError, url: sa.URL) -> Trial:
    cause = getattr(error, "orig", None)
    state = getattr(cause, "sqlstate", None)
    told = {"host": url.host or "localhost", "database": url.database or ""}
    said = str(cause)  # libpq's own words; read for their kind, never shown
    if state in _WRONG_LOGIN or "authentication failed" in said:
        return failed("database-login", **told)
    if state == _NO_DATABASE or ("database" in said and "does not exist" in said):
        return failed("database-missing", **told)
    if "could not translate host name" in said or "resolve host" in said:
        return failed("no-such-name", host=told["host"])
    return failed("database-silent", **told)


def try_own_address(url: str, *, node: str, ca_file: str = "") -> Trial:
    """Fetch what this node says of itself from where its links lead."""
    found = reach(url.rstrip("/") + WELL_KNOWN, ca_file=ca_file)
    if isinstance(found, Trial):
        return found
    return judge_own_address(found, url=url, node=node)


def judge_own_address(found: Page, *, url: str, node: str) -> Trial:
    """Tell whether a page is what this node says of itself, and came as it was sent."""
    if found.status == 404:
        return failed("path-changed", url=url)
    try:
        told = json.loads(found.content)
        named = str(told["node"])
    except (ValueError, TypeError, KeyError):
        return failed("other-page", url=url)
    if named != node:
        return failed("other-node", url=url, node=named[: limits.ORGANISATION_ID])
    if found.headers.get("content-encoding"):
        return doubtful("content-encoding", url=url)
    return passed("leads-back", url=url)
