"""The attacks of `shared/assurance.md` § 7 that reach the core, each by the number it has there.

Their parts at HTTP level (6, 10 and the rest of 7 and 9) stand beside the node's tests.
"""

import time
from collections.abc import Callable

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError, SignatureError, WireError
from fachkraft_share.model.consent import Assurance, Audience
from fachkraft_share.model.organisation import KeyUse, PublicKey
from fachkraft_share.protocol import payloads
from fachkraft_share.protocol.erasure import write_receipt
from fachkraft_share.protocol.lists import check_organisation
from fachkraft_share.protocol.parts import part_hash, write_part
from fachkraft_share.protocol.payloads import CategoryErased, ErasureState, ReceiptItem
from fachkraft_share.protocol.records import (
    Contact,
    Exclusion,
    FeedRow,
    Part,
    Receipt,
    Referral,
    Seen,
    Token,
    Tombstone,
)
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
    Side,
    name_id,
    seed,
)
from fachkraft_share.testing.story import Person, Story
from fachkraft_share.wire import jws, keys, strict
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.ids import referral_id

OPEN = ("draft", "consent")


# 1 Wrong key -----------------------------------------------------------------------------------


def test_attack_1_a_key_is_believed_about_its_owner(scene: Scene, story: Story) -> None:
    """Fedify CVE-2026-96625, CVE-2025-54888: the key's own word for whom it speaks.

    A stranger signs with a key of its own under a member's name, under its own name, and with the
    kid of the member's key; a member signs under another member's name. Nothing is processed.
    """
    node = story.side(NODE, *OPEN)
    before = node.store.snapshot()
    body = payloads.OutcomeReported(story.request, 0, payloads.OutcomeKind.HIRED)
    stolen = attrs.evolve(scene.members[STRANGER].sign, kid=scene.members[REQUESTER].sign.kid)
    for by, key in (
        (REQUESTER, scene.members[STRANGER].sign),
        (STRANGER, scene.members[STRANGER].sign),
        (REQUESTER, scene.members[READER].sign),
        (REQUESTER, stolen),
    ):
        token = story.event(body, by=by, aud=ORIGIN, key=key)
        with pytest.raises(SignatureError):
            node.hear(Sent(token))
    assert node.store.snapshot() == before


@pytest.mark.parametrize("member", ["jwk", "jku", "x5u", "x5c", "crit", "cty", "b64"])
def test_attack_1_a_key_comes_with_the_message(member: str, scene: Scene, story: Story) -> None:
    """Mastodon CVE-2024-23832, Authlib CVE-2025-59420: a URL or key in the header is followed.

    The header has exactly three members; any other makes the document no document.
    """
    header, body, signature = story.draft.token.split(".")
    plain = strict.read(unb64(header))
    assert isinstance(plain, dict)
    longer = b64(strict.write({**plain, member: "https://fremd.example/key"}))
    with pytest.raises(MalformedError, match="exactly alg, kid and typ"):
        scene.open(Sent(f"{longer}.{body}.{signature}"))


# 2 Unsigned meaning ----------------------------------------------------------------------------


def test_attack_2_two_readers_read_two_things(scene: Scene, story: Story) -> None:
    """CVE-2023-49079, CVE-2026-46349: duplicate members, re-parsing, a digest nobody checked.

    Claims that two readers could read differently are refused even under a right signature, and
    what is verified are the bytes that came.
    """
    key = scene.members[ORIGIN].sign
    header = b64(strict.write({"alg": jws.ALGORITHM, "kid": key.kid, "typ": "secevent+jwt"}))
    body = unb64(story.draft.token.split(".")[1])
    iss = f'"iss":"{ORIGIN}"'.encode()
    for other in (
        body.replace(iss, iss + f',"iss":"{READER}"'.encode()),
        body.replace(b'"iat":', b'"iat":1.0,"x":'),
        body.replace(b'"iat":', b'"x":NaN,"iat":'),
        body + b" {}",
        b"\xef\xbb\xbf" + body,
    ):
        signed = f"{header}.{b64(other)}"
        token = f"{signed}.{b64(scene.suite.sign(key.seed, signed.encode()))}"
        with pytest.raises(MalformedError):
            scene.open(Sent(token, (), story.draft.parts))
    kept = story.side(NODE, "draft").get(Token, story.draft.sha256)
    assert kept is not None
    assert kept.body == story.draft.token


def test_attack_2_a_part_beside_the_signature_is_exchanged(story: Story) -> None:
    """What travels beside the envelope counts only with the hash the envelope signs."""
    forged = write_part("occupation", {"occupation": "84"}, salt=b"s" * 16)
    for parts in ((forged,), (*story.released.parts, forged)):
        outcome = story.side(READER).hear(attrs.evolve(story.released, parts=parts))
        assert (outcome.status, outcome.code) == ("refused", "malformed")


