"""The way to a node over HTTPS: no redirects, no foreign proxy, bounded in time and size.

A redirect or a proxy named by the environment could carry sealed data and tokens elsewhere.
"""

from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address

import requests

from fachkraft_share import limits
from fachkraft_share.errors import SetupError, UnreachableError
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.wire.digest import HEADER

CHUNK = 64 * 1024
LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")
KEPT_HEADERS = ("Retry-After", "Content-Type", HEADER)


class HttpTransport:
    """A `ports.runtime.Transport` over requests, with connections kept alive.

    A proxy is used only if it is named here, and never for addresses of this machine.
    """

    def __init__(self, *, ca_file: str | None = None, proxy: str | None = None) -> None:
        self._session = plain_session(ca_file=ca_file, proxy=proxy)

    def call(self, node: str, request: Request) -> Response:
        """Send the request.

        Raises:
            UnreachableError: no answer; nobody knows whether the request arrived.
            SetupError: the address is neither HTTPS nor this machine.
        """
        method, _, path = request.operation.partition(" ")
        address = f"{_checked(node)}{path}"
        address += f"/{request.resource}" if request.resource else ""
        address += f"?{request.query}" if request.query else ""
        headers = {"Content-Type": request.content_type}
        if request.digest:
            headers[HEADER] = request.digest
        if request.authorization:
            headers["Authorization"] = request.authorization
        try:
            with self._session.request(
                method,
                address,
                data=request.body,
                headers=headers,
                timeout=limits.HTTP_TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return _read(answer)
        except (requests.RequestException, OSError) as error:
            raise UnreachableError("the node does not answer") from error

    def close(self) -> None:
        """Close the connections kept alive."""
        self._session.close()


class _NoRedirects(requests.Session):
    """A session that does not look where a redirect leads: it would read the whole body first."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """There is none."""


def plain_session(*, ca_file: str | None = None, proxy: str | None = None) -> requests.Session:
    """Return a session that believes nothing of the environment and keeps no cookies."""
    session = _NoRedirects()
    session.trust_env = False
    session.verify = ca_file or True
    session.headers["User-Agent"] = "fachkraft-share"
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    if proxy is not None:
        session.proxies["https"] = proxy
    return session


def _checked(node: str) -> str:
    local = any(node == one or node.startswith((f"{one}:", f"{one}/")) for one in LOOPBACK)
    if not (node.startswith("https://") or local):
        raise SetupError("the node's address must begin with https://")
    return node.rstrip("/")


def _read(answer: requests.Response) -> Response:
    content = bytearray()
    for chunk in answer.iter_content(CHUNK):
        content += chunk
        if len(content) > limits.ANSWER_BYTES:
            raise UnreachableError("the node's answer is too large")
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    kind = answer.headers.get("Content-Type", "")
    return Response(answer.status_code, bytes(content), kind, headers)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, which nobody on a line can listen to."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
