"""Questions that wait for an answer: each is answered once, in time, and in its own realm."""

import attrs

from fachkraft_share import limits
from fachkraft_share.ports.store import Transaction
from fachkraft_share.web.login.realm import Realm, hashed
from fachkraft_share.web.login.records import SignInCeremony


@attrs.frozen
class Ceremonies:
    """The open questions of one realm."""

    realm: Realm

    def begin(
        self,
        kind: str,
        question: str,
        *,
        account: str = "",
        secret: str = "",
        browser: str = "",
        back: str = "",
    ) -> None:
        """Remember a question by its hash."""
        ends = self.realm.now() + limits.CEREMONY_SECONDS
        row = SignInCeremony(
            hashed(question), self.realm.name, kind, account, secret, browser, back, ends
        )
        with self.realm.store.begin() as transaction:
            transaction.put(row)

    def end(self, transaction: Transaction, kind: str, question: str) -> SignInCeremony | None:
        """Return the question of this kind and forget it, whatever the answer will be worth."""
        self.realm.lock(transaction)
        found = transaction.get(SignInCeremony, hashed(question))
        if found is None or found.realm != self.realm.name or found.kind != kind:
            return None
        transaction.drop(SignInCeremony, found.sha256)
        return found if self.realm.now() < found.ends else None
