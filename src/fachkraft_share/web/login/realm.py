"""What all parts of one login share. An account of another realm does not exist here."""

from collections.abc import Callable, Sequence

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.login.mail import Mailer
from fachkraft_share.web.login.records import LoginAct, StaffAccount
from fachkraft_share.web.login.settings import LoginSettings
from fachkraft_share.wire.encoding import b64, sha256

Noted = Callable[[Transaction, LoginAct], None]
ADMINISTRATOR = "administrator"
PROVIDER = "provider"  # who acts when the groups of a provider change a role
CONSOLE = "console"  # who acts where nobody is signed in: the operator at the machine


@attrs.frozen
class Realm:
    """The office, or one firm."""

    store: Store
    runtime: Runtime
    name: str
    roles: Sequence[str]
    mailer: Mailer
    settings: LoginSettings
    texts: Callable[[str], Catalogue]
    noted: Noted | None = None  # hears of every act in its own transaction, for a room's own record

    def now(self) -> int:
        """Return the time."""
        return self.runtime.clock.now()

    def secret(self) -> str:
        """Return a fresh secret."""
        return b64(self.runtime.ids.random(limits.TOKEN_BYTES))

    def fresh_id(self) -> str:
        """Return a fresh random id."""
        return b64(self.runtime.ids.random(limits.ID_BYTES))

    def lock(self, transaction: Transaction) -> None:
        """Hold the realm until the end: of two processes one decides, counts or answers first."""
        transaction.lock([f"login {self.name}"])

    def account(self, transaction: Transaction, id: str) -> StaffAccount:
        """Return an account of this realm.

        Raises:
            RefusedError: `not-found`.
        """
        found = transaction.get(StaffAccount, id) if id else None
        if found is None or found.realm != self.name:
            raise RefusedError("not-found", "no such account")
        return found

    def accounts(self, transaction: Transaction) -> tuple[StaffAccount, ...]:
        """Return every account of this realm."""
        return transaction.every(StaffAccount, realm=self.name)

    def by_mail(self, transaction: Transaction, mail: str) -> StaffAccount | None:
        """Return the account with this address."""
        found = transaction.every(StaffAccount, realm=self.name, mail=mail.lower())
        return next(iter(found), None) if mail else None

    def note(
        self, transaction: Transaction, act: str, *, by: str, about: str, roles: str = ""
    ) -> None:
        """Write down who did what."""
        row = LoginAct(self.fresh_id(), self.name, act, by, about, roles, self.now())
        transaction.put(row)
        if self.noted is not None:
            self.noted(transaction, row)


def hashed(secret: str) -> str:
    """Return what of a secret is kept."""
    return sha256(secret.encode("utf-8", "surrogateescape"))