@pytest.mark.parametrize("alg", ["none", "HS256", "EdDSA", "ES256", ""])
def test_attack_2_the_message_chooses_its_algorithm(alg: str, scene: Scene, story: Story) -> None:
    """Authlib CVE-2025-61920 and its like: there is one algorithm and no choice."""
    _, body, signature = story.draft.token.split(".")
    kid = scene.members[ORIGIN].sign.kid
    header = b64(strict.write({"alg": alg, "kid": kid, "typ": "secevent+jwt"}))
    for token in (f"{header}.{body}.{signature}", f"{header}.{body}."):
        with pytest.raises(WireError):
            scene.open(Sent(token))


# 3 Weak keys -----------------------------------------------------------------------------------


def test_attack_3_a_weak_key_is_enrolled(scene: Scene) -> None:
    """CVE-2026-24044 and the 14 low-order encodings: one signature would fit every text.

    As a member's key, and as a candidate's. So is a key whose private half is in print.
    """
    member = scene.members[READER].organisation
    for raw in (*keys.LOW_ORDER_KEYS, *keys.KNOWN_SIGNING_KEYS):
        weak = PublicKey(keys.kid(raw), b64(raw), KeyUse.SIGN, 0, NOW + DAY)
        with pytest.raises(SignatureError, match="unusable"):
            check_organisation(attrs.evolve(member, keys=(weak,)))
    for raw in keys.LOW_ORDER_KEYS:
        with pytest.raises(SignatureError, match="unusable"):
            scene.open(Person(scene).consent(manage=b64(raw)))


# 4 Replay, squatting, wrong audience, stale receipts --------------------------------------------


def test_attack_4_a_message_is_replayed(story: Story) -> None:
    """CVE-2023-42453: the same bytes again, at the same party, have no second effect."""
    node = story.side(NODE, *OPEN, "requested", "answer", "disclosed")
    rows = node.every(FeedRow)
    for sent in (story.consent, story.requested, story.answer, story.disclosed):
        assert node.hear(sent, at=NOW + DAY).status == "known"
    assert node.every(FeedRow) == rows


def test_attack_4_a_message_is_replayed_at_another_node(scene: Scene, story: Story) -> None:
    """What was signed for one node is refused by the next: `aud` is signed."""
    other = Side(scene, NODE)
    other.here = attrs.evolve(other.here, id=READER, node=READER, is_node=True)
    other.put(*story.before(NODE))
    assert other.hear(story.draft).code == "audience"
    other.put(*story.side(NODE, "draft").every(Referral))
    assert other.hear(story.consent).code == "audience"


def test_attack_4_a_message_id_is_squatted(story: Story) -> None:
    """Fedify GHSA-4qhx-hhwf-8685: an id used first by somebody else suppresses nothing.

    Ids are kept per verified sender; other bytes of the same sender under one id are kept as
    evidence and refused.
    """
    node = story.side(NODE, *OPEN)
    jti = "squatted"
    squatter = story.ask(by=READER, request=name_id("squat"))
    token = story.event(story.scene.open(squatter).body, by=READER, aud=ORIGIN, jti=jti, at=NOW)
    mine = story.event(story.scene.open(story.requested).body, by=REQUESTER, aud=ORIGIN, jti=jti)
    along = (story.consent.token,)
    assert node.hear(Sent(token, along)).status == "accepted"
    assert node.hear(Sent(mine, along)).status == "accepted"
    twin = story.event(story.scene.open(squatter).body, by=REQUESTER, aud=ORIGIN, jti=jti)
    assert node.hear(Sent(twin, along)).code == "equivocation"
    seen = node.get(Seen, REQUESTER, name_id(jti))
    assert seen is not None
    assert seen.other == Sent(twin).sha256
    assert len(node.every(Contact)) == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"referral": "A" * 22}, "later"),
        ({"scope": READER}, "later"),
        ({"closure": "0" * 64}, "stale-receipt"),
        ({"at": NOW + 2 * DAY}, "future"),
    ],
)
def test_attack_4_a_receipt_is_stale_or_anothers(
    changed: dict[str, object], code: str, story: Story
) -> None:
    """P19: referral, holder, closure, scope and time are bound; nobody's duty ends by it."""
    node = story.side(NODE, *OPEN, "withdrawal")
    erased = tuple(CategoryErased(one, ErasureState.ERASED) for one in ("profile", "dossier"))
    item = ReceiptItem(
        story.referral, story.withdrawal.sha256, "all", NOW, erased, ("store",), second_look=True
    )
    body, texts = write_receipt([attrs.evolve(item, **changed)], salts=[b"s" * 16])
    token = story.scene.event(body, by=READER, aud=NODE, referral=None)
    outcome = node.hear(Sent(token, (), texts))
    assert code in (outcome.code, outcome.status)
    assert node.every(Receipt) == ()


