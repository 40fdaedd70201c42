"""Passkeys (WebAuthn level 3), checked by the library `webauthn`; loaded when first needed.

1. A challenge is random, kept by its hash, answered once and within minutes.
2. The person is verified by the device; the key says itself whose it is (discoverable).
3. The last way to sign in cannot be removed.
4. Who comes by a provider gets none: it would let in whom the provider has shut out.
"""

from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError
from fachkraft_share.ports.store import Transaction
from fachkraft_share.web.login import limiting, security_log
from fachkraft_share.web.login.ceremonies import Ceremonies
from fachkraft_share.web.login.links import SignedIn
from fachkraft_share.web.login.realm import Realm
from fachkraft_share.web.login.records import StaffAccount, StaffPasskey
from fachkraft_share.web.login.sessions import Sessions
from fachkraft_share.web.visit import Visit
from fachkraft_share.wire import strict
from fachkraft_share.wire.encoding import b64, unb64

_NEW, _KNOWN = "new-passkey", "passkey"


@attrs.frozen
class Passkeys:
    """The passkeys of one realm."""

    realm: Realm
    sessions: Sessions

    @property
    def usable(self) -> bool:
        """Whether passkeys can be used here."""
        return self.realm.settings.passkeys_usable

    def of(self, account: StaffAccount) -> tuple[StaffPasskey, ...]:
        """Return the passkeys of an account, the oldest first."""
        with self.realm.store.begin(write=False) as transaction:
            found = transaction.every(StaffPasskey, account=account.id)
        return tuple(sorted(found, key=lambda one: (one.at, one.id)))

    def own(self, account: StaffAccount, id: str) -> StaffPasskey:
        """Return a passkey of this very account.

        Raises:
            RefusedError: `not-found`.
        """
        for one in self.of(account):
            if one.id == id:
                return one
        raise RefusedError("not-found", "no such passkey of this account")

    def offer(self, account: StaffAccount) -> str:
        """Return, as JSON, what a browser needs to make a passkey for this account.

        Raises:
            RefusedError: `not-found` where passkeys cannot be used.
        """
        self._demand_usable(account)
        import webauthn
        from webauthn.helpers import structs

        challenge = self.realm.runtime.ids.random(limits.TOKEN_BYTES)
        Ceremonies(self.realm).begin(_NEW, b64(challenge), account=account.id)
        described = structs.PublicKeyCredentialDescriptor
        options = webauthn.generate_registration_options(
            rp_id=self.realm.settings.host,
            rp_name=self.realm.settings.service,
            user_name=account.mail or account.name,
            user_id=account.id.encode(),
            user_display_name=account.name,
            challenge=challenge,
            timeout=limits.CEREMONY_SECONDS * 1000,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[described(unb64(one.id)) for one in self.of(account)],
        )
        return webauthn.options_to_json(options)

    def add(self, account: StaffAccount, answer: str, *, name: str) -> str:
        """Keep the passkey a browser made; return what was wrong, as the id of a text, or ""."""
        self._demand_usable(account)
        if not _named(name):
            return "login.fault.passkey-name"
        told, challenge = _read(answer)
        with self.realm.store.begin() as transaction:
            asked = Ceremonies(self.realm).end(transaction, _NEW, challenge)
        if told is None or asked is None or asked.account != account.id:
            return "login.fault.passkey"
        made = self._verified_new(told, challenge)
        if made is None:
            return "login.fault.passkey"
        with self.realm.store.begin() as transaction:
            self.realm.lock(transaction)
            return self._keep(transaction, account, made, name=name)

    def rename(self, passkey: StaffPasskey, name: str) -> str:
        """Call a passkey something else; return what was wrong, or ""."""
        if not _named(name):
            return "login.fault.passkey-name"
        with self.realm.store.begin() as transaction:
            if transaction.get(StaffPasskey, passkey.id) is not None:
                transaction.put(attrs.evolve(passkey, name=name))
        return ""

    def remove(self, account: StaffAccount, id: str) -> str:
        """Forget a passkey; return what was wrong, or "".

        Raises:
            RefusedError: `not-found`.
        """
        self.own(account, id)
        with self.realm.store.begin() as transaction:
            self.realm.lock(transaction)
            rest = list(transaction.every(StaffPasskey, account=account.id))
            if not self.realm.mailer.works and len(rest) <= 1:
                return "login.fault.last-way"
            transaction.drop(StaffPasskey, id)
            self.realm.note(transaction, "passkey-removed", by=account.id, about=account.id)
        return ""

    def ask(self) -> str:
        """Return, as JSON, what a browser needs to sign in with whatever passkey it has for us.

        Raises:
            RefusedError: `not-found` where passkeys cannot be used.
        """
        self._demand_usable()
        import webauthn
        from webauthn.helpers import structs

        challenge = self.realm.runtime.ids.random(limits.TOKEN_BYTES)
        Ceremonies(self.realm).begin(_KNOWN, b64(challenge))
        options = webauthn.generate_authentication_options(
            rp_id=self.realm.settings.host,
            challenge=challenge,
            timeout=limits.CEREMONY_SECONDS * 1000,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(options)

    def sign_in(self, visit: Visit, answer: str, *, back: str) -> SignedIn | None:
        """Sign in by a passkey; a failure is counted."""
        self._demand_usable()
        told, challenge = _read(answer)
        with self.realm.store.begin() as transaction:
            asked = Ceremonies(self.realm).end(transaction, _KNOWN, challenge)
            id = told.get("id") if told is not None and asked is not None else None
            known = transaction.get(StaffPasskey, id) if isinstance(id, str) else None
        count = self._verified(told, challenge, known) if told and known else None
        with self.realm.store.begin() as transaction:
            self.realm.lock(transaction)
            account = self._owner(transaction, known)
            if count is None or known is None or account is None:
                bounds = limiting.tries(limiting.block_of(visit))
                limiting.count(self.realm, transaction, bounds)
                security_log.refused("passkey", "unknown")
                return None
            used = attrs.evolve(known, count=count, used=self.realm.now())
            transaction.put(used)
            cookie = self.sessions.start(transaction, account, visit, way="passkey")
        return SignedIn(cookie, back)

    def _owner(self, transaction: Transaction, known: StaffPasskey | None) -> StaffAccount | None:
        """Return whose key it is, if they may sign in here."""
        found = transaction.get(StaffAccount, known.account) if known is not None else None
        if found is None or found.realm != self.realm.name or found.locked or found.subject:
            return None
        return found

    def _keep(
        self, transaction: Transaction, account: StaffAccount, made: Any, *, name: str
    ) -> str:
        id = b64(made.credential_id)
        if transaction.get(StaffPasskey, id) is not None:
            return "login.fault.passkey"
        if len(transaction.every(StaffPasskey, account=account.id)) >= limits.PASSKEYS_EACH:
            return "login.fault.passkeys-full"
        key, at = made.credential_public_key, self.realm.now()
        transaction.put(StaffPasskey(id, account.id, name, key, made.sign_count, at))
        self.realm.note(transaction, "passkey-added", by=account.id, about=account.id)
        return ""

    def _verified_new(self, told: dict[str, Any], challenge: str) -> Any | None:
        import webauthn

        settings = self.realm.settings
        try:
            return webauthn.verify_registration_response(
                credential=told,
                expected_challenge=unb64(challenge),
                expected_rp_id=settings.host,
                expected_origin=settings.origin,
                require_user_verification=True,
            )
        except Exception:  # whatever a stranger's bytes make the library raise: it is no passkey
            return None

    def _verified(self, told: dict[str, Any], challenge: str, known: StaffPasskey) -> int | None:
        """Return the key's new counter, or None if the answer is not this key's."""
        import webauthn

        settings = self.realm.settings
        try:
            if unb64(told["response"]["userHandle"]) != known.account.encode():
                return None
            verified = webauthn.verify_authentication_response(
                credential=told,
                expected_challenge=unb64(challenge),
                expected_rp_id=settings.host,
                expected_origin=settings.origin,
                credential_public_key=known.public,
                credential_current_sign_count=known.count,
                require_user_verification=True,
            )
        except Exception:  # as above
            return None
        return verified.new_sign_count

    def _demand_usable(self, account: StaffAccount | None = None) -> None:
        if not self.usable or (account is not None and account.subject):
            raise RefusedError("not-found", "passkeys cannot be used here")


def _named(name: str) -> bool:
    return 0 < len(name) <= limits.STAFF_NAME and name.isprintable()


def _read(answer: str) -> tuple[dict[str, Any] | None, str]:
    """Return a browser's answer and the challenge it says it answers."""
    try:
        told = strict.read(answer.encode("utf-8", "surrogateescape"))
        if not isinstance(told, dict):
            return None, ""
        response = told.get("response")
        said = response.get("clientDataJSON") if isinstance(response, dict) else None
        data = strict.read(unb64(said)) if isinstance(said, str) else None
    except MalformedError:
        return None, ""
    challenge = data.get("challenge") if isinstance(data, dict) else None
    return told, challenge if isinstance(challenge, str) else ""
