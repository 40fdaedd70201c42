"""One referral from joining to erasure, every document of it, made by `stranger.py`."""

import hashlib
from typing import Any

import attrs
from stranger import (
    Signer,
    b64,
    derived,
    frame,
    padded,
    part,
    referral_id,
    sealed,
    sealing_public,
    sha,
    strict,
    thumbprint,
)

DAY = 86_400
NOW = 1_795_305_600
ROOT, AUTHORITY = "root", "https://allianz.example"
NODE, ORIGIN, REQUESTER = (
    "https://node.harz.example",
    "https://muster.example",
    "https://beispiel.example",
)
PROFILE = {
    "occupation": {"occupation": "43414", "level": "4"},
    "experience": {"years": "5-9"},
    "region": {"region": "plz:38"},
    "skills": {"skills": ["python", "sql"]},
    "rank": {"rank": "second"},
}
DOSSIER = {
    "dossier": "fks-dossier/1",
    "candidate": {"given": "Erika", "family": "Beispiel", "email": "erika@example.org"},
    "documents": [
        {"name": "cv.txt", "kind": "cv", "media_type": "text/plain", "content": b64(b"Erika")}
    ],
}


def seed(name: str) -> bytes:
    """Return 32 bytes that a name makes."""
    return hashlib.sha256(f"fachkraft-share journey: {name}".encode()).digest()


def id_of(name: str) -> str:
    """Return the message id that a name makes."""
    return b64(seed(name)[:16])


def event(
    name: str, payload: dict[str, Any], *, iss: str, aud: str, txn: str | None, at: int
) -> str:
    """Return a signed event; its id is made of its name and sender."""
    claims = {"iss": iss, "jti": id_of(f"{name} {iss}"), "iat": at, "aud": aud}
    claims |= {"events": {f"urn:fks:event:{name}:1": payload}}
    return Signer(seed(iss)).sign("secevent+jwt", claims | ({"txn": txn} if txn else {}))


def organisation(id: str, role: str) -> dict[str, Any]:
    """Return what a statement says of an organisation."""
    sign, seal = Signer(seed(id)), sealing_public(seed(f"{id} sealing"))
    window = {"not_before": NOW - DAY, "not_after": NOW + 700 * DAY}
    keys = [{"kid": sign.kid, "x": b64(sign.public), "use": "sig"} | window]
    keys += [{"kid": thumbprint(seal, "X25519"), "x": b64(seal), "use": "enc"} | window]
    name = id.removeprefix("https://").split(".")[0].capitalize()
    return {"id": id, "name": name, "roles": [role], "keys": keys, "status": "active"}


def federation() -> dict[str, Any]:
    """§ 12.3: the authority as the root states it, one page, a statement for each member."""
    authority: dict[str, Any] = {"iss": AUTHORITY, "iat": NOW, "exp": NOW + 400 * DAY}
    stated = organisation(AUTHORITY, "authority")
    roles = {NODE: "node", ORIGIN: "employer", REQUESTER: "employer"}
    statements = [_statement(organisation(id, role)) for id, role in sorted(roles.items())]
    entries = [
        {"sub": id, "sha256": sha(token)}
        for id, token in zip(sorted(roles), statements, strict=True)
    ]
    page = {"iss": AUTHORITY, "number": 1, "iat": NOW, "exp": NOW + 7 * DAY}
    page |= {"page": 1, "pages": 1, "entries": entries, "removed": []}
    return {
        "authority": Signer(seed(ROOT)).sign(
            "fks-member+jwt", authority | {"organisation": stated}
        ),
        "pages": [Signer(seed(AUTHORITY)).sign("fks-members+jwt", page)],
        "statements": statements,
    }


def _statement(member: dict[str, Any]) -> str:
    applied = {"iss": member["id"], "iat": NOW, "exp": NOW + 90 * DAY, "organisation": member}
    application = Signer(seed(member["id"])).sign("fks-member+jwt", applied)
    stated = applied | {"iss": AUTHORITY, "application": application}
    return Signer(seed(AUTHORITY)).sign("fks-member+jwt", stated)


EPHEMERAL = seed("ephemeral dossier")


