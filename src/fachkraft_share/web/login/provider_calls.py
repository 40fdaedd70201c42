"""Calls to the sign-in provider of the settings: https or this machine, bounded, no redirects."""

from collections.abc import Mapping
from typing import Any

import attrs
import requests

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SetupError, UnreachableError
from fachkraft_share.ports.http import plain_session
from fachkraft_share.web.login.settings import WaySettings, is_safe
from fachkraft_share.wire import strict

_CHUNK = 16 * 1024
_JSON = {"Accept": "application/json"}


@attrs.frozen
class Endpoints:
    """Where a provider is asked what (OpenID Connect Discovery)."""

    authorization: str
    token: str
    keys: str
    by_post: bool  # the secret goes into the body, not into a header


def discover(settings: WaySettings) -> Endpoints:
    """Ask the provider where its endpoints are.

    Raises:
        SetupError: it calls itself something else, or an address is not https.
        UnreachableError: no answer, or none that can be read.
    """
    address = f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration"
    told = _get(address, settings)
    if told.get("issuer") != settings.issuer:
        raise SetupError("login.issuer: the provider calls itself something else")
    ways = told.get("token_endpoint_auth_methods_supported")
    by_post = isinstance(ways, list) and "client_secret_basic" not in ways
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    leaving, token, keys = (_checked(str(told.get(name, ""))) for name in names)
    return Endpoints(leaving, token, keys, by_post)


def keys_of(endpoints: Endpoints, settings: WaySettings) -> tuple[Mapping[str, Any], ...]:
    """Return the provider's public keys.

    Raises:
        UnreachableError: no answer, or none that can be read.
    """
    found = _get(endpoints.keys, settings).get("keys")
    listed = found if isinstance(found, list) else []
    return tuple(one for one in listed if isinstance(one, dict))


def exchange(
    endpoints: Endpoints, settings: WaySettings, *, code: str, verifier: str, back: str
) -> str:
    """Give the code for an ID token and return it; the access token is thrown away.

    Raises:
        UnreachableError: no answer, or none that can be read.
        MalformedError: the provider did not take the code.
    """
    from authlib.oauth2.auth import ClientAuth
    from authlib.oauth2.rfc6749.parameters import prepare_token_request

    way = "none" if not settings.secret else "client_secret_basic"
    if settings.secret and endpoints.by_post:
        way = "client_secret_post"
    body = prepare_token_request(
        "authorization_code", redirect_uri=back, code=code, code_verifier=verifier
    )
    headers = {**_JSON, "Content-Type": "application/x-www-form-urlencoded"}
    auth = ClientAuth(settings.client, settings.secret, way)
    address, headers, body = auth.prepare("POST", endpoints.token, headers, body)
    token = _ask("POST", address, settings, headers=headers, data=body).get("id_token")
    if not isinstance(token, str):
        raise MalformedError("the provider gave no ID token")
    return token


def _get(address: str, settings: WaySettings) -> Mapping[str, Any]:
    try:
        return _ask("GET", _checked(address), settings, headers=_JSON)
    except MalformedError as error:
        raise UnreachableError("the sign-in provider's answer cannot be read") from error


def _ask(method: str, address: str, settings: WaySettings, **more: Any) -> Mapping[str, Any]:
    try:
        with (
            plain_session(ca_file=settings.ca_file or None) as session,
            session.request(
                method,
                address,
                timeout=limits.PROVIDER_TIMEOUT,
                allow_redirects=False,
                stream=True,
                **more,
            ) as answer,
        ):
            content = _read(answer)
            status = answer.status_code
    except (requests.RequestException, OSError) as error:
        raise UnreachableError("the sign-in provider does not answer") from error
    if status >= 500:
        raise UnreachableError("the sign-in provider is out of order")
    told = strict.read(content, limit=limits.PROVIDER_BYTES)
    if status != 200 or not isinstance(told, dict):
        raise MalformedError("the sign-in provider refused")
    return told


def _read(answer: requests.Response) -> bytes:
    content = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        content += chunk
        if len(content) > limits.PROVIDER_BYTES:
            raise UnreachableError("the sign-in provider's answer is too large")
    return bytes(content)


def _checked(address: str) -> str:
    if not is_safe(address):
        raise SetupError("login.issuer: every address of the provider must begin with https://")
    return address
