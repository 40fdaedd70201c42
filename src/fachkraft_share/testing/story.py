"""One person of a `scene` and every message of one referral, from the draft to the outcome."""

from functools import cached_property
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.model.consent import (
    Answer,
    Assurance,
    Audience,
    Category,
    Consent,
    ContactAnswer,
    Purpose,
    Withdrawal,
)
from fachkraft_share.protocol import payloads
from fachkraft_share.protocol.message import sign_document
from fachkraft_share.protocol.parts import Parted, allowed, part_profile
from fachkraft_share.protocol.records import Blob, Held, Invitation, Record, Referral, ReferralState
from fachkraft_share.testing.scene import (
    DAY,
    NODE,
    NOW,
    ORIGIN,
    PROFILE,
    READER,
    REQUESTER,
    SHOWN,
    Scene,
    Sent,
    Side,
    name_id,
    record_name,
    seed,
)
from fachkraft_share.wire import keys
from fachkraft_share.wire.encoding import b64, sha256
from fachkraft_share.wire.ids import referral_id


class Person:
    """A candidate of one origin: two link secrets, a nonce and what they sign."""

    def __init__(self, scene: Scene, name: str = "person", *, origin: str = ORIGIN) -> None:
        self.scene, self.name, self.origin = scene, name, origin
        window = {"not_before": 0, "not_after": limits.INTEGER_MAX, "suite": scene.suite}
        self.key = keys.signing_key(seed(f"{name} consent"), **window)  # type: ignore[arg-type]
        self.manage = keys.signing_key(seed(f"{name} manage"), **window)  # type: ignore[arg-type]
        self.key_x = self.key.public(scene.suite).x
        self.manage_x = self.manage.public(scene.suite).x
        raw, nonce = scene.suite.public(self.key.seed), seed(f"{name} nonce")[: limits.ID_BYTES]
        self.nonce = b64(nonce)
        self.referral = referral_id(origin, raw, nonce)

    def consent(
        self,
        *,
        signer: keys.PrivateKey | None = None,
        attached: tuple[str, ...] = (),
        **changed: Any,
    ) -> Sent:
        """Sign a consent; keyword arguments replace fields of the usual one."""
        usual = Consent(
            self.referral,
            self.origin,
            NODE,
            self.key_x,
            self.nonce,
            self.manage_x,
            "0" * 64,
            Audience(list=self.scene.first.name),
            (Purpose.REFERRAL,),
            (*SHOWN, Category.CONTACT, Category.DOCUMENTS),
            NOW,
            NOW + 183 * DAY,
            "0" * 64,
            "de",
            Assurance.ATTESTED,
            record_name(f"{self.name} {len(attached)} {sorted(changed.items(), key=str)}"),
        )
        body = attrs.evolve(usual, **changed)
        usual_key = self.key if body.renews is None else self.manage
        return Sent(sign_document(body, key=signer or usual_key, suite=self.scene.suite), attached)

    def answer(
        self,
        consent: Sent,
        *,
        signer: keys.PrivateKey | None = None,
        attached: tuple[str, ...] | None = None,
        **changed: Any,
    ) -> Sent:
        """Sign an answer that rests on the consent."""
        usual = ContactAnswer(
            self.referral,
            name_id("request"),
            REQUESTER,
            Answer.ACCEPTED,
            (Category.CONTACT, Category.DOCUMENTS),
            consent.sha256,
            1,
            NOW,
            name_id(f"answer {changed}"),
        )
        body = attrs.evolve(usual, **changed)
        token = sign_document(body, key=signer or self.manage, suite=self.scene.suite)
        return Sent(token, (consent.token, *consent.attached) if attached is None else attached)

    def withdrawal(
        self,
        *,
        signer: keys.PrivateKey | None = None,
        attached: tuple[str, ...] = (),
        **changed: Any,
    ) -> Sent:
        """Sign a withdrawal with the consent key, or with another."""
        usual = Withdrawal(
            self.referral,
            self.origin,
            self.key_x,
            self.nonce,
            "all",
            "withdrawn",
            NOW + 300 * DAY,
            NOW,
            name_id(f"withdrawal {changed}"),
        )
        body = attrs.evolve(usual, **changed)
        return Sent(sign_document(body, key=signer or self.key, suite=self.scene.suite), attached)


