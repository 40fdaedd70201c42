"""Vectors of one referral: every message from draft to closure as it travels, and forged ones."""

from typing import Any

import attrs

from fachkraft_share.errors import MalformedError, RefusedError, SignatureError
from fachkraft_share.protocol.message import Message
from fachkraft_share.testing.scene import MEMBERS, NEWCOMER, NOW, REQUESTER, Scene, Sent
from fachkraft_share.testing.story import Person, Story
from fachkraft_share.wire.convert import unstructure
from fachkraft_share.wire.encoding import b64

NAMES = (
    "draft consent granted released renewal renewed requested presented answer answered "
    "disclosed outcome withdrawal"
).split()


def referrals() -> dict[str, Any]:
    """Return the story and what is no part of it."""
    scene = Scene()
    story = Story(scene)
    managed = story.person.withdrawal(
        signer=story.person.manage, attached=(story.renewal.token, story.consent.token)
    )
    told = {name: getattr(story, name) for name in NAMES}
    told |= {"withdrawal by management link": managed, "closed by the origin": story.close()}
    return {
        "about": "docs/protocol.md: one referral. A reader who knows `organisations` opens `good` "
        "at `at` and refuses `bad`; parts beside an envelope are checked against its hashes",
        "at": NOW,
        "organisations": [unstructure(scene.members[id].organisation) for id in MEMBERS],
        "referral": {
            "id": story.referral,
            "origin": story.person.origin,
            "key": story.person.key_x,
            "nonce": story.person.nonce,
        },
        "profile": list(story.parted.texts),
        "good": [good(scene, name, sent) for name, sent in told.items()],
        "bad": [bad(scene, why, sent) for why, sent in forged(story).items()],
    }


def plain(sent: Sent) -> dict[str, Any]:
    """Return a message as it travels."""
    return {"token": sent.token, "with": list(sent.attached), "parts": list(sent.parts)}


def good(scene: Scene, why: str, sent: Sent) -> dict[str, Any]:
    """Return a message with what opening it tells."""
    message: Message = scene.open(sent)
    told = {"type": message.type, "iss": message.iss, "sha256": message.sha256}
    return {"why": why, **plain(sent), **told, "body": unstructure(message.body)}


ERRORS = {MalformedError: "malformed", SignatureError: "signature", RefusedError: "refused"}


def bad(scene: Scene, why: str, sent: Sent) -> dict[str, Any]:
    """Return a message with the class of its refusal."""
    try:
        scene.open(sent)
    except tuple(ERRORS) as error:
        return {"why": why, **plain(sent), "error": ERRORS[type(error)]}
    raise AssertionError(why)


def forged(story: Story) -> dict[str, Sent]:
    """Return what nobody may take."""
    person, scene = story.person, story.scene
    other = Person(scene, "other")
    return {
        "a consent by the member": person.consent(signer=scene.members[REQUESTER].sign),
        "a consent by another person": person.consent(signer=other.key),
        "a consent whose id is another's": person.consent(referral=other.referral),
        "a consent with a weak management key": person.consent(
            manage=b64((1).to_bytes(32, "little"))
        ),
        "a renewal without the consent it renews": attrs.evolve(story.renewal, attached=()),
        "a renewal by the first key": story.renew(story.consent, signer=person.key),
        "an answer without its consent": person.answer(story.consent, attached=()),
        "an answer by the first key": person.answer(story.consent, signer=person.key),
        "an answer under another person's consent": person.answer(
            other.consent(), signer=other.manage
        ),
        "a withdrawal by another person": person.withdrawal(signer=other.key),
        "a withdrawal by an unknown management key": person.withdrawal(signer=person.manage),
        "a withdrawal of tomorrow's tomorrow": person.withdrawal(iat=NOW + 2 * 86_400),
        "an event by somebody on no list": story.close(by=NEWCOMER),
        "an event with a broken companion": attrs.evolve(
            story.requested, attached=(story.consent.token[:-6] + "AAAAAA",)
        ),
    }
