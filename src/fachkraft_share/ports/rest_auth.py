"""How an adapter shows a web interface who it is; secrets stand in no representation."""

import base64
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import CredentialsError

if TYPE_CHECKING:
    from fachkraft_share.ports.rest import Rest


class Auth(Protocol):
    """Adds what shows who is calling."""

    def headers(self, rest: "Rest", *, at: int) -> Mapping[str, str]:
        """Return the headers of a call."""
        ...

    def renewed(self) -> bool:
        """Forget what was refused; tell whether there will be another one."""
        ...


@attrs.frozen
class Headers:
    """Headers that stay the same."""

    values: Mapping[str, str] = attrs.field(repr=False)

    def headers(self, rest: "Rest", *, at: int) -> Mapping[str, str]:  # noqa: ARG002
        """Return them."""
        return self.values

    def renewed(self) -> bool:
        """There is no other."""
        return False


@attrs.frozen
class Token:
    """What a token's issuer answered; `seconds` is how long it lives, 0 when it was not said."""

    text: str = attrs.field(repr=False)
    seconds: int = 0


class TokenAuth:
    """A bearer token that is asked for when needed, and once more when it is refused."""

    def __init__(self, issue: Callable[["Rest"], Token]) -> None:
        self._issue = issue
        self._token: Token | None = None
        self._until = 0

    def headers(self, rest: "Rest", *, at: int) -> Mapping[str, str]:
        """Return the token, a fresh one shortly before its end."""
        if self._token is None or (self._token.seconds and at >= self._until):
            self._token = self._issue(rest)
            self._until = at + max(0, self._token.seconds - limits.TOKEN_MARGIN)
        return bearer(self._token.text).values

    def renewed(self) -> bool:
        """Forget the token; the next call asks for another."""
        self._token = None
        return True


def anonymous() -> Headers:
    """Return what an anonymous reader shows: nothing."""
    return Headers({})


def basic(user: str, password: str) -> Headers:
    """Return user and password, or a WordPress application password (RFC 7617)."""
    pair = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
    return Headers({"Authorization": f"Basic {pair}"})


def bearer(token: str) -> Headers:
    """Return a token that stays the same (RFC 6750)."""
    return Headers({"Authorization": f"Bearer {token}"})


def client_credentials(path: str, *, client: str, secret: str, scope: str = "") -> TokenAuth:
    """Return OAuth 2.0 client credentials (RFC 6749 § 4.4); the issuer may have its own address."""
    form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})

    def issue(rest: "Rest") -> Token:
        # The client's name as Basic is what every issuer must take (RFC 6749 § 2.3.1).
        answer = rest.post(path, form=form, auth=basic(client, secret), elsewhere=True)
        return token_in(answer.json(), "access_token")

    return TokenAuth(issue)


def token_in(answer: Any, name: str) -> Token:
    """Return the token in an issuer's answer.

    Raises:
        CredentialsError: there is none.
    """
    text = answer.get(name) if isinstance(answer, dict) else None
    if not (isinstance(text, str) and text.isascii() and text.isprintable() and text):
        raise CredentialsError("the issuer answered without a token")
    seconds = answer.get("expires_in")
    return Token(text, seconds if isinstance(seconds, int) else 0)
