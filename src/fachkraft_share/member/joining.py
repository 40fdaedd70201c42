"""Joining an alliance with a one-time code, and changing keys later."""

from collections.abc import Callable

import attrs

from fachkraft_share.errors import MalformedError, RefusedError, SetupError
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.identity import Identity, apply_with, with_new_keys
from fachkraft_share.member.settings import Settings
from fachkraft_share.model.organisation import Organisation, Role
from fachkraft_share.ports.client import Client, WellKnown
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure
from fachkraft_share.wire.encoding import unb64
from fachkraft_share.wire.ids import check_organisation_id
from fachkraft_share.wire.keys import PrivateKey

PREFIX = "fks1."


@attrs.frozen
class JoinCode:
    """What the authority hands over: node, secret, the root key and the authority's id."""

    u: str
    s: str = attrs.field(repr=False)
    r: str
    a: str


@attrs.frozen
class Newcomer:
    """What a new member says of itself; name and roles are as the authority invited it."""

    id: str
    name: str
    support: str = ""
    location: str = "DE"
    betriebsnummer: str | None = None
    domains: tuple[str, ...] = ()
    group: str | None = None


def read_code(text: str) -> JoinCode:
    """Read a one-time code; raise SetupError if it is none."""
    prefix, dot, body = "".join(text.split()).partition(".")
    if prefix + dot != PREFIX:
        raise SetupError("this is no joining code; it begins with `fks1.`")
    try:
        code = structure(strict.read(unb64(body)), JoinCode)
        unb64(code.r, size=32)
    except MalformedError as error:
        raise SetupError("this is no joining code; copy it whole, from `fks1.` on") from error
    return code


def ask_node(code: JoinCode, *, runtime: Runtime, identity: Identity) -> WellKnown:
    """Ask the node what it is and compare it with the code.

    Raises:
        RefusedError: `wrong-root`; another alliance answers.
        UnreachableError: nobody answers.
    """
    blank = Settings(identity.organisation, "", "", code.u, code.a, code.r)
    found = Client(runtime, blank, _signer(identity, runtime)).well_known()
    if (found.root, found.authority) != (code.r, code.a):
        raise RefusedError("wrong-root", "the node shows another root key; ask for a new code")
    check_organisation_id(found.node)
    return found


def join(
    application: str, code: JoinCode, *, identity: Identity, runtime: Runtime, settings: Settings
) -> int:
    """Hand in the application; return the list's number. The same one again is fine."""
    client = Client(runtime, settings, _signer(identity, runtime))
    return client.join(application, code=code.s)


def application_of(newcomer: Newcomer, *, identity: Identity, runtime: Runtime) -> str:
    """Return the organisation's self-signed application, the proof that it holds its keys."""
    at = runtime.clock.now()
    return apply_with(
        identity,
        _organisation(newcomer),
        signer=identity.signing(at=at),
        suite=runtime.sealer,
        at=at,
    )


def _signer(identity: Identity, runtime: Runtime) -> Callable[[], PrivateKey]:
    return lambda: identity.signing(at=runtime.clock.now())


def _organisation(newcomer: Newcomer) -> Organisation:
    return Organisation(
        id=check_organisation_id(newcomer.id),
        name=newcomer.name,
        roles=(Role.EMPLOYER,),
        keys=(),
        support=newcomer.support,
        location=newcomer.location,
        betriebsnummer=newcomer.betriebsnummer,
        domains=newcomer.domains,
        group=newcomer.group,
    )


def rotate_keys(engine: Engine) -> int:
    """Make new keys, have them stated, and keep the old ones for the overlap.

    The new keys are stored before they are handed in: a lost answer loses no key. The old key
    countersigns.
    """
    at = engine.now()
    stated = engine.directories.now().organisation(engine.id)
    if stated is None:
        raise SetupError("this member is not on the list; ask the authority")
    old = engine.signing_key()
    fresh = with_new_keys(engine.identity, runtime=engine.runtime)
    application = apply_with(fresh, stated, signer=old, suite=engine.runtime.sealer, at=at)
    engine.save_identity(fresh)
    number = engine.client.join(application, code=None)
    engine.identity = fresh
    engine.refresh_lists()
    return number
