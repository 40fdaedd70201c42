"""What templates say things with: texts, days, counts and labels of one language."""

from collections.abc import Iterable

import attrs

from fachkraft_share.model.organisation import Organisation
from fachkraft_share.protocol.payloads import CategoryErased
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.days import last_day


@attrs.frozen
class Saying:
    """The catalogue as templates use it."""

    texts: Catalogue

    def t(self, name: str, /, **values: object) -> str:
        """Return a text."""
        return self.texts.text(name, **values)

    def days(self, number: int) -> str:
        """Return how many days are left."""
        return self.texts.count("days", number)

    def months(self, number: int) -> str:
        """Return a number of months."""
        return self.texts.count("months", number)

    def moment(self, at: int) -> str:
        """Return the day of a moment."""
        return self.texts.moment(at)

    def last_day(self, end: int) -> str:
        """Return the last day of a period that ends then."""
        return self.texts.day(last_day(end))

    def roles(self, organisation: Organisation) -> str:
        """Return what an organisation is in the alliance."""
        return ", ".join(self.t(f"role.{one}") for one in organisation.roles)

    def part(self, category: str) -> str:
        """Return what a receipt's category is called; one we do not know, by itself."""
        name = f"part.{category}"
        return self.t(name) if self.texts.has(name) else category

    def stores(self, names: Iterable[str]) -> str:
        """Return what the places are called that were erased; one we do not know, by itself."""
        known = dict.fromkeys(f"store.{one.partition(':')[0]}" for one in names)
        return ", ".join(
            self.t(id) if self.texts.has(id) else id.removeprefix("store.") for id in known
        )

    def erased(self, said: CategoryErased) -> str:
        """Return what became of one category."""
        until = self.t("holders.until_kept", day=self.last_day(said.until)) if said.until else ""
        return self.t(
            f"erasure.{said.state}", basis=said.basis or "?", until=until, reason=said.reason or "?"
        ).strip()
