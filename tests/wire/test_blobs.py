"""Sealed blobs."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SignatureError
from fachkraft_share.wire import blobs
from fachkraft_share.wire.encoding import sha256
from fachkraft_share.wire.keys import PrivateKey
from fachkraft_share.wire.suite import Suite

PARTIES = {
    "sender": "https://muster.example",
    "recipient": "https://beispiel.example",
    "referral": "r",
    "message": "m",
    "consent": "c",
}
ROOM = [size - limits.SEALED_OVERHEAD - blobs.PREFIX_BYTES for size in limits.BLOB_CLASSES]


@given(st.binary(max_size=300))
def test_padding_is_undone(data: bytes) -> None:
    """And hides the length within the smallest class."""
    padded = blobs.pad(data)
    assert blobs.unpad(padded) == data
    assert len(padded) == limits.BLOB_CLASSES[0] - limits.SEALED_OVERHEAD


@pytest.mark.parametrize("index", range(len(ROOM)))
def test_each_class_is_filled_to_its_last_byte(index: int) -> None:
    """One byte more takes the next class, or none."""
    full = bytes(ROOM[index])
    assert len(blobs.pad(full)) == limits.BLOB_CLASSES[index] - limits.SEALED_OVERHEAD
    assert blobs.unpad(blobs.pad(full)) == full
    if full == bytes(ROOM[-1]):
        with pytest.raises(MalformedError):
            blobs.pad(full + b"\0")
    else:
        assert len(blobs.pad(full + b"\0")) == limits.BLOB_CLASSES[index + 1] - 48


def test_what_was_not_padded_so_is_refused() -> None:
    """Another size, another class, a length beyond the end, something in the padding."""
    good = blobs.pad(b"dossier")
    larger = good.ljust(limits.BLOB_CLASSES[1] - limits.SEALED_OVERHEAD, b"\0")
    for wrong in (
        b"",
        b"\0\0",
        good[:-1],
        good + b"\0",
        larger,
        good[:-1] + b"\1",
        b"\xff" + good[1:],
        len(good).to_bytes(4, "big") + good[4:],
    ):
        with pytest.raises(MalformedError):
            blobs.unpad(wrong)


@given(st.lists(st.text(max_size=3), min_size=5, max_size=5))
def test_a_context_is_one_delivery(values: list[str]) -> None:
    """Moving a character from one party to the next gives another context."""
    named = dict(zip(PARTIES, values, strict=True))
    base = blobs.dossier_info(**named)
    assert base != blobs.contact_info(**named)
    for name in PARTIES:
        assert blobs.dossier_info(**(named | {name: named[name] + "."})) != base
    moved = named | {"sender": values[0] + values[1], "recipient": ""}
    assert (blobs.dossier_info(**moved) == base) == (moved == named)


def test_a_dossier_is_opened_by_its_recipient(suite: Suite, mailbox: PrivateKey) -> None:
    """Its size is a class, its name the hash of its bytes."""
    info = blobs.dossier_info(**PARTIES)
    public = suite.sealing_public(mailbox.seed)
    sealed = blobs.seal_dossier(b"dossier", public=public, info=info, suite=suite)
    assert sealed.length == len(sealed.ciphertext) == limits.BLOB_CLASSES[0]
    assert sealed.sha256 == sha256(sealed.ciphertext)
    assert "ciphertext" not in repr(sealed)
    opened = blobs.open_dossier(sealed, private=mailbox.seed, info=info, suite=suite)
    assert opened == b"dossier"


@pytest.mark.parametrize("name", PARTIES)
def test_a_dossier_opens_in_its_own_context_only(
    suite: Suite, mailbox: PrivateKey, name: str
) -> None:
    """Not as if it came from, or went to, or belonged to anything else."""
    public = suite.sealing_public(mailbox.seed)
    sealed = blobs.seal_dossier(
        b"dossier", public=public, info=blobs.dossier_info(**PARTIES), suite=suite
    )
    for info in (
        blobs.dossier_info(**(PARTIES | {name: "other"})),
        blobs.contact_info(**PARTIES),
    ):
        with pytest.raises(MalformedError, match="cannot be opened"):
            blobs.open_dossier(sealed, private=mailbox.seed, info=info, suite=suite)


def test_another_blob_than_the_one_named_is_refused(suite: Suite, mailbox: PrivateKey) -> None:
    """Another hash or length than the sender signed, though it would open."""
    public, info = suite.sealing_public(mailbox.seed), b"info"
    sealed = blobs.seal_dossier(b"dossier", public=public, info=info, suite=suite)
    for wrong in (
        attrs.evolve(sealed, sha256=sha256(b"")),
        attrs.evolve(sealed, length=sealed.length + 1),
        attrs.evolve(sealed, ciphertext=sealed.ciphertext[:-1]),
    ):
        with pytest.raises(MalformedError, match="not the blob"):
            blobs.open_dossier(wrong, private=mailbox.seed, info=info, suite=suite)


def test_a_dossier_is_not_sealed_to_an_unusable_key(suite: Suite) -> None:
    """Nor is one that is too large sealed at all."""
    with pytest.raises(SignatureError):
        blobs.seal_dossier(b"", public=bytes(32), info=b"", suite=suite)
    with pytest.raises(MalformedError):
        blobs.seal_dossier(
            bytes(limits.BLOB_BYTES), public=b"\x09" + bytes(31), info=b"", suite=suite
        )
