"""Vectors of names: referral ids, thumbprints, organisations' ids, message ids."""

from typing import Any

from vector_parties import ORIGIN, SUITE, seed

from fachkraft_share.wire import ids, keys
from fachkraft_share.wire.encoding import b64


def ids_of_all_kinds() -> dict[str, Any]:
    """Return referral ids, organisations' ids and message ids, right and wrong."""
    key, nonce = SUITE.public(seed("consent")), seed("nonce")[:16]
    referrals = [
        {"origin": origin, "key": b64(key), "nonce": b64(nonce)}
        for origin in (ORIGIN, "https://beispiel.example/ausbildung")
    ]
    for one in referrals:
        one["referral"] = ids.referral_id(one["origin"], key, nonce)
    return {
        "about": "docs/protocol.md: names",
        "referrals": referrals,
        "thumbprints": [
            {"crv": "Ed25519", "x": b64(key), "kid": keys.kid(key)},
            {"crv": "X25519", "x": b64(key), "kid": keys.kid(key, crv="X25519")},
        ],
        "derived": [
            {"secret": b64(nonce), "purpose": one, "seed": b64(keys.derive(nonce, purpose=one))}
            for one in (keys.CONSENT_KEY, keys.MANAGE_KEY)
        ],
        "organisations": {"good": GOOD_ORGANISATIONS, "bad": BAD_ORGANISATIONS},
        "messages": {
            "good": [b64(nonce)],
            "bad": ["", b64(nonce)[:-1], b64(nonce) + "==", "A" * 23],
        },
    }


GOOD_ORGANISATIONS = [
    ORIGIN,
    "https://node.harz.example/members",
    "https://xn--mller-kva.example",
    "https://firma.example:8443/werk-2/a.b_c~d",
    "http://127.0.0.1:8000",
    "http://localhost:8000/firma",
]
BAD_ORGANISATIONS = [
    "",
    "muster.example",
    "http://muster.example",
    "http://127.0.0.1.example",
    "ftp://muster.example",
    "HTTPS://muster.example",
    "https://Muster.example",
    "https://müller.example",
    "https://",
    "https://muster.example/",
    "https://muster.example//a",
    "https://muster.example/../a",
    "https://muster.example/%61",
    "https://muster.example?a=b",
    "https://muster.example#a",
    "https://a@muster.example",
    "https://muster.example:443",
    "https://muster.example:65536",
    "https://muster.example:080",
    "https://-muster.example",
    "https://muster..example",
    "https://muster.example\n",
    "http://localhost:80",
    "https://muster.example/" + "a" * 200,
]