@attrs.frozen
class Link:
    """What the invitation gives and the referral id is made of."""

    consent: Signer
    manage: Signer
    nonce: bytes
    referral: str

    @property
    def proof(self) -> dict[str, str]:
        """The three that make the referral id."""
        return {"origin": ORIGIN, "key": b64(self.consent.public), "nonce": b64(self.nonce)}


def link() -> Link:
    """§ 3."""
    consent = derived(seed("link")[:16], "fks-consent-key")
    manage = derived(seed("management link")[:16], "fks-manage-key")
    nonce = seed("nonce")[:16]
    return Link(consent, manage, nonce, referral_id(ORIGIN, consent.public, nonce))


def journey() -> dict[str, Any]:
    """Return every document, in the order in which they come about."""
    lists, made = federation(), link()
    parts = {name: part(seed(f"salt {name}")[:16], name, value) for name, value in PROFILE.items()}
    draft = _draft(made, parts)
    consent = _consent(made, draft, lists)
    contact = _contact(made, consent)
    answer = _answer(made, consent)
    disclosed = _disclosed(made, answer, consent)
    withdrawal = _withdrawal(made)
    return {
        "about": "docs/protocol.md § 16: one referral, made without the package; `at` is NOW",
        "now": NOW,
        "root": b64(Signer(seed(ROOT)).public),
        "authority": AUTHORITY,
        "node": NODE,
        "origin": ORIGIN,
        "requester": REQUESTER,
        "sealing": {id: b64(seed(f"{id} sealing")) for id in (ORIGIN, REQUESTER)},
        "link": {"secret": b64(seed("link")[:16]), "manage": b64(seed("management link")[:16])},
        "referral": made.referral,
        "federation": lists,
        "request": _request(),
        "draft": {"token": draft, "sha256": sha(draft), "parts": list(parts.values())},
        "consent": {"token": consent, "sha256": sha(consent)},
        "contact": contact,
        "answer": {"token": answer, "sha256": sha(answer)},
        "disclosed": disclosed,
        "withdrawal": {"token": withdrawal, "sha256": sha(withdrawal)},
        "receipt": _receipt(made, withdrawal),
        "manifest": _manifest(made, withdrawal),
    }


def _request() -> dict[str, str]:
    op, body = "POST /poll", '{"closures":null,"events":null,"max":100,"wait":0}'
    claims: dict[str, Any] = {"iss": REQUESTER, "aud": NODE, "op": op}
    claims |= {"bh": b64(hashlib.sha256(body.encode()).digest())}
    claims |= {"iat": NOW, "jti": id_of("poll")}
    token = Signer(seed(REQUESTER)).sign("fks-request+jwt", claims)
    return {"op": op, "body": body, "authorization": f"FKS {token}"}


def _draft(made: Link, parts: dict[str, str]) -> str:
    payload: dict[str, Any] = {"seq": NOW, "not_after": NOW + 365 * DAY}
    payload |= {"key": made.proof["key"], "nonce": made.proof["nonce"]}
    payload |= {"parts": {name: sha(text) for name, text in parts.items()}}
    audience = f"{NODE}/members"
    return event("referral.published", payload, iss=ORIGIN, aud=audience, txn=made.referral, at=NOW)


def _consent(made: Link, draft: str, lists: dict[str, Any]) -> str:
    named = {"number": 1, "sha256": sha("\n".join(sha(page) for page in lists["pages"]))}
    claims: dict[str, Any] = {"referral": made.referral, **made.proof, "node": NODE}
    claims |= {"manage": b64(made.manage.public), "draft": sha(draft)}
    claims |= {"audience": {"list": named, "members": [], "partners": []}}
    claims |= {"purposes": ["referral"], "categories": [one for one in PROFILE if one != "rank"]}
    claims |= {"iat": NOW, "exp": NOW + 183 * DAY, "notice": sha("notice"), "language": "de"}
    claims |= {"assurance": "attested", "record_id": "4b8f1c5e-5a0d-4c6f-9d0e-2f6a7c1b3d58"}
    return made.consent.sign("fks-consent+jwt", claims)


