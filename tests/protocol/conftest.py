"""One scene and one referral's story; both only hold values, so all tests share them.

Beside them stands a border: the same story with a partner alliance, its node and two members.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import attrs
import pytest

from fachkraft_share.model.agreement import Agreement, AgreementKind, PartnerAlliance
from fachkraft_share.model.alliance import MemberList
from fachkraft_share.model.consent import Audience, Purpose
from fachkraft_share.model.organisation import Role
from fachkraft_share.protocol.bundle import Bundle
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.membership import Directory, Partner
from fachkraft_share.protocol.parts import allowed
from fachkraft_share.testing.evidence import Evidence
from fachkraft_share.testing.scene import (
    AUTHORITY,
    DAY,
    NEWCOMER,
    NODE,
    NOW,
    SHOWN,
    STRANGER,
    Scene,
    Sent,
    Side,
    member,
)
from fachkraft_share.testing.story import Story

GOSLAR: Final = "https://node.goslar.example"
RULER: Final = "https://goslar.example"  # the partner's authority
BEYOND: Final = (NEWCOMER, STRANGER)  # the partner's members
ACROSS: Final = (Purpose.REFERRAL, Purpose.OTHER_REGIONS)
END: Final = NOW + 90 * DAY
OURS: Final = PartnerAlliance(AUTHORITY, "root", NODE, NODE, "Harz")
THEIRS: Final = PartnerAlliance(RULER, "root", GOSLAR, GOSLAR, "Goslar")


class Border:
    """Two alliances that recognise each other, and a referral the person lets cross."""

    node, beyond, ruler = GOSLAR, BEYOND, RULER  # all of the partner alliance

    def __init__(self, scene: Scene) -> None:
        self.story, self.scene = Story(scene, "traveller"), scene
        roles = {GOSLAR: Role.NODE, RULER: Role.AUTHORITY}
        new = {id: member(id, suite=scene.suite, role=role) for id, role in roles.items()}
        scene.members = {**scene.members, **new}
        self.listed: MemberList = scene.members_list(3, (RULER, GOSLAR, *BEYOND))

    @cached_property
    def consent(self) -> Sent:
        """The person's consent that names the partner."""
        return self.allow()

    def allow(self, **changed: Any) -> Sent:
        """Return a first consent; keyword arguments replace fields of the one that crosses."""
        audience = Audience(list=self.scene.first.name, partners=(GOSLAR,))
        told = {"draft": self.story.draft.sha256, "audience": audience, "purposes": ACROSS}
        return self.story.person.consent(**{**told, **changed})

    def release(self, consent: Sent) -> Sent:
        """Return the publication as the partner node reads it, and its members after it."""
        shown = allowed(self.story.draft.parts, SHOWN)
        return Sent(self.story.draft.token, (*consent.attached, consent.token), shown)

    def terms(self, iss: str, **said: Any) -> Agreement:
        """Return a recognition by that authority, in both directions."""
        usual = Agreement(
            iss,
            "a" * 22,
            0,
            AgreementKind.RECOGNITION,
            "Harz",
            "de",
            "2026/1",
            (Purpose.OTHER_REGIONS,),
            NOW,
            NOW,
            END,
            gives=True,
            takes=True,
        )
        return attrs.evolve(usual, **said)

    def directory(self, *, goslar: bool, **said: Any) -> Directory:
        """Return what one of the two alliances knows; keyword arguments are of its recognition."""
        own = Directory(RULER, "root").with_list(self.listed)
        ours = self.scene.directory
        if goslar:
            known, other = own, Partner(OURS, (self.terms(RULER, **said),), ours)
        else:
            known, other = ours, Partner(THEIRS, (self.terms(AUTHORITY, **said),), own)
        partners: Mapping[str, Partner] = {other.node: other}
        return attrs.evolve(known, partners=partners)

    def side(self, id: str, *heard: Sent, **said: Any) -> Side:
        """Return a party on its own side of the border that has heard these messages."""
        goslar = id in (GOSLAR, RULER, *BEYOND)
        side = Side(self.scene, id).put(*self.story.before(id))
        node = GOSLAR if goslar else NODE
        known = self.directory(goslar=goslar, **said)
        side.here = Here(id, is_node=id == node, node=node, directory=known)
        for one in heard:
            outcome = side.hear(one)
            assert outcome.status == "accepted", outcome
        return side

    def event(self, payload: Any, *, by: str, aud: str, jti: str = "", **more: Any) -> Sent:
        """Sign an event about this referral."""
        return Sent(self.story.event(payload, by=by, aud=aud, jti=jti or f"{payload}", **more))


@pytest.fixture(scope="session")
def scene() -> Scene:
    """An alliance of a node and three members."""
    return Scene()


@pytest.fixture(scope="session")
def story(scene: Scene) -> Story:
    """One referral from draft to outcome."""
    return Story(scene)


@pytest.fixture(scope="session")
def evidence(story: Story) -> Evidence:
    """The story's evidence."""
    return Evidence(story)


@pytest.fixture(scope="session")
def whole(evidence: Evidence) -> Bundle:
    """The complete bundle."""
    return evidence.bundle()


@pytest.fixture(scope="session")
def border() -> Border:
    """The story across a border, in a scene of its own."""
    return Border(Scene())
