"""Who asks: the one place where a request token is believed, and where it is used up."""

import attrs

from fachkraft_share.errors import RefusedError, SignatureError, WireError
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import Spent
from fachkraft_share.node.security_log import refused
from fachkraft_share.ports.runtime import Request
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.wire import jws
from fachkraft_share.wire import request as tokens
from fachkraft_share.wire.encoding import unb64


@attrs.frozen
class Caller:
    """A member whose request token was verified; `spend` it within the call's transaction."""

    id: str
    jti: str
    at: int
    directory: Directory = attrs.field(repr=False)

    @property
    def lock(self) -> str:
        """The name to hold so that two equal requests cannot pass at once."""
        return f"request {self.jti}"

    @property
    def token(self) -> tuple[str, str]:
        """The key under which a used token is kept."""
        return self.id, self.jti

    @property
    def partner(self) -> bool:
        """Tell whether a partner alliance's node asks."""
        return self.id in self.directory.partners

    @property
    def active(self) -> bool:
        """Tell whether the caller may take part in anything new."""
        return self.directory.active(self.id)

    def demand_active(self) -> None:
        """Refuse whoever left or is suspended, and everybody while the list has expired.

        Raises:
            RefusedError: `inactive` or `list-expired`.
        """
        if not self.directory.fresh(at=self.at):
            raise RefusedError("list-expired", "the node must renew its member list")
        if not self.active:
            raise RefusedError("inactive", "only active members may do this")

    def spend(self, transaction: Transaction) -> None:
        """Note the token as used; the transaction must hold `lock`.

        Raises:
            RefusedError: `replay`.
        """
        if transaction.get(Spent, *self.token) is not None:
            raise RefusedError("replay", "this request token was used before")
        transaction.put(Spent(*self.token, self.at))


def identify(request: Request, exchange: Exchange) -> Caller:
    """Return the member that signed the request token.

    Raises:
        RefusedError: `unauthenticated`, alike for every reason a stranger could learn from;
            `operation`, `body-hash`, `clock` for a known key.
    """
    at = exchange.now()
    token = _newly_believed(request, exchange, at=at)
    try:
        tokens.check(token, aud=exchange.id, op=request.op, body=request.body, at=at)
    except RefusedError as error:
        refused(request.operation, error.code, issuer=token.iss)
        raise
    return Caller(token.iss, token.jti, at, exchange.directory())


def demand_member(request: Request, exchange: Exchange) -> None:
    """Refuse a call that no member's key signed, before its body is read.

    Raises:
        RefusedError: `unauthenticated`.
    """
    _newly_believed(request, exchange, at=exchange.now())


def _newly_believed(request: Request, exchange: Exchange, *, at: int) -> tokens.RequestToken:
    """Believe a key of the newest list, also when another process has just signed it."""
    try:
        return _believed(request, exchange, directory=exchange.directory(), at=at)
    except RefusedError:
        if not exchange.members.look():
            raise
    return _believed(request, exchange, directory=exchange.directory(), at=at)


def _believed(
    request: Request, exchange: Exchange, *, directory: Directory, at: int
) -> tokens.RequestToken:
    try:
        unverified, token = tokens.read_header(request.authorization)
        if token.iss not in directory.known and token.iss not in directory.partners:
            raise SignatureError("of a partner alliance only its node calls")
        key = directory.signing_key(token.iss, unverified.kid, at=at)
        jws.verify(unverified, unb64(key.x, size=32), suite=exchange.runtime.sealer)
    except WireError as error:
        raise RefusedError("unauthenticated", "no member's key signed this request") from error
    if token.aud != exchange.id:
        raise RefusedError("unauthenticated", "the request token is for another node")
    return token
