"""`doctor`: what is wrong with this member's engine, and what to do about it."""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.member import displaying, outbox, showing
from fachkraft_share.member.engine import AWAY, QUARANTINE, Engine
from fachkraft_share.member.plugged import KIND as PLUGIN
from fachkraft_share.member.plugged import NOTIFY, failed
from fachkraft_share.member.records import Outgoing, Parked, Participant, Standing, Trouble
from fachkraft_share.model.organisation import KeyUse
from fachkraft_share.plugins.asking import Loaded
from fachkraft_share.ports.health import Health, Level
from fachkraft_share.protocol.records import Task
from fachkraft_share.rules.retention import day_of


@attrs.frozen
class Finding:
    """The answer of one check."""

    id: str
    title: str
    health: Health


OK = Health(Level.OK)
_NAMED = 5  # partners named in one cause


def doctor(engine: Engine) -> tuple[Finding, ...]:
    """Check node, clock, list, keys, outbox, tasks, participants and settings; change nothing."""
    node = Finding("FKS-001", "The node answers and the clocks agree", _node(engine))
    return (node, *at_home(engine))


def at_home(engine: Engine) -> tuple[Finding, ...]:
    """Check what can be told without asking anybody, as often as a monitor likes."""
    checks = (
        ("FKS-002", "The member list is fresh", _list),
        ("FKS-003", "The keys are valid", _keys),
        ("FKS-004", "Nothing waits in the outbox", _outbox),
        ("FKS-005", "Everything received could be judged", _parked),
        ("FKS-006", "No task fails", _tasks),
        ("FKS-007", "All erasure participants are there", _participants),
        ("FKS-008", "A privacy notice is set", _notice),
        ("FKS-009", "The state is not in quarantine", _quarantine),
        ("FKS-010", "Agreements go on", _agreements),
        ("FKS-011", "Every plugin named is there", _named_plugins),
        ("FKS-013", "All connected systems can be used", _systems),
        ("FKS-014", "Websites show what may be shown, and nothing else", _sites),
        ("FKS-015", "The node was heard of late", _heard),
        ("FKS-016", "Somebody tells the overview that is due", _digest),
    )
    found = tuple(Finding(id, title, check(engine)) for id, title, check in checks)
    return (*found, *(_plugin(engine, one) for one in engine.plugins.loaded))


def _named_plugins(engine: Engine) -> Health:
    if not engine.plugins.missing:
        return OK
    cause = f"not there: {', '.join(engine.plugins.missing)}; no profile and no document leaves"
    return Health(Level.FAIL, cause, "install it, or take it from `plugins` in config.toml")


def _plugin(engine: Engine, plugin: Loaded) -> Finding:
    """Tell what a plugin does here, and which of its hooks failed of late."""
    title = plugin.title[0].upper() + plugin.title[1:]
    failures = failed(engine, plugin.name)
    if not failures:
        return Finding("FKS-012", title, OK)
    told = (f"{one.about.split()[1]} {one.code} on {day_of(one.at)}" for one in failures)
    fix = "update or uninstall it; it is told for a week"
    return Finding("FKS-012", title, Health(Level.WARN, "; ".join(told), fix))


def _node(engine: Engine) -> Health:
    try:
        found = engine.client.well_known()
    except FachkraftShareError as error:
        cause = f"the node does not answer ({type(error).__name__})"
        return Health(Level.FAIL, cause, "check address and network; messages are kept")
    if found.node != engine.settings.node or found.root not in engine.directories.now().roots:
        fix = "run `sync`: the root key may have been replaced; else ask the authority"
        return Health(Level.FAIL, "another node or root key answers", fix)
    if "fks/1" not in found.protocols:
        return Health(Level.FAIL, "the node does not speak fks/1", "update fachkraft-share")
    difference = abs(found.now - engine.now())
    if difference > limits.CLOCK_SKEW:
        cause = f"the clocks differ by {difference} s"
        return Health(Level.FAIL, cause, "set this machine's clock (NTP)")
    return OK


def _heard(engine: Engine) -> Health:
    """Name a member whose `sync` does not run: it hears no withdrawal, and erases nothing."""
    at = displaying.heard_at(engine)
    if not at or engine.now() - at <= limits.HEARD_LATE:
        return OK  # who has joined a moment ago is told by FKS-002
    days = (engine.now() - at) // limits.DAY
    cause = f"nothing was heard for {days} days, and no withdrawal either"
    return Health(Level.FAIL, cause, "let `fachkraft-share sync --watch` run as a service")


def _digest(engine: Engine) -> Health:
    if not engine.settings.digest or engine.plugins.implementing(NOTIFY):
        return OK
    cause = f"`digest` is {engine.settings.digest}, and no plugin is here that sends it"
    return Health(Level.WARN, cause, "install one with the hook `notify`, or empty `digest`")


def _list(engine: Engine) -> Health:
    newest = engine.directories.now().newest
    if newest is None:
        return Health(Level.FAIL, "no member list is known", "run `sync`")
    if not newest.fresh(at=engine.now()):
        return Health(Level.FAIL, "the member list has expired", "run `sync`; ask the authority")
    if newest.member(engine.id) is None:
        return Health(Level.FAIL, "this member is not on the list", "ask the authority")
    return OK


