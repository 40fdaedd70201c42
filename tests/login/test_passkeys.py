"""Passkeys made by an authenticator in software: what is believed of one, and what never."""

import hashlib
import json
from typing import Any

import attrs
import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from fachkraft_share import limits
from fachkraft_share.web.login.settings import WaySettings
from fachkraft_share.wire.encoding import b64, unb64

ORIGIN, HOST = "https://node.example", "node.example"
PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40


@attrs.define
class Device:
    """A device with one key (ES256, attestation `none`), as honest as its fields."""

    origin: str = ORIGIN
    host: str = HOST
    flags: int = PRESENT | VERIFIED
    count: int = 0
    id: bytes = b"credential-0001"
    user: str = ""
    key: ec.EllipticCurvePrivateKey = attrs.field(
        factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: dict[str, Any]) -> str:
        """Answer the question for a new key."""
        self.user = options["user"]["id"]
        point = self.key.public_key().public_numbers()
        x, y = (one.to_bytes(32, "big") for one in (point.x, point.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        made = b"\0" * 16 + len(self.id).to_bytes(2, "big") + self.id + public
        told = {"fmt": "none", "attStmt": {}, "authData": self._data(NEW) + made}
        client = self._client("webauthn.create", options["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=cbor2.dumps(told))

    def sign(self, options: dict[str, Any]) -> str:
        """Answer the question of a sign-in."""
        self.count += 1
        client, told = self._client("webauthn.get", options["challenge"]), self._data(0)
        text = told + hashlib.sha256(client).digest()
        signature = self.key.sign(text, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=client,
            authenticatorData=told,
            signature=signature,
            userHandle=unb64(self.user),
        )

    def _data(self, flags: int) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, **response: bytes) -> str:
        parts = {name: b64(value) for name, value in response.items()}
        id = b64(self.id)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": parts})


def question(browser: Any, path: str) -> dict[str, Any]:
    """Ask the site for a question."""
    answer = browser.post(path)
    assert answer.status == 200
    found: dict[str, Any] = json.loads(answer.body)
    return found


def add(browser: Any, device: Device, *, name: str = "Laptop") -> Any:
    """Set up a passkey; return the answer."""
    answer = device.make(question(browser, "/account/passkeys/start"))
    return browser.post("/account/passkeys", {"name": name, "answer": answer})


def sign_in(browser: Any, device: Device) -> Any:
    """Sign in; return the answer."""
    answer = device.sign(question(browser, "/login/passkey/start"))
    return browser.post("/login/passkey", {"answer": answer, "back": "/who"})


def test_a_passkey_signs_in_without_a_name(house: Any) -> None:
    """The device says whose it is; the person was verified; nobody is named in the question."""
    assert add(house.administrator(), device := Device()).status == 303
    browser = house.browser()
    asked = question(browser, "/login/passkey/start")
    assert asked["userVerification"] == "required"
    assert asked.get("allowCredentials", []) == []
    assert asked["rpId"] == HOST
    assert sign_in(browser, device).headers["Location"] == "/office/who"
    assert browser.get("/who").body == b"Ada Admin ['administrator']"


def test_an_offer_wants_a_discoverable_verified_key(house: Any) -> None:
    """It names nobody but the account itself, by a random id, and the keys it has already."""
    ada = house.administrator()
    add(ada, Device())
    asked = question(ada, "/account/passkeys/start")
    chosen = asked["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert [one["id"] for one in asked["excludeCredentials"]] == [b64(b"credential-0001")]
    assert unb64(asked["user"]["id"]).decode() == house.id("ada@kammer.example")


@pytest.mark.parametrize(
    "device",
    [
        Device(origin="https://fremd.example"),
        Device(origin="http://node.example"),
        Device(host="fremd.example"),
        Device(flags=PRESENT),
        Device(flags=VERIFIED),
    ],
    ids=["phishing page", "open line", "other site", "not verified", "nobody there"],
)
def test_a_passkey_from_elsewhere_is_not_kept(house: Any, device: Device) -> None:
    """Wrong origin, wrong site, or a device that did not look who it is."""
    ada = house.administrator()
    assert add(ada, device).status == 422
    assert house.login.passkeys.of(house.login.accounts.all()[0]) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://fremd.example"},
        {"host": "fremd.example"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"count": -1},
        {"id": b"credential-0002"},
        {"user": b64(b"somebody-else")},
        {"key": ec.generate_private_key(ec.SECP256R1())},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_answer_that_does_not_hold_signs_nobody_in(house: Any, change: Any) -> None:
    """Phished, not verified, an older copy of the key, somebody else's, or signed by another."""
    device = Device(count=5)
    assert add(house.administrator(), device).status == 303
    assert sign_in(house.browser(), device).status == 303
    for name, value in change.items():
        setattr(device, name, value)
    thief = house.browser()
    assert sign_in(thief, device).status == 403
    assert thief.get("/who").status == 303


def test_an_answer_counts_once(house: Any) -> None:
    """Replayed within its minutes it is worth nothing."""
    add(house.administrator(), device := Device())
    answer = device.sign(question(house.browser(), "/login/passkey/start"))
    form = {"answer": answer, "back": "/who"}
    assert house.browser().post("/login/passkey", form).status == 303
    assert house.browser().post("/login/passkey", form).status == 403


def test_a_question_is_over_after_five_minutes(house: Any) -> None:
    """Also the one for a new passkey; and one we never asked is none."""
    ada = house.administrator()
    add(ada, device := Device())
    asked = question(ada, "/login/passkey/start")
    made = Device(id=b"credential-0002").make(question(ada, "/account/passkeys/start"))
    house.clock.pass_time(limits.CEREMONY_SECONDS)
    assert house.browser().post("/login/passkey", {"answer": device.sign(asked)}).status == 403
    assert ada.post("/account/passkeys", {"name": "x", "answer": made}).status == 422
    own = device.sign({"challenge": b64(b"my own challenge")})
    assert house.browser().post("/login/passkey", {"answer": own}).status == 403


def test_a_question_for_one_thing_answers_no_other(house: Any) -> None:
    """A question for a new key signs nobody in, nor does another account's make a key."""
    ada = house.administrator()
    add(ada, device := Device())
    asked = question(ada, "/account/passkeys/start")
    assert house.browser().post("/login/passkey", {"answer": device.sign(asked)}).status == 403
    bea = house.invited(ada, "bea@kammer.example")
    other = Device(id=b"credential-0002").make(question(ada, "/account/passkeys/start"))
    assert bea.post("/account/passkeys", {"name": "x", "answer": other}).status == 422


def test_a_key_of_another_realm_is_unknown(house: Any, another: Any) -> None:
    """Though both stand under one host."""
    firm = another(house, "muster")
    firm.administrator()
    add(house.administrator(), device := Device())
    answer = device.sign(question(firm.browser(), "/login/passkey/start"))
    assert firm.browser().post("/login/passkey", {"answer": answer}).status == 403
    across = device.sign(question(house.browser(), "/login/passkey/start"))
    assert firm.browser().post("/login/passkey", {"answer": across}).status == 403


def test_a_locked_account_stays_out_with_its_key(house: Any) -> None:
    """And a removed one."""
    ada = house.administrator()
    bea = house.invited(ada, "bea@kammer.example")
    add(bea, device := Device())
    id = house.id("bea@kammer.example")
    house.login.accounts.lock(id, by="console")
    assert sign_in(house.browser(), device).status == 403
    house.login.accounts.unlock(id, by="console")
    assert sign_in(house.browser(), device).status == 303
    house.login.accounts.remove(id, by="console")
    assert sign_in(house.browser(), device).status == 403


def test_a_key_belongs_to_one_account(house: Any) -> None:
    """The same once more is refused, whoever brings it."""
    ada = house.administrator()
    add(ada, device := Device())
    assert add(ada, device).status == 422
    assert add(house.invited(ada, "bea@kammer.example"), device).status == 422


def test_passkeys_are_named_renamed_and_removed_by_their_owner_only(house: Any) -> None:
    """Whoever knows an id finds nothing under it."""
    ada = house.administrator()
    add(ada, Device())
    bea = house.invited(ada, "bea@kammer.example")
    path = f"/account/passkeys/{b64(b'credential-0001')}"
    assert bea.get(path).status == 404
    assert bea.post(f"{path}/name", {"name": "meiner"}).status == 404
    assert bea.post(f"{path}/remove").status == 404
    assert ada.post(f"{path}/name", {"name": ""}).status == 422
    assert ada.post(f"{path}/name", {"name": "Telefon"}).status == 303
    assert "Telefon" in ada.get("/account").body.decode()
    assert ada.post(f"{path}/remove").status == 303
    assert ada.get(path).status == 404


def test_the_last_way_to_sign_in_stays(house: Any) -> None:
    """Without a mail server the last passkey cannot be removed; a second one first."""
    ada = house.administrator()
    add(ada, Device())
    house.post.works = False
    path = f"/account/passkeys/{b64(b'credential-0001')}/remove"
    answer = ada.post(path)
    assert answer.status == 409
    assert "letzter Weg" in answer.body.decode()
    assert add(ada, Device(id=b"credential-0002")).status == 303
    assert ada.post(path).status == 303


def test_an_account_has_only_so_many(house: Any) -> None:
    """The next one is refused."""
    ada = house.administrator()
    for number in range(limits.PASSKEYS_EACH):
        assert add(ada, Device(id=b"credential-%d" % number)).status == 303
    assert add(ada, Device(id=b"one-more-credential")).status == 422


@pytest.mark.parametrize(
    "answer",
    ["", "x", "[]", "{}", '{"response":7}', '{"response":{"clientDataJSON":"!"}}', "[" * 5000],
)
def test_answers_that_are_none_are_refused(house: Any, answer: str) -> None:
    """Whatever is sent, nothing breaks."""
    ada = house.administrator()
    assert house.browser().post("/login/passkey", {"answer": answer}).status == 403
    assert ada.post("/account/passkeys", {"name": "x", "answer": answer}).status == 422


def test_spoilt_answers_to_a_real_question_are_refused(house: Any) -> None:
    """Each part replaced by rubbish; only a page that says so comes back."""
    add(house.administrator(), device := Device())
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for rubbish in ("", "AAAA", "!", None, 7, []):
            answer = json.loads(device.sign(question(house.browser(), "/login/passkey/start")))
            answer["response"][part] = rubbish
            house.clock.pass_time(limits.SIGN_IN_WINDOW)
            form = {"answer": json.dumps(answer)}
            assert house.browser().post("/login/passkey", form).status == 403


def test_failed_answers_are_counted(house: Any) -> None:
    """Like links."""
    browser = house.browser()
    for _ in range(limits.TRIES_PER_BLOCK):
        assert browser.post("/login/passkey", {"answer": "x"}).status == 403
    assert browser.post("/login/passkey", {"answer": "x"}).status == 429
    assert browser.post("/login/passkey/start").status == 429


def test_whoever_reloads_begins_anew(house: Any) -> None:
    """The address of the form has a page, too."""
    assert house.browser().get("/login/passkey").headers["Location"] == "/office/login"


@pytest.mark.parametrize(
    ("url", "ways"),
    [
        ("https://203.0.113.5/office", WaySettings()),
        ("http://node.example/office", WaySettings()),
        ("https://node.example/office", WaySettings(passkeys=False)),
    ],
)
def test_where_passkeys_cannot_be_used_none_are_offered(
    make_house: Any, store: Any, url: str, ways: WaySettings
) -> None:
    """By a number, over an open line, or switched off; the account page says so."""
    house = make_house(store, url=url, settings={"ways": ways})
    browser = house.browser(secure=url.startswith("https"), host="localhost")
    link = house.login.console_link().removeprefix(url)
    assert browser.post(link, {"name": "Ada", "mail": "ada@kammer.example"}).status == 303
    assert "nicht eingerichtet" in browser.get("/account").body.decode()
    assert "data-passkey" not in house.browser().get("/login").body.decode()
    assert browser.post("/login/passkey/start").status == 404
    assert browser.post("/account/passkeys/start").status == 404
