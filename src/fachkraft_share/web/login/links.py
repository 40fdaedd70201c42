"""One-time links: mailed to who has an account, in an invitation, or printed on the console.

1. Opening one changes nothing: mail scanners open links. Only the button on its page signs in.
2. Whether an address has an account cannot be told from the answer, nor from the work done for it.
3. A link works once, and with it go all other mailed links of its account.
"""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.ports.store import Transaction
from fachkraft_share.web.login import limiting, security_log
from fachkraft_share.web.login.accounts import Accounts
from fachkraft_share.web.login.mail import Mail
from fachkraft_share.web.login.realm import ADMINISTRATOR, CONSOLE, Realm, hashed
from fachkraft_share.web.login.records import SignInLink, StaffAccount
from fachkraft_share.web.login.sessions import Sessions
from fachkraft_share.web.login.sweeping import sweep
from fachkraft_share.web.visit import Visit

START = "/"  # where a first sign-in leads
MAILED, INVITED, PRINTED, DECOY = "mail", "invite", "console", "decoy"
_LIFE = {
    MAILED: limits.SIGN_IN_LINK,
    DECOY: limits.SIGN_IN_LINK,
    INVITED: limits.INVITE_LINK,
}


@attrs.frozen
class SignedIn:
    """A browser was signed in: the header of its cookie, and where it goes."""

    cookie: str = attrs.field(repr=False)
    back: str


@attrs.frozen
class Opened:
    """What a link's page shows."""

    link: SignInLink
    account: StaffAccount | None  # None: whoever was let in at the console gives name and address


@attrs.frozen
class Links:
    """The sign-in links of one realm."""

    realm: Realm
    sessions: Sessions
    accounts: Accounts

    def ask(self, visit: Visit, mail: str, *, back: str, language: str) -> int:
        """Mail a link if the address has an account; return how long to wait instead, or 0."""
        mail = mail.strip().lower()
        with self.realm.store.begin() as transaction:
            sweep(self.realm, transaction)
            bounds = limiting.mails(limiting.block_of(visit), mail)
            wait = limiting.count(self.realm, transaction, bounds)
            if wait:
                security_log.refused("mail", "too-many")
                return wait
            account = self.realm.by_mail(transaction, mail)
            known = account if account is not None and not account.locked else None
            kind = MAILED if known is not None else DECOY
            id = known.id if known is not None else ""
            address = self._make(transaction, kind, account=id, back=back)
            if known is not None:
                self._post(transaction, known, "login.mail", address, language=language)
        return 0

    def invite(self, transaction: Transaction, account: StaffAccount) -> None:
        """Mail an account its first link, or another one."""
        transaction.drop_every(SignInLink, account=account.id, kind=INVITED)
        address = self._make(transaction, INVITED, account=account.id, back=START)
        self._post(transaction, account, "login.invitation", address, language=account.language)

    def for_console(self, role: str = ADMINISTRATOR) -> str:
        """Return a new link that makes an account of this role; an earlier one for it ends.

        Raises:
            SetupError: there is no such role here.
        """
        if role not in self.realm.roles:
            known = ", ".join(self.realm.roles)
            raise SetupError(f"no such role {role!r}; there are {known}")
        with self.realm.store.begin() as transaction:
            sweep(self.realm, transaction)
            transaction.drop_every(SignInLink, realm=self.realm.name, kind=PRINTED, role=role)
            address = self._make(transaction, PRINTED, account="", back=START, role=role)
            self.realm.note(transaction, "console-link", by=CONSOLE, about="", roles=role)
        return address

    def open(self, token: str) -> Opened | None:
        """Return what a link is for; None if it is none, was used, or is over."""
        with self.realm.store.begin(write=False) as transaction:
            return self._opened(transaction, token)

    def wait(self, visit: Visit) -> int:
        """Return after how many seconds this visitor may try again; 0 for now."""
        bounds = limiting.tries(limiting.block_of(visit))
        with self.realm.store.begin(write=False) as transaction:
            return limiting.full(self.realm, transaction, bounds)

    def use(self, visit: Visit, token: str, *, name: str = "", mail: str = "") -> SignedIn | None:
        """Sign in by a link; it counts as a failed try if it is none.

        Raises:
            RefusedError: `account-there`, `accounts-full`: a link of the console made no account.
        """
        with self.realm.store.begin() as transaction:
            self.realm.lock(transaction)
            opened = self._opened(transaction, token)
            if opened is None:
                bounds = limiting.tries(limiting.block_of(visit))
                limiting.count(self.realm, transaction, bounds)
                security_log.refused("link", "not-found")
                return None
            transaction.drop(SignInLink, opened.link.sha256)
            account = opened.account or self._let_in(
                transaction, visit, role=opened.link.role, name=name, mail=mail
            )
            transaction.drop_every(SignInLink, account=account.id)
            cookie = self.sessions.start(transaction, account, visit, way="link")
        return SignedIn(cookie, opened.link.back)

    def _let_in(
        self, transaction: Transaction, visit: Visit, *, role: str, name: str, mail: str
    ) -> StaffAccount:
        """Make an account for whom the console let in.

        An administrator who was shut out comes back by it. Any other link opens no account that is
        there: by the address of an administrator one would get what only they may.
        """
        found = self.realm.by_mail(transaction, mail) if role == ADMINISTRATOR else None
        if found is None:
            return self.accounts.make(
                transaction,
                name=name,
                mail=mail,
                role=role,
                language=visit.language("de"),
                by=CONSOLE,
            )
        self.sessions.end_every(transaction, found.id)
        again = attrs.evolve(found, roles=ADMINISTRATOR, locked=False)
        transaction.put(again)
        self.realm.note(transaction, "role", by=CONSOLE, about=found.id, roles=ADMINISTRATOR)
        return again

    def _opened(self, transaction: Transaction, token: str) -> Opened | None:
        link = transaction.get(SignInLink, hashed(token))
        if link is None or link.realm != self.realm.name or link.kind == DECOY:
            return None
        if self.realm.now() >= link.ends:
            return None
        if link.kind == PRINTED:
            return Opened(link, None)
        account = transaction.get(StaffAccount, link.account)
        return Opened(link, account) if account is not None and not account.locked else None

    def _make(
        self, transaction: Transaction, kind: str, *, account: str, back: str, role: str = ""
    ) -> str:
        settings, token = self.realm.settings, self.realm.secret()
        ends = self.realm.now() + (settings.printed if kind == PRINTED else _LIFE[kind])
        link = SignInLink(hashed(token), self.realm.name, account, kind, role, back, ends)
        transaction.put(link)
        return settings.link(f"/login/link/{token}")

    def _post(
        self,
        transaction: Transaction,
        account: StaffAccount,
        text: str,
        address: str,
        *,
        language: str,
    ) -> None:
        texts, service = self.realm.texts(language), self.realm.settings.service
        subject = texts.text(f"{text}.subject", service=service)
        said = texts.text(f"{text}.text", service=service, link=address)
        self.realm.mailer.post(transaction, Mail(account.mail, subject, said), at=self.realm.now())