class Story:
    """Every message of one referral, from draft to outcome, and each party at any point of it."""

    def __init__(self, scene: Scene, name: str = "person") -> None:
        self.scene = scene
        self.person = Person(scene, name)
        self.referral = self.person.referral
        self.request = name_id("request")

    @cached_property
    def parted(self) -> Parted:
        """The profile's parts."""
        return part_profile(PROFILE, salts=(seed(f"salt {n}")[:16] for n in range(20)))

    @cached_property
    def draft(self) -> Sent:
        """The origin's publication with all its parts."""
        body = payloads.ReferralPublished(
            0, NOW + 300 * DAY, self.person.key_x, self.person.nonce, dict(self.parted.hashes)
        )
        token = self.event(body, by=ORIGIN, aud=f"{NODE}/members")
        return Sent(token, (), self.parted.texts)

    @cached_property
    def consent(self) -> Sent:
        """The person's consent to it."""
        return self.person.consent(draft=self.draft.sha256)

    @cached_property
    def renewal(self) -> Sent:
        """A renewal that allows less: no skills."""
        fewer = tuple(one for one in SHOWN if one is not Category.SKILLS)
        return self.renew(self.consent, categories=(*fewer, Category.CONTACT))

    def renew(self, before: Sent, **changed: Any) -> Sent:
        """Return a consent that renews another."""
        told = {"draft": self.draft.sha256, "renews": before.sha256, **changed}
        return self.person.consent(attached=(before.token, *before.attached), **told)

    @cached_property
    def granted(self) -> Sent:
        """The node's news to the origin."""
        body = payloads.ConsentGranted(self.consent.sha256)
        return Sent(self.event(body, by=NODE, aud=ORIGIN), (self.consent.token,))

    @cached_property
    def renewed(self) -> Sent:
        """The node's news of the renewal to holders."""
        return self.told_renewal(self.renewal, self.consent)

    def told_renewal(self, newer: Sent, before: Sent) -> Sent:
        """Return the node's news of any renewal."""
        body = payloads.ConsentRenewed(newer.sha256, before.sha256)
        token = self.event(body, by=NODE, aud=f"{NODE}/holders", jti=f"renewed {newer.sha256}")
        return Sent(token, (newer.token, *newer.attached))

    @cached_property
    def released(self) -> Sent:
        """The publication as a member gets it: with the consent, and the parts it allows."""
        return Sent(self.draft.token, (self.consent.token,), allowed(self.draft.parts, SHOWN))

    @cached_property
    def requested(self) -> Sent:
        """The requester's contact request, with the consent the services supply."""
        return self.ask()

    def ask(self, *, by: str = REQUESTER, aud: str = ORIGIN, seq: int = 0, **more: Any) -> Sent:
        """Return a contact request."""
        request = more.pop("request", self.request)
        kid = self.scene.members[ORIGIN].seal.kid
        body = payloads.ContactRequested(request, seq, kid, b64(b"sealed"))
        token = self.event(body, by=by, aud=aud, jti=f"ask {by} {aud} {request} {seq}", **more)
        return Sent(token, (self.consent.token,))

    @cached_property
    def presented(self) -> Sent:
        """What the origin lets the person read."""
        return self.present()

    def present(self, *, by: str = ORIGIN, aud: str = NODE, **changed: Any) -> Sent:
        """Return a presentation; keyword arguments replace fields of the usual one."""
        usual = payloads.ContactPresented(
            self.request, REQUESTER, 0, "Backend", "Hallo", "https://beispiel.example/datenschutz"
        )
        body = attrs.evolve(usual, **changed)
        return Sent(self.event(body, by=by, aud=aud, jti=f"present {by} {aud} {changed}"))

    @cached_property
    def answer(self) -> Sent:
        """The person's yes."""
        return self.person.answer(self.consent)

    @cached_property
    def answered(self) -> Sent:
        """The node's news of it to both members."""
        return self.tell(self.answer)

    def tell(self, answer: Sent, /, *, by: str = NODE, aud: str = "", **changed: Any) -> Sent:
        """Return the news of any answer."""
        usual = payloads.ContactAnswered(self.request, REQUESTER, answer.sha256)
        body = attrs.evolve(usual, **changed)
        jti = f"tell {answer.sha256} {by} {changed}"
        token = self.event(body, by=by, aud=aud or f"{by}/holders", jti=jti)
        return Sent(token, (answer.token, *answer.attached))

    @cached_property
    def blob(self) -> Blob:
        """The sealed dossier at the node."""
        digest = sha256(b"sealed dossier")
        return Blob(digest, ORIGIN, REQUESTER, self.referral, limits.BLOB_CLASSES[0], NOW)

    @cached_property
    def disclosed(self) -> Sent:
        """The origin's disclosure to the requester."""
        return self.disclose(self.answer)

    def disclose(
        self, answer: Sent, /, *, by: str = ORIGIN, aud: str = REQUESTER, **changed: Any
    ) -> Sent:
        """Return a disclosure; keyword arguments replace fields of the usual one."""
        kid = self.scene.members[REQUESTER].seal.kid
        usual = payloads.ContactDisclosed(
            self.request, 0, self.blob.sha256, self.blob.size, kid, answer.sha256
        )
        body = attrs.evolve(usual, **changed)
        token = self.event(body, by=by, aud=aud, jti=f"disclose {answer.sha256} {aud} {changed}")
        return Sent(token, (answer.token, *answer.attached))

    @cached_property
    def outcome(self) -> Sent:
        """What came of it."""
        return self.report()

    def report(
        self, *, by: str = REQUESTER, aud: str = ORIGIN, seq: int = 0, kind: str = "hired"
    ) -> Sent:
        """Return a report of an outcome."""
        body = payloads.OutcomeReported(self.request, seq, payloads.OutcomeKind(kind))
        return Sent(self.event(body, by=by, aud=aud, jti=f"report {by} {aud} {seq} {kind}"))

    @cached_property
    def withdrawal(self) -> Sent:
        """The person's withdrawal of all, by the first link."""
        return self.person.withdrawal()

    def close(self, *, by: str = ORIGIN, **changed: Any) -> Sent:
        """Return a member's, the node's or the authority's closure."""
        usual = payloads.ReferralClosed(
            ORIGIN, self.person.key_x, self.person.nonce, "all", "filled", NOW + 300 * DAY
        )
        body = attrs.evolve(usual, **changed)
        return Sent(self.event(body, by=by, aud=f"{NODE}/holders", jti=f"close {by} {changed}"))

    def event(self, payload: Any, *, by: str, aud: str, jti: str = "", **more: Any) -> str:
        """Sign an event about this referral."""
        told = {"referral": self.referral, **more}
        return self.scene.event(payload, by=by, aud=aud, jti=jti, **told)

    # The parties ------------------------------------------------------------------------------

    def side(self, id: str, *heard: str, **more: Any) -> Side:
        """Return a party that has heard these messages of the story, with what they presuppose."""
        side = Side(self.scene, id, **more).put(*self.before(id))
        for name in heard:
            outcome = side.hear(getattr(self, name))
            assert outcome.status == "accepted", (name, outcome)
        return side

    def before(self, id: str) -> tuple[Record, ...]:
        """Return what a party's own service wrote before any message came."""
        if id == NODE:
            invited = Invitation(self.person.key_x, ORIGIN, "ref", "attested", "de", NOW)
            held = (Held(self.referral, one, 1, NOW) for one in (REQUESTER, READER))
            return (invited, *held, self.blob)
        if id == ORIGIN:
            return (
                Referral(
                    self.referral,
                    ORIGIN,
                    self.person.key_x,
                    self.person.nonce,
                    ReferralState.DRAFT,
                    self.draft.sha256,
                    NOW + 300 * DAY,
                    NOW,
                ),
            )
        return ()
