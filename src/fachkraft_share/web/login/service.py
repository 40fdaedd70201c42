"""`Login`: what a room is given so that its staff can sign in: routes, and a gate for its site."""

from collections.abc import Sequence

from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.ports.store import Store
from fachkraft_share.web.login.account_pages import AccountPages
from fachkraft_share.web.login.accounts import Accounts
from fachkraft_share.web.login.cookies import Cookie
from fachkraft_share.web.login.links import Links
from fachkraft_share.web.login.mail import Mailer
from fachkraft_share.web.login.pages import Frame
from fachkraft_share.web.login.passkey_pages import PasskeyPages
from fachkraft_share.web.login.passkeys import Passkeys
from fachkraft_share.web.login.people_pages import PeoplePages
from fachkraft_share.web.login.provider_pages import ProviderPages
from fachkraft_share.web.login.providers import Provider
from fachkraft_share.web.login.realm import ADMINISTRATOR, Noted, Realm
from fachkraft_share.web.login.sessions import Sessions
from fachkraft_share.web.login.settings import LoginSettings
from fachkraft_share.web.login.sign_in_pages import SignInPages
from fachkraft_share.web.look import Look
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Person, Visit


class Login:
    """The login of one realm (`office`, or a firm's slug) on a store; the frame is the room's.

    `roles` are those an account may have, `administrator` among them. `look` is the room's own, so
    that its navigation stands on these pages, too. Mount the routes into the room's own site.
    `noted` hears of every act about accounts, in the transaction that does it. Settings by which
    nobody could sign in raise `SetupError`.
    """

    def __init__(
        self,
        store: Store,
        runtime: Runtime,
        *,
        realm: str,
        roles: Sequence[str],
        mailer: Mailer,
        settings: LoginSettings,
        look: Look,
        noted: Noted | None = None,
    ) -> None:
        settings.ways.check(roles)
        self.realm = Realm(store, runtime, realm, tuple(roles), mailer, settings, look.texts, noted)
        self.sessions = Sessions(self.realm, Cookie(f"fks-{realm}", settings.url))
        self.accounts = Accounts(self.realm, self.sessions)
        self.links = Links(self.realm, self.sessions, self.accounts)
        self.passkeys = Passkeys(self.realm, self.sessions)
        away = Cookie(f"fks-{realm}.provider", settings.url)  # a realm's own name has no dot
        self.provider = Provider(self.realm, self.sessions, self.accounts, away)
        self._frame = Frame(self.realm, look)

    def gate(self, visit: Visit) -> Person | None:
        """Return who is signed in.

        Raises:
            RefusedError: `cross-site`: a change that was not sent from our own page.
        """
        return self.sessions.gate(visit)

    def empty(self) -> bool:
        """Tell whether nobody has an account yet."""
        return not self.accounts.all()

    def console_link(self, role: str = ADMINISTRATOR) -> str:
        """Return a one-time address that makes an account; for whoever sits at the machine.

        Not for a page: an administrator's may do everything here.

        Raises:
            SetupError: there is no such role here.
        """
        return self.links.for_console(role)

    def routes(self) -> tuple[Route, ...]:
        """Return the routes: /login…, /logout, /account…, and /accounts… for administrators."""
        frame = self._frame
        people = PeoplePages(frame, self.accounts, self.links).routes()
        return (
            *SignInPages(frame, self.links, self.sessions).routes(),
            *PasskeyPages(frame, self.passkeys, self.links).routes(),
            *ProviderPages(frame, self.provider, self.links).routes(),
            *AccountPages(frame, self.sessions, self.passkeys).routes(),
            *(people if self.realm.settings.people else ()),
        )
