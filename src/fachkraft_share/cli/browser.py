"""A person's browser: reads pages, fills in their forms, follows nothing by itself, no script.

Only what a page offers can be sent: a field or value the form does not have is an error here.
"""

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

import attrs
import requests

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, UnreachableError

_TEXT: Final = ("text", "email", "search", "date", "number", "hidden", "password", "url", "tel")
_TICKED: Final = ("checkbox", "radio")


@attrs.define
class Field:
    """One control of a form, as the page has it."""

    name: str
    type: str
    value: str = attrs.field(repr=False)
    chosen: bool = False  # ticked, or selected


@attrs.define
class Form:
    """A form as the page offers it; `words` is the text inside, to know one from another."""

    method: str
    action: str = attrs.field(repr=False)
    fields: list[Field] = attrs.field(factory=list)
    buttons: list[tuple[str, str]] = attrs.field(factory=list)
    words: str = attrs.field(default="", repr=False)

    def names(self) -> set[str]:
        """Return the names of all controls and buttons."""
        return {one.name for one in self.fields} | {name for name, _ in self.buttons}

    def values(self, name: str) -> list[str]:
        """Return what may be chosen or stands under a name."""
        return [one.value for one in self.fields if one.name == name]

    def ticked(self, name: str) -> list[str]:
        """Return what is chosen already under a name."""
        return [one.value for one in self.fields if one.name == name and one.chosen]

    def fill(self, wished: Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
        """Return what the browser would send after somebody did this, and nothing else."""
        for name in wished:
            if name not in self.names():
                raise RefusedError("no-such-field", f"the form has no field {name}")
        sent = [pair for one in self.fields for pair in _sent(one, wished.get(one.name))]
        sent += [pair for pair in self.buttons if pair in set(_pairs(wished))]
        for name, value in _pairs(wished):
            if (name, value) not in sent:
                raise RefusedError("no-such-value", f"the form does not offer this for {name}")
        return sent


def _sent(field: Field, wish: str | Sequence[str] | None) -> list[tuple[str, str]]:
    if field.type in (*_TICKED, "option"):
        chosen = field.chosen if wish is None else field.value in _several(wish)
        return [(field.name, field.value)] if chosen else []
    return [(field.name, field.value if wish is None else str(wish))]


def _pairs(wished: Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, wish in wished.items() for value in _several(wish)]


def _several(wish: str | Sequence[str]) -> Sequence[str]:
    return (wish,) if isinstance(wish, str) else wish


@attrs.frozen
class Page:
    """What came back: status, the words a person reads, the forms and the links."""

    url: str = attrs.field(repr=False)
    status: int
    body: bytes = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    words: str = attrs.field(default="", repr=False)
    forms: tuple[Form, ...] = ()
    links: tuple[str, ...] = attrs.field(default=(), repr=False)

    def form(self, *names: str, words: str = "") -> Form:
        """Return the one form with these controls and these words.

        Raises:
            RefusedError: the page has none.
        """
        for one in self.forms:
            if set(names) <= one.names() and words in one.words:
                return one
        raise RefusedError("no-such-form", f"the page has no form with {', '.join(names)}")

    def link(self, part: str) -> str:
        """Return the first link whose address contains this.

        Raises:
            RefusedError: the page has none.
        """
        for one in self.links:
            if part in one:
                return one
        raise RefusedError("no-such-link", f"the page has no link to {part}")


class Browser:
    """Fetches pages and sends forms over HTTP; each person has one of their own."""

    def __init__(self, language: str = "de") -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Accept-Language"] = language
        self.log: list[bytes] = []  # everything that came back

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def get(self, url: str) -> Page:
        """Open an address."""
        return self._page("GET", url)

    def send(self, page: Page, form: Form, wished: Mapping[str, str | Sequence[str]]) -> Page:
        """Fill in a form of the page and press its button."""
        origin = "/".join(page.url.split("/")[:3])
        headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        target = urljoin(page.url, form.action) if form.action else page.url
        filled = form.fill(wished)
        if form.method == "get":
            return self._page("GET", target, params=filled)
        return self._page("POST", target, data=filled, headers=headers)

    def _page(self, method: str, url: str, **options: object) -> Page:
        try:
            answer = self._session.request(method, url, timeout=limits.HTTP_TIMEOUT, **options)  # type: ignore[arg-type]
        except requests.RequestException as error:
            raise UnreachableError("the node's page does not answer") from error
        self.log.append(answer.content)
        reader = _Reader()
        if "html" in answer.headers.get("Content-Type", ""):
            reader.feed(answer.content.decode("utf-8"))
        return Page(
            answer.url,
            answer.status_code,
            answer.content,
            answer.headers,
            " ".join(" ".join(reader.words).split()),
            tuple(reader.forms),
            tuple(urljoin(answer.url, one) for one in reader.links),
        )


class _Reader(HTMLParser):
    """Collects words, links and forms."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._area = ""
        self._silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attributes}
        if tag in ("style", "script", "title"):
            self._silent += 1
        if tag == "a" and "href" in have:
            self.links.append(have["href"])
        if tag == "form":
            self._form = Form(have.get("method", "get").lower(), have.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(self._form, tag, have)

    def _control(self, form: Form, tag: str, have: dict[str, str]) -> None:
        name, kind = have.get("name", ""), have.get("type", "text").lower()
        if tag == "button" or (tag == "input" and kind == "submit"):
            form.buttons.append((name, have.get("value", "")))
        elif tag == "input" and kind in _TICKED:
            value = have.get("value", "on")
            form.fields.append(Field(name, kind, value, chosen="checked" in have))
        elif tag == "input" and kind in _TEXT:
            form.fields.append(Field(name, kind, have.get("value", "")))
        elif tag == "select":
            self._select = name
        elif tag == "option":
            value = have.get("value", "")
            form.fields.append(Field(self._select, "option", value, chosen="selected" in have))
        elif tag == "textarea":
            self._area = name
            form.fields.append(Field(name, "textarea", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag in ("style", "script", "title"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._area and self._form is not None:
            self._form.fields[-1].value += data
        self.words.append(data)
        if self._form is not None:
            self._form.words += data
