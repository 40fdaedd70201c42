"""A FastAPI service for other programs of the house; each call carries the house's token.

Run it: FKS_FOLDER=~/.fachkraft-share APP_TOKEN=... uvicorn --factory app:create_app
"""

import hmac
import os
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request

import fachkraft_share


def has_token(scope: Any) -> bool:
    """Tell whether the call carries the token of the house."""
    given = dict(scope["headers"]).get(b"authorization", b"")
    return hmac.compare_digest(given, f"Bearer {os.environ['APP_TOKEN']}".encode())


def signed_in(request: Request) -> None:
    """Refuse whoever has no token."""
    if not has_token(request.scope):
        raise HTTPException(401)


def create_app() -> FastAPI:
    """Make the application."""
    app = FastAPI()
    exchange = fachkraft_share.init(app, allow=has_token)

    @app.get("/reasons")
    def reasons(_: Annotated[None, Depends(signed_in)]) -> dict[str, list[str]]:
        return {one.referral: list(one.reasons) for one in exchange.member.inbox()}

    return app
