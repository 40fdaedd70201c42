"""A Django application of one file with the inbox in it, and a browser of it; run as a process.

Django keeps its settings in the process it lives in, so it gets one of its own. Asked on the
command line: pairs of role and address; `+` before it sends what follows `#`, `-` a foreign form.
"""

import json
import sys
from typing import Any
from urllib.parse import parse_qsl

import django
from django.conf import settings
from django.test import Client
from django.urls import path

import fachkraft_share


def role_of(request: Any) -> Any:
    """Believe a header, as an application's sign-in would be believed."""
    return request.headers.get("X-Role") or False


def answered(client: Client, role: str, address: str) -> dict[str, Any]:
    """Return what came back: status, where it leads, cookies, and the page."""
    headers = {"X-Role": role, "Sec-Fetch-Site": "same-origin"}
    if address.startswith("+"):
        where, _, sent = address[1:].partition("#")
        found = client.post(where, dict(parse_qsl(sent)), headers=headers)
    elif address.startswith("-"):
        foreign = {**headers, "Sec-Fetch-Site": "cross-site"}
        found = client.post(address[1:], {}, headers=foreign)
    else:
        found = client.get(address, headers=headers)
    return {
        "status": found.status_code,
        "location": found.headers.get("Location", ""),
        "policy": found.headers.get("Content-Security-Policy", ""),
        "cookies": len(found.cookies),
        "page": found.content.decode("utf-8", "replace"),
    }


def main() -> None:
    """Ask, and print the answers."""
    settings.configure(
        SECRET_KEY="x" * 50,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    )
    django.setup()
    embedded = fachkraft_share.init("django", allow=role_of)
    urlpatterns.append(path("hr/exchange/", embedded.urls))
    client = Client(enforce_csrf_checks=True)
    asked = zip(sys.argv[1::2], sys.argv[2::2], strict=True)
    print(json.dumps([answered(client, role, address) for role, address in asked]))


urlpatterns: list[Any] = []

if __name__ == "__main__":
    main()