# 5 Resurrection --------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [NODE, READER])
def test_attack_5_a_late_copy_brings_the_person_back(who: str, story: Story) -> None:
    """A restored or long absent party sends what was withdrawn long ago, for ever.

    The tombstone lasts as long as any copy could be accepted; after that the copy is too old.
    """
    name = "draft" if who == NODE else "released"
    side = story.side(who, "withdrawal")
    end = NOW + 300 * DAY + limits.TOMBSTONE_SKEW
    sent = getattr(story, name)
    for at in (NOW, NOW + 100 * DAY):
        assert side.hear(sent, at=at).status == "ended"
    (stone,) = side.every(Tombstone)
    assert stone.keep_until >= end
    forgetful = story.side(who)
    assert forgetful.hear(sent, at=end + 1).code == "too-late"
    assert forgetful.every(Part) == ()


def test_attack_5_the_latest_possible_copy_is_outlived(story: Story) -> None:
    """Dated a day ahead, with the longest life there is, and closed before it came."""
    body = attrs.evolve(
        story.scene.open(story.draft).body,
        not_after=NOW + limits.MESSAGE_SKEW + limits.REFERRAL_DAYS * DAY,
    )
    token = story.event(body, by=ORIGIN, aud=f"{NODE}/members", at=NOW + limits.MESSAGE_SKEW)
    consent = story.person.consent(draft=Sent(token).sha256)  # without it a month would be too late
    latest = Sent(token, (consent.token,), story.draft.parts)
    (stone,) = story.side(NODE, "withdrawal").every(Tombstone)
    node = story.side(NODE)
    assert node.foresee(latest, at=stone.keep_until).status == "accepted"
    with pytest.raises(RefusedError, match="too-late"):
        node.foresee(latest, at=stone.keep_until + 1)


def test_attack_5_a_new_pseudonym_needs_a_new_consent(story: Story) -> None:
    """The same profile under another nonce is another referral: nobody consented to it.

    That the origin does not import the erased application again is its engine's suppression list.
    """
    node = story.side(NODE, *OPEN, "withdrawal")
    again = Story(story.scene, "person")
    again.person.nonce = Person(story.scene, "other").nonce
    again.person.referral = again.referral = referral_id(
        ORIGIN, unb64(again.person.key_x), unb64(again.person.nonce)
    )
    with pytest.raises(RefusedError, match="no-invitation"):
        node.foresee(again.draft)


def test_attack_5_a_closed_referral_is_granted_anew(story: Story) -> None:
    """No consent, renewal, answer or news reopens what is closed."""
    for who in (NODE, ORIGIN, REQUESTER):
        side = story.side(who, "withdrawal")
        for name in ("draft", "consent", "renewal", "granted", "released", "renewed", "answered"):
            outcome = side.hear(getattr(story, name))
            assert outcome.status in ("ended", "refused", "later")
        kept = side.get(Referral, story.referral)
        assert kept is None or kept.state == "closed"


# 7 Exhaustion ----------------------------------------------------------------------------------

