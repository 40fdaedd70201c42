"""The shell for Flask: one rule of the application, so that its own sign-in works before it."""

import sys
from typing import Any

from fachkraft_share.embed.embedded import Embedded
from fachkraft_share.embed.wsgi import answered, headers_of
from fachkraft_share.errors import SetupError


def fits(app: Any) -> bool:
    """Tell whether it is a Flask application."""
    flask = sys.modules.get("flask")
    return flask is not None and isinstance(app, flask.Flask)


def mount(embedded: Embedded, app: Any, prefix: str) -> None:
    """Add the rule.

    Raises:
        SetupError: something stands below this prefix already.
    """
    from importlib import import_module

    request: Any = import_module("flask").request  # the call of this thread, not of this moment
    endpoint = f"fachkraft_share:{prefix}"
    if endpoint in app.view_functions:
        raise SetupError(f"something is embedded below {prefix} already")

    def below_prefix(below: str = "") -> Any:
        response = answered(embedded, request.environ, f"/{below}", prefix=prefix)
        return app.response_class(response.body, response.status, headers_of(response))

    for rule in (f"{prefix}/", f"{prefix}/<path:below>"):
        app.add_url_rule(
            rule,
            endpoint,
            below_prefix,
            methods=["GET", "POST"],
            provide_automatic_options=False,
        )
    embedded.app = app
