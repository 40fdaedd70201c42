"""One request of a person: who, in which language, with which form; and where links lead."""

from collections.abc import Callable

import attrs

from fachkraft_share.web.forms import EMPTY, Form
from fachkraft_share.web.languages import choose
from fachkraft_share.web.visit import queried


@attrs.frozen
class Visit:
    """Everything a page is made from; the secret never leaves the address it came in."""

    secret: str = attrs.field(default="", repr=False)
    resource: str = attrs.field(default="", repr=False)  # what follows the secret
    query: dict[str, str] = attrs.field(factory=dict, repr=False)
    form: Form = EMPTY
    accepted: str = ""  # Accept-Language
    path: str = attrs.field(default="/", repr=False)  # of this very page
    root: str = ""  # where the application is mounted

    @property
    def asked(self) -> str:
        """The language named in the address."""
        return self.query.get("lang", "")

    def language(self, default: str) -> str:
        """Return the language to speak."""
        return choose(self.asked, self.accepted, default=default)

    def url(self, path: str = "", **query: str) -> str:
        """Return an address below this link, in the language chosen."""
        kept = {"lang": self.asked} if self.asked else {}
        return f"{self.root}/d/{self.secret}{path}{queried({**query, **kept})}"

    def same(self, path: str) -> Callable[[str], str]:
        """Return the address of this page in another language."""
        return lambda language: path + queried({**self.query, "lang": language})
