"""What a website adapter's tests provide to the shared suite: a site, read by an anonymous one."""

from abc import abstractmethod
from collections.abc import Callable

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.capabilities import Publish
from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.ports.publishing import Item, ItemKind, LabelTitle, item_key
from fachkraft_share.rules.consent import Action, Permit
from fachkraft_share.rules.vocabulary import Kind, shipped
from fachkraft_share.testing.system_harness import MARKER, MEMBER, PRIVATE, SystemHarness

LINK = "https://node.example/welcome"


class CmsHarness(SystemHarness):
    """A fresh site without anything of ours.

    `stored` holds what is public and what is not. A running site sets `at` to the real time.
    """

    @abstractmethod
    def fresh(self) -> CmsAdapter:
        """Return another adapter object on the same site."""

    @abstractmethod
    def seen(self, ref: str) -> str | None:
        """Return the page an anonymous reader is shown, as HTML; None when there is none.

        Ask as a reader's browser does: without our credentials, with the caches that are there.
        """

    @abstractmethod
    def own_page(self, marker: str) -> None:
        """Let the site's editors publish a page of their own that holds the marker."""

    def wait_until(self, moment: int) -> None:  # noqa: ARG002
        """Let the site's clock show this moment."""
        pytest.skip("the site's clock cannot be set")

    # What the rules common to all systems ask --------------------------------------------------

    def writes(self) -> bool:
        """Tell whether it publishes."""
        return self.fresh().capabilities.publish is not Publish.NONE

    def put(self, adapter: Adapter, *, number: int = 1) -> str:
        """Publish an activity whose body holds `MARKER`."""
        assert isinstance(adapter, CmsAdapter)
        return adapter.publish(activity(number, at=self.at, marker=MARKER), at=self.at)

    def calls(self, adapter: Adapter) -> dict[str, Callable[[], object]]:
        """Return checking, publishing and listing by name, as far as they are declared."""
        assert isinstance(adapter, CmsAdapter)
        item = activity(1, at=self.at, marker=PRIVATE)
        calls: dict[str, Callable[[], object]] = {"check": lambda: adapter.check(at=self.at)}
        if self.writes():
            calls["publish"] = lambda: adapter.publish(item, at=self.at)
            calls["published"] = adapter.published
        return calls


def activity(number: int, *, at: int, marker: str = "") -> Item:
    """Return an invented activity; with a marker its title and body hold it."""
    return Item(
        key=item_key(ItemKind.ACTIVITY, str(number)),
        kind=ItemKind.ACTIVITY,
        title=f"Ausbildungsmesse {number} {marker}".strip(),
        body=f"<p>Am <strong>Montag</strong> {marker}</p><ul><li>Löten</li></ul>",
        link=LINK,
        language="de",
        valid_until=at + limits.DAY,
    )


def teaser(referral: str, *, at: int) -> Item:
    """Return an invented teaser of a referral."""
    title = LabelTitle.of([(Kind.OCCUPATION, "26")], vocabulary=shipped(), language="de")
    key = item_key(ItemKind.TEASER, referral)
    made = activity(1, at=at)
    return attrs.evolve(made, key=key, kind=ItemKind.TEASER, title=title, referral=referral)


def leave_to_show(referral: str, *, at: int) -> Permit:
    """Return what the gate gives for showing this referral."""
    return Permit(Action.DISPLAY, MEMBER, referral, at)
