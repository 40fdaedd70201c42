"""What set-up tries before it saves anything; each trial by the name a step gives it."""

import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import attrs

import fachkraft_share
from fachkraft_share import limits
from fachkraft_share.cli.setup.leading_back import leads_back
from fachkraft_share.cli.setup.plan import NONE, System
from fachkraft_share.cli.setup.questions import SETTING, Answers, Step
from fachkraft_share.errors import FachkraftShareError, SetupError
from fachkraft_share.plugins.asking import Plugins
from fachkraft_share.ports.ground import network_file_system, same_disk, writable
from fachkraft_share.ports.reaching import reach
from fachkraft_share.ports.trial import Trial, doubtful, failed, passed

_ACCESSIBILITY: Final = "accessibility_"  # known only after somebody tested the pages


@attrs.frozen
class Surroundings:
    """Where set-up happens, and what is installed there."""

    folder: Path
    plugins: Plugins
    dry: bool = False  # change nothing anywhere

    def systems(self) -> tuple[System, ...]:
        """Return what can be connected."""
        from fachkraft_share.ports.cms import CmsAdapter

        return tuple(
            System(kind.name, issubclass(kind, CmsAdapter), kind.settings)
            for _, kind in self.plugins.adapters().given
        )


def run(step: Step, answers: Answers, around: Surroundings) -> tuple[Trial, ...]:
    """Return how the trials of a step went; one that does not apply says nothing."""
    given = {**answers, **step.given(answers)}
    made = (TRIALS[name](given, around) for name in step.trials)
    return tuple(one for one in made if one is not None)


def _pages(answers: Answers, _: Surroundings) -> Trial | None:
    told = [url for name in ("imprint", "privacy") if (url := answers.get(name, ""))]
    if not told:
        return None  # then the node has pages of its own
    return next((one for url in told if not (one := _page(url)).passed), passed("pages"))


def _legal(answers: Answers, _: Surroundings) -> Trial:
    """Name what the pages the law wants miss, as `doctor` will (FKS-133)."""
    open_ = tuple(name for name in _wanting(answers) if not name.startswith(_ACCESSIBILITY))
    if open_:
        return doubtful("legal-missing", names=open_)
    return passed("legal")


def _accessibility(answers: Answers, _: Surroundings) -> Trial | None:
    open_ = tuple(name for name in _wanting(answers) if name.startswith(_ACCESSIBILITY))
    return doubtful("accessibility-open", names=open_) if open_ else None


def _wanting(answers: Answers) -> tuple[str, ...]:
    from fachkraft_share.cli.setup.applying import legal_of
    from fachkraft_share.web.legal import wanting

    return wanting(legal_of(answers))


def _page(url: str) -> Trial:
    found = reach(url)
    if isinstance(found, Trial):
        return found
    if found.status >= 400:
        return failed("page-status", url=url, status=found.status)
    return passed("page", url=url)


def _notice(answers: Answers, _: Surroundings) -> Trial:
    return _page(answers["notice"]) if answers.get("notice") else doubtful("notice-missing")


def _host(answers: Answers, _: Surroundings) -> Trial:
    return _page(answers["host_url"])


def _leads_back(answers: Answers, _: Surroundings) -> Trial:
    return leads_back(answers["url"], port=int(answers["port"]))


def _host_leads_back(answers: Answers, _: Surroundings) -> Trial:
    return leads_back(answers["host_at"], port=int(answers["host_port"]))


def _apart(answers: Answers, around: Surroundings) -> Trial:
    """A node must never see a name, and a host holds dossiers: not one folder, not one user."""
    from fachkraft_share.host.checking import node_runs_here, ours
    from fachkraft_share.host.folder import NODE, demand_apart

    try:
        demand_apart(around.folder)
    except SetupError:
        return failed("host-not-apart", folder=str(around.folder))
    named = answers.get("node_folder", "")
    if (named and ours(Path(named).expanduser() / NODE)) or node_runs_here():
        return doubtful("node-same-user")
    return passed("apart")


