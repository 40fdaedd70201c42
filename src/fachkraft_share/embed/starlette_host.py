"""The shell for Starlette and FastAPI: mounted, so that their middleware comes before it."""

import sys
from typing import Any

from fachkraft_share.embed.asgi import Mounted
from fachkraft_share.embed.embedded import Embedded


def fits(app: Any) -> bool:
    """Tell whether it is an application of Starlette, or of FastAPI, which is one."""
    starlette = sys.modules.get("starlette.applications")
    return starlette is not None and isinstance(app, starlette.Starlette)


def mount(embedded: Embedded, app: Any, prefix: str) -> None:
    """Mount ourselves below the prefix."""
    app.mount(prefix, Mounted(embedded), name="fachkraft_share")
    embedded.app = app
