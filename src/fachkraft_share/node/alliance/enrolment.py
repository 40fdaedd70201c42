"""`POST /members` and one-time codes: how an organisation joins, and changes its keys.

1. The code fixes name and roles; id and keys come from the application, signed by its own keys.
2. Keys change only with the countersignature of a key stated before, and never back: an older
   application is refused.
3. The same call again gets the same answer.
"""

import json
from collections.abc import Iterable
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, SetupError, SignatureError, StateError
from fachkraft_share.model.alliance import MemberStatement
from fachkraft_share.model.organisation import Organisation, Status
from fachkraft_share.node.alliance.authority import LOCK, Authority
from fachkraft_share.node.alliance.members import newest_number, read_statement
from fachkraft_share.node.alliance.roll import demand_roles, read_roll
from fachkraft_share.node.calls import answer, read_json
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import JoinCode, Statement
from fachkraft_share.node.security_log import admitted
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.lists import read_application
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.wire import strict
from fachkraft_share.wire.encoding import b64, sha256, unb64

CODE_PREFIX = "fks1."


@attrs.frozen
class _Body:
    application: str
    code: str | None = None


@attrs.frozen
class _Details:
    """What the authority states of a member beside name and roles; used for exclusions (R4)."""

    betriebsnummer: str | None = None
    domains: tuple[str, ...] = ()
    group: str | None = None


