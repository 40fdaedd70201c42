"""The adapter: pages in one folder of a Plone site, written through plone.restapi.

1. A page's short name is our key; the site refuses the same one twice, so nothing is there twice.
2. "Not found" proves nothing unless the folder answers and we may add to it.
3. What Plone keeps of a deleted page nobody can see from outside: a note in the folder stands for
   it until the site was cleaned, then it is gone or its time is over.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final, Self

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import (
    CredentialsError,
    InvalidRecordError,
    PermanentAdapterError,
    SetupError,
)
from fachkraft_share.ports import machine
from fachkraft_share.ports.adapter import Checked, Setting
from fachkraft_share.ports.capabilities import Capabilities, EraseMethod, Identity, Publish, Retract
from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.ports.erasure_evidence import Erased, Outcome, Residue, ResidueKind
from fachkraft_share.ports.moments import read_moment, write_moment
from fachkraft_share.ports.publishing import Item, Published, key_of_slug, slug_of_key
from fachkraft_share.ports.rest import Rest
from fachkraft_share.ports.rest_address import path_of
from fachkraft_share.ports.rest_auth import basic
from fachkraft_share.ports.rest_paging import ByPage
from fachkraft_share.ports.runtime import Pause

_TYPE: Final = "Document"
_PAGE: Final = 50
_MOST_DAYS: Final = 365
_KEPT: Final = (
    Residue(ResidueKind.OLD_COPY, "Data.fs Data.fs.tmp"),  # all versions since the last pack
    Residue(ResidueKind.SEARCH_INDEX, "portal_catalog/plone_lexicon"),  # words are never removed
)
_NOT_SHOWN: Final = frozenset({302, 401, 403, 404})
_NOTE: Final = (
    "<p>Hier wurde eine Seite gelöscht. Plone behält ihren Inhalt, bis jemand die Datenbank packt "
    "und die Wortliste der Suche leert. Danach diese Notiz löschen.</p><p>A page was deleted. "
    "Plone keeps its content until somebody packs the database and empties the search's word "
    "list. Delete this note afterwards.</p>"
)


class PloneAdapter(CmsAdapter):
    """One folder of a Plone site, written to by a user who may add, edit and review there."""

    name = "plone"
    capabilities: ClassVar[Capabilities] = Capabilities(
        identity=Identity.EXTERNAL_ID,
        erase=EraseMethod.HARD,
        publish=Publish.PUSH,
        retract=Retract.DRAFT,
    )
    limitations = (
        "Old copies and words of the search stay until the site is cleaned; a note in the folder "
        "stands for them. At the end of its time a page goes from listings and search only: its "
        "address works until it is unpublished. Copies editors made, backups, and add-ons that "
        "keep deleted pages are out of its sight. Classic UI only, no hooks."
    )
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("url", "the site's address, with https"),
        Setting("user", "a user who may add, edit, review and view in the folder"),
        Setting("password", "that user's password", secret=True),
        Setting("folder", "the folder's path in the site", default="/allianz"),
        Setting(
            "cleaned_after",
            "days after which the site's own schedule has cleaned it; empty: a person does",
            default="",
        ),
    )

    def __init__(self, settings: Mapping[str, str], *, pause: Pause = machine.pause) -> None:
        auth = basic(settings["user"], settings["password"])
        self._rest = Rest(settings["url"], auth=auth, pause=pause)
        self._reader = Rest(settings["url"], headers={"Accept": "text/html"}, pause=pause)
        self._folder = path_of(*settings.get("folder", "/allianz").strip("/").split("/"))
        self._days = _days(settings.get("cleaned_after", ""))

    @classmethod
    def _connect(cls, settings: Mapping[str, str]) -> Self:
        return cls(settings)

    def _check(self, *, at: int) -> Checked:
        self._require_rights()
        answer = self._rest.get(f"{self._folder}/@types/{_TYPE}")
        if "text" not in _member(answer.json(), "properties"):
            raise PermanentAdapterError("pages of this site have no text: Classic UI is needed")
        told = self._rest.get("/@system", expect={401, 403})  # for administrators only
        version = _text(told.json(), "plone_version") if told.ok else "plone.restapi"
        return Checked(version, answer.clock_difference(at=at))

    def _find(self, key: str) -> str | None:
        ref = slug_of_key(key)
        return None if self._page(ref) is None else ref

    def _publish(self, item: Item, *, known: str | None, at: int) -> str:  # noqa: ARG002
        sent = {
            "title": item.title,
            "text": {"data": item.page, "content-type": "text/html"},
            **self._language(item),
            "expires": write_moment(item.valid_until),
            "exclude_from_nav": True,
        }
        self._write(item.slug, sent, known=known is not None)
        self._move(item.slug, "publish")
        if not _is_public(self._page(item.slug)):
            raise PermanentAdapterError("the folder's workflow does not let us publish")
        return item.slug

    def _unpublish(self, ref: str, *, at: int) -> None:  # noqa: ARG002
        if _is_public(self._page(ref)):
            self._move(ref, "retract")

    def _shown(self, ref: str) -> bool:
        answer = self._reader.get(self._folder + path_of(ref), expect=_NOT_SHOWN)
        where = answer.headers.get("location", "")
        if where.startswith(self._reader.base):  # an editor moved it, or the login form leads on
            answer = self._reader.get(where, expect=_NOT_SHOWN)
        return answer.ok

    def _published(self) -> Iterable[Published]:
        self._require_rights()  # without them the site lists less and says nothing
        for one in self._search(self._folder):
            key = key_of_slug(_text(one, "getId"))
            if key is not None:
                yield Published(slug_of_key(key), key, public=_is_public(one))

    def _erase(self, ref: str, *, at: int) -> Erased:
        places = self._places(ref)
        if places:
            self._leave_note(ref, at=at)
        for place in places:
            self._unlock(place)
            self._rest.delete(place, expect={404})
        held = places or self._erased_at(ref) is not None
        return Erased(Outcome.ERASED if held else Outcome.NEVER_HELD, (f"page:{ref}",))

    def _look(self, ref: str, *, at: int) -> Iterable[Residue]:
        if self._places(ref):
            yield Residue(ResidueKind.PERSON_RECORD, "page")
        erased_at = self._erased_at(ref)
        if erased_at is None:
            return
        for one in _KEPT:
            goes = self._goes(erased_at)
            if goes is None or goes > at:
                yield attrs.evolve(one, goes=goes)

    # The note that stands for what Plone keeps ------------------------------------------------

    def _leave_note(self, ref: str, *, at: int) -> None:
        text = {"data": _NOTE, "content-type": "text/html"}
        sent = {"title": "fachkraft-share", "description": write_moment(at), "text": text}
        self._write(_note(ref), sent)

    def _erased_at(self, ref: str) -> int | None:
        note = self._page(_note(ref))
        if note is None:
            return None
        return read_moment(_text(note, "description"), zone=dt.UTC, where="note")

    def _goes(self, erased_at: int) -> int | None:
        return erased_at + self._days * limits.DAY if self._days else None

    # Pages ------------------------------------------------------------------------------------

    def _require_rights(self) -> None:
        types = self._rest.get(f"{self._folder}/@types").json()
        if not any(_member(one, "addable") is True and _is_document(one) for one in types):
            raise CredentialsError("we may not add pages to the folder")

    def _page(self, slug: str) -> Any:
        """Return the page, None when it is not there; Plone finds one that was moved."""
        answer = self._rest.get(self._folder + path_of(slug), expect={404})
        if answer.status == 404:
            self._require_rights()  # else a wrong folder would pass for "nothing there"
            return None
        return answer.json()

    def _places(self, slug: str) -> tuple[str, ...]:
        """Return the addresses of the page, also where editors moved it or put it again."""
        page = self._page(slug)
        found = [] if page is None else [page]
        found += self._search("", getId=slug)
        return tuple(sorted({_text(one, "@id") for one in found}))

    def _search(self, folder: str, **query: str) -> Iterator[Any]:
        # Of two made in the same minute, "created" would order now one, now the other first.
        params = {**query, "sort_on": "getId", "metadata_fields": ["getId", "review_state"]}
        params["show_inactive"] = "1"  # what is over is there all the same
        paging = ByPage(_PAGE, "b_start", "b_size", start=0, step=_PAGE, items="items")
        return self._rest.pages(f"{folder}/@search", paging, params=params)

    def _write(self, slug: str, sent: Mapping[str, Any], *, known: bool = False) -> None:
        """Create the page, or change the one with this short name."""
        if not known:
            # Doing it again does no harm: the same short name is refused.
            new = {"@type": _TYPE, "id": slug, **sent}
            if self._rest.post(self._folder, json=new, expect={400}, again=True).ok:
                return
        page = self._page(slug)
        if page is None:
            raise InvalidRecordError("the site answered 400: it does not take the record")
        self._unlock(_text(page, "@id"))
        self._rest.patch(_text(page, "@id"), json=sent, again=True)

    def _unlock(self, address: str) -> None:
        # An editor who has the page open must not keep it as it is.
        self._rest.delete(f"{address}/@lock", json={"force": True}, expect={404})

    def _language(self, item: Item) -> Mapping[str, str]:
        """Return the item's language if the site has it; it refuses pages in any other."""
        known = _member(self._rest.get("/@site").json(), "plone.available_languages")
        return {"language": item.language} if item.language in known else {}

    def _move(self, slug: str, transition: str) -> None:
        page = self._page(slug)
        address = f"{_text(page, '@id')}/@workflow/{transition}"
        # Of two at the same time one is told that there is no such transition any more.
        if not self._rest.post(address, json={}, expect={400}, again=True).ok:
            self._require_rights()


def _note(ref: str) -> str:
    return f"erased-{ref}"


def _is_public(page: Any) -> bool:
    return page is not None and _member(page, "review_state") == "published"


def _is_document(one: Any) -> bool:
    return _text(one, "@id").endswith(f"/{_TYPE}")


def _days(text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) <= _MOST_DAYS):
        raise SetupError(f"plone: cleaned_after must be days, 1 to {_MOST_DAYS}, or empty")
    return int(text or 0)


def _member(answer: Any, name: str) -> Any:
    if not isinstance(answer, dict) or name not in answer:
        raise PermanentAdapterError("the site answers what plone.restapi does not say")
    return answer[name]


def _text(answer: Any, name: str) -> str:
    return str(_member(answer, name))
