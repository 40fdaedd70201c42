"""`init(app)`: recognise the host's framework by its application, mount the routes, start nothing.

No framework is imported that the host has not loaded itself.
"""

import inspect
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import attrs

from fachkraft_share.embed import asgi, django_host, flask_host, starlette_host, wsgi
from fachkraft_share.embed.embedded import Allow, Embedded
from fachkraft_share.errors import SetupError
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.erasure_evidence import ErasureParticipant

PREFIX: Final = "/fachkraft-share"
HOME: Final = "~/.fachkraft-share"
_PREFIX: Final = re.compile(r"(/[A-Za-z0-9._~-]+)+")


@attrs.frozen
class Host:
    """One kind of host application: how it is recognised, and how routes get into it."""

    what: str
    fits: Callable[[Any], bool]
    mount: Callable[[Embedded, Any, str], None]


# The first that fits: a Flask application is a WSGI callable, too.
HOSTS: Final = (
    Host("a Flask application", flask_host.fits, flask_host.mount),
    Host("a FastAPI or Starlette application", starlette_host.fits, starlette_host.mount),
    Host('the text "django"', django_host.fits, django_host.mount),
    Host("a WSGI callable (environ, start_response)", wsgi.fits, wsgi.mount),
    Host("an ASGI callable (scope, receive, send)", asgi.fits, asgi.mount),
)


def init(
    app: Any,
    *,
    folder: Path | str | None = None,
    adapters: Iterable[str | Adapter] | None = None,
    participants: Iterable[ErasureParticipant] = (),
    prefix: str | None = None,
    allow: Allow | None = None,
) -> Embedded:
    """Embed the member of a folder in a web application; its routes stand below `prefix`.

    The prefix is `/fachkraft-share` unless told; in Django it stands in `path(...)`. `folder` is
    `$FKS_FOLDER` or `~/.fachkraft-share` unless told. `adapters` names the systems to use; without
    it those of `config.toml` are used as far as they can be. `participants` store personal data of
    referrals in the host and are remembered by name from now on. `allow` is given the WSGI
    environ, the ASGI scope or Django's request and says who may see people: True, or a role
    (`administrator`, `hr`, `reader`); without it nobody sees them.

    Raises:
        SetupError: unknown application, no member's folder, or a named adapter is unusable.
    """
    host = _host(app)
    _check(app, prefix, allow)
    place = Path(folder or os.environ.get("FKS_FOLDER") or HOME).expanduser()
    embedded = Embedded(
        folder=place,
        adapters=_listed(adapters),
        participants=tuple(participants),
        allow=allow,
    )
    embedded.member.close_files()  # what is wrong shows now; whoever is forked inherits no file
    host.mount(embedded, app, prefix or PREFIX)
    return embedded


def _host(app: Any) -> Host:
    for host in HOSTS:
        if host.fits(app):
            return host
    kind = type(app)
    known = ", ".join(host.what for host in HOSTS)
    raise SetupError(f"init: it takes {known}; not {kind.__module__}.{kind.__qualname__}")


def _check(app: Any, prefix: str | None, allow: Allow | None) -> None:
    if prefix is not None and app == django_host.NAME:
        raise SetupError("prefix: in Django it stands in urls.py: path(prefix, embedded.urls)")
    if prefix is not None and not _PREFIX.fullmatch(prefix):
        raise SetupError(f"prefix: {prefix!r} is no path such as {PREFIX}")
    if allow is not None and inspect.iscoroutinefunction(allow):
        raise SetupError("allow: a coroutine is never awaited here; give a plain function")


def _listed(
    adapters: Iterable[str | Adapter] | None,
) -> tuple[str | Adapter, ...] | None:
    if isinstance(adapters, str):
        raise SetupError(f"adapters: write [{adapters!r}]")
    return None if adapters is None else tuple(adapters)
