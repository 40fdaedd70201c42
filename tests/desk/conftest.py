"""A node with one invited person at its desk, in memory; and the same over a socket."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
import requests
import uvicorn

from fachkraft_share import limits
from fachkraft_share.model.organisation import Role
from fachkraft_share.model.profile import (
    Availability,
    Cefr,
    Endorsement,
    LanguageSkill,
    Level,
    Profile,
    Rank,
    WorkModel,
    Years,
)
from fachkraft_share.node.desk.choice import Choice, everything
from fachkraft_share.node.desk.links import candidate_key
from fachkraft_share.node.desk.service import Desk
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.node.desk.site import desk_site
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.protocol.parts import Parted, part_profile
from fachkraft_share.protocol.records import Held, Invitation, Referral, Token
from fachkraft_share.testing.scene import NODE, NOW, ORIGIN, READER, REQUESTER, Scene, Side, seed
from fachkraft_share.testing.story import Person, Story
from fachkraft_share.web.asgi import SiteApp
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.ids import referral_id
from fachkraft_share.wire.keys import CONSENT_KEY

SECRET = seed("the link")[: limits.SECRET_BYTES]
NAMES = {
    ORIGIN: "Muster Maschinenbau GmbH",
    REQUESTER: "Beispiel Software AG",
    READER: "Dritte Werke KG",
}
PROFILE = Profile(
    occupation="434",
    level=Level.SPECIALIST,
    years=Years.UP_TO_9,
    region="plz:38",
    skills=("java", "sql"),
    languages=(LanguageSkill("de", Cefr.C2), LanguageSkill("en", Cefr.B2)),
    availability=Availability.QUARTER,
    work_model=WorkModel.HYBRID,
    endorsement=Endorsement(Rank.SECOND, ("careful",), would_have_hired=True),
)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> int:
        """Return the time."""
        return self.time


class Ids:
    """Bytes that follow from a counter."""

    def __init__(self) -> None:
        self.count = 0

    def random(self, size: int) -> bytes:
        """Return the next bytes."""
        self.count += 1
        return seed(f"random {self.count}")[:size]


class Offline:
    """The desk calls nobody."""

    def call(self, node: str, request: Any) -> Any:  # noqa: ARG002
        """Refuse."""
        raise AssertionError("the desk must not call out")


class LinkedPerson(Person):
    """A person whose first key is made by the link's secret."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.key = candidate_key(SECRET, purpose=CONSENT_KEY, suite=scene.suite)
        self.key_x = self.key.public(scene.suite).x
        raw = scene.suite.public(self.key.seed)
        self.referral = referral_id(self.origin, raw, seed("person nonce")[: limits.ID_BYTES])


class RichStory(Story):
    """A story whose profile fills every category."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.person = LinkedPerson(scene)
        self.referral = self.person.referral
        self.profile = PROFILE

    @property
    def parted(self) -> Parted:
        """The profile's parts."""
        return part_profile(self.profile, salts=(seed(f"salt {n}")[:16] for n in range(20)))


class World:
    """The node, its desk and everybody who writes to it."""

    secret = b64(SECRET)

    def __init__(self, names: dict[str, str] | None = None) -> None:
        self.scene = Scene()
        self.clock = Clock()
        told = {**NAMES, **(names or {})}
        self.name(told)
        self.side = Side(self.scene, NODE)
        self.story = RichStory(self.scene)
        self.settings = DeskSettings(
            name="Fachkräfteallianz Harz",
            imprint="https://harz.example/impressum",
            privacy="https://harz.example/datenschutz",
            documentation="https://harz.example/doku",
        )
        runtime = Runtime(self.clock, Ids(), self.scene.suite, Offline())
        self.desk = Desk(runtime, lambda: self.side.party, settings=self.settings)

    def name(self, names: dict[str, str]) -> None:
        """State the members under these names, on the newest list."""
        members = dict(self.scene.members)
        for id, name in names.items():
            stated = attrs.evolve(members[id].organisation, name=name)
            members[id] = attrs.evolve(members[id], organisation=stated)
        self.scene.members = members
        numbered = [one.organisation for one in members.values()]
        shown = tuple(one for one in numbered if self.scene.first.member(one.id))
        self.scene.first = attrs.evolve(self.scene.first, members=shown)
        empty = attrs.evolve(self.scene.directory, newest=None, keys={}, stood={}, known={})
        self.scene.directory = empty.with_list(self.scene.first)

    def presenting(self) -> "World":
        """Let the person have presented themselves at an origin for education."""
        origin = self.scene.members[ORIGIN]
        roles = attrs.evolve(origin.organisation, roles=(Role.EDUCATION,))
        self.scene.members = {
            **self.scene.members,
            ORIGIN: attrs.evolve(origin, organisation=roles),
        }
        self.name({})
        self.side = Side(self.scene, NODE)
        self.story.profile = attrs.evolve(
            PROFILE, endorsement=Endorsement(None, PROFILE.endorsement.strengths)
        )
        return self

    def invited(self, language: str = "de") -> "World":
        """Invite the person and take the draft in."""
        person = self.story.person
        self.side.put(Invitation(person.key_x, ORIGIN, "ref", "attested", language, NOW))
        assert self.side.hear(self.story.draft).status == "accepted"
        return self

    def stored(self) -> dict[str, Any]:
        """Return everything the node keeps, to compare before and after."""
        kept = {kind.__name__: rows for kind, rows in self.side.store.snapshot().items() if rows}
        return {**kept, "journal": list(self.side.journal.lines())}

    def choice(self, **changed: Any) -> Choice:
        """Return the choice that allows everything, with changes."""
        return attrs.evolve(everything(self.desk.open(self.secret)), **changed)

    def granted(self, **changed: Any) -> str:
        """Invite, consent, and return the management link's secret."""
        self.invited()
        return self.desk.grant(self.secret, self.choice(**changed))

    def served(self, *readers: str) -> None:
        """Note that these members were given the profile."""
        for number, reader in enumerate(readers or (REQUESTER, READER), 1):
            self.side.put(Held(self.story.referral, reader, number, NOW, NOW + 60))

    def asked(self, **changed: Any) -> str:
        """Let the requester ask for contact and the origin present it; return the request's id."""
        self.served(REQUESTER)
        referral = self.side.get(Referral, self.story.referral)
        assert referral is not None
        token = self.side.get(Token, referral.consent)
        assert token is not None
        wish = attrs.evolve(self.story.ask(), attached=(str(token.body),))
        assert self.side.hear(wish).status == "accepted"
        assert self.side.hear(self.story.present(**changed)).status == "accepted"
        return self.story.request


@pytest.fixture
def world() -> World:
    """A node that knows nobody yet."""
    return World()


@pytest.fixture
def new_world() -> type[World]:
    """Make a node for each example of a property."""
    return World


class Browser:
    """What a person without scripts does: open addresses, send forms."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str, **more: Any) -> requests.Response:
        """Open an address."""
        return self.session.get(self.base + path, timeout=10, **more)

    def post(self, path: str, data: Any = None, **more: Any) -> requests.Response:
        """Send a form."""
        more.setdefault("allow_redirects", False)
        return self.session.post(self.base + path, data=data, timeout=10, **more)


@pytest.fixture
def browser(world: World) -> Iterator[Browser]:
    """A browser in front of the desk, over a real socket."""
    app = SiteApp(desk_site(world.desk))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    found = Browser(f"http://127.0.0.1:{listening.getsockname()[1]}")
    try:
        yield found
    finally:
        found.session.close()
        server.should_exit = True
        thread.join()
        listening.close()
