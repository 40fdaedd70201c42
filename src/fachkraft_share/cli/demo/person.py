"""What a person does with a link: everything through the desk's real pages, over HTTP."""

from collections.abc import Sequence

import attrs

from fachkraft_share.cli.browser import Browser, Page
from fachkraft_share.errors import RefusedError


@attrs.define
class Visitor:
    """One person with the link from the letter and, after granting, the one to keep."""

    link: str = attrs.field(repr=False)
    browser: Browser = attrs.field(factory=Browser)
    first: str = attrs.field(default="", repr=False)  # the letter's link, once it is outdated

    def look(self) -> Page:
        """Open the link; a mail scanner does the same."""
        return self.browser.get(self.link)

    def at(self, node: str) -> "Visitor":
        """Return the same person with the same link at another node."""
        return Visitor(f"{node}/d/{secret_of(self.link)}", self.browser)

    def grant(
        self, *, employer: str = "", without: Sequence[str] = (), partners: Sequence[str] = ()
    ) -> Page:
        """Answer question after question, confirm the summary, keep the new link."""
        wished: dict[str, str | Sequence[str]] = {"reach": "everyone", "adult": "yes"}
        wished |= {"employer": employer} if employer else {"no_employer": "yes"}
        wished |= {"partners": partners} if partners else {}
        page = self.questions()
        while any("go" in one.names() for one in page.forms):
            form = page.form("go")
            shown = {one.name for one in form.fields if one.type != "hidden"}
            here = {name: wish for name, wish in wished.items() if name in shown}
            for name in ("categories", "purposes"):  # all but those left out
                boxes = [one for one in form.fields if (one.name, one.type) == (name, "checkbox")]
                if boxes:
                    here[name] = [one.value for one in boxes if one.value not in without]
            page = _well(self.browser.send(page, form, {**here, "go": "next"}))
        granted = _well(self.browser.send(page, page.form("list_number"), {}))
        self.first, self.link = self.link, self._other(granted)
        return page

    def questions(self) -> Page:
        """Begin to decide: the first question."""
        return _well(self.browser.get(self.look().link("/choose")))

    def offered(self, name: str) -> tuple[Sequence[str], bool]:
        """Return what may be chosen under a name in any question, and whether one is ticked."""
        page = self.questions()
        for least in ({"categories": "occupation"}, {"purposes": "referral"}, {}):
            form = page.form("go")
            if any((one.name, one.type) == (name, "checkbox") for one in form.fields):
                return form.values(name), bool(form.ticked(name))
            if least:
                page = _well(self.browser.send(page, form, {**least, "go": "next"}))
        return (), False

    def _other(self, page: Page) -> str:
        """Return the link that is not the one this person came with."""
        for one in page.links:
            if "/d/" in one and secret_of(one) != secret_of(self.link):
                return one
        raise RefusedError("no-such-link", "the page shows no new link")

    def decline(self) -> Page:
        """Say no, and confirm it."""
        asked = self.browser.get(self.look().link("/decline"))
        return _well(self.browser.send(asked, asked.forms[0], {}))

    def put_off(self) -> Page:
        """Choose the last of the days offered for deciding later."""
        asked = _well(self.browser.get(self.look().link("/later")))
        form = asked.form("day")
        return _well(self.browser.send(asked, form, {"day": form.values("day")[-1]}))

    def agree(self, requester: str) -> Page:
        """Answer the request of one organisation with yes; contact data and documents."""
        asked = self._request(requester)
        form = asked.form("answer", "documents")
        return _well(self.browser.send(asked, form, {"documents": "yes", "answer": "accepted"}))

    def refuse(self, requester: str) -> Page:
        """Answer the request of one organisation with no."""
        asked = self._request(requester)
        form = next(one for one in asked.forms if ("answer", "declined") in one.buttons)
        return _well(self.browser.send(asked, form, {"answer": "declined"}))

    def withdraw(self) -> Page:
        """Take consent back from everybody, and confirm it."""
        page = self.look()
        everybody = [one for one in page.links if "/withdraw" in one and "scope=" not in one]
        if not everybody:
            raise RefusedError("no-such-link", "the page offers no withdrawal")
        asked = self.browser.get(everybody[0])
        return _well(self.browser.send(asked, asked.form("scope"), {}))

    def bundle(self) -> bytes | None:
        """Download the erasure bundle, when it is offered."""
        try:
            found = self.browser.get(self.look().link("/bundle.json"))
        except RefusedError:
            return None
        return _well(found).body

    def _request(self, requester: str) -> Page:
        page = self.look()
        for link in page.links:
            if "/request/" in link:
                asked = self.browser.get(link)
                if any(requester in one.values("requester") for one in asked.forms):
                    return asked
        raise RefusedError("no-such-request", "the page shows no request of this organisation")


def secret_of(link: str) -> str:
    """Return the secret part of a link."""
    return link.partition("/d/")[2].partition("?")[0].partition("/")[0]


def _well(page: Page) -> Page:
    if page.status >= 400:
        raise RefusedError("page-refused", f"the page answered {page.status}")
    return page
