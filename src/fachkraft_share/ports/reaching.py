"""Why an address cannot be reached: name, line, certificate, proxy, redirect or another page.

A transport says only "no answer", which is all a program needs. Whoever sets something up needs
to know which of the many reasons it is.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

import attrs
import requests

from fachkraft_share import limits
from fachkraft_share.ports.http import is_loopback, plain_session
from fachkraft_share.ports.trial import Trial, failed

_GATEWAY: Final = (502, 503, 504)  # said by a proxy that cannot reach what is behind it
_EXPIRED, _NAMES, _ISSUERS = 10, (62, 64), (18, 19, 20, 21)  # X509_V_ERR_… of OpenSSL


@attrs.frozen
class Page:
    """What an address answered; at most `limits.PAGE_TRIED` bytes of it."""

    status: int
    content: bytes = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)  # names in lower case


def reach(url: str, *, ca_file: str = "", proxy: str = "") -> Page | Trial:
    """Fetch an address without following where it leads; say why if that is not possible."""
    host = urlsplit(url).hostname or ""
    here = url.startswith("http://") and is_loopback(host)
    if not (url.startswith("https://") or here):
        return failed("plain", host=host)
    session = plain_session(ca_file=ca_file or None, proxy=proxy or None)
    try:
        with session.get(
            url, timeout=limits.HTTP_TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            page = Page(answer.status_code, _begin(answer), _lower(answer.headers))
    except (requests.RequestException, OSError) as error:
        return broken(error, host=host)
    finally:
        session.close()
    return _judged(page, host=host)


def _begin(answer: requests.Response) -> bytes:
    found = bytearray()
    for chunk in answer.iter_content(limits.PAGE_TRIED):
        found += chunk
        if len(found) >= limits.PAGE_TRIED:
            break
    return bytes(found[: limits.PAGE_TRIED])


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): text for name, text in headers.items()}


def _judged(page: Page, *, host: str) -> Page | Trial:
    if 300 <= page.status < 400:
        to = urlsplit(page.headers.get("location", ""))
        return failed("redirect", host=host, to=f"{to.scheme}://{to.netloc}" if to.netloc else "/")
    if page.status in _GATEWAY:
        return failed("gateway", host=host, status=page.status)
    return page


def broken(error: BaseException, *, host: str) -> Trial:
    """Say what kept a connection from coming about, whatever library met it."""
    for one in _causes(error):
        if isinstance(one, ssl.SSLCertVerificationError):
            return _certificate(one, host=host)
        if isinstance(one, ssl.SSLError):
            return failed("no-tls", host=host)
        if isinstance(one, socket.gaierror):
            return failed("no-such-name", host=host)
        if isinstance(one, ConnectionRefusedError):
            return failed("refused", host=host)
        if isinstance(one, requests.exceptions.ProxyError):
            return failed("proxy", host=host)
        if isinstance(one, TimeoutError | requests.Timeout):
            return failed("silent", host=host)
    return failed("unreachable", host=host)


def _certificate(error: ssl.SSLCertVerificationError, *, host: str) -> Trial:
    if error.verify_code == _EXPIRED:
        return failed("certificate-expired", host=host)
    if error.verify_code in _NAMES:
        return failed("certificate-name", host=host)
    if error.verify_code in _ISSUERS:
        return failed("certificate-issuer", host=host)
    return failed("certificate", host=host)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Give everything an error came from: libraries hide it in arguments and reasons."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        found = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting += [part for part in found if isinstance(part, BaseException)]