def _keys(engine: Engine) -> Health:
    at = engine.now()
    try:
        key = engine.identity.signing(at=at)
    except FachkraftShareError:
        return Health(Level.FAIL, "no signing key is valid", "ask the authority to join anew")
    stated = engine.directories.now().organisation(engine.id)
    sealed_to = stated.sealing_key(at=at) if stated is not None else None
    if stated is not None and sealed_to is None:
        cause = "no key is valid to which others could seal"
        return Health(Level.FAIL, cause, "run `fachkraft-share rotate-keys`")
    if sealed_to is not None and sealed_to.kid not in {one.kid for one in engine.identity.keys}:
        cause = "others seal to a key that is not here: identity.json is of before a rotation"
        return Health(Level.FAIL, cause, "restore the newest one, or run rotate-keys")
    ends = [one.not_after for one in engine.identity.keys if one.use is KeyUse.SEAL]
    if min(key.not_after, max(ends, default=0)) - at < limits.STATEMENT_DAYS * limits.DAY:
        return Health(Level.WARN, "the keys end soon", "run `fachkraft-share rotate-keys`")
    return OK


def _agreements(engine: Engine) -> Health:
    """Name partners to whom nothing crosses any more soon; the office renews agreements."""
    at, partners = engine.now(), engine.directories.now().partners.values()
    left = {one.alliance.name: one.terms.not_after - at for one in partners}
    soon = sorted(name for name, rest in left.items() if 0 < rest < limits.ENDS_SOON)
    if not soon:
        return OK
    cause = f"end soon: {', '.join(soon[:_NAMED])}"
    return Health(Level.WARN, cause, "ask the alliance's office whether they are renewed")


def _outbox(engine: Engine) -> Health:
    with engine.store.begin(write=False) as transaction:
        waiting = outbox.waiting(transaction)
        old = transaction.every(Outgoing, until=("next_at", engine.now() - limits.HOUR), limit=1)
    if old:
        cause = f"{waiting} messages wait, some for over an hour"
        return Health(Level.WARN, cause, "run `sync`, or let `sync --watch` run")
    return OK


def _parked(engine: Engine) -> Health:
    with engine.store.begin(write=False) as transaction:
        parked = len(transaction.every(Parked))
    if parked:
        return Health(Level.WARN, f"{parked} messages wait for a newer list", "run `sync`")
    return OK


def _tasks(engine: Engine) -> Health:
    with engine.store.begin(write=False) as transaction:
        told = (PLUGIN, showing.KIND)  # by checks of their own
        troubles = [one for one in transaction.every(Trouble) if one.kind not in told]
        tired = [task for task in transaction.every(Task) if task.tries > 1]
    if troubles:
        named = ", ".join(sorted({f"{one.kind}: {one.code}" for one in troubles})[:10])
        return Health(Level.WARN, f"needs a person: {named}", "see `explain` for each code")
    if tired:
        return Health(Level.WARN, f"{len(tired)} tasks are being tried again", "wait, run `sync`")
    return OK


def _participants(engine: Engine) -> Health:
    with engine.store.begin(write=False) as transaction:
        named = {one.name for one in transaction.every(Participant)}
    missing = sorted(named - engine.participants.keys())
    if missing:
        cause = f"absent: {', '.join(missing)}; erasures will count as failed"
        return Health(Level.FAIL, cause, "install and connect them again")
    return OK


def _systems(engine: Engine) -> Health:
    if not engine.unusable:
        return OK
    named = "; ".join(f"{name}: {why}" for name, why in sorted(engine.unusable.items()))
    return Health(Level.WARN, f"left out: {named}", "run `fachkraft-share connect NAME`")


def _sites(engine: Engine) -> Health:
    """Name websites that failed, or that may show what may not be shown."""
    gone = showing.unwanted(engine)
    failing = [f"{one.about}: {one.code}" for one in showing.troubles(engine)]
    left = [f"{site}: {number} items are to go" for site, number in sorted(gone.items())]
    if not failing and not left:
        return OK
    level = Level.FAIL if gone and (failing or gone.keys() - engine.sites.keys()) else Level.WARN
    fix = "run `sync`; if it stays so, `fachkraft-share connect NAME`, or take them down by hand"
    return Health(level, "; ".join([*failing, *left]), fix)


def _notice(engine: Engine) -> Health:
    if not engine.settings.notice:
        return Health(Level.WARN, "no privacy notice", "set `notice` in config.toml (Art. 14)")
    return OK


def _quarantine(engine: Engine) -> Health:
    with engine.store.begin(write=False) as transaction:
        if transaction.get(Standing, QUARANTINE) is not None:
            return Health(Level.FAIL, "restored state waits for its peers", "run `sync`")
        if transaction.get(Standing, AWAY) is not None:
            return Health(Level.WARN, "not all is heard that ended while it was away", "run `sync`")
    return OK
