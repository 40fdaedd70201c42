"""Opening what was received, at its edges: how much may travel along, and whose it is."""

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SignatureError
from fachkraft_share.model.alliance import Removal
from fachkraft_share.protocol.message import Reader, open_message
from fachkraft_share.protocol.payloads import ConsentDeclined
from fachkraft_share.testing.scene import NODE, NOW, ORIGIN, READER, Scene, Sent, name_id
from fachkraft_share.testing.story import Person, Story
from fachkraft_share.wire import jws


def test_so_many_documents_may_travel_along_and_no_more(scene: Scene) -> None:
    """Each is verified: a long list would be work for nothing."""
    person = Person(scene, "many")
    chain = person.consent()
    tokens = [chain.token]
    for n in range(limits.ATTACHED):
        tokens.append(person.answer(chain, request=name_id(f"request {n}")).token)
    most = Sent(person.withdrawal().token, tuple(tokens[: limits.ATTACHED]))
    assert len(scene.open(most).attached) == limits.ATTACHED
    with pytest.raises(MalformedError, match="too many"):
        scene.open(attrs.evolve(most, attached=tuple(tokens)))


def test_the_same_document_twice_travels_along_once(scene: Scene, story: Story) -> None:
    """It proves no more."""
    twice = attrs.evolve(story.requested, attached=(story.consent.token,) * 2)
    assert [one.sha256 for one in scene.open(twice).attached] == [story.consent.sha256]


def test_what_a_message_says_stays_out_of_what_is_printed(scene: Scene, story: Story) -> None:
    """Neither the token nor the parts; both are personal."""
    message = scene.open(story.released)
    shown = repr(message)
    assert story.draft.token not in shown
    assert not [text for text in story.released.parts if text in shown]


def test_a_persons_document_has_its_own_name_time_and_no_addressee(
    scene: Scene, story: Story
) -> None:
    """Whoever opens it sees who signed, by the key alone."""
    message = scene.open(story.withdrawal)
    assert message.iss == f"urn:fks:key:{story.person.key.kid}"
    assert (message.aud, message.iat, message.parts) == ("", NOW, ())
    assert message.jti == message.body.jti
    consent = scene.open(story.consent)
    assert (consent.jti, consent.type) == (consent.body.record_id, "fks-consent")
    assert scene.open(story.answer).type == "fks-answer"
    assert message.type == "fks-withdrawal"


def test_a_message_id_of_a_person_has_its_form_too(story: Story) -> None:
    """Sixteen bytes, as everywhere."""
    with pytest.raises(MalformedError, match="base64url"):
        story.scene.open(story.person.withdrawal(jti="short"))


def test_an_event_a_day_ahead_is_opened(scene: Scene, story: Story) -> None:
    """Clocks drift; one second more is refused elsewhere."""
    token = story.event(ConsentDeclined("x"), by=NODE, aud=ORIGIN, at=NOW + limits.MESSAGE_SKEW)
    assert scene.open(Sent(token)).iat == NOW + limits.MESSAGE_SKEW


def test_another_persons_consent_along_is_not_this_messages_consent(
    scene: Scene, story: Story
) -> None:
    """However many travel along, the newest of its own referral counts."""
    other = Person(scene, "other").consent()
    message = scene.open(attrs.evolve(story.requested, attached=(other.token,)))
    assert (message.consents, message.consent) == ((), None)
    both = scene.open(attrs.evolve(story.requested, attached=(other.token, story.consent.token)))
    assert [one.sha256 for one in both.consents] == [story.consent.sha256]


def test_an_answer_is_signed_by_the_consent_it_names_among_several(
    scene: Scene, story: Story
) -> None:
    """Not by the key of the one before, which a renewal may have replaced."""
    fresh = Person(scene, "fresh")
    newer = story.renew(story.consent, manage=fresh.manage_x)
    along = (newer.token, story.consent.token)
    by_new = story.person.answer(newer, signer=fresh.manage, attached=along)
    assert scene.open(by_new).body.consent == newer.sha256
    by_old = story.person.answer(newer, signer=story.person.manage, attached=along)
    with pytest.raises(SignatureError, match="names the signer's key"):
        scene.open(by_old)


def test_a_renewal_names_a_consent_of_this_very_referral(scene: Scene, story: Story) -> None:
    """One by the same key for another origin is no ground, nor one of another person."""
    for ground in (Person(scene, "person", origin=READER).consent(), Person(scene, "x").consent()):
        sent = story.person.consent(attached=(ground.token,), renews=ground.sha256)
        with pytest.raises(SignatureError, match="needs the consent"):
            scene.open(sent)


def test_what_rests_on_what_is_followed_to_the_ground(scene: Scene, story: Story) -> None:
    """Directly, through another, and never to something unrelated."""
    second = story.renew(story.renewal)
    message = scene.open(second)
    assert message.rests_on(story.renewal.sha256)
    assert message.rests_on(story.consent.sha256)
    assert not message.rests_on(second.sha256)
    assert not message.rests_on("0" * 64)
    assert not scene.open(story.consent).rests_on(story.renewal.sha256)
    answered = attrs.evolve(second, attached=(*second.attached, story.answer.token))
    assert scene.open(answered).rests_on(story.consent.sha256)


def test_a_renewal_is_signed_with_the_key_of_the_very_consent_it_renews(
    scene: Scene, story: Story
) -> None:
    """Not with that of the first, which the one in between has replaced."""
    fresh = Person(scene, "fresh")
    middle = story.renew(story.consent, manage=fresh.manage_x)
    told = {"renews": middle.sha256, "attached": (story.consent.token, middle.token)}
    newest = story.person.consent(signer=fresh.manage, **told)
    assert scene.open(newest).rests_on(story.consent.sha256)
    with pytest.raises(SignatureError, match="another key"):
        scene.open(story.person.consent(signer=story.person.manage, **told))


def test_only_a_consent_names_who_may_withdraw(scene: Scene, story: Story) -> None:
    """An answer that travels along names nobody."""
    along = (story.consent.token, story.answer.token)
    stranger = Person(scene, "other").manage
    with pytest.raises(SignatureError, match="names the signer's key"):
        scene.open(story.person.withdrawal(signer=stranger, attached=along))


def test_what_renews_no_hash_is_no_consent(scene: Scene, story: Story) -> None:
    """Documents are put in order before anything in them is believed."""
    for renews in (["0" * 64], {}, 1):
        token = jws.sign(
            {"renews": renews}, type=jws.Type.CONSENT, key=story.person.key, suite=scene.suite
        )
        with pytest.raises(MalformedError):
            scene.open(attrs.evolve(story.requested, attached=(token,)))


def test_what_a_compromised_member_signed_before_is_opened_as_evidence_only(scene: Scene) -> None:
    """Of what arrives now nobody can tell when it was signed, unless it is said to be recorded."""
    gone = Removal(ORIGIN, "compromised", NOW)
    newer = attrs.evolve(scene.members_list(8, (NODE, READER)), removed=(gone,))
    known = scene.directory.with_list(newer)
    token = scene.event(ConsentDeclined("x"), by=ORIGIN, aud=NODE, referral=None, at=NOW - 1)
    recorded = Reader(known, scene.suite, NOW, evidence=True)
    assert open_message(token, reader=recorded).iss == ORIGIN
    with pytest.raises(SignatureError, match="compromised"):
        open_message(token, reader=Reader(known, scene.suite, NOW))