def _info(tag: str, sender: str, recipient: str, name: str, made: Link, consent: str) -> bytes:
    jti = id_of(f"{name} {sender}")
    return frame(f"fks/1 {tag}", sender, recipient, made.referral, jti, sha(consent))


def _contact(made: Link, consent: str) -> dict[str, Any]:
    details = {"job": "Backend", "message": "Guten Tag", "contact": "Frau Beispiel"}
    details |= {"notice": "https://beispiel.example/datenschutz"}
    public = sealing_public(seed(f"{ORIGIN} sealing"))
    info = _info("contact", REQUESTER, ORIGIN, "contact.requested", made, consent)
    text = sealed(public, strict(details), info=info, ephemeral=seed("ephemeral contact"))
    payload: dict[str, Any] = {"request": id_of("request"), "seq": NOW}
    payload |= {"key": thumbprint(public, "X25519"), "sealed": b64(text)}
    token = event(
        "contact.requested", payload, iss=REQUESTER, aud=ORIGIN, txn=made.referral, at=NOW
    )
    shown = {"request": id_of("request"), "requester": REQUESTER, "seq": NOW + 1}
    shown |= {name: details[name] for name in ("job", "message", "notice")}
    presented = event("contact.presented", shown, iss=ORIGIN, aud=NODE, txn=made.referral, at=NOW)
    return {"token": token, "details": details, "presented": presented}


def _answer(made: Link, consent: str) -> str:
    claims: dict[str, Any] = {"referral": made.referral, "request": id_of("request")}
    claims |= {"requester": REQUESTER, "answer": "accepted"}
    claims |= {"categories": ["contact", "documents"], "consent": sha(consent), "seq": 0}
    return made.manage.sign("fks-answer+jwt", claims | {"iat": NOW, "jti": id_of("answer")})


def _disclosed(made: Link, answer: str, consent: str) -> dict[str, Any]:
    content = blob(made, consent)
    kid = thumbprint(sealing_public(seed(f"{REQUESTER} sealing")), "X25519")
    payload: dict[str, Any] = {"request": id_of("request"), "seq": NOW + 2}
    payload |= {"blob": sha(content), "length": len(content), "key": kid}
    payload |= {"answer": sha(answer)}
    token = event(
        "contact.disclosed", payload, iss=ORIGIN, aud=REQUESTER, txn=made.referral, at=NOW
    )
    return {"token": token, "dossier": DOSSIER, "ephemeral": b64(EPHEMERAL)}


def blob(made: Link, consent: str) -> bytes:
    """Return the sealed dossier."""
    public = sealing_public(seed(f"{REQUESTER} sealing"))
    info = _info("dossier", ORIGIN, REQUESTER, "contact.disclosed", made, consent)
    return sealed(public, padded(strict(DOSSIER)), info=info, ephemeral=EPHEMERAL)


def _withdrawal(made: Link) -> str:
    claims: dict[str, Any] = {"referral": made.referral, **made.proof, "scope": "all"}
    claims |= {"reason": "withdrawn", "not_after": NOW + 365 * DAY, "iat": NOW}
    return made.consent.sign("fks-withdrawal+jwt", claims | {"jti": id_of("withdrawal")})


def _receipt(made: Link, withdrawal: str) -> dict[str, str]:
    states = [{"category": name, "state": "erased"} for name in ("profile", "dossier")]
    item: dict[str, Any] = {"referral": made.referral, "closure": sha(withdrawal), "scope": "all"}
    item |= {"at": NOW, "categories": states, "stores": ["store"], "second_look": True}
    text = part(seed("salt receipt")[:16], "receipt", item)
    payload = {"items": [sha(text)]}
    token = event("erasure.receipt", payload, iss=REQUESTER, aud=NODE, txn=None, at=NOW)
    return {"token": token, "part": text}


def _manifest(made: Link, withdrawal: str) -> str:
    payload: dict[str, Any] = {"closure": sha(withdrawal), "scope": "all", "page": 1, "pages": 1}
    payload |= {"entries": [{"holder": REQUESTER, "served_at": NOW, "custody_at": NOW}]}
    return event(
        "delivery.manifest", payload, iss=NODE, aud=f"{NODE}/holders", txn=made.referral, at=NOW
    )
