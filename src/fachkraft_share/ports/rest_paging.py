"""How a web interface hands out a list in pieces: by page, by cursor, by a link to the next."""

from collections.abc import Mapping
from typing import Any, Protocol

import attrs
from requests.utils import parse_header_links

from fachkraft_share.errors import PermanentAdapterError
from fachkraft_share.ports.rest_answer import Answer

Params = Mapping[str, str]


@attrs.frozen
class Next:
    """Where the next piece is: other parameters of the same call, or an address."""

    params: Params = attrs.field(factory=dict)
    address: str = ""


class Paging(Protocol):
    """One way of handing out a list."""

    @property
    def items(self) -> str:
        """Where the list stands in the answer."""
        ...

    def first(self) -> Params:
        """Return the parameters of the first call."""
        ...

    def following(self, answer: Answer, number: int, *, count: int) -> Next | None:
        """Return where to go on after piece `number`, counted from 0, with so many items."""
        ...


@attrs.frozen
class ByPage:
    """Counted pages; `step` is 1 for page numbers, `size` for offsets. A short page is the last."""

    size: int
    page: str = "page"
    per_page: str = "per_page"
    start: int = 1
    step: int = 1
    items: str = ""  # where the list stands in the answer, "a.b"; "" when it is the answer
    last_page: str = ""  # a header that holds the number of pages, if there is one

    def first(self) -> Params:
        """Return the first page's number, and the size."""
        return {self.page: str(self.start), self.per_page: str(self.size)}

    def following(self, answer: Answer, number: int, *, count: int) -> Next | None:
        """Go on until a page is short, or the last one was read."""
        told = answer.headers.get(self.last_page, "") if self.last_page else ""
        more = number + 1 < int(told) if told.isdigit() else count >= self.size
        page = self.start + (number + 1) * self.step
        return Next(dict(self.first()) | {self.page: str(page)}) if more else None


@attrs.frozen
class ByCursor:
    """Each answer holds the key of the next piece at `cursor`, or nothing at the end."""

    param: str
    cursor: str  # where the key stands in the answer, "a.b"
    items: str = ""
    fixed: Params = attrs.field(factory=dict)

    def first(self) -> Params:
        """Return what every call says."""
        return self.fixed

    def following(self, answer: Answer, number: int, *, count: int) -> Next | None:  # noqa: ARG002
        """Go on with the key, if there is one."""
        key = found_at(answer.json(), self.cursor)
        if key is None or key == "":
            return None
        return Next({**self.fixed, self.param: str(key)})


@attrs.frozen
class ByLink:
    """The `Link` header (RFC 8288) names the next piece, or the answer does at `link`."""

    items: str = ""
    link: str = ""  # where the address stands in the answer, "a.b"; "" for the header
    fixed: Params = attrs.field(factory=dict)

    def first(self) -> Params:
        """Return what the first call says; links bring their own."""
        return self.fixed

    def following(self, answer: Answer, number: int, *, count: int) -> Next | None:  # noqa: ARG002
        """Go on at the address, if there is one."""
        if self.link:
            address = found_at(answer.json(), self.link)
        else:
            address = _next_link(answer.headers.get("link", ""))
        return Next(address=str(address)) if address else None


def items_of(answer: Answer, where: str) -> list[Any]:
    """Return the list in an answer.

    Raises:
        PermanentAdapterError: there is none at that place.
    """
    found = found_at(answer.json(), where) if where else answer.json()
    if not isinstance(found, list):
        raise PermanentAdapterError("the system answered without the list asked for")
    return found


def found_at(value: Any, where: str) -> Any:
    """Return what stands at "a.b", None if nothing does."""
    for name in where.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _next_link(header: str) -> str:
    for link in parse_header_links(header):
        if "next" in link.get("rel", "").lower().split():
            return link["url"]
    return ""