def _database(answers: Answers, around: Surroundings) -> Trial:
    from fachkraft_share.node.trying import try_database

    file = around.folder / "state" / "node.db"
    return try_database(answers.get("database") or f"sqlite:///{file}")


def _mail(answers: Answers, _: Surroundings) -> Trial:
    from fachkraft_share.cli.setup.applying import mail_of
    from fachkraft_share.node.trying import try_mail

    if not answers.get("mail_host"):
        return doubtful("mail-missing")
    return try_mail(mail_of(answers), to=answers.get("mail_test", ""))


def _host_mail(answers: Answers, around: Surroundings) -> Trial:
    return _mail(answers, around) if answers.get("mail_host") else doubtful("host-mail-missing")


def _root_key(answers: Answers, around: Surroundings) -> Trial:
    file = Path(answers["root_key"]).expanduser()
    told = {"file": str(file)}
    if file.resolve().is_relative_to(around.folder.resolve()):
        return failed("root-inside", **told)
    if file.exists():
        return failed("root-exists", **told)
    if not writable(file.parent):
        return failed("folder-unwritable", folder=str(file.parent))
    if same_disk(file.parent, around.folder):
        return doubtful("root-same-disk", **told)
    return passed("root-key", **told)


def _folder(_: Answers, around: Surroundings) -> Trial:
    folder = str(around.folder)
    if not writable(around.folder):
        return failed("folder-unwritable", folder=folder)
    if network_file_system(around.folder):
        return failed("database-network", folder=folder)
    return passed("folder", folder=folder)


def _disk(_: Answers, around: Surroundings) -> Trial:
    from fachkraft_share.ports.ground import existing

    free = shutil.disk_usage(existing(around.folder)).free
    if free < limits.DISK_FREE:
        return failed("disk-full", free=free // 2**20)
    return passed("disk", free=free // 2**20)


def _clock(*_: object) -> Trial:
    """Without anybody to ask: a clock before this program was installed is wrong."""
    installed = Path(fachkraft_share.__file__).stat().st_mtime
    if time.time() < installed - limits.DAY:
        return failed("clock-behind")
    return passed("clock")


def _node(answers: Answers, _: Surroundings) -> Trial:
    """Ask the node the code names who it is; the code itself is used up only when all is saved."""
    from fachkraft_share.member.trying import try_code

    return try_code(answers["code"])


def _ats(answers: Answers, around: Surroundings) -> Trial | None:
    return _system(answers.get("ats", NONE), answers, around)


def _site(answers: Answers, around: Surroundings) -> Trial | None:
    return _system(answers.get("site", NONE), answers, around)


def _system(name: str, answers: Answers, around: Surroundings) -> Trial | None:
    if name == NONE:
        return None
    try:
        made = around.plugins.adapter(name).connect(settings_of(name, answers))
        if around.dry:
            return doubtful("system-dry", name=name)
        made.set_up(at=int(time.time()))  # as `connect`: without its folders nothing answers
        found = made.check(at=int(time.time()))
    except FachkraftShareError as error:
        return failed("system-failed", name=name, why=str(error))
    if found.warnings:
        return doubtful("system-warns", name=name, why="; ".join(found.warnings))
    return passed("system", name=name, version=found.version)


def settings_of(name: str, answers: Answers) -> dict[str, str]:
    """Return an adapter's settings; what was left empty keeps its default."""
    prefix = f"{SETTING}{name}."
    return {
        id.removeprefix(prefix): value
        for id, value in answers.items()
        if id.startswith(prefix) and value
    }


TRIALS: Final[Mapping[str, Callable[[Answers, Surroundings], Trial | None]]] = {
    "pages": _pages,
    "legal": _legal,
    "accessibility": _accessibility,
    "notice": _notice,
    "host": _host,
    "leads-back": _leads_back,
    "host-leads-back": _host_leads_back,
    "host-mail": _host_mail,
    "apart": _apart,
    "database": _database,
    "mail": _mail,
    "root-key": _root_key,
    "folder": _folder,
    "disk": _disk,
    "clock": _clock,
    "node": _node,
    "ats": _ats,
    "site": _site,
}
