"""`POST /invitations`: the link by which a candidate decides; its secret is kept nowhere.

1. The node keeps the public half of the key that the secret makes, never the secret.
2. The same reference again, before a draft came, makes a new link and forgets the older one.
3. Mailed by the node (assurance `confirmed`) the link is not returned; the address stands in the
   outbox alone, at most 24 hours.
"""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError
from fachkraft_share.model.consent import Assurance
from fachkraft_share.node.callers import Caller, identify
from fachkraft_share.node.calls import answer, read_json
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.letters import invitation_letter
from fachkraft_share.node.records import Letter
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import Invitation
from fachkraft_share.rules.retention import draft_end
from fachkraft_share.web.addresses import is_mail_address
from fachkraft_share.web.catalogue import LANGUAGES, SIMPLE
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.ids import check_id
from fachkraft_share.wire.keys import CONSENT_KEY, derive


@attrs.frozen
class _Mail:
    to: str = attrs.field(repr=False)


@attrs.frozen
class _Ask:
    ref: str
    language: str = "de"
    mail: _Mail | None = None


class Invitations:
    """Makes links."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def invite(self, request: Request) -> Response:
        """Answer `POST /invitations`."""
        caller = identify(request, self._exchange)
        ask = _checked(read_json(request, _Ask))
        secret = self._exchange.runtime.ids.random(limits.SECRET_BYTES)
        suite = self._exchange.runtime.sealer
        key = b64(suite.public(derive(secret, purpose=CONSENT_KEY)))
        link = self._exchange.settings.link(b64(secret))
        with self._exchange.store.begin() as transaction:
            transaction.lock(sorted({caller.lock, f"invitations of {caller.id}"}))
            caller.spend(transaction)
            caller.demand_active()
            if caller.partner:
                raise RefusedError("not-entitled", "a partner's members have their own node")
            _forget_earlier(ask, caller, transaction=transaction)
            _demand_quota(caller, transaction=transaction)
            how = Assurance.CONFIRMED if ask.mail else Assurance.ATTESTED
            made = Invitation(key, caller.id, ask.ref, str(how), ask.language, caller.at)
            transaction.put(made)
            if ask.mail is not None:
                transaction.put(self._letter(ask.mail.to, made, link, caller=caller))
        told = {"key": key, "link": None if ask.mail else link}
        return answer({**told, "expires": draft_end(caller.at)}, status=201)

    def _letter(self, to: str, made: Invitation, link: str, *, caller: Caller) -> Letter:
        origin = caller.directory.organisation(caller.id)
        name = origin.name if origin is not None else caller.id
        subject, text = invitation_letter(
            self._exchange.plugged.catalogue(made.language),
            origin=name,
            link=f"{link}?lang={SIMPLE}" if made.language == SIMPLE else link,
            service=self._exchange.name,
        )
        return Letter(made.key_x, to, subject, text, caller.at, next_at=caller.at)


def _checked(ask: _Ask) -> _Ask:
    check_id(ask.ref)
    if ask.language not in LANGUAGES:
        raise MalformedError(f"language: one of {', '.join(LANGUAGES)}")
    if ask.mail is not None and not is_mail_address(ask.mail.to):
        raise MalformedError("mail.to: not a mail address")
    return ask


def _forget_earlier(ask: _Ask, caller: Caller, *, transaction: Transaction) -> None:
    for earlier in transaction.every(Invitation, member=caller.id, ref=ask.ref):
        if earlier.referral is not None:
            raise RefusedError("invited", "a draft came for it already")
        transaction.drop(Invitation, earlier.key_x)
        transaction.drop(Letter, earlier.key_x)


def _demand_quota(caller: Caller, *, transaction: Transaction) -> None:
    recent = transaction.every(Invitation, after=("at", caller.at - limits.DAY), member=caller.id)
    if len(recent) >= limits.INVITATIONS_PER_DAY:
        raise RefusedError("quota", f"at most {limits.INVITATIONS_PER_DAY} invitations a day")