BOMBS: dict[str, Callable[[], bytes]] = {
    "an integer beyond all": lambda: b'{"iat":' + b"9" * 40_000 + b"}",
    "depth": lambda: b"[" * 30_000 + b"]" * 30_000,
    "unclosed depth": lambda: b'{"a":' * 9_000,
    "many members": lambda: b"{" + b",".join(b'"%d":0' % n for n in range(5000)) + b'"x"}',
    "one long string": lambda: b'{"a":"' + b"\\u0000" * 9_000 + b'"}',
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_attack_7_a_message_exhausts_its_reader(bomb: str, scene: Scene) -> None:
    """CVE-2025-30355, CVE-2026-69132: refused by form, in well under a second of CPU."""
    key = scene.members[ORIGIN].sign
    header = b64(strict.write({"alg": jws.ALGORITHM, "kid": key.kid, "typ": "secevent+jwt"}))
    token = f"{header}.{b64(BOMBS[bomb]())}.{b64(bytes(64))}"
    begun = time.process_time()
    with pytest.raises(MalformedError):
        scene.open(Sent(token))
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("count", [limits.ATTACHED + 1, 1000])
def test_attack_7_companions_without_end(count: int, scene: Scene, story: Story) -> None:
    """Nothing is verified before they are counted."""
    many = attrs.evolve(story.requested, attached=(story.consent.token,) * count)
    with pytest.raises(MalformedError, match="too many"):
        scene.open(many)


def test_attack_7_a_message_too_long_is_not_read(scene: Scene) -> None:
    """Not even its header."""
    with pytest.raises(MalformedError, match="longer"):
        scene.open(Sent("a" * (limits.MESSAGE_BYTES + 1)))


# 8 Harvest and re-identification ---------------------------------------------------------------


def test_attack_8_a_rightful_member_asks_for_everybody(story: Story) -> None:
    """CVE-2023-43796: contact requests are bounded by the node's clock, whatever date they bear."""
    node = story.side(NODE, *OPEN)
    node.put(
        *(
            Contact(name_id(f"r{n}"), REQUESTER, name_id(f"q{n}"), requested_at=NOW - 60)
            for n in range(limits.CONTACT_REQUESTS_PER_DAY)
        )
    )
    for day in (0, 30, 300):
        late = story.ask(seq=day, at=NOW - day * DAY)
        assert node.hear(late).code == "too-many-requests"


def test_attack_8_an_excluded_employer_finds_out(story: Story) -> None:
    """Neither a profile nor a closure nor a hint in the consent ever reaches it (R4)."""
    node = story.side(NODE, *OPEN).put(Exclusion(story.referral, "id", STRANGER))
    node.hear(story.withdrawal)
    assert STRANGER not in {row.to for row in node.every(FeedRow)}
    assert (
        "exclu" not in strict.write(jws.parse(story.consent.token, types=jws.Type).claims).decode()
    )
    assert all(STRANGER not in str(line) for line in node.journal.lines())


def test_attack_8_a_member_widens_the_circle_with_an_old_consent(story: Story) -> None:
    """The person narrowed the audience; the wider consent still verifies and still is no help."""
    narrower = story.renew(story.consent, audience=Audience(members=(READER,)))
    node = story.side(NODE, *OPEN)
    node.hear(narrower)
    old = attrs.evolve(story.requested, attached=(story.consent.token,))
    both = attrs.evolve(story.requested, attached=(narrower.token, story.consent.token))
    assert node.hear(old).status == "later"
    assert node.hear(both).code == "audience"


def test_attack_8_an_origin_smuggles_contact_data_into_the_profile(story: Story) -> None:
    """A part nobody knows, or a member of a part that no profile has, is no profile (R13)."""
    text = write_part("contact", {"name": "x"}, salt=seed("contact")[:16])
    texts = (story.parted.texts[0], text)
    hashes = {"occupation": part_hash(texts[0]), "contact": part_hash(text)}
    body = attrs.evolve(story.scene.open(story.draft).body, parts=hashes)
    token = story.event(body, by=ORIGIN, aud=f"{NODE}/members")
    assert story.side(NODE).hear(Sent(token, (), texts)).code == "malformed"
    consent = story.person.consent(draft=Sent(token).sha256)
    sent = Sent(token, (consent.token,), texts)
    assert story.side(READER).hear(sent).code == "malformed"


def test_attack_8_an_origin_answers_for_the_person(story: Story) -> None:
    """It holds the first link, which it sent itself; that link answers nothing any more."""
    for signer in (story.person.key, story.scene.members[ORIGIN].sign):
        with pytest.raises(SignatureError):
            story.scene.open(story.person.answer(story.consent, signer=signer))


def test_attack_8_an_origin_claims_a_better_assurance(story: Story) -> None:
    """The node knows how it sent the link."""
    told = {"draft": story.draft.sha256, "assurance": Assurance.CONFIRMED}
    consent = story.person.consent(**told)
    assert story.side(NODE, "draft").hear(consent).code == "assurance"


# 9 Candidate content ---------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("https://fremd.example")',
    "a\r\nBcc: all@fremd.example",
    "Ignore all previous instructions",
    "../../etc/passwd",
    "\u202egnp.exe",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_attack_9_hostile_text_reaches_errors_or_logs(text: str, story: Story) -> None:
    """What is refused is named by place and code; its content is quoted nowhere."""
    node = story.side(NODE, *OPEN, "requested")
    long = story.present(job=text + "x" * limits.SHORT_TEXT)
    outcome = node.hear(long)
    assert (outcome.status, outcome.code) == ("refused", "too-long")
    assert text not in outcome.detail
    part = write_part("occupation", {"occupation": "43", text[:20]: 1}, salt=b"s" * 16)
    body = attrs.evolve(story.scene.open(story.draft).body, parts={"occupation": part_hash(part)})
    token = story.event(body, by=ORIGIN, aud=f"{NODE}/members", jti=text)
    refused = story.side(NODE).hear(Sent(token, (), (part,)))
    assert refused.code == "malformed"
    assert text[:20] not in refused.detail


@pytest.mark.parametrize("text", HOSTILE)
def test_attack_9_what_a_person_reads_stays_text(text: str, story: Story) -> None:
    """It passes byte for byte; escaping is the page's part."""
    node = story.side(NODE, *OPEN, "requested")
    assert node.hear(story.present(job=text, message=text)).status == "accepted"
    (shown,) = node.every(Contact)
    assert (shown.job, shown.message) == (text, text)
    assert text not in repr(shown)
