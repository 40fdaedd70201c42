"""Opening what was received: form, signer, shape, and what travels along."""

import json
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError, SignatureError, WireError
from fachkraft_share.protocol import payloads
from fachkraft_share.protocol.message import ANSWER, CONSENT, Envelope, open_message, sign_document
from fachkraft_share.testing import strategies as some
from fachkraft_share.testing.scene import (
    DAY,
    NODE,
    NOW,
    ORIGIN,
    READER,
    REQUESTER,
    STRANGER,
    Scene,
    Sent,
    name_id,
    seed,
)
from fachkraft_share.testing.story import Person, Story
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.keys import LOW_ORDER_KEYS
from fachkraft_share.wire.suite import Standard


def raw_event(scene: Scene, claims: dict[str, Any], *, by: str = ORIGIN) -> Sent:
    """Sign any claims as an event."""
    usual = unstructure(Envelope(ORIGIN, name_id("raw"), NOW, NODE, {}, None))
    token = jws.sign(
        {**usual, **claims}, type=jws.Type.EVENT, key=scene.members[by].sign, suite=scene.suite
    )
    return Sent(token)


LIST = {payloads.urn("membership.changed"): {"number": 1, "list": "x"}}
WRONG_EVENTS: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "no event": ({"events": {}}, MalformedError, "exactly one"),
    "two events": ({"events": {**LIST, "urn:x": {}}}, MalformedError, "exactly one"),
    "another family of events": ({"events": {"urn:x": {}}}, RefusedError, "^unknown-event"),
    "another version": (
        {"events": {"urn:fks:event:membership.changed:2": {}}},
        RefusedError,
        "^unknown-event",
    ),
    "no version": (
        {"events": {"urn:fks:event:membership.changed": {}}},
        RefusedError,
        "^unknown-event",
    ),
    "one of ours by a name nobody knows": (
        {"events": {payloads.urn("membership.sold"): {}}},
        RefusedError,
        "^unknown-event",
    ),
    "a bare name": ({"events": {"membership.changed": {}}}, RefusedError, "^unknown-event"),
    "a payload of another shape": (
        {"events": {payloads.urn("membership.changed"): {"number": "1", "list": "x"}}},
        MalformedError,
        "number",
    ),
    "a message id that is none": ({"events": LIST, "jti": "1"}, MalformedError, "base64url"),
    "a time that is none": ({"events": LIST, "iat": "now"}, MalformedError, "iat"),
    "another issuer": ({"events": LIST, "iss": READER}, SignatureError, "no member statement"),
    "the future": ({"events": LIST, "iat": NOW + DAY + 1}, RefusedError, "^future"),
    "before the key": (
        {"events": LIST, "iat": NOW - 1001 * DAY},
        SignatureError,
        "not valid when",
    ),
}


@pytest.mark.parametrize("why", WRONG_EVENTS)
def test_an_event_is_not_opened(why: str, scene: Scene) -> None:
    """Whatever else it says."""
    claims, kind, text = WRONG_EVENTS[why]
    with pytest.raises(kind, match=text):
        scene.open(raw_event(scene, claims))


def test_unknown_members_are_kept_and_ignored(scene: Scene) -> None:
    """A newer peer may send them; the received bytes stay as they are."""
    newer = {payloads.urn("membership.changed"): {"number": 1, "list": "x", "hint": 1}}
    sent = raw_event(scene, {"events": newer, "sub": "later"})
    message = scene.open(sent)
    assert message.body == payloads.MembershipChanged(1, "x")
    assert message.token == sent.token


def test_the_signature_counts_before_the_payload(scene: Scene) -> None:
    """Nothing of a forged event is looked at."""
    forged = raw_event(scene, {"events": {}}, by=STRANGER)
    with pytest.raises(SignatureError):
        scene.open(forged)
    unsigned = raw_event(scene, {"events": {}})
    broken = Sent(unsigned.token[:-4] + ("AAAA" if unsigned.token[-4:] != "AAAA" else "BBBB"))
    with pytest.raises(WireError, match=r"signature|base64url"):
        scene.open(broken)


