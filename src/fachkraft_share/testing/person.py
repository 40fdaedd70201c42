"""A person with a link: does at the desk what a candidate does in a browser."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import attrs

from fachkraft_share.model.consent import Category
from fachkraft_share.node.desk.choice import Choice, everything
from fachkraft_share.node.desk.views import ContactView, View
from fachkraft_share.protocol.bundle import Bundle, read_bundle
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.payloads import Right
from fachkraft_share.protocol.verifying import Verdict, verify_bundle
from fachkraft_share.wire.suite import Suite

if TYPE_CHECKING:
    from fachkraft_share.node.desk.service import Desk


@attrs.frozen
class CheckedBundle:
    """An erasure bundle as downloaded, and a way to check it offline."""

    content: bytes = attrs.field(repr=False)
    bundle: Bundle = attrs.field(repr=False)
    suite: Suite = attrs.field(repr=False)
    root: str
    at: int

    def check(self) -> Verdict:
        """Return every finding."""
        return verify_bundle(self.bundle, suite=self.suite, at=self.at, root=self.root)

    def verify(self) -> bool:
        """Tell whether everything in it is signed by whom it must be, and nothing is open."""
        return self.check().complete


@attrs.define
class Person:
    """One candidate; `secret` is that of the newest link they hold."""

    desk: "Callable[[], Desk]" = attrs.field(repr=False)
    suite: Suite = attrs.field(repr=False)
    root: str
    now: Callable[[], int] = attrs.field(repr=False)
    secret: str = attrs.field(repr=False)

    def look(self) -> View:
        """Return what the page shows."""
        return self.desk().open(self.secret)

    def grant(self, **changes: Any) -> None:
        """Allow everything asked for, unless `changes` says otherwise (fields of `Choice`)."""
        choice: Choice = attrs.evolve(everything(self.look()), **changes)
        self.secret = self.desk().grant(self.secret, choice)

    def preview(self, **changes: Any) -> View:
        """Return the page before the confirmation, with the choice `grant` would make."""
        choice: Choice = attrs.evolve(everything(self.look()), **changes)
        return self.desk().preview(self.secret, choice)

    def renew(self, **changes: Any) -> None:
        """Grant again for a new time."""
        choice: Choice = attrs.evolve(everything(self.look()), **changes)
        self.desk().renew(self.secret, choice)

    def decline(self) -> None:
        """Say no to the whole."""
        self.desk().decline(self.secret)

    def requests(self) -> tuple[ContactView, ...]:
        """Return the contact requests that wait for an answer."""
        return tuple(one for one in self.look().contacts if one.answerable and not one.answer)

    def agree(self, request: str | None = None) -> None:
        """Accept a contact request, the only waiting one if none is named."""
        self.desk().answer(self.secret, request or self.requests()[0].request, accept=True)

    def refuse(self, request: str | None = None) -> None:
        """Turn a contact request down."""
        self.desk().answer(self.secret, request or self.requests()[0].request, accept=False)

    def withdraw(self, scope: str = ALL) -> None:
        """Take the consent back, for everybody or for one holder."""
        self.desk().withdraw(self.secret, scope)

    def exercise(self, right: Right, *, categories: Iterable[Category] = ()) -> None:
        """Use a right (Art. 15, 16, 18, 21); a rectification names what is wrong."""
        self.desk().exercise(self.secret, right, categories=categories)

    def bundle(self) -> CheckedBundle:
        """Download the erasure bundle."""
        content = self.desk().bundle(self.secret)
        found = read_bundle(content)
        return CheckedBundle(content, found, self.suite, self.root, self.now())
