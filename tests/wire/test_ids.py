"""Names."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.wire import ids
from fachkraft_share.wire.encoding import b64, unb64

ORIGIN = "https://muster.example"


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16))
def test_a_referral_id_proves_what_it_was_made_of(key: bytes, nonce: bytes) -> None:
    """128 bits in 22 characters; any other origin, key or nonce does not fit."""
    referral = ids.referral_id(ORIGIN, key, nonce)
    assert len(unb64(referral, size=16)) == 16
    assert ids.check_referral_id(referral, origin=ORIGIN, key=key, nonce=nonce)
    for origin, other_key, other_nonce in (
        ("https://beispiel.example", key, nonce),
        (ORIGIN, bytes([key[0] ^ 1]) + key[1:], nonce),
        (ORIGIN, key, nonce[:-1] + bytes([nonce[-1] ^ 1])),
        (ORIGIN, key + nonce[:1], nonce[1:]),
    ):
        assert not ids.check_referral_id(referral, origin=origin, key=other_key, nonce=other_nonce)


@given(st.text(max_size=40) | st.from_regex(r"https?://[a-zA-Z0-9.:/@?#%-]{0,30}"))
def test_any_text_is_an_organisation_id_or_refused_with_the_one_error(text: str) -> None:
    """What passes has no user, query, fragment, upper-case host or slash at its end."""
    try:
        assert ids.check_organisation_id(text) == text
    except MalformedError:
        return
    host = text.split("/")[2]
    assert host == host.lower()
    assert not set(text) & set("@?#%\\ \n")
    assert not text.endswith("/")


def test_an_organisation_id_has_at_most_200_characters() -> None:
    """Two hundred pass, one more does not."""
    longest = f"{ORIGIN}/".ljust(200, "a")
    assert ids.check_organisation_id(longest)
    with pytest.raises(MalformedError):
        ids.check_organisation_id(longest + "a")


@given(st.binary(max_size=20))
def test_a_message_id_is_16_bytes(raw: bytes) -> None:
    """As base64url in its one spelling."""
    if len(raw) == 16:
        assert ids.check_id(b64(raw)) == b64(raw)
        return
    with pytest.raises(MalformedError):
        ids.check_id(b64(raw))


@pytest.mark.parametrize(
    "text",
    [
        "https://beispiel.example",
        "https://Beispiel.example:8443/datenschutz/",
        "https://xn--mller-kva.example/a?b=c&d=%20#e",
        "https://beispiel.example".ljust(limits.WEB_ADDRESS, "/"),
    ],
)
def test_a_web_address_passes(text: str) -> None:
    """As people find it in their browser."""
    assert ids.check_web_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "beispiel.example/datenschutz",
        "http://beispiel.example",
        "javascript:alert(1)",
        "https://",
        "https:///datenschutz",
        "https://bank.example@beispiel.example",
        "https://beispiel.example:port",
        "https://beispiel.example/a b",
        "https://beispiel.example/a\n",
        "https://beispiel.example/<b>",
        'https://beispiel.example/"onclick=',
        "https://beispiel.example\\@bank.example",
        "https://beispiel.example/datenschutzerkl\u00e4rung",
        "https://beispiel.example".ljust(limits.WEB_ADDRESS + 1, "/"),
    ],
)
def test_what_must_not_be_shown_as_a_link_is_refused(text: str) -> None:
    """Scripts, logins, look-alikes and texts."""
    with pytest.raises(MalformedError, match="not an https address"):
        ids.check_web_address(text)


@given(st.uuids() | st.text(max_size=40))
def test_a_record_id_is_a_random_uuid_in_one_spelling(found: UUID | str) -> None:
    """Nothing else fits in: no text, no other version, no capital letters."""
    text = str(found)
    if isinstance(found, UUID) and found.version == 4:
        assert ids.check_record_id(text) == text
        text = text.upper() + "A"
    with pytest.raises(MalformedError):
        ids.check_record_id(text)
