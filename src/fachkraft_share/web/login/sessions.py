"""Who is signed in: by a random secret in a cookie, of which only the hash is kept.

1. Signing in always makes a new secret; what the browser brought along ends (session fixation).
2. A session ends when idle, after a working day, at sign-out, and whenever its account changes.
3. A change counts only if the browser says it comes from our own page.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.ports.store import Transaction
from fachkraft_share.web.login import security_log
from fachkraft_share.web.login.cookies import Cookie
from fachkraft_share.web.login.realm import Realm, hashed
from fachkraft_share.web.login.records import StaffAccount, StaffSession
from fachkraft_share.web.visit import Person, Visit

READING = ("GET", "HEAD")


def from_own_page(headers: Mapping[str, str]) -> bool:
    """Tell whether a browser says that one of our own pages sent this.

    Stricter than `forms.same_site`: a cookie is sent along by itself, so silence is not enough.
    """
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched == "same-origin"
    origin, host = headers.get("origin", ""), headers.get("host", "")
    return bool(host) and urlsplit(origin).netloc == host


def stands(session: StaffSession, *, at: int) -> bool:
    """Tell whether a session is neither idle nor over."""
    return session.at <= at < session.ends and at < session.seen + limits.SESSION_IDLE


@attrs.frozen
class Sessions:
    """The sessions of one realm."""

    realm: Realm
    cookie: Cookie

    def gate(self, visit: Visit) -> Person | None:
        """Return who is signed in.

        Raises:
            RefusedError: `cross-site`: a change that was not sent from our own page.
        """
        found = self.find(visit)
        if found is None:
            return None
        account, _ = found
        if visit.call.method not in READING and not from_own_page(visit.call.headers):
            raise RefusedError("cross-site", "sent from a foreign page")
        return Person(account.id, account.name, frozenset(account.roles.split()))

    def find(self, visit: Visit) -> tuple[StaffAccount, StaffSession] | None:
        """Return account and session of a browser, and note that somebody is still there."""
        secret = self.cookie.read(visit)
        if not secret:
            return None
        with self.realm.store.begin(write=False) as transaction:
            found = self._found(transaction, hashed(secret))
        if found is not None and self.realm.now() >= found[1].seen + limits.SESSION_TOUCH:
            self._touch(found[1].sha256)
        return found

    def demand(self, visit: Visit) -> tuple[StaffAccount, StaffSession]:
        """Return account and session of a browser that is signed in.

        Raises:
            RefusedError: `forbidden`: it was signed out meanwhile.
        """
        found = self.find(visit)
        if found is None:
            raise RefusedError("forbidden", "not signed in")
        return found

    def start(
        self, transaction: Transaction, account: StaffAccount, visit: Visit, *, way: str
    ) -> str:
        """Sign an account in and return the header of its cookie; the earlier session ends."""
        at, secret = self.realm.now(), self.realm.secret()
        header = self.cookie.value(visit, secret, seconds=limits.SESSION_LONGEST)
        self.end(transaction, visit)
        self._make_room(transaction, account.id)
        ends = at + limits.SESSION_LONGEST
        transaction.put(
            StaffSession(hashed(secret), account.id, self.realm.name, way, at, at, ends)
        )
        transaction.put(attrs.evolve(account, seen=at))
        security_log.signed_in(way)
        return header

    def end(self, transaction: Transaction, visit: Visit) -> None:
        """Sign a browser out."""
        secret = self.cookie.read(visit)
        if secret:
            session = transaction.get(StaffSession, hashed(secret))
            if session is not None and session.realm == self.realm.name:
                transaction.drop(StaffSession, session.sha256)

    def end_every(self, transaction: Transaction, account: str, *, but: str = "") -> int:
        """Sign an account out everywhere, save one session; tell how many ended."""
        found = list(transaction.every(StaffSession, account=account))
        ended = [one for one in found if one.sha256 != but]
        for one in ended:
            transaction.drop(StaffSession, one.sha256)
        return len(ended)

    def standing(self, transaction: Transaction, account: str) -> tuple[StaffSession, ...]:
        """Return the sessions of an account that stand."""
        at = self.realm.now()
        found = transaction.every(StaffSession, account=account)
        return tuple(one for one in found if stands(one, at=at))

    def _found(
        self, transaction: Transaction, sha256: str
    ) -> tuple[StaffAccount, StaffSession] | None:
        session = transaction.get(StaffSession, sha256)
        if session is None or session.realm != self.realm.name:
            return None
        account = transaction.get(StaffAccount, session.account)
        if account is None or account.locked or account.realm != self.realm.name:
            return None
        return (account, session) if stands(session, at=self.realm.now()) else None

    def _touch(self, sha256: str) -> None:
        with self.realm.store.begin() as transaction:
            session = transaction.get(StaffSession, sha256)
            if session is not None:
                transaction.put(attrs.evolve(session, seen=self.realm.now()))

    def _make_room(self, transaction: Transaction, account: str) -> None:
        found = sorted(transaction.every(StaffSession, account=account), key=lambda one: one.seen)
        for one in found[: max(len(found) - limits.SESSIONS_EACH + 1, 0)]:
            transaction.drop(StaffSession, one.sha256)
