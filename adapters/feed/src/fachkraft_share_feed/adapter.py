"""The adapter: a folder of static files behind the port of fachkraft-share.

1. Profiles stand in `feed.json` alone, whose readers go by its times: there they expire though we
   be down. From any other static file nobody would take a person when the time is over.
2. Every call that reaches the folder writes all files anew, without what is over.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final, Self
from uuid import UUID

import attrs

from fachkraft_share.errors import MalformedError, SetupError
from fachkraft_share.ports import machine
from fachkraft_share.ports.adapter import Checked, Setting
from fachkraft_share.ports.capabilities import (
    Capabilities,
    EraseMethod,
    Identity,
    Publish,
    Retract,
)
from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.ports.erasure_evidence import Erased, Outcome, Residue, ResidueKind
from fachkraft_share.ports.publishing import Item, Published, is_key
from fachkraft_share.ports.rest_address import checked_base
from fachkraft_share.ports.runtime import Clock, Pause
from fachkraft_share.wire.ids import check_web_address
from fachkraft_share_feed.atom import write_atom
from fachkraft_share_feed.calendar_file import write_calendar
from fachkraft_share_feed.contents import NOTHING, Channel, Contents, current, with_item, without
from fachkraft_share_feed.folder import FEED, LAYOUT, Folder
from fachkraft_share_feed.fragment import write_fragment
from fachkraft_share_feed.json_feed import read_json_feed, write_json_feed
from fachkraft_share_feed.linked_data import write_linked_data
from fachkraft_share_feed.plain import printable
from fachkraft_share_feed.reader import Reader

_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_PLACE: Final = re.compile(r"[^A-Za-z0-9_./-]")


class FeedAdapter(CmsAdapter):
    """One folder, written as JSON Feed, Atom, iCalendar, JSON-LD and HTML."""

    name = "feed"
    capabilities: ClassVar[Capabilities] = Capabilities(
        identity=Identity.EXTERNAL_ID,
        erase=EraseMethod.HARD,
        publish=Publish.PULL,
        retract=Retract.NOTHING,
        expires=True,
    )
    limitations = (
        "Items expire for whoever reads feed.json by its times, as the component and the WordPress "
        "plugin do; an activity in the other files stays there until the next call. Copies of "
        "strangers, such as feed readers, calendars and search engines, are out of its sight."
    )
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("folder", "the folder your web server serves; better one of its own"),
        Setting("url", "the address under which it is served, to look as a reader", default=""),
        Setting("title", "what the feed is called", default="Fachkräfte-Allianz"),
        Setting("language", "the feed's language, two letters", default="de"),
        Setting("home", "the page the feed belongs to, with https", default=""),
        Setting("recommend", "the page to recommend somebody, with https", default=""),
    )

    def __init__(
        self,
        settings: Mapping[str, str],
        *,
        clock: Clock | None = None,
        pause: Pause = machine.pause,
    ) -> None:
        self._folder = Folder(Path(settings["folder"]).expanduser())
        self._channel = _channel(settings)
        self._clock = clock or machine.SystemClock()
        self._reader = Reader(self._channel.url, pause=pause) if self._channel.url else None

    @classmethod
    def _connect(cls, settings: Mapping[str, str]) -> Self:
        return cls(settings)

    def _set_up(self, *, at: int) -> None:
        self._folder.set_up()
        with self._changing(at):
            pass

    def _check(self, *, at: int) -> Checked:
        with self._changing(at):
            warnings = [
                f"{name}: a copy beside our file, which nobody rewrites; remove it"
                for name in self._folder.copies_beside()
            ]
            if not self._folder.has_this_component():
                warnings.append("the component is of another version; connect again to renew it")
        if self._reader is not None:
            warnings += self._reader.warnings(self._contents())
        return Checked(f"layout {LAYOUT}", warnings=tuple(warnings))

    def _find(self, key: str) -> str | None:
        return None if self._contents().entry(key) is None else key

    def _publish(self, item: Item, *, known: str | None, at: int) -> str:  # noqa: ARG002
        with self._changing(at) as draft:
            draft.contents = with_item(draft.contents, item, at=at)
        return item.key

    def _unpublish(self, ref: str, *, at: int) -> None:
        with self._changing(at) as draft:
            draft.contents = without(draft.contents, ref, at=at)

    def _shown(self, ref: str) -> bool:
        if not is_key(ref):
            return False
        if self._contents().entry(ref) is not None:
            return True
        return self._reader is not None and bool(self._reader.names_showing(ref))

    def _published(self) -> Iterable[Published]:
        with self._changing(self._clock.now()):
            pass
        for entry in self._contents().entries:
            yield Published(entry.item.key, entry.item.key, public=True)

    def _erase(self, ref: str, *, at: int) -> Erased:
        with self._changing(at) as draft:
            held = draft.contents.entry(ref) is not None or draft.contents.gone(ref) is not None
            draft.contents = without(draft.contents, ref, at=at)
        return Erased(Outcome.ERASED if held else Outcome.NEVER_HELD, (f"item:{ref}",))

    def _look(self, ref: str, *, at: int) -> Iterable[Residue]:
        if not is_key(ref):
            return
        with self._changing(at) as draft:
            names = self._names_holding(ref, draft.contents)
            gone = current(draft.contents, at=at).gone(ref)
        goes = gone.goes if gone is not None and at < gone.goes else None
        if goes is not None:
            yield Residue(ResidueKind.OLD_COPY, "sites", goes)
        for name in names:
            yield Residue(ResidueKind.FILE, _PLACE.sub("-", name)[:100])
        for name in self._reader.names_showing(ref) if self._reader else ():
            yield Residue(ResidueKind.OLD_COPY, f"cache/{name}", goes)

    def _names_holding(self, key: str, contents: Contents) -> list[str]:
        # The feed states what left by its key: that is no residue, the item itself would be.
        spelled = (key.encode(), str(UUID(hex=key)).encode())
        names = self._folder.names_holding(spelled)
        if contents.entry(key) is None and FEED in names:
            names.remove(FEED)
        return names

    def _contents(self) -> Contents:
        with self._folder.held():
            return self._read()

    def _read(self) -> Contents:
        content = self._folder.read(FEED)
        return NOTHING if content is None else read_json_feed(content)

    @contextmanager
    def _changing(self, at: int) -> Iterator["_Draft"]:
        """Let the block change the contents, then write all files as of this moment."""
        with self._folder.held() as feed_id:
            draft = _Draft(self._read())
            yield draft
            contents = current(draft.contents, at=at)
            channel = attrs.evolve(self._channel, id=feed_id)
            # The feed first: it is what we read again, and most of its readers refresh soonest.
            self._folder.write({name: write(contents, channel) for name, write in _FORMATS.items()})


@attrs.define
class _Draft:
    contents: Contents


_FORMATS: Final = {
    FEED: write_json_feed,
    "items.html": write_fragment,
    "atom.xml": write_atom,
    "activities.ics": write_calendar,
    "items.jsonld": write_linked_data,
}


def _channel(settings: Mapping[str, str]) -> Channel:
    said = {name: settings.get(name, "") for name in ("title", "language", "home", "recommend")}
    if not _LANGUAGE.fullmatch(said["language"] or "de"):
        raise SetupError("feed: language must be two small letters, such as de")
    for name in ("home", "recommend"):
        try:
            if said[name]:
                check_web_address(said[name])
        except MalformedError as error:
            raise SetupError(f"feed: {name} must be an https address") from error
    url = checked_base(settings["url"]) if settings.get("url") else ""
    return Channel(
        id="",
        title=printable(said["title"]) or "Fachkräfte-Allianz",
        language=said["language"] or "de",
        url=url,
        home=said["home"],
        recommend=said["recommend"],
    )
