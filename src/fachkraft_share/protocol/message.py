"""Opening what was received: form, signer, shape; behind this door every field is there and right.

1. Nothing is processed before the key's organisation is the issuer.
2. A consent is signed by the key its referral id is made of; a renewal, an answer or a withdrawal
   may be signed by the `manage` key such a consent names, and then carries that consent along.
3. These candidate keys verify nothing else and for no other referral.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError, SignatureError
from fachkraft_share.model.consent import Consent, ContactAnswer, Withdrawal
from fachkraft_share.model.profile import Profile
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.parts import join_profile, read_signed
from fachkraft_share.protocol.payloads import PAYLOADS, URN, VERSION, urn
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import unb64
from fachkraft_share.wire.ids import check_id, check_record_id, check_referral_id
from fachkraft_share.wire.keys import PrivateKey, kid, refuse_low_order
from fachkraft_share.wire.suite import Suite

CONSENT = "fks-consent"
ANSWER = "fks-answer"
WITHDRAWAL = "fks-withdrawal"
_DOCUMENTS: dict[jws.Type, tuple[str, Any]] = {
    jws.Type.CONSENT: (CONSENT, Consent),
    jws.Type.ANSWER: (ANSWER, ContactAnswer),
    jws.Type.WITHDRAWAL: (WITHDRAWAL, Withdrawal),
}
T = TypeVar("T")


@attrs.frozen
class Envelope:
    """The claims of an event (RFC 8417)."""

    iss: str
    jti: str
    iat: int
    aud: str
    events: dict[str, Any]
    txn: str | None = None


@attrs.frozen
class Message:
    """A verified event or candidate document with what travelled along."""

    type: str
    sha256: str
    token: str = attrs.field(repr=False)
    iss: str
    aud: str
    jti: str
    iat: int
    referral: str | None
    body: Any
    attached: tuple["Message", ...] = ()
    parts: tuple[str, ...] = attrs.field(default=(), repr=False)

    @cached_property
    def shown(self) -> dict[str, Any]:
        """The values of the parts beside a published referral, by name; each is read once.

        Raises:
            MalformedError: a part that its envelope does not sign, or one name twice.
        """
        return read_signed(self.parts, self.body.parts)

    @cached_property
    def profile(self) -> Profile:
        """The profile that the parts show.

        Raises:
            MalformedError: as `shown`, or they make no profile.
        """
        return join_profile(self.shown)

    @cached_property
    def consents(self) -> "tuple[Message, ...]":
        """The attached consents of this message's own referral, the oldest first."""
        return tuple(
            one for one in self.attached if one.type == CONSENT and one.referral == self.referral
        )

    @property
    def consent(self) -> Consent | None:
        """The newest attached consent of this referral, or None."""
        return self.consents[-1].body if self.consents else None

    def rests_on(self, sha256: str) -> bool:
        """Tell whether this consent renews that one, directly or through what travels along."""
        before = {one.sha256: one.body.renews for one in self.attached if one.type == CONSENT}
        named = self.body.renews
        while named is not None and named != sha256:
            named = before.get(named)
        return named is not None


@attrs.frozen
class Reader:
    """What opening needs to know: the directory, the suite and the moment.

    `evidence` is for what was received and recorded before and is only checked again.
    """

    directory: Directory
    suite: Suite
    at: int
    evidence: bool = False


def open_message(
    token: str,
    *,
    reader: Reader,
    attached: Sequence[str] = (),
    parts: Sequence[str] = (),
) -> Message:
    """Verify an event or a candidate's document.

    Raises:
        MalformedError: form, shape or limits.
        SignatureError: unknown, foreign or invalid key.
        RefusedError: `unknown-event`, `future`.
    """
    along = open_all(attached, reader=reader)
    parsed = _parse(token)
    if parsed.type is jws.Type.EVENT:
        return _open_event(parsed, reader=reader, attached=along, parts=tuple(parts))
    return _open_document(parsed, reader=reader, attached=along)


def open_all(tokens: Sequence[str], *, reader: Reader) -> tuple[Message, ...]:
    """Open what travels along: consents first, older before newer, since others rest on them.

    Raises:
        WireError, RefusedError: as `open_message`; one bad document spoils all.
    """
    if len(tokens) > limits.ATTACHED:
        raise MalformedError("too many documents travel along")
    parsed = {one.sha256: one for one in map(_parse, tokens)}
    opened: list[Message] = []
    for one in sorted(parsed.values(), key=lambda one: _foundation(one, parsed)):
        before = tuple(opened)
        if one.type is jws.Type.EVENT:
            opened.append(_open_event(one, reader=reader, attached=before, parts=()))
        else:
            opened.append(_open_document(one, reader=reader, attached=before))
    return tuple(opened)


def _parse(token: str) -> jws.Unverified:
    return jws.parse(token, types=(jws.Type.EVENT, *_DOCUMENTS))


def _foundation(
    parsed: jws.Unverified, among: Mapping[str, jws.Unverified]
) -> tuple[bool, bool, int]:
    """Return the order in which documents rest on each other; clocks may lie, hashes do not."""
    depth, below = 0, parsed.claims.get("renews")
    while isinstance(below, str) and below in among:
        depth, below = depth + 1, among[below].claims.get("renews")
    return (parsed.type is not jws.Type.CONSENT, parsed.type is jws.Type.EVENT, depth)


