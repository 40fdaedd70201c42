"""`/accounts`: administrators invite, change roles, lock and remove; nobody sees another's link."""

from collections.abc import Callable

import attrs

from fachkraft_share.errors import RefusedError
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.login.accounts import Accounts, faults_of
from fachkraft_share.web.login.links import Links
from fachkraft_share.web.login.pages import Frame
from fachkraft_share.web.login.realm import ADMINISTRATOR, CONSOLE, PROVIDER
from fachkraft_share.web.look import see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

Change = Callable[[str, str], None]  # of which account, by whom
_BY = {CONSOLE: "login.by_console", PROVIDER: "login.by_provider_act"}
_SHOWN = ("account-there", "accounts-full", "last-administrator", "malformed")


@attrs.frozen
class PeoplePages:
    """The accounts of this realm; one of another is not found."""

    frame: Frame
    accounts: Accounts
    links: Links

    def routes(self) -> tuple[Route, ...]:
        """Return the routes."""
        only = frozenset({ADMINISTRATOR})
        return (
            Route("/accounts", get=self.show, post=self.invite, roles=only),
            Route("/accounts/{id}", get=self.one, roles=only),
            Route("/accounts/{id}/role", post=self.role, roles=only),
            Route("/accounts/{id}/lock", post=self.lock, roles=only),
            Route("/accounts/{id}/link", post=self.link, roles=only),
            Route("/accounts/{id}/sessions", post=self.sessions, roles=only),
            Route("/accounts/{id}/remove", post=self.remove, roles=only),
        )

    def show(self, visit: Visit) -> Response:
        """List the accounts and what was done about them."""
        return self._list(visit)

    def invite(self, visit: Visit) -> Response:
        """Make an account and mail its first link."""
        form = visit.form
        name, mail = form.one("name").strip(), form.one("mail").strip()
        faults = faults_of(name, mail)
        if form.one("role") not in self.frame.realm.roles:
            faults["role"] = "login.fault.role"
        if faults:
            return self._list(visit, faults=faults, status=422)
        try:
            self._invited(visit, name=name, mail=mail, role=form.one("role"))
        except RefusedError as error:
            return self._list(visit, faults={"mail": _fault(error)}, status=409)
        return see_other(visit.url("/accounts", done="invited"))

    def one(self, visit: Visit) -> Response:
        """Show one account."""
        return self._one(visit)

    def role(self, visit: Visit) -> Response:
        """Give an account another role."""
        return self._changed(
            visit, lambda id, by: self.accounts.change_role(id, _role(visit), by=by)
        )

    def lock(self, visit: Visit) -> Response:
        """Lock an account, or unlock it."""
        if visit.form.has("locked", "yes"):
            return self._changed(visit, lambda id, by: self.accounts.lock(id, by=by))
        return self._changed(visit, lambda id, by: self.accounts.unlock(id, by=by))

    def link(self, visit: Visit) -> Response:
        """Mail another link; the earlier ones end."""
        return self._changed(visit, self._link)

    def sessions(self, visit: Visit) -> Response:
        """Sign an account out everywhere."""
        return self._changed(visit, lambda id, by: self.accounts.sign_out(id, by=by))

    def remove(self, visit: Visit) -> Response:
        """Delete an account, once that was confirmed."""
        if not visit.form.has("sure", "yes"):
            return self._one(visit, faults={"sure": "login.fault.sure"}, status=422)
        id, by = visit.params["id"], self._by(visit)
        try:
            self.accounts.remove(id, by=by)
        except RefusedError as error:
            return self._refused(visit, error)
        return see_other(visit.url("/accounts", done="removed"))

    def _changed(self, visit: Visit, change: Change) -> Response:
        id = visit.params["id"]
        try:
            change(id, self._by(visit))
        except RefusedError as error:
            return self._refused(visit, error)
        return see_other(visit.url(f"/accounts/{id}", done="changed"))

    def _refused(self, visit: Visit, error: RefusedError) -> Response:
        if error.code not in _SHOWN:
            raise error
        return self._one(visit, faults={"role": _fault(error)}, status=409)

    def _invited(self, visit: Visit, *, name: str, mail: str, role: str) -> None:
        with self.frame.realm.store.begin() as transaction:
            made = self.accounts.make(
                transaction,
                name=name,
                mail=mail,
                role=role,
                language=self.frame.language(visit),
                by=self._by(visit),
            )
            self.links.invite(transaction, made)

    def _link(self, id: str, by: str) -> None:
        realm = self.frame.realm
        with realm.store.begin() as transaction:
            account = realm.account(transaction, id)
            if account.locked or not account.mail:
                raise RefusedError("malformed", "a locked account gets no link")
            self.links.invite(transaction, account)
            realm.note(transaction, "link", by=by, about=id)

    def _by(self, visit: Visit) -> str:
        return visit.who.id if visit.who is not None else ""

    def _list(
        self, visit: Visit, *, faults: dict[str, str] | None = None, status: int = 200
    ) -> Response:
        people = self.accounts.all()
        return self.frame.page(
            "accounts.html",
            visit,
            status=status,
            people=people,
            by_words=_BY,
            names={one.id: one.name for one in people},
            roles=self.frame.realm.roles,
            acts=self.accounts.acts(),
            done=visit.query.get("done", ""),
            faults=faults or {},
        )

    def _one(
        self, visit: Visit, *, faults: dict[str, str] | None = None, status: int = 200
    ) -> Response:
        realm = self.frame.realm
        with realm.store.begin(write=False) as transaction:
            account = realm.account(transaction, visit.params["id"])
        return self.frame.page(
            "accounts_one.html",
            visit,
            status=status,
            account=account,
            roles=realm.roles,
            own=account.id == self._by(visit),
            done=visit.query.get("done", ""),
            faults=faults or {},
        )


def _role(visit: Visit) -> str:
    return visit.form.one("role")


def _fault(error: RefusedError) -> str:
    return f"login.fault.{error.code}" if error.code in _SHOWN else "login.fault.malformed"
