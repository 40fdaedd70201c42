"""Signing in by a mailed link, and signing out."""

from typing import Final

import attrs

from fachkraft_share.errors import RefusedError
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.addresses import is_mail_address
from fachkraft_share.web.login.accounts import faults_of
from fachkraft_share.web.login.links import Links
from fachkraft_share.web.login.pages import Frame, local
from fachkraft_share.web.login.sessions import Sessions
from fachkraft_share.web.look import see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

_REFUSED: Final = {  # what somebody can mend in the form; all else is refused as a whole
    "account-there": "login.fault.account_there_link",
    "accounts-full": "login.fault.accounts-full",
    "malformed": "login.fault.malformed",
}


@attrs.frozen
class SignInPages:
    """`/login`, `/login/sent`, `/login/link/{token}` and `/logout`."""

    frame: Frame
    links: Links
    sessions: Sessions

    def routes(self) -> tuple[Route, ...]:
        """Return the routes."""
        return (
            Route("/login", get=self.show, post=self.ask),
            Route("/login/sent", get=self.sent),
            Route("/login/link/{token}", get=self.open, post=self.use),
            Route("/logout", get=self.leave, post=self.left),
        )

    def show(self, visit: Visit) -> Response:
        """Show the ways to sign in."""
        back = local(visit.query.get("back", "/"))
        if visit.who is not None:
            return see_other(visit.url(back))
        return self._ways(visit, back=back)

    def ask(self, visit: Visit) -> Response:
        """Mail a link; the answer is the same whether there is an account or not."""
        mail, back = visit.form.one("mail").strip(), local(visit.form.one("back"))
        if not is_mail_address(mail):
            faults = {"mail": "login.fault.mail"}
            return self._ways(visit, back=back, faults=faults, status=422)
        wait = self.links.ask(visit, mail, back=back, language=self.frame.language(visit))
        return self.frame.too_many(visit, wait) if wait else see_other(visit.url("/login/sent"))

    def sent(self, visit: Visit) -> Response:
        """Say that a mail is on its way, if there is an account."""
        return self.frame.page("login_sent.html", visit)

    def open(self, visit: Visit) -> Response:
        """Show what a link is for; nothing is used up."""
        wait = self.links.wait(visit)
        return self.frame.too_many(visit, wait) if wait else self._link(visit)

    def use(self, visit: Visit) -> Response:
        """Sign in by a link."""
        wait, opened = self.links.wait(visit), self.links.open(visit.params["token"])
        if wait:
            return self.frame.too_many(visit, wait)
        name, mail = visit.form.one("name").strip(), visit.form.one("mail").strip()
        faults = faults_of(name, mail) if opened is not None and opened.account is None else {}
        if faults:
            return self._link(visit, faults=faults)
        try:
            done = self.links.use(visit, visit.params["token"], name=name, mail=mail)
        except RefusedError as error:
            if error.code not in _REFUSED:
                raise
            return self._link(visit, faults={"mail": _REFUSED[error.code]})
        if done is None:
            return self.frame.page("login_link_over.html", visit, status=410)
        return see_other(visit.url(done.back), **{"Set-Cookie": done.cookie})

    def leave(self, visit: Visit) -> Response:
        """Ask whether to sign out."""
        return self.frame.page("logout.html", visit)

    def left(self, visit: Visit) -> Response:
        """Sign this browser out."""
        with self.frame.realm.store.begin() as transaction:
            self.sessions.end(transaction, visit)
        gone = {"Set-Cookie": self.sessions.cookie.gone(visit)}
        return see_other(visit.url("/login"), **gone)

    def _link(self, visit: Visit, *, faults: dict[str, str] | None = None) -> Response:
        opened = self.links.open(visit.params["token"])
        if opened is None:
            return self.frame.page("login_link_over.html", visit, status=410)
        status = 422 if faults else 200
        return self.frame.page(
            "login_link.html", visit, status=status, opened=opened, faults=faults or {}
        )

    def _ways(
        self,
        visit: Visit,
        *,
        back: str,
        faults: dict[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        settings = self.frame.realm.settings
        return self.frame.page(
            "login.html",
            visit,
            status=status,
            back=back,
            faults=faults or {},
            passkeys=settings.passkeys_usable,
            provider=settings.ways.shown if settings.ways.issuer else "",
        )