def test_a_request_token_is_no_message(scene: Scene) -> None:
    """A document of one type cannot pass for another."""
    token = jws.sign(
        {"iss": ORIGIN}, type=jws.Type.REQUEST, key=scene.members[ORIGIN].sign, suite=scene.suite
    )
    with pytest.raises(SignatureError, match="another type"):
        scene.open(Sent(token))


def test_an_event_may_travel_along(scene: Scene, story: Story) -> None:
    """Behind consents and answers, in whatever order they are given."""
    closing = story.close()
    sent = attrs.evolve(
        story.requested, attached=(closing.token, story.answer.token, story.consent.token)
    )
    message = scene.open(sent)
    kinds = [one.type for one in message.attached]
    assert kinds == [CONSENT, ANSWER, "referral.closed"]
    assert message.consent == message.attached[0].body
    assert scene.open(Sent(story.draft.token)).consent is None


def test_one_bad_companion_spoils_the_message(scene: Scene, story: Story) -> None:
    """It would be stored as evidence otherwise."""
    forged = story.consent.token[:-6] + "AAAAAA"
    with pytest.raises(WireError):
        scene.open(attrs.evolve(story.requested, attached=(forged,)))


SOME_KEY = b64(Standard().public(seed("some key")))

# The candidate's documents ---------------------------------------------------------------------


@pytest.mark.parametrize("raw", sorted(LOW_ORDER_KEYS))
def test_a_consent_names_no_weak_key(raw: bytes, scene: Scene) -> None:
    """Under such a key one signature would hold for everything."""
    person = Person(scene)
    with pytest.raises(SignatureError, match="unusable"):
        scene.open(person.consent(manage=b64(raw)))
    with pytest.raises(SignatureError, match="unusable"):
        scene.open(weak_withdrawal(person, raw))


def weak_withdrawal(person: Person, raw: bytes) -> Sent:
    """Return a withdrawal whose consent key is weak."""
    usual = person.scene.open(person.withdrawal()).body
    body = attrs.evolve(usual, key=b64(raw))
    return Sent(sign_document(body, key=person.key, suite=person.scene.suite))


@pytest.mark.parametrize(
    "changed",
    [{"referral": "A" * 22}, {"origin": READER}, {"key": SOME_KEY}, {"nonce": "A" * 22}],
)
def test_a_consent_certifies_its_referral(changed: dict[str, str], scene: Scene) -> None:
    """Its id is made of origin, key and nonce."""
    with pytest.raises(SignatureError, match="not made of"):
        scene.open(Person(scene).consent(**changed))


@pytest.mark.parametrize("name", ["key", "nonce", "manage"])
@pytest.mark.parametrize("more", [-1, 1])
def test_keys_and_nonces_have_their_length(name: str, more: int, scene: Scene) -> None:
    """Before anything is computed with them; a byte too few or too many is no key."""
    size = (limits.ID_BYTES if name == "nonce" else 32) + more
    with pytest.raises(MalformedError, match="bytes"):
        scene.open(Person(scene).consent(**{name: b64(bytes(size))}))


def test_a_member_cannot_consent_for_a_person(scene: Scene) -> None:
    """Neither with its own key nor with another person's."""
    for key in (scene.members[ORIGIN].sign, Person(scene, "other").key):
        with pytest.raises(SignatureError, match="another key"):
            scene.open(Person(scene).consent(signer=key))


def test_a_candidates_key_signs_no_event(scene: Scene, story: Story) -> None:
    """It verifies consent, answer and withdrawal of its referral, nothing else."""
    token = scene.event(
        payloads.OutcomeReported(story.request, 0, payloads.OutcomeKind.HIRED),
        by=REQUESTER,
        aud=ORIGIN,
        referral=story.referral,
        key=story.person.key,
    )
    with pytest.raises(SignatureError, match="no member statement"):
        scene.open(Sent(token, (story.consent.token,)))


