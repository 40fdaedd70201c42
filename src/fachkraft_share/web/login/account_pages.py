"""`/account`: what somebody may see and change about their own account."""

import attrs

from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.login.pages import Frame
from fachkraft_share.web.login.passkeys import Passkeys
from fachkraft_share.web.login.realm import ADMINISTRATOR
from fachkraft_share.web.login.sessions import Sessions
from fachkraft_share.web.look import see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


@attrs.frozen
class AccountPages:
    """The own account; every passkey is looked up among one's own only."""

    frame: Frame
    sessions: Sessions
    passkeys: Passkeys

    def routes(self) -> tuple[Route, ...]:
        """Return the routes."""
        everybody = frozenset(self.frame.realm.roles)
        return (
            Route("/account", get=self.show, roles=everybody),
            Route("/account/sessions", post=self.end_others, roles=everybody),
            Route("/account/passkeys/start", post=self.start, roles=everybody),
            Route("/account/passkeys", post=self.add, roles=everybody),
            Route("/account/passkeys/{id}", get=self.ask, roles=everybody),
            Route("/account/passkeys/{id}/name", post=self.rename, roles=everybody),
            Route("/account/passkeys/{id}/remove", post=self.remove, roles=everybody),
        )

    def show(self, visit: Visit) -> Response:
        """Show name, ways to sign in, and browsers that are signed in."""
        return self._account(visit)

    def end_others(self, visit: Visit) -> Response:
        """Sign out every other browser."""
        account, session = self.sessions.demand(visit)
        with self.frame.realm.store.begin() as transaction:
            self.sessions.end_every(transaction, account.id, but=session.sha256)
            self.frame.realm.note(transaction, "signed-out", by=account.id, about=account.id)
        return see_other(visit.url("/account", done="sessions"))

    def start(self, visit: Visit) -> Response:
        """Return what the browser needs to make a passkey."""
        account, _ = self.sessions.demand(visit)
        return Response(200, self.passkeys.offer(account).encode(), "application/json")

    def add(self, visit: Visit) -> Response:
        """Keep a new passkey."""
        account, _ = self.sessions.demand(visit)
        name = visit.form.one("name").strip()
        fault = self.passkeys.add(account, visit.form.one("answer"), name=name)
        if fault:
            return self._account(visit, faults={"passkey": fault}, status=422)
        return see_other(visit.url("/account", done="passkey"))

    def ask(self, visit: Visit) -> Response:
        """Show one passkey, to rename or remove it."""
        account, _ = self.sessions.demand(visit)
        found = self.passkeys.own(account, visit.params["id"])
        return self.frame.page("passkey.html", visit, passkey=found, faults={})

    def rename(self, visit: Visit) -> Response:
        """Call a passkey something else."""
        account, _ = self.sessions.demand(visit)
        found = self.passkeys.own(account, visit.params["id"])
        fault = self.passkeys.rename(found, visit.form.one("name").strip())
        if fault:
            faults = {"name": fault}
            return self.frame.page("passkey.html", visit, status=422, passkey=found, faults=faults)
        return see_other(visit.url("/account"))

    def remove(self, visit: Visit) -> Response:
        """Forget a passkey; the last way to sign in stays."""
        account, _ = self.sessions.demand(visit)
        fault = self.passkeys.remove(account, visit.params["id"])
        if fault:
            return self._account(visit, faults={"passkey": fault}, status=409)
        return see_other(visit.url("/account", done="passkey-removed"))

    def _account(
        self, visit: Visit, *, faults: dict[str, str] | None = None, status: int = 200
    ) -> Response:
        account, session = self.sessions.demand(visit)
        with self.frame.realm.store.begin(write=False) as transaction:
            standing = self.sessions.standing(transaction, account.id)
        return self.frame.page(
            "account.html",
            visit,
            status=status,
            account=account,
            passkeys=self.passkeys.of(account),
            usable=self.passkeys.usable,
            others=len([one for one in standing if one.sha256 != session.sha256]),
            done=visit.query.get("done", ""),
            administers=self.frame.realm.settings.people and ADMINISTRATOR in account.roles.split(),
            faults=faults or {},
        )
