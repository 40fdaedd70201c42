"""Who may sign in, in which role; the last administrator stays, and every change ends sessions."""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.ports.store import Transaction
from fachkraft_share.web.addresses import is_mail_address
from fachkraft_share.web.login.realm import ADMINISTRATOR, Realm
from fachkraft_share.web.login.records import (
    LoginAct,
    SignInLink,
    StaffAccount,
    StaffPasskey,
)
from fachkraft_share.web.login.sessions import Sessions


def administers(account: StaffAccount) -> bool:
    """Tell whether an account may change accounts now."""
    return ADMINISTRATOR in account.roles.split() and not account.locked


def faults_of(name: str, mail: str) -> dict[str, str]:
    """Return what is wrong with the fields of a form, as ids of texts."""
    found = {}
    if not name or len(name) > limits.STAFF_NAME or not name.isprintable():
        found["name"] = "login.fault.name"
    if not is_mail_address(mail):
        found["mail"] = "login.fault.mail"
    return found


@attrs.frozen
class Accounts:
    """The accounts of one realm."""

    realm: Realm
    sessions: Sessions

    def make(
        self,
        transaction: Transaction,
        *,
        name: str,
        mail: str,
        role: str,
        language: str,
        by: str,
        subject: str = "",
    ) -> StaffAccount:
        """Make an account; the caller's transaction holds the realm from here on.

        Raises:
            RefusedError: `account-there`, `accounts-full`, or `malformed` for a role unknown here.
        """
        self._demand_role(role)
        self.realm.lock(transaction)
        if mail and self.realm.by_mail(transaction, mail) is not None:
            raise RefusedError("account-there", "an account has this address already")
        if len(self.realm.accounts(transaction)) >= limits.ACCOUNTS_EACH:
            raise RefusedError("accounts-full", f"at most {limits.ACCOUNTS_EACH} accounts")
        id, at = self.realm.fresh_id(), self.realm.now()
        made = StaffAccount(
            id, self.realm.name, name, mail.lower(), role, language, at, subject=subject
        )
        transaction.put(made)
        self.realm.note(transaction, "invited", by=by, about=id, roles=role)
        return made

    def change_role(self, id: str, role: str, *, by: str) -> None:
        """Give an account another role; it must sign in again.

        Raises:
            RefusedError: `not-found`, `malformed`, or `last-administrator`.
        """
        self._demand_role(role)
        with self.realm.store.begin() as transaction:
            account = self._changeable(transaction, id, stays=role == ADMINISTRATOR)
            transaction.put(attrs.evolve(account, roles=role))
            self._revoke(transaction, id)
            self.realm.note(transaction, "role", by=by, about=id, roles=role)

    def lock(self, id: str, *, by: str) -> None:
        """Let an account sign in no more until it is unlocked.

        Raises:
            RefusedError: `not-found` or `last-administrator`.
        """
        with self.realm.store.begin() as transaction:
            account = self._changeable(transaction, id, stays=False)
            transaction.put(attrs.evolve(account, locked=True))
            self._revoke(transaction, id)
            self.realm.note(transaction, "locked", by=by, about=id)

    def unlock(self, id: str, *, by: str) -> None:
        """Let an account sign in again.

        Raises:
            RefusedError: `not-found`.
        """
        with self.realm.store.begin() as transaction:
            self.realm.lock(transaction)
            account = self.realm.account(transaction, id)
            transaction.put(attrs.evolve(account, locked=False))
            self.realm.note(transaction, "unlocked", by=by, about=id)

    def sign_out(self, id: str, *, by: str) -> None:
        """Sign an account out everywhere.

        Raises:
            RefusedError: `not-found`.
        """
        with self.realm.store.begin() as transaction:
            self.realm.account(transaction, id)
            self._revoke(transaction, id)
            self.realm.note(transaction, "signed-out", by=by, about=id)

    def remove(self, id: str, *, by: str) -> None:
        """Delete an account with all that signs it in.

        Raises:
            RefusedError: `not-found` or `last-administrator`.
        """
        with self.realm.store.begin() as transaction:
            self._changeable(transaction, id, stays=False)
            self._revoke(transaction, id)
            transaction.drop_every(StaffPasskey, account=id)
            transaction.drop(StaffAccount, id)
            self.realm.note(transaction, "removed", by=by, about=id)

    def all(self) -> tuple[StaffAccount, ...]:
        """Return every account, by name."""
        with self.realm.store.begin(write=False) as transaction:
            found = self.realm.accounts(transaction)
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))

    def acts(self) -> tuple[LoginAct, ...]:
        """Return what was done about accounts, the newest first."""
        since = self.realm.now() - limits.LOGIN_ACT_DAYS * limits.DAY
        with self.realm.store.begin(write=False) as transaction:
            found = transaction.every(LoginAct, after=("at", since), realm=self.realm.name)
        return tuple(reversed(found))[: limits.LOGIN_ACTS_SHOWN]

    def _demand_role(self, role: str) -> None:
        if role not in self.realm.roles:
            raise RefusedError("malformed", "no such role here")

    def _changeable(self, transaction: Transaction, id: str, *, stays: bool) -> StaffAccount:
        """Return the account; refuse if nobody could change accounts afterwards."""
        self.realm.lock(transaction)
        account = self.realm.account(transaction, id)
        others = [one for one in self.realm.accounts(transaction) if one.id != id]
        if administers(account) and not stays and not any(map(administers, others)):
            raise RefusedError("last-administrator", "somebody must be able to change accounts")
        return account

    def _revoke(self, transaction: Transaction, id: str) -> None:
        self.sessions.end_every(transaction, id)
        transaction.drop_every(SignInLink, account=id)
