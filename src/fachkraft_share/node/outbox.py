"""The mail outbox: sent by SMTP, or read by the operator until that is set; gone after 24 hours."""

import smtplib
import ssl
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from email.utils import formatdate

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import SetupError, UnreachableError
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import Letter
from fachkraft_share.node.settings import MailSettings
from fachkraft_share.ports.http import is_loopback
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import Invitation, Referral, ReferralState

Send = Callable[[Letter], None]
_SECONDS = 20


def smtp(settings: MailSettings) -> Send | None:
    """Return what sends a letter, or None while no mail server is set.

    Raises:
        SetupError: `tls` is no such word, or letters would cross a line unencrypted.
    """
    if settings.tls not in ("starttls", "tls", "none"):
        raise SetupError("mail.tls: starttls, tls or none")
    if settings.tls == "none" and settings.host and not is_loopback(settings.host):
        raise SetupError("mail.tls: none is for a server on this machine; set starttls or tls")
    if not settings.usable:
        return None

    def send(letter: Letter) -> None:
        try:
            _deliver(_message(letter, settings), settings)
        except (OSError, smtplib.SMTPException) as error:
            raise UnreachableError("the mail server did not take it") from error

    return send


def _deliver(message: EmailMessage, settings: MailSettings) -> None:
    """Send it; the server's certificate is checked, which smtplib by itself does not do."""
    with smtp_server(settings) as server:
        if settings.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.user:
            server.login(settings.user, settings.password)
        server.send_message(message)


def smtp_server(settings: MailSettings) -> smtplib.SMTP:
    """Connect to the mail server; with `starttls` the line is still to be encrypted."""
    at = (settings.host, settings.port)
    if settings.tls == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(*at, timeout=_SECONDS, context=context)
    return smtplib.SMTP(*at, timeout=_SECONDS)


def _message(letter: Letter, settings: MailSettings) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings.sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = formatdate(letter.at)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834
    message.set_content(letter.text)
    return message


class Outbox:
    """Sends what waits; a link is worth sending only once the draft it shows has come."""

    def __init__(self, exchange: Exchange, send: Send | None) -> None:
        self._exchange = exchange
        self._send = send

    def work(self) -> None:
        """Forget what is too old or pointless, and send what is due."""
        at = self._exchange.now()
        for letter in self._due(at=at):
            if self._send is None:
                continue
            try:
                self._send(letter)
            except UnreachableError:
                self._later(letter, at=at)
            else:
                self._forget(letter)

    @property
    def sends(self) -> bool:
        """Whether letters leave by themselves."""
        return self._send is not None

    def waiting(self, *, signing_in: bool = True) -> int:
        """Return how many letters wait, those that sign staff in among them unless said so."""
        with self._exchange.store.begin(write=False) as transaction:
            found = transaction.every(Letter)
        return sum(signing_in or not letter.signs_in for letter in found)

    def read(self, *, signing_in: bool = False) -> tuple[Letter, ...]:
        """Hand the letters to whoever sends them by hand; they are deleted by that.

        Those that sign staff in are for the operator alone: whoever reads one can use it.
        """
        with self._exchange.store.begin() as transaction:
            found = _handed(transaction, signing_in=signing_in)
            for letter in found:
                transaction.drop(Letter, letter.key_x)
        return found

    def show(self, *, signing_in: bool = False) -> tuple[Letter, ...]:
        """Return the letters for people, and keep them: what shows or prints them may fail."""
        with self._exchange.store.begin(write=False) as transaction:
            return _handed(transaction, signing_in=signing_in)[: limits.FORM_FIELDS]

    def sent(self, keys: Iterable[str], *, signing_in: bool = False) -> int:
        """Delete what somebody sent by hand, of what they might see; return how many."""
        with self._exchange.store.begin() as transaction:
            found = [one for key in keys if (one := transaction.get(Letter, key)) is not None]
            gone = {one.key_x for one in found if signing_in or not one.signs_in}
            for key in gone:
                transaction.drop(Letter, key)
        return len(gone)

    def _due(self, *, at: int) -> list[Letter]:
        old = at - limits.MAIL_HOURS * limits.HOUR
        found: list[Letter] = []
        if not self.waiting():
            return found
        with self._exchange.store.begin() as transaction:
            for letter in transaction.every(Letter, limit=limits.HOUSEKEEPING):
                if letter.at <= old or _pointless(letter, transaction):
                    transaction.drop(Letter, letter.key_x)
                elif letter.next_at <= at and _ready(letter, transaction):
                    found.append(letter)
        return found

    def _later(self, letter: Letter, *, at: int) -> None:
        wait = min(limits.RETRY_FIRST * 2**letter.tries, limits.RETRY_LAST)
        with self._exchange.store.begin() as transaction:
            if transaction.get(Letter, letter.key_x) is not None:
                transaction.put(attrs.evolve(letter, tries=letter.tries + 1, next_at=at + wait))

    def _forget(self, letter: Letter) -> None:
        with self._exchange.store.begin() as transaction:
            transaction.drop(Letter, letter.key_x)


def _handed(transaction: Transaction, *, signing_in: bool) -> tuple[Letter, ...]:
    """Return what may be given to somebody who sends by hand."""
    return tuple(
        letter
        for letter in transaction.every(Letter)
        if _ready(letter, transaction) and (signing_in or not letter.signs_in)
    )


def _draft(letter: Letter, transaction: Transaction) -> Referral | None:
    invited = transaction.get(Invitation, letter.key_x)
    if invited is None or invited.referral is None:
        return None
    return transaction.get(Referral, invited.referral)


def _ready(letter: Letter, transaction: Transaction) -> bool:
    if letter.signs_in:
        return True
    draft = _draft(letter, transaction)
    return draft is not None and draft.state is ReferralState.DRAFT


def _pointless(letter: Letter, transaction: Transaction) -> bool:
    """Tell whether the link's referral has left the state of a draft, or its invitation is gone."""
    if letter.signs_in:
        return False
    if transaction.get(Invitation, letter.key_x) is None:
        return True
    draft = _draft(letter, transaction)
    return draft is not None and draft.state is not ReferralState.DRAFT
