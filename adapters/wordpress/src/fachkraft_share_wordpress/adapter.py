"""The adapter: routes of our WordPress plugin behind the port of fachkraft-share.

The routes are ours because WordPress's own create twice when two ask at the same time.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, Self

from fachkraft_share.errors import PermanentAdapterError
from fachkraft_share.ports import machine
from fachkraft_share.ports.adapter import Checked, Setting
from fachkraft_share.ports.capabilities import (
    Capabilities,
    EraseMethod,
    Identity,
    Notify,
    Publish,
    Retract,
)
from fachkraft_share.ports.cms import CmsAdapter
from fachkraft_share.ports.erasure_evidence import Erased, Outcome, Residue, ResidueKind
from fachkraft_share.ports.hooks import Hook, read_signed
from fachkraft_share.ports.publishing import Item, Published, key_of_slug
from fachkraft_share.ports.rest import Rest
from fachkraft_share.ports.rest_address import path_of
from fachkraft_share.ports.rest_auth import basic
from fachkraft_share.ports.rest_paging import ByPage
from fachkraft_share.ports.runtime import Pause

_ROUTES: Final = "/wp-json/fachkraft-share/v1"
_PAGE: Final = 100


class WordPressAdapter(CmsAdapter):
    """One WordPress site with our plugin, written to by an application password."""

    name = "wordpress"
    capabilities: ClassVar[Capabilities] = Capabilities(
        identity=Identity.EXTERNAL_ID,
        erase=EraseMethod.HARD,
        notify=Notify.HMAC,
        publish=Publish.PUSH,
        retract=Retract.DRAFT,
        expires=True,
    )
    limitations = (
        "Backups, caches of other plugins or in front of the site, and what the database keeps in "
        "free pages and logs are out of its sight. Permalinks must be other than plain."
    )
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("url", "the site's address, with https"),
        Setting("user", "a user with the role Author"),
        Setting("password", "an application password of that user", secret=True),
        Setting("hook_secret", "the secret the plugin signs hooks with", secret=True, default=""),
    )

    def __init__(self, settings: Mapping[str, str], *, pause: Pause = machine.pause) -> None:
        auth = basic(settings["user"], settings["password"])
        self._rest = Rest(settings["url"], auth=auth, pause=pause)
        self._reader = Rest(settings["url"], headers={"Accept": "text/html"}, pause=pause)
        self._secret = settings.get("hook_secret", "").encode()

    @classmethod
    def _connect(cls, settings: Mapping[str, str]) -> Self:
        return cls(settings)

    def _check(self, *, at: int) -> Checked:
        answer = self._rest.get(f"{_ROUTES}/check")
        return Checked(_text(answer.json(), "version"), answer.clock_difference(at=at))

    def _find(self, key: str) -> str | None:
        answer = self._rest.get(_ROUTES + path_of("keys", key), expect={404})
        # The site answers 404 without our plugin, too; only the plugin says "absent".
        if answer.status == 404:
            _must_be(answer.json(), "fks_absent")
            return None
        return _text(answer.json(), "id")

    def _publish(self, item: Item, *, known: str | None, at: int) -> str:  # noqa: ARG002
        sent = {
            "kind": str(item.kind),
            "title": item.title,
            "body": item.page,
            "language": item.language,
            "valid_until": item.valid_until,
        }
        return _text(self._rest.put(_ROUTES + path_of("keys", item.key), json=sent).json(), "id")

    def _unpublish(self, ref: str, *, at: int) -> None:  # noqa: ARG002
        answer = self._rest.post(_item(ref) + "/unpublish", expect={404}, again=True)
        if answer.status == 404:
            _must_be(answer.json(), "fks_absent")

    def _shown(self, ref: str) -> bool:
        answer = self._reader.get("/", params={"post_type": "fks_item", "p": ref}, expect={404})
        return answer.ok

    def _published(self) -> Iterable[Published]:
        for one in self._rest.pages(f"{_ROUTES}/items", ByPage(_PAGE)):
            key = key_of_slug(_text(one, "slug"))
            if key is not None:
                yield Published(_text(one, "id"), key, public=one.get("public") is True)

    def _erase(self, ref: str, *, at: int) -> Erased:  # noqa: ARG002
        held = self._rest.delete(_item(ref)).json()
        done = Outcome.ERASED if _member(held, "held") is True else Outcome.NEVER_HELD
        return Erased(done, (f"post:{ref}",))

    def _look(self, ref: str, *, at: int) -> Iterable[Residue]:  # noqa: ARG002
        for one in _member(self._rest.get(_item(ref)).json(), "residue"):
            yield Residue(ResidueKind(_text(one, "kind")), _text(one, "where"))

    def _read_hook(self, headers: Mapping[str, str], body: bytes) -> Hook:
        return read_signed(self._secret, body, headers.get("x-fks-signature", ""))


def _item(ref: str) -> str:
    return _ROUTES + path_of("items", ref)


def _must_be(answer: Any, code: str) -> None:
    if _member(answer, "code") != code:
        raise PermanentAdapterError("the plugin does not answer; is it active on the site?")


def _member(answer: Any, name: str) -> Any:
    if not isinstance(answer, dict) or name not in answer:
        raise PermanentAdapterError("the site answers what our plugin does not say")
    return answer[name]


def _text(answer: Any, name: str) -> str:
    return str(_member(answer, name))
