"""One member inside a host application: opened once in each process, shared by its threads.

1. A process that was forked opens the member anew: no connection crosses a fork.
2. What a parent had open is only put aside in its child; closing it there could free its locks.
3. Who may see what is the host's to say: True, False or a role; anything else is an error.
"""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import attrs

from fachkraft_share.embed import connecting
from fachkraft_share.embed.answering import Call, respond
from fachkraft_share.errors import SetupError
from fachkraft_share.member import Member
from fachkraft_share.member.folder import settings_of
from fachkraft_share.plugins.loading import load_plugins
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.erasure_evidence import ErasureParticipant
from fachkraft_share.ports.runtime import Response

if TYPE_CHECKING:
    from fachkraft_share.web.site import Site
    from fachkraft_share.web.visit import Person, Visit

Allow = Callable[[Any], "bool | str"]
ROLES = frozenset({"administrator", "hr", "reader"})
SEES_PERSONS = frozenset({"administrator", "hr"})


@attrs.define(eq=False, kw_only=True)
class Embedded:
    """What `init` returns: `member` for the host's code, `app` to serve, `urls` for Django."""

    folder: Path
    adapters: tuple[str | Adapter, ...] | None = None
    participants: tuple[ErasureParticipant, ...] = ()
    allow: Allow | None = attrs.field(default=None, repr=False)
    app: Any = attrs.field(default=None, repr=False)
    urls: Any = attrs.field(default=None, repr=False)
    _process: int = attrs.field(factory=os.getpid, init=False)
    _opening: Lock = attrs.field(factory=Lock, init=False, repr=False)
    _member: Member | None = attrs.field(default=None, init=False, repr=False)
    _site: "Site | None" = attrs.field(default=None, init=False, repr=False)
    _inherited: list[Member] = attrs.field(factory=list, init=False, repr=False)

    @property
    def member(self) -> Member:
        """The member, opened in this process.

        Raises:
            SetupError: the folder is no member's, or an adapter that was named cannot be used.
        """
        if self._process != os.getpid():
            self._leave_parent()
        with self._opening:
            if self._member is None:
                self._member = self._open()
            return self._member

    def respond(self, call: Call) -> Response:
        """Answer a call below the prefix."""
        return respond(self, call)

    def allows(self, host: Any) -> bool:
        """Ask the host whether this call may see personal data.

        Raises:
            SetupError: see `role`.
        """
        return self.role(host) in SEES_PERSONS

    def role(self, host: Any) -> str:
        """Ask the host who this call is: a role, `hr` for True, "" for nobody.

        Raises:
            SetupError: it answers neither True nor False nor with a role.
        """
        said = self.allow(host) if self.allow is not None else False
        if isinstance(said, bool):
            return "hr" if said else ""
        if not isinstance(said, str) or said not in ROLES:
            raise SetupError(
                "`allow` must answer True or False, or one of the roles "
                f"{', '.join(sorted(ROLES))}; it may not be a coroutine"
            )
        return said

    def site(self) -> "Site | None":
        """Return the pages for people; None where what makes them is not installed."""
        try:
            from fachkraft_share.member.inbox.site import inbox_site
        except ModuleNotFoundError:
            return None
        if self._site is None:
            self._site = inbox_site(lambda: self.member, gate=self._who, login="")
        return self._site

    def _who(self, visit: "Visit") -> "Person | None":
        from fachkraft_share.web.visit import Person

        role = self.role(visit.call.host)
        return Person("host", "", frozenset({role})) if role else None

    def _leave_parent(self) -> None:
        if self._member is not None:
            self._inherited.append(self._member)
        self._member = None
        self._opening = Lock()  # one that a thread of the parent held never opens
        self._process = os.getpid()

    def _open(self) -> Member:
        systems = self._systems()
        member = Member.open(self.folder, adapters=systems.adapters)
        member.engine.unusable = systems.unusable
        for one in self.participants:
            member.add_participant(one)
        return member

    def _systems(self) -> connecting.Systems:
        settings = settings_of(self.folder)
        plugins = load_plugins(only=settings.plugins)
        if self.adapters is None:
            return connecting.detected(settings, plugins=plugins)
        return connecting.named(self.adapters, settings, plugins=plugins)
