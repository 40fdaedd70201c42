"""Signing in by a provider (OpenID Connect): code flow with PKCE, state, nonce; client only.

1. The answer counts only in the browser that left, once, and within minutes.
2. `iss` and `sub` say who it is, never a mail address; such an account gets no mail links, so that
   whom the provider no longer knows cannot come in beside it.
3. The role follows from the groups at each sign-in; who is in none of them does not come in.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SignatureError, TemporaryError
from fachkraft_share.ports.store import Transaction
from fachkraft_share.web.login import id_tokens, limiting, provider_calls, security_log
from fachkraft_share.web.login.accounts import Accounts
from fachkraft_share.web.login.ceremonies import Ceremonies
from fachkraft_share.web.login.cookies import Cookie
from fachkraft_share.web.login.links import SignedIn
from fachkraft_share.web.login.provider_calls import Endpoints
from fachkraft_share.web.login.realm import PROVIDER, Realm, hashed
from fachkraft_share.web.login.records import SignInCeremony, StaffAccount
from fachkraft_share.web.login.sessions import Sessions
from fachkraft_share.web.visit import Visit
from fachkraft_share.wire.encoding import b64

BACK = "/login/oidc/back"
EVERYBODY = "*"  # a group everybody at the provider is in
_KIND = "provider"


@attrs.frozen
class Leaving:
    """Where a browser goes, and the cookie by which it is known again."""

    address: str = attrs.field(repr=False)
    cookie: str = attrs.field(repr=False)


@attrs.define
class _Known:
    """What a provider told of itself, and when."""

    endpoints: Endpoints
    keys: tuple[Mapping[str, Any], ...]
    at: int


@attrs.define
class Provider:
    """The provider of one realm; what it tells of itself is kept for an hour."""

    realm: Realm
    sessions: Sessions
    accounts: Accounts
    cookie: Cookie
    _known: _Known | None = attrs.field(default=None, init=False)

    def leave(self, visit: Visit, *, back: str) -> Leaving:
        """Return where to go; what must come back is remembered.

        Raises:
            TemporaryError: the provider does not answer.
            SetupError: the settings do not fit the provider.
            RefusedError: `insecure`.
        """
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        secret = self.realm.secret
        state, nonce, verifier, browser = secret(), secret(), secret(), secret()
        known = self._facts()
        address = prepare_grant_uri(
            known.endpoints.authorization,
            self.realm.settings.ways.client,
            "code",
            redirect_uri=self.realm.settings.link(BACK),
            scope="openid profile",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        cookie = self.cookie.value(visit, browser, seconds=limits.CEREMONY_SECONDS)
        Ceremonies(self.realm).begin(
            _KIND, state, secret=f"{nonce} {verifier}", browser=hashed(browser), back=back
        )
        return Leaving(address, cookie)

    def came_back(self, visit: Visit) -> SignedIn | str:
        """Sign in by the provider's answer; or return why not, as the id of a text."""
        asked = self._asked(visit)
        if asked is None:
            return self._failed(visit, "login.provider_over", "state")
        if "error" in visit.query or not visit.query.get("code"):
            return self._failed(visit, "login.provider_refused", "refused")
        try:
            claims = self._claims(visit.query["code"], asked)
        except TemporaryError:
            return "login.provider_away"
        except (MalformedError, SignatureError):
            return self._failed(visit, "login.provider_refused", "token")
        return self._signed_in(visit, claims, back=asked.back)

    def _asked(self, visit: Visit) -> SignInCeremony | None:
        """Return the question this answers, if this very browser asked it."""
        issuer = self.realm.settings.ways.issuer
        with self.realm.store.begin() as transaction:
            asked = Ceremonies(self.realm).end(transaction, _KIND, visit.query.get("state", ""))
        if asked is None or hashed(self.cookie.read(visit)) != asked.browser:
            return None
        return asked if visit.query.get("iss", issuer) == issuer else None  # RFC 9207

    def _claims(self, code: str, asked: SignInCeremony) -> Mapping[str, Any]:
        settings = self.realm.settings
        nonce, verifier = asked.secret.split()
        known = self._facts()
        back = settings.link(BACK)
        token = provider_calls.exchange(
            known.endpoints, settings.ways, code=code, verifier=verifier, back=back
        )
        provider = settings.ways
        expected = id_tokens.Expected(provider.issuer, provider.client, nonce, self.realm.now())
        try:
            return id_tokens.verify(token, known.keys, expected)
        except SignatureError:
            # It may have changed its keys since; they are fetched again once.
            return id_tokens.verify(token, self._facts(anew=True).keys, expected)

    def _signed_in(self, visit: Visit, claims: Mapping[str, Any], *, back: str) -> SignedIn | str:
        role = self._role(claims)
        if role is None:
            return self._failed(visit, "login.provider_no_role", "no-role")
        subject = b64(f"{claims['iss']}\n{claims['sub']}".encode())
        with self.realm.store.begin() as transaction:
            self.realm.lock(transaction)
            found = transaction.every(StaffAccount, realm=self.realm.name, subject=subject)
            account = next(iter(found), None) or self._make(
                transaction, visit, claims, role=role, subject=subject
            )
            if not account.locked:
                account = self._with_role(transaction, account, role)
                cookie = self.sessions.start(transaction, account, visit, way="provider")
                return SignedIn(cookie, back)
        return self._failed(visit, "login.provider_no_role", "locked")

    def _make(
        self,
        transaction: Transaction,
        visit: Visit,
        claims: Mapping[str, Any],
        *,
        role: str,
        subject: str,
    ) -> StaffAccount:
        return self.accounts.make(
            transaction,
            name=_name(claims),
            mail="",
            role=role,
            language=visit.language("de"),
            by=PROVIDER,
            subject=subject,
        )

    def _with_role(
        self, transaction: Transaction, account: StaffAccount, role: str
    ) -> StaffAccount:
        """Give the role the groups say; sessions with another one end."""
        if account.roles == role:
            return account
        self.sessions.end_every(transaction, account.id)
        self.realm.note(transaction, "role", by=PROVIDER, about=account.id, roles=role)
        return attrs.evolve(account, roles=role)

    def _role(self, claims: Mapping[str, Any]) -> str | None:
        """Return the highest role of somebody's groups."""
        provider = self.realm.settings.ways
        told = claims.get(provider.claim, ())
        listed = told if isinstance(told, list) else [told]
        groups = {one for one in listed if isinstance(one, str)} | {EVERYBODY}
        given = {role for group, role in provider.groups.items() if group in groups}
        return next((role for role in self.realm.roles if role in given), None)

    def _failed(self, visit: Visit, text: str, code: str) -> str:
        with self.realm.store.begin() as transaction:
            limiting.count(self.realm, transaction, limiting.tries(limiting.block_of(visit)))
        security_log.refused("provider", code)
        return text

    def _facts(self, *, anew: bool = False) -> _Known:
        """Return what the provider tells of itself."""
        at, known = self.realm.now(), self._known
        if anew or known is None or at >= known.at + limits.PROVIDER_KEYS:
            settings = self.realm.settings.ways
            endpoints = provider_calls.discover(settings)
            known = _Known(endpoints, provider_calls.keys_of(endpoints, settings), at)
            self._known = known
        return known


def _name(claims: Mapping[str, Any]) -> str:
    """Return what somebody is called; the provider's own words, cut and without control signs."""
    told = (claims.get(one) for one in ("name", "preferred_username", "sub"))
    name = next((one for one in told if isinstance(one, str) and one.strip()), "")
    return "".join(one for one in name if one.isprintable()).strip()[: limits.STAFF_NAME]