class Enrolment:
    """Lets organisations in by code."""

    def __init__(self, exchange: Exchange, authority: Authority) -> None:
        self._exchange = exchange
        self._authority = authority

    def invite(
        self,
        name: str,
        roles: Iterable[str],
        *,
        betriebsnummer: str | None = None,
        domains: Iterable[str] = (),
        group: str | None = None,
    ) -> str:
        """Return a one-time code for one organisation; only its hash is kept.

        Raises:
            SetupError: a role no member can have, or a name with which nobody could join.
        """
        if not name.strip() or len(name) > limits.SHORT_TEXT:
            raise SetupError(f"the name of an organisation has 1 to {limits.SHORT_TEXT} characters")
        chosen = demand_roles(roles)
        secret = b64(self._exchange.runtime.ids.random(limits.SECRET_BYTES))
        details = _Details(betriebsnummer, tuple(domains), group)
        expires = self._exchange.now() + limits.INVITE_CODE_DAYS * limits.DAY
        code = JoinCode(
            sha256(secret.encode()),
            name,
            " ".join(chosen),
            expires,
            json.dumps(attrs.asdict(details)),
        )
        with self._exchange.store.begin() as transaction:
            transaction.put(code)
        return self._spell(secret)

    def revoke(self, name: str) -> None:
        """Take back a code by the hash of its secret; one that was used stays as it is.

        Raises:
            StateError: no such code is open.
        """
        with self._exchange.store.begin() as transaction:
            code = transaction.get(JoinCode, name)
            if code is None or code.used_by is not None:
                raise StateError("no such code is open")
            transaction.drop(JoinCode, name)

    def members(self, request: Request) -> Response:
        """Answer `POST /members`."""
        body = read_json(request, _Body)
        lines: list[dict[str, object]] = []
        known = self._exchange.directory()
        with self._exchange.store.begin() as transaction:
            transaction.lock([LOCK])
            enter = self._rotate if body.code is None else self._join
            number = enter(body, known=known, transaction=transaction, lines=lines)
            if lines:
                self._exchange.journal.append(list(lines))
        if lines:
            self._exchange.members.look()
            self._exchange.tell()
            admitted(read_statement(body.application).iss, list_number=number)
        return answer({"list": number}, status=201)

    def _join(
        self,
        body: _Body,
        *,
        known: Directory,
        transaction: Transaction,
        lines: list[dict[str, object]],
    ) -> int:
        at, suite = self._exchange.now(), self._exchange.runtime.sealer
        code = transaction.get(JoinCode, sha256(_secret_of(body.code or "").encode()))
        used_by = sha256(body.application.encode())
        if code is None or code.expires <= at:
            raise RefusedError("code", "ask the alliance for a new one")
        if code.used_by is not None:
            if code.used_by != used_by:
                raise RefusedError("code", "ask the alliance for a new one")
            return newest_number(transaction)
        applied = read_application(body.application, suite=suite)
        _demand_own_keys(applied, known=known)
        self._demand_recent(read_statement(body.application), at=at)
        self._demand_free(applied, known=known, transaction=transaction)
        transaction.put(attrs.evolve(code, used_by=used_by))
        stated = attrs.evolve(
            applied,
            name=code.name,
            roles=demand_roles(code.roles.split()),
            status=Status.ACTIVE,
            **_details(code),
        )
        return self._authority.admit(
            stated, application=body.application, transaction=transaction, lines=lines, at=at
        )

    def _rotate(
        self,
        body: _Body,
        *,
        known: Directory,
        transaction: Transaction,
        lines: list[dict[str, object]],
    ) -> int:
        at, suite = self._exchange.now(), self._exchange.runtime.sealer
        claimed = read_statement(body.application)
        kept = transaction.get(Statement, read_roll(transaction).entries.get(claimed.iss, ""))
        if kept is None:
            raise RefusedError("code", "whoever is no member needs a code")
        before = read_statement(kept.token)
        if before.application == body.application:
            return newest_number(transaction)
        usable = [key for key in before.organisation.keys if key.valid(at=at)]
        applied = read_application(body.application, suite=suite, keys=usable)
        _demand_own_keys(applied, known=known)
        self._demand_recent(claimed, at=at)
        self._demand_newer(claimed, before)
        stated = attrs.evolve(before.organisation, keys=applied.keys, support=applied.support)
        return self._authority.admit(
            stated, application=body.application, transaction=transaction, lines=lines, at=at
        )

    def _demand_recent(self, said: MemberStatement, *, at: int) -> None:
        if abs(said.iat - at) > limits.MESSAGE_SKEW:
            raise RefusedError("stale-application", "sign the application anew")

    def _demand_newer(self, said: MemberStatement, before: MemberStatement) -> None:
        if before.application and said.iat <= read_statement(before.application).iat:
            raise RefusedError("stale-application", "a newer application stands already")
        if before.organisation.status is not Status.ACTIVE:
            raise RefusedError("inactive", "only active members change their keys")

    def _demand_free(
        self, applied: Organisation, *, known: Directory, transaction: Transaction
    ) -> None:
        """Refuse an id that is, or ever was, somebody's under other keys."""
        taken = {self._exchange.id, self._exchange.settings.authority}
        for one in known.partners.values():
            taken |= {one.node, one.alliance.authority}
        before = known.known.get(applied.id)  # a partner may have the same member
        again = before is not None and applied.keys == before.keys
        on_list = applied.id in read_roll(transaction).entries
        if applied.id in taken or on_list or not (before is None or again):
            raise RefusedError("member-exists", "this id was given before")

    def _spell(self, secret: str) -> str:
        settings = self._exchange.settings
        told = {
            "u": settings.url or settings.id,
            "s": secret,
            "r": self._exchange.root,
            "a": settings.authority,
        }
        return CODE_PREFIX + b64(strict.write({**told}))


def _demand_own_keys(applied: Organisation, *, known: Directory) -> None:
    """Refuse a key that is, or was, another member's: only its signing key proves possession."""
    taken = {kid for organisation, kid in known.keys if organisation != applied.id}
    if any(key.kid in taken for key in applied.keys):
        raise SignatureError("a key of this application is another member's")


def _secret_of(code: str) -> str:
    """Return the secret of a code, whether the whole code or the secret alone was sent."""
    if not code.startswith(CODE_PREFIX):
        return code
    told = strict.read(unb64(code.removeprefix(CODE_PREFIX)))
    return str(told.get("s", "")) if isinstance(told, dict) else ""


def _details(code: JoinCode) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(code.details) if code.details else {}
    return {name: tuple(value) if name == "domains" else value for name, value in found.items()}
