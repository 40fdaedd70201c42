"""One visit to a page: where, in which language, with which form, and by whom."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import attrs

from fachkraft_share import limits
from fachkraft_share.web.forms import EMPTY, Form
from fachkraft_share.web.languages import choose


@attrs.frozen
class Call:
    """One HTTP call as the server's shell read it; `path` is below `root`, where we are mounted."""

    method: str
    path: str = attrs.field(repr=False)
    root: str = ""
    query: str = attrs.field(default="", repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)  # names in lower case
    body: bytes = attrs.field(default=b"", repr=False)  # one byte over the limit if there is more
    client: str = attrs.field(default="", repr=False)  # address of the other side
    secure: bool = False  # came over TLS, as far as the shell knows
    host: Any = attrs.field(default=None, repr=False)  # what an embedding host gave


@attrs.frozen
class Person:
    """Who is signed in; what may be done follows from the roles alone."""

    id: str
    name: str = attrs.field(repr=False)
    roles: frozenset[str] = frozenset()

    def has(self, *roles: str) -> bool:
        """Tell whether the person has one of these roles."""
        return not self.roles.isdisjoint(roles)


@attrs.frozen
class Visit:
    """Everything a page is made from."""

    call: Call
    params: Mapping[str, str] = attrs.field(factory=dict, repr=False)  # named parts of the path
    query: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    form: Form = EMPTY
    who: Person | None = None

    @property
    def asked(self) -> str:
        """The language named in the address."""
        return self.query.get("lang", "")

    def language(self, default: str) -> str:
        """Return the language to speak."""
        accepted = self.call.headers.get("accept-language", "")
        return choose(self.asked, accepted, default=default)

    @property
    def partial(self) -> bool:
        """Whether htmx asks for the part of a page that changes."""
        return self.call.headers.get("hx-request") == "true"

    def cookie(self, name: str) -> str:
        """Return the value of a cookie, or ""."""
        for part in self.call.headers.get("cookie", "").split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
        return ""

    def url(self, path: str = "/", /, **query: str) -> str:
        """Return an address of this site, in the language chosen."""
        kept = {"lang": self.asked} if self.asked else {}
        return f"{self.call.root}{path}{queried({**query, **kept})}"

    def switch(self) -> Callable[[str], str]:
        """Return the address of this page in another language."""
        here = f"{self.call.root}{self.call.path}"
        return lambda language: here + queried({**self.query, "lang": language})


def roles_of(given: Iterable[str]) -> frozenset[str]:
    """Return roles as one value; a set and a list of them are the same."""
    return frozenset(given)


def queried(values: Mapping[str, str]) -> str:
    """Return values as the query part of an address."""
    return f"?{urlencode(values)}" if values else ""


def query_of(text: str) -> dict[str, str]:
    """Read a query; of a name said twice the last counts, and nothing endless is read."""
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=limits.FORM_FIELDS))
    except ValueError:
        return {}
