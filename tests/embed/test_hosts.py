"""The examples, each by its real framework: sign-in of the host, our pages, everything else its."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import requests
from fastapi import FastAPI
from flask import Flask
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

import fachkraft_share
from fachkraft_share import limits
from fachkraft_share.testing.memory_ats import MemoryAdapter, MemorySystem, sign

from .conftest import BEARER, TOKEN, Alliance, get

Example = Callable[[str, Path], ModuleType]
PAGES = "/fachkraft-share"


def signed_hook() -> tuple[bytes, dict[str, str]]:
    """Return a genuine hook and its headers."""
    body = json.dumps({"id": "e1", "sent": int(time.time())}).encode()
    return body, {**sign(body), "Content-Type": "application/json"}


def test_the_flask_example_lets_in_who_signed_in(harz: Alliance, example: Example) -> None:
    """Its own session decides, on its pages and on ours."""
    muster, beispiel = harz.join("muster"), harz.join("beispiel")
    harz.hand_over(muster, beispiel)
    browser = example("flask_app", beispiel).create_app().test_client()
    assert browser.get(f"{PAGES}/health").status_code == 200
    assert browser.get(f"{PAGES}/received").status_code == 403
    assert browser.get("/").status_code == 401
    assert browser.post("/sign-in", data={"password": "guessed"}).status_code == 401
    assert browser.post("/sign-in", data={"password": TOKEN}).json == {"role": "recruiter"}
    received = browser.get(f"{PAGES}/received").json
    assert [one["candidate"]["basics"]["name"] for one in received["received"]] == [
        "Aylin Beispiel"
    ]
    assert browser.get("/").json["profiles"] >= 1
    assert browser.get("/elsewhere").status_code == 404


def test_the_fastapi_example_lets_in_who_has_the_token(
    harz: Alliance, example: Example, served: Any
) -> None:
    """Served by uvicorn; its own route asks the same member."""
    muster, beispiel = harz.join("muster"), harz.join("beispiel")
    _, referral = harz.hand_over(muster, beispiel)
    with served(example("fastapi_app", beispiel).create_app()) as url:
        assert get(f"{url}{PAGES}/health").json()["status"] in ("ok", "warn")
        assert get(f"{url}{PAGES}/inbox").status_code == 403
        assert referral in get(f"{url}{PAGES}/inbox", headers=BEARER).text
        assert get(f"{url}/reasons").status_code == 401
        assert referral in get(f"{url}/reasons", headers=BEARER).json()
        assert get(f"{url}{PAGES}/inbox/more", headers=BEARER).status_code == 404


def test_the_asgi_example_keeps_its_own_pages(
    beispiel: Path, example: Example, served: Any
) -> None:
    """Ours lie below the prefix; lifespan and everything else are its own."""
    with served(example("asgi_app", beispiel).application) as url:
        assert get(f"{url}{PAGES}/health").status_code == 200
        assert get(f"{url}{PAGES}/received", headers=BEARER).json() == {"received": []}
        assert get(f"{url}{PAGES}/received").status_code == 403
        for path in ("", "/fachkraft-shared", "/fachkraft-share-more/health"):
            assert get(f"{url}{path}").text == "Bewerbungen: 0\n"


def test_below_another_mount_the_prefix_still_counts(beispiel: Path, served: Any) -> None:
    """A Starlette application within another, and a prefix of the host's choice."""
    inner = Starlette(routes=[Route("/own", lambda _: PlainTextResponse("own"))])
    fachkraft_share.init(inner, folder=beispiel, prefix="/hr/exchange")
    with served(Starlette(routes=[Mount("/apps", inner)])) as url:
        assert get(f"{url}/apps/hr/exchange/health").status_code == 200
        assert get(f"{url}/apps/own").text == "own"
        assert get(f"{url}/apps{PAGES}/health").status_code == 404


@pytest.mark.parametrize("make", [FastAPI, lambda: _plain])
def test_a_hook_arrives_over_asgi(make: Any, beispiel: Path, served: Any) -> None:
    """The raw body and its headers reach the adapter; a large one is not read to its end."""
    adapters = [MemoryAdapter(MemorySystem())]
    embedded = fachkraft_share.init(make(), folder=beispiel, adapters=adapters)
    body, headers = signed_hook()
    with served(embedded.app) as url:
        page = f"{url}{PAGES}/hooks/memory"
        assert requests.post(page, data=body, headers=headers, timeout=60).status_code == 202
        large = b"x" * (limits.HOOK_BYTES + 1)
        assert requests.post(page, data=large, headers=headers, timeout=60).status_code == 413
        assert requests.head(f"{url}{PAGES}/health", timeout=60).status_code == 200


def test_a_hook_arrives_over_flask(beispiel: Path) -> None:
    """The same over WSGI."""
    app = Flask("host")
    fachkraft_share.init(app, folder=beispiel, adapters=[MemoryAdapter(MemorySystem())])
    body, headers = signed_hook()
    browser = app.test_client()
    page = f"{PAGES}/hooks/memory"
    assert browser.post(page, data=body, headers=headers).status_code == 202
    large = b"x" * (limits.HOOK_BYTES + 1)
    assert browser.post(page, data=large, headers=headers).status_code == 413
    assert browser.post(f"{PAGES}/health").status_code == 405
    assert browser.head(f"{PAGES}/health").data == b""


async def _plain(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