def _open_event(
    parsed: jws.Unverified, *, reader: Reader, attached: tuple[Message, ...], parts: tuple[str, ...]
) -> Message:
    claims = structure(parsed.claims, Envelope)
    check_id(claims.jti)
    _not_from_the_future(claims.iat, at=reader.at)
    key = reader.directory.signing_key(
        claims.iss, parsed.kid, at=claims.iat, evidence=reader.evidence
    )
    jws.verify(parsed, unb64(key.x, size=32), suite=reader.suite)
    if len(claims.events) != 1:
        raise MalformedError("events: an envelope carries exactly one")
    ((uri, payload),) = claims.events.items()
    name = uri.removeprefix(URN).removesuffix(VERSION)
    kind = PAYLOADS.get(name)
    if kind is None or urn(name) != uri:
        raise RefusedError("unknown-event", "this version of the protocol has no such event")
    return Message(
        type=name,
        sha256=parsed.sha256,
        token=parsed.raw.decode("ascii"),
        iss=claims.iss,
        aud=claims.aud,
        jti=claims.jti,
        iat=claims.iat,
        referral=claims.txn,
        body=structure(payload, kind),
        attached=attached,
        parts=parts,
    )


def _not_from_the_future(iat: int, *, at: int) -> None:
    if iat > at + limits.MESSAGE_SKEW:
        raise RefusedError("future", "dated more than a day ahead; check the clock")


def _open_document(
    parsed: jws.Unverified, *, reader: Reader, attached: tuple[Message, ...]
) -> Message:
    name, kind = _DOCUMENTS[parsed.type]
    body: Consent | ContactAnswer | Withdrawal = structure(parsed.claims, kind)
    _not_from_the_future(body.iat, at=reader.at)
    if isinstance(body, Consent):
        signer = _consent_signer(body, attached)
        jti = check_record_id(body.record_id)
    else:
        signer = _document_signer(parsed.kid, body, attached)
        jti = check_id(body.jti)
    if parsed.kid != kid(signer):
        raise SignatureError("signed by another key than the candidate's")
    jws.verify(parsed, signer, suite=reader.suite)
    return Message(
        type=name,
        sha256=parsed.sha256,
        token=parsed.raw.decode("ascii"),
        iss=f"urn:fks:key:{parsed.kid}",
        aud="",
        jti=jti,
        iat=body.iat,
        referral=body.referral,
        body=body,
        attached=attached,
    )


def _consent_signer(consent: Consent, attached: tuple[Message, ...]) -> bytes:
    _certify(consent)
    refuse_low_order(unb64(consent.manage, size=32))
    if consent.renews is None:
        return unb64(consent.key, size=32)
    before = next((m.body for m in attached if m.sha256 == consent.renews), None)
    if not isinstance(before, Consent) or not _same_person(before, consent):
        raise SignatureError("a renewal needs the consent it renews")
    return unb64(before.manage, size=32)


def _document_signer(
    signer: str, body: ContactAnswer | Withdrawal, attached: tuple[Message, ...]
) -> bytes:
    if isinstance(body, Withdrawal):
        _certify(body)
        key = unb64(body.key, size=32)
        if kid(key) == signer:
            return key
    for one in attached:
        if _speaks_for(one, body):
            named = unb64(one.body.manage, size=32)
            if kid(named) == signer:
                return named
    raise SignatureError("no consent that travels along names the signer's key")


def _speaks_for(message: Message, body: ContactAnswer | Withdrawal) -> bool:
    """Tell whether the consent's manage key may sign this; any of them may withdraw."""
    if message.type != CONSENT or message.referral != body.referral:
        return False
    return isinstance(body, Withdrawal) or message.sha256 == body.consent


def _certify(body: Consent | Withdrawal) -> None:
    """Refuse a document whose referral id is not made of its own origin, key and nonce."""
    key, nonce = unb64(body.key, size=32), unb64(body.nonce, size=limits.ID_BYTES)
    refuse_low_order(key)
    if not check_referral_id(body.referral, origin=body.origin, key=key, nonce=nonce):
        raise SignatureError("the referral id is not made of this origin, key and nonce")


def _same_person(before: Consent, after: Consent) -> bool:
    return (before.referral, before.key, before.nonce, before.origin) == (
        after.referral,
        after.key,
        after.nonce,
        after.origin,
    )


def sign_event(
    name: str,
    payload: Any,
    *,
    iss: str,
    aud: str,
    referral: str | None,
    jti: str,
    at: int,
    key: PrivateKey,
    suite: Suite,
) -> str:
    """Sign one event; `payload` is an instance of its class in `payloads.py`."""
    claims = Envelope(iss, jti, at, aud, {urn(name): unstructure(payload)}, referral)
    return jws.sign(unstructure(claims), type=jws.Type.EVENT, key=key, suite=suite)


def sign_document(
    body: Consent | ContactAnswer | Withdrawal, *, key: PrivateKey, suite: Suite
) -> str:
    """Sign a candidate's document with a candidate's key."""
    kind = next(t for t, (_, cls) in _DOCUMENTS.items() if isinstance(body, cls))
    return jws.sign(unstructure(body), type=kind, key=key, suite=suite)
