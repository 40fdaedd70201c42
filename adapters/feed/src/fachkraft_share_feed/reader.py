"""The folder as an anonymous reader gets it: over HTTP, with the caches that are there."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from fachkraft_share import limits
from fachkraft_share.errors import PermanentAdapterError
from fachkraft_share.ports import machine
from fachkraft_share.ports.rest import Rest
from fachkraft_share.ports.rest_answer import Answer
from fachkraft_share.ports.runtime import Pause
from fachkraft_share_feed.contents import Contents
from fachkraft_share_feed.folder import FEED, SHOWN
from fachkraft_share_feed.json_feed import read_json_feed

_GONE: Final = frozenset({404, 410})


class Reader:
    """Reads without credentials what is served."""

    def __init__(self, url: str, *, pause: Pause = machine.pause) -> None:
        self._rest = Rest(url, headers={"Accept": "*/*"}, pause=pause)

    def names_showing(self, key: str) -> list[str]:
        """Return the names of the served files that show the item."""
        return [name for name in SHOWN if self._shows(name, key)]

    def warnings(self, contents: Contents) -> Iterator[str]:
        """Say what of the web server's settings does not do, as far as an answer tells."""
        answer = self._get(FEED)
        if not answer.ok:
            yield "the address serves no feed.json; does it lead to the folder?"
            return
        if read_json_feed(answer.body).generated != contents.generated:
            yield "the address serves another feed.json than the folder's: a cache, another folder?"
        if answer.headers.get("access-control-allow-origin") != "*":
            yield "no header Access-Control-Allow-Origin: *, pages of other sites cannot read it"
        if not _is_short(answer.headers.get("cache-control", "")):
            yield "no header Cache-Control: no-cache; caches may keep what was taken away"

    def _shows(self, name: str, key: str) -> bool:
        answer = self._get(name)
        if not answer.ok:
            return False
        if name == FEED:
            return read_json_feed(answer.body).entry(key) is not None
        return key.encode() in answer.body or str(UUID(hex=key)).encode() in answer.body

    def _get(self, name: str) -> Answer:
        answer = self._rest.get(f"/{name}", expect=_GONE)
        if not answer.ok and answer.status not in _GONE:
            raise PermanentAdapterError(f"the address answers {answer.status} for {name}")
        return answer


def _is_short(cache_control: str) -> bool:
    said = [one.strip().lower() for one in cache_control.split(",")]
    if "no-store" in said or "no-cache" in said:
        return True
    ages = [one.partition("=")[2] for one in said if one.startswith(("max-age=", "s-maxage="))]
    return bool(ages) and all(one.isdigit() and int(one) <= _SHORT for one in ages)


_SHORT: Final = limits.MINUTE
