"""Two alliances whose keys are replaced through the doors that operators and members have."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from fachkraft_share import Candidate, limits
from fachkraft_share.errors import QuarantineError, StateError
from fachkraft_share.member.facade import Member
from fachkraft_share.member.identity import Identity
from fachkraft_share.model.profile import Endorsement, Rank
from fachkraft_share.node.alliance.founding import root_key
from fachkraft_share.node.alliance.replacing import (
    replace_node_key,
    replace_online_key,
    replace_root_key,
)
from fachkraft_share.node.keys import NodeKeys
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.lists import Federation
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.two_alliances import TwoAlliances
from fachkraft_share.testing.world import World
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import unstructure
from fachkraft_share.wire.digest import HEADER, content_digest

CANDIDATE = Candidate(
    given="Aylin",
    family="Beispiel",
    email="aylin@example.org",
    postcode="38640",
    title="Softwareentwicklerin",
    occupation="43414",
    skills=("Python", "SQL"),
)
ENDORSED = Endorsement(Rank.SECOND, ("careful",), would_have_hired=True)


class Region:
    """Harz: muster recommends, beispiel asks, dritte looks on; Goslar, the partner: fern asks."""

    def __init__(self) -> None:
        self.two = TwoAlliances()
        self.harz, self.goslar = self.two.worlds
        for name in ("muster", "beispiel", "dritte"):
            self.join(name)
        self.join("fern", self.goslar)
        self.two.recognise()
        for name in ("beispiel", "fern"):
            self.member(name).add_search(occupation="43414", near="38640", within_km=50)
        self.two.pass_time(limits.HOUR)

    # People ---------------------------------------------------------------------------------

    def join(self, name: str, world: World | None = None) -> Member:
        """Let somebody in; what it does to its keys is kept."""
        (world or self.harz).join(name)
        self._keep_identity(name)
        return self.member(name)

    def member(self, name: str) -> Member:
        """Return a member of either side."""
        return self.party(name).member

    def party(self, name: str):
        """Return a member with its memory."""
        return {**self.harz.members, **self.goslar.members}[name]

    def start(self, name: str) -> Member:
        """Start a member anew on what it kept."""
        self.party(name).open()
        self._keep_identity(name)
        return self.member(name)

    def _keep_identity(self, name: str) -> None:
        party = self.party(name)

        def keep(identity: Identity) -> None:
            party.identity = identity

        party.member.engine.save_identity = keep

    # The story ------------------------------------------------------------------------------

    def granted(self, *, abroad: bool = False) -> tuple[Person, str]:
        """Let muster recommend somebody who allows it; return them and the referral."""
        asked = self.member("muster").recommend(
            CANDIDATE,
            ENDORSED,
            application=f"ATS-{self.harz.random.randrange(10**9)}",
            rejected_on=date(2026, 11, 19),
        )
        self.two.settle()
        person = self.harz.person(asked.link or "")
        person.grant(partners=(self.goslar.place.node,) if abroad else ())
        self.two.settle()
        return person, asked.referral

    def allowed_but_not_served(self) -> str:
        """Let somebody allow a referral of theirs that nobody has read yet; return it."""
        asked = self.member("muster").recommend(
            CANDIDATE,
            ENDORSED,
            application=f"ATS-{self.harz.random.randrange(10**9)}",
            rejected_on=date(2026, 11, 19),
        )
        self.member("muster").sync()
        self.harz.person(asked.link or "").grant(partners=())
        return asked.referral

    def requested(self, referral: str, *, by: str = "beispiel") -> None:
        """Let a member ask for contact."""
        self.member(by).request_contact(referral, job="Backend")
        self.two.settle()

    def received(self, person: Person, referral: str, *, by: str = "beispiel") -> None:
        """Let a member ask for contact, the person agree, and the dossier arrive."""
        self.requested(referral, by=by)
        person.agree()
        self.two.settle()
        assert referral in self.dossiers(by)

    def dossiers(self, name: str) -> list[str]:
        """Return of whom a member holds the dossier."""
        return _read(self.member(name).received)

    def matches(self, name: str) -> list[str]:
        """Return which referrals a member is shown."""
        return _read(self.member(name).inbox)

    def ended(self, person: Person) -> None:
        """Let the person withdraw; everybody erases and signs."""
        person.withdraw()
        self.two.settle()

    # Lists ----------------------------------------------------------------------------------

    def list_number(self, name: str = "") -> int:
        """Return the number of the newest list a member knows, or the node of Harz."""
        known = self.member(name).engine.directories.now() if name else self.directory()
        return known.newest.name.number if known.newest else 0

    def directory(self, world: World | None = None):
        """Return whom the node of Harz, or another, knows."""
        node = (world or self.harz).node.service
        node.exchange.members.look()
        return node.exchange.directory()

    def federation(self) -> Federation:
        """Return the newest list of Harz as it is handed out."""
        found = self.harz.node.service.exchange.members.federation(None)
        assert found is not None
        return found

    def hand_out(self, found: Federation | None, *, to: World | None = None) -> None:
        """Let everybody, or a partner's node, get this list instead of the newest one."""
        place, answer = self.harz.place.node, self.harz.handle
        body = strict.write(unstructure(found)) if found is not None else b""

        def instead(request: Request) -> Response:
            if found is None or request.operation != "GET /federation" or request.query:
                return answer(request)
            return Response(200, body, headers={HEADER: content_digest(body)})

        (to or self.harz).reachable[place] = instead

    def pass_time(self, seconds: int) -> None:
        """Let time go by with everybody at work."""
        self.two.pass_time(seconds)

    def freeze(self, seconds: int) -> None:
        """Let time go by while nobody renews the list."""
        self.two.clock.pass_time(seconds)

    # Keys -----------------------------------------------------------------------------------

    def rotate(self, kind: str) -> None:
        """Replace keys: of a member, the node, the online key, all of a stolen file, the root."""
        self.two.clock.pass_time(limits.MINUTE)
        ROTATIONS[kind](self)

    def rotate_member(self, name: str) -> int:
        """Let a member rotate its keys."""
        return self.member(name).rotate_keys()

    def restart_node(self) -> None:
        """Start the node anew, as after every change of its keys."""
        self.harz.node.open()

    def keep_secrets(self, keys: NodeKeys) -> None:
        """Save the node's keys."""
        self.harz.node.secrets = keys

    def rotate_node(self) -> None:
        """Give the node another key of its own."""
        replace_node_key(self.harz.node.service, save=self.keep_secrets)
        self.restart_node()

    def replace_online(self, *, stolen: bool = False, above: int = 0) -> None:
        """Let the root state another online key."""
        replace_online_key(
            self.harz.node.service,
            root=self.harz.node.root,
            authority_name=self.harz.place.name,
            save=self.keep_secrets,
            stolen=stolen,
            above=above,
        )
        self.restart_node()

    def replace_root(self) -> None:
        """Let the root hand over to another one."""
        suite, at = self.harz.suite, self.harz.clock.now()
        new = root_key(self.harz.random.randbytes(32), at=at, suite=suite)
        replace_root_key(
            self.harz.node.service,
            old=self.harz.node.root,
            new=new,
            authority_name=self.harz.place.name,
        )
        self.harz.node.root = new
        self.restart_node()

    def keys_now(self, kind: str) -> set[str]:
        """Return by which keys of that kind the node of Harz and its list go today."""
        directory, exchange = self.directory(), self.harz.node.service.exchange
        if kind in ("origin", "recipient"):
            stated = directory.organisation(self.party(NAMES[kind]).settings.id)
            return {key.kid for key in stated.keys}
        by_kind = {
            "node": {exchange.keys.node.kid},
            "online": {exchange.keys.online.kid},
            "stolen file": {exchange.keys.node.kid, exchange.keys.online.kid},
            "root": {directory.root},
        }
        return by_kind[kind]


NAMES = {"origin": "muster", "recipient": "beispiel"}
ROTATIONS: dict[str, Callable[[Region], object]] = {
    "origin": lambda region: region.rotate_member("muster"),
    "recipient": lambda region: region.rotate_member("beispiel"),
    "node": Region.rotate_node,
    "online": Region.replace_online,
    "stolen file": lambda region: region.replace_online(stolen=True),
    "root": Region.replace_root,
}


@pytest.fixture
def region() -> Region:
    """Harz and Goslar, who recognise each other."""
    return Region()


def _read(shown: Callable[[], Sequence[Any]]) -> list[str]:
    """Return what people can read; nothing while the list has expired or ends are not heard."""
    try:
        return [one.referral for one in shown()]
    except (StateError, QuarantineError):
        return []
