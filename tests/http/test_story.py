"""One referral over HTTP, from the invitation to the receipt that is owed."""

from typing import Any

import requests

from fachkraft_share.wire.encoding import sha256


def test_a_referral_travels_over_http_until_it_is_withdrawn(alliance: Any, make_blob: Any) -> None:
    """Invite, draft, grant, poll, ask, agree, disclose, fetch, withdraw: each answered as told."""
    origin, reader, other = (alliance.join(name) for name in ("muster", "beispiel", "dritte"))
    made = origin.recommend()
    assert reader.poll()["closures"] == []
    made.grant()
    served = [one for one in reader.poll()["events"] if one.get("parts")]
    assert len(served) == 1
    assert served[0]["token"] == made.posted["token"]
    request = made.asked(reader)
    blob = make_blob()
    assert made.put(reader, blob).status_code == 201
    token = made.disclosure(reader, request, answer=made.answer_of(request), blob=blob)
    kept = {"Content-Type": "application/secevent+jwt"}
    answer = requests.post(f"{alliance.url}/events", data=token, headers=kept, timeout=10)
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    assert reader.call("GET /blobs", resource=sha256(blob)).content == blob
    assert other.call("GET /blobs", resource=sha256(blob)).status_code == 404
    made.withdraw()
    polled = reader.poll()
    assert len(polled["closures"]) == 1
    assert polled["events"] == []
    told = reader.call("GET /tombstones").json()
    assert [one["token"] for one in told["tombstones"]] == [polled["closures"][0]["token"]]
    assert reader.call("GET /blobs", resource=sha256(blob)).status_code == 404
