"""The frame of a login's pages: the room's own look over this room's templates."""

import re
from typing import Any

import attrs

from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.login.realm import Realm
from fachkraft_share.web.look import Look
from fachkraft_share.web.visit import Visit

PACKAGE = "fachkraft_share.web.login"
_LOCAL = re.compile(r"/(?:[A-Za-z0-9._~%{}-]+/?)*")  # no second slash, backslash or host
_MOST = 400  # characters of a page's path


def local(path: str) -> str:
    """Return a path of this site, or its start page: nobody is led elsewhere (open redirect)."""
    return path if len(path) <= _MOST and _LOCAL.fullmatch(path) else "/"


@attrs.frozen
class Frame:
    """Makes the pages of one login."""

    realm: Realm
    room: Look
    look: Look = attrs.field(init=False)

    @look.default
    def _make_look(self) -> Look:
        return attrs.evolve(self.room, package=PACKAGE)

    def page(self, template: str, visit: Visit, **values: Any) -> Response:
        """Return a page of this room."""
        settings = self.realm.settings
        values = {"mails_leave": self.realm.mailer.works, "login": settings, **values}
        return self.look.page(template, visit, **values)

    def too_many(self, visit: Visit, wait: int) -> Response:
        """Say after how long one may try again (RFC 6585)."""
        headers = {"Retry-After": str(wait)}
        minutes = -(-wait // 60)
        return self.page("login_wait.html", visit, status=429, headers=headers, minutes=minutes)

    def language(self, visit: Visit) -> str:
        """Return the language a mail asked for on this page is written in."""
        return visit.language(self.room.default)