def test_a_document_of_the_future_is_refused(scene: Scene) -> None:
    """A day is forgiven."""
    person = Person(scene)
    assert scene.open(person.withdrawal(iat=NOW + limits.MESSAGE_SKEW)).iat > NOW
    with pytest.raises(RefusedError, match="future"):
        scene.open(person.withdrawal(iat=NOW + limits.MESSAGE_SKEW + 1))


def test_a_persons_document_is_named_after_its_key(scene: Scene) -> None:
    """Two persons may use one message id without meeting."""
    one, other = Person(scene), Person(scene, "other")
    opened = [scene.open(person.withdrawal(jti=name_id("same"))) for person in (one, other)]
    assert len({message.iss for message in opened}) == 2
    assert {message.jti for message in opened} == {name_id("same")}


# Every signed field ----------------------------------------------------------------------------


def tokens(story: Story) -> dict[str, Sent]:
    """Return one of every kind that is signed."""
    return {
        "consent": story.consent,
        "renewal": story.renewal,
        "answer": story.answer,
        "withdrawal": story.withdrawal,
        "published": story.released,
        "granted": story.granted,
        "renewed": story.renewed,
        "requested": story.requested,
        "presented": story.presented,
        "answered": story.answered,
        "disclosed": story.disclosed,
        "outcome": story.outcome,
        "closed": story.close(),
    }


KINDS = (
    "consent renewal answer withdrawal published granted renewed requested presented answered "
    "disclosed outcome closed"
).split()


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_changed_character_is_refused_before_anything_happens(
    kind: str, data: st.DataObject, scene: Scene, story: Story
) -> None:
    """In header, claims or signature."""
    sent = tokens(story)[kind]
    place = data.draw(st.integers(0, len(sent.token) - 1))
    letter = data.draw(st.sampled_from("AZaz09-_.=").filter(lambda c: c != sent.token[place]))
    changed = sent.token[:place] + letter + sent.token[place + 1 :]
    with pytest.raises((WireError, RefusedError)):
        scene.open(attrs.evolve(sent, token=changed))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value within a JSON value."""
    if not isinstance(value, dict | list):
        return [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(way for name, one in inner for way in leaves(one, (*path, name)))]


def changed_at(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return the value with something else at the end of the way."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed_at(copy[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_changed_field_under_the_old_signature_is_refused(
    kind: str, data: st.DataObject, scene: Scene, story: Story
) -> None:
    """Every field of every document is signed: another number, text, list or nothing."""
    sent = tokens(story)[kind]
    header, body, signature = sent.token.split(".")
    claims = json.loads(unb64(body))
    way = data.draw(st.sampled_from(leaves(claims)[1:]))
    new = data.draw(st.sampled_from(["x", 0, -1, None, [], {}, True, ORIGIN, "B" * 22, "0" * 64]))
    other = changed_at(claims, way, new)
    if other == claims and type(new) is not bool:
        return
    forged = f"{header}.{b64(json.dumps(other).encode())}.{signature}"
    with pytest.raises((WireError, RefusedError)):
        scene.open(attrs.evolve(sent, token=forged))


@settings(max_examples=100, deadline=None)
@given(consent=some.consents)
def test_consents_travel_unchanged(consent: Any) -> None:
    """What is structured from the wire is what was written."""
    assert structure(unstructure(consent), type(consent)) == consent


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_foreign_consent_helps_no_message(
    data: st.DataObject, scene: Scene, story: Story
) -> None:
    """Keys, organisation, referral and purpose are bound together."""
    other = Person(scene, data.draw(st.sampled_from(["a", "b", "c"])))
    kind = data.draw(st.sampled_from(["answer", "withdrawal"]))
    consent = other.consent()
    sign = other.manage
    if kind == "answer":
        sent = story.person.answer(consent, signer=sign)
    else:
        sent = story.person.withdrawal(signer=sign, attached=(consent.token,))
    with pytest.raises(SignatureError):
        scene.open(sent)


def test_the_reader_opens_bytes_it_never_saw_the_same_way(scene: Scene, story: Story) -> None:
    """The stage's memory of opened messages hides nothing."""
    message = open_message(
        story.draft.token, reader=scene.reader(), parts=story.draft.parts, attached=()
    )
    assert message == scene.open(story.draft)
