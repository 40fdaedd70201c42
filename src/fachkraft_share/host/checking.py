"""What is wrong with a host, and what to do: for `doctor` and for its health page."""

import os
import shutil
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, SetupError
from fachkraft_share.host import contract
from fachkraft_share.host.folder import NODE, Host
from fachkraft_share.host.opened import Opened
from fachkraft_share.host.providing import answers, ways_of
from fachkraft_share.host.working import Worker
from fachkraft_share.member.recommending import roles_of
from fachkraft_share.ports.health import Health as Answer
from fachkraft_share.ports.health import HealthCheck, Level

_OK = Answer(Level.OK)
_NAMED = 5  # firms named in one cause
_PROCESSES = Path("/proc")


@attrs.frozen(eq=False)
class Health:
    """The checks of a host that is running; without a worker those of its folder alone."""

    opened: Opened
    worker: Worker | None = None

    def checks(self) -> tuple[HealthCheck, ...]:
        """Return the checks in the order of their ids."""
        found: list[tuple[str, str, Callable[[], Answer]]] = [
            ("FKS-201", "The host's folder is its own, and nobody else reads it", self._private),
            ("FKS-202", "No node runs as the same user", self._apart),
            ("FKS-203", "There is room on the disk", self._room),
            ("FKS-204", "The processor contract can be written", self._contract),
            ("FKS-205", "Links lead to HTTPS", self._https),
            ("FKS-206", "Every firm's folder can be opened", self._firms),
            ("FKS-207", "Every firm has accepted the contract", self._accepted),
            ("FKS-214", "Every firm's own sign-in provider is set up right", self._ways),
        ]
        if self.worker is None:  # at the console: it waits for other machines
            found.append(("FKS-215", "Every firm's own sign-in provider answers", self._providers))
        else:
            found += [
                ("FKS-208", "The worker runs", self._beats),
                ("FKS-209", "Every firm hears its node", self._heard),
            ]
        return tuple(HealthCheck(id, title, _guarded(run)) for id, title, run in found)

    @property
    def _host(self) -> Host:
        return self.opened.host

    def _private(self) -> Answer:
        if os.name == "posix" and self._host.folder.stat().st_mode & 0o077:
            fix = f"chmod 700 {self._host.folder}"
            return Answer(Level.FAIL, "others on this machine can look into it", fix)
        return _OK

    def _apart(self) -> Answer:
        fix = "let node and host each run as a user of its own (docs/host.md)"
        named = self._host.settings.node_folder
        if named and ours(Path(named) / NODE):
            return Answer(Level.FAIL, "the node's folder belongs to this user, too", fix)
        if node_runs_here():
            return Answer(Level.WARN, "a node runs as the user this host runs as", fix)
        return _OK

    def _room(self) -> Answer:
        free = shutil.disk_usage(self._host.folder).free
        if free >= limits.DISK_FREE:
            return _OK
        return Answer(Level.FAIL, f"{free // 2**20} MB are left", "make room on the disk")

    def _contract(self) -> Answer:
        missing = contract.ready(self._host.settings)
        if not missing:
            return _OK
        cause = f"not set: {', '.join(missing)}; no firm can begin"
        return Answer(Level.FAIL, cause, "set them in host.toml (Art. 28 GDPR)")

    def _https(self) -> Answer:
        if self._host.settings.url.startswith("https://"):
            return _OK
        cause = "no https address is set: fit for trying out on one machine only"
        return Answer(Level.WARN, cause, "put a proxy with TLS before it and set url in host.toml")

    def _firms(self) -> Answer:
        broken = [one.slug for one in self._host.firms() if not self._opens(one.slug)]
        fix = "run: fachkraft-share doctor --folder FOLDER/firms/NAME"
        return Answer(Level.FAIL, f"cannot be opened: {_some(broken)}", fix) if broken else _OK

    def _opens(self, slug: str) -> bool:
        try:
            self.opened.firm(slug)
        except FachkraftShareError:
            return False
        return True

    def _accepted(self) -> Answer:
        waiting = [one.slug for one in self._host.firms() if not self._agreed(one.slug)]
        if not waiting:
            return _OK
        fix = "its administrator signs in and accepts it; before that it sees nothing"
        return Answer(Level.WARN, f"not yet: {_some(waiting)}", fix)

    def _agreed(self, slug: str) -> bool:
        try:
            firm = self.opened.firm(slug)
        except FachkraftShareError:
            return True  # FKS-206 names it
        roles = roles_of(firm.member.engine)
        return contract.stands(firm.beside, self._host.settings, firm.row, roles=roles)

    def _ways(self) -> Answer:
        wrong = []
        for one in self._host.firms():
            try:
                ways_of(self._host.folder_of(one.slug))
            except SetupError as error:
                wrong.append(f"{one.slug}: {error}")
        fix = "mend it, then restart the host; until then that firm's pages are closed"
        return Answer(Level.FAIL, _some(wrong), fix) if wrong else _OK

    def _providers(self) -> Answer:
        told = [(one.slug, answers(self._host.folder_of(one.slug))) for one in self._host.firms()]
        wrong = [(slug, one) for slug, one in told if one.level is not Level.OK]
        cause = _some([f"{slug}: {one.cause}" for slug, one in wrong])
        return Answer(Level.FAIL, cause, wrong[0][1].fix) if wrong else _OK

    def _beats(self) -> Answer:
        beat = self.worker.beat_at if self.worker is not None else 0
        if self._host.now() - beat <= limits.WORKER_LATE:
            return _OK
        return Answer(Level.FAIL, "no sign of life", "restart the host; see its log")

    def _heard(self) -> Answer:
        turns = self.worker.turns().values() if self.worker is not None else ()
        late = self._host.now() - limits.HOST_LATE
        failing = [f"{one.slug} ({one.code})" for one in turns if one.code]
        if not failing:
            return _OK
        worst = any(one.code and one.done_at < late for one in turns)
        fix = "run: fachkraft-share doctor --folder FOLDER/firms/NAME"
        return Answer(Level.FAIL if worst else Level.WARN, _some(failing), fix)


def _guarded(run: Callable[[], Answer]) -> Callable[[], Answer]:
    """Let a check that breaks hurt no other."""

    def answer() -> Answer:
        try:
            return run()
        except (FachkraftShareError, OSError) as error:
            cause = f"the check itself ended with {type(error).__name__}"
            return Answer(Level.FAIL, cause, "see the other checks first")

    return answer


def _some(names: Iterable[str]) -> str:
    found = sorted(names)
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more


def ours(path: Path) -> bool:
    """Tell whether a file is there and this process's user owns it."""
    try:
        return hasattr(os, "geteuid") and path.stat().st_uid == os.geteuid()
    except OSError:
        return False


def node_runs_here(processes: Path = _PROCESSES) -> bool:
    """Tell whether a node is served by a process of this user, where the system shows that."""
    if not (hasattr(os, "geteuid") and processes.is_dir()):
        return False
    return any(_serves_node(one) for one in processes.iterdir() if one.name.isdecimal())


def _serves_node(process: Path) -> bool:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
        mine = process.stat().st_uid == os.geteuid()
    except OSError:
        return False
    pairs = set(pairwise(words))
    ours = any(word.rpartition(b"/")[2] in (b"fachkraft-share", b"fks") for word in words)
    return mine and ours and (b"node", b"serve") in pairs
