"""Letters of a firm's pages: kept beside its store, sent by the worker, gone after 24 hours."""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import UnreachableError
from fachkraft_share.host.records import HostLetter
from fachkraft_share.node.outbox import smtp
from fachkraft_share.node.records import Letter
from fachkraft_share.node.settings import MailSettings
from fachkraft_share.ports.runtime import Ids
from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.web.login.mail import Mail
from fachkraft_share.wire.encoding import b64


@attrs.frozen
class Post:
    """Takes letters for one firm's store; a `web.login.mail.Mailer`."""

    settings: MailSettings
    ids: Ids

    @property
    def works(self) -> bool:
        """Whether letters leave by themselves."""
        return self.settings.usable

    def post(self, transaction: Transaction, mail: Mail, *, at: int) -> None:
        """Keep a letter for sending, in the caller's transaction."""
        id = b64(self.ids.random(limits.ID_BYTES))
        transaction.put(HostLetter(id, mail.to, mail.subject, mail.text, at, at))


@attrs.frozen
class Waiting:
    """How many letters of a firm have not left yet, and whether the mail server refused some."""

    number: int
    tried: bool


def waiting(store: Store) -> Waiting:
    """Return what waits to be sent."""
    with store.begin(write=False) as transaction:
        letters = transaction.every(HostLetter)
    return Waiting(len(letters), tried=any(one.tries for one in letters))


def send_due(store: Store, settings: MailSettings, *, at: int) -> int:
    """Send what is due and forget what is too old; return how many were sent."""
    old = at - limits.MAIL_HOURS * limits.HOUR
    with store.begin() as transaction:
        letters = transaction.every(HostLetter, limit=limits.HOUSEKEEPING)
        for one in letters:
            if one.at <= old:
                transaction.drop(HostLetter, one.id)
    send = smtp(settings)
    if send is None:
        return 0
    sent = 0
    for one in letters:
        if one.at <= old or one.next_at > at:
            continue
        try:
            send(Letter(one.id, one.to, one.subject, one.text, one.at, next_at=at))
        except UnreachableError:
            _later(store, one, at=at)
            return sent  # the server is away for the others, too
        sent += 1
        with store.begin() as transaction:
            transaction.drop(HostLetter, one.id)  # and with it the address
    return sent


def _later(store: Store, letter: HostLetter, *, at: int) -> None:
    wait = min(limits.RETRY_FIRST * 2**letter.tries, limits.RETRY_LAST)
    with store.begin() as transaction:
        transaction.put(attrs.evolve(letter, tries=letter.tries + 1, next_at=at + wait))
