"""Documents on their way: what a file is, and the name it travels under."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share.errors import InvalidRecordError
from fachkraft_share.model.candidate import Document, DocumentKind
from fachkraft_share.ports.documents import (
    MEDIA_TYPES,
    check_content,
    is_photo,
    is_whole,
    media_type,
    opaque_name,
)
from fachkraft_share.testing.adapter_harness import pdf


@given(
    st.builds(
        Document,
        name=st.text(),
        kind=st.sampled_from(DocumentKind),
        media_type=st.sampled_from([*MEDIA_TYPES.values(), "x/y", "../../x"]),
        content=st.binary(max_size=20),
    )
)
@settings(max_examples=100)
def test_the_name_it_travels_under_comes_from_kind_and_content(document):
    """No letter of the candidate's own name reaches a file system."""
    name = opaque_name(document)
    stem, _, suffix = name.rpartition(".")
    kind, _, digest = stem.rpartition("-")
    assert kind in set(DocumentKind)
    assert (len(digest), digest.isalnum(), digest.isascii()) == (12, True, True)
    assert f".{suffix}" in {*MEDIA_TYPES, ".bin"}


@pytest.mark.parametrize(
    ("name", "media"),
    [("a.PDF", "application/pdf"), ("a.tar.docx", MEDIA_TYPES[".docx"]), ("pdf", ""), (".pdf", "")],
)
def test_the_type_is_told_by_the_ending(name, media):
    """Whatever its case."""
    assert media_type(name) == media


def test_a_portrait_is_told_from_a_scanned_certificate():
    """An image nobody called a certificate counts as a portrait (R13)."""
    assert is_photo("image/jpeg", DocumentKind.OTHER)
    assert not is_photo("image/jpeg", DocumentKind.CERTIFICATE)
    assert not is_photo("application/pdf", DocumentKind.OTHER)


@pytest.mark.parametrize("content", [b"", b"MZ\x90", b"PK\x03\x04"])
def test_content_that_is_not_what_it_says_is_refused(content):
    """Empty, a program, another kind."""
    with pytest.raises(InvalidRecordError):
        check_content(Document("a", DocumentKind.CV, "application/pdf", content))


def test_content_that_is_what_it_says_passes():
    """Also after a byte order mark, and text of which nothing is known."""
    check_content(pdf("x"))
    check_content(Document("a", DocumentKind.CV, "application/pdf", b"\xef\xbb\xbf\n%PDF-1"))
    check_content(Document("a", DocumentKind.CV, "text/plain", b"x"))


@pytest.mark.parametrize(
    ("media", "whole", "half"),
    [
        ("application/pdf", b"%PDF-1\n%%EOF\n", b"%PDF-1\n"),
        ("image/png", b"\x89PNG\r\nIEND\xaeB`\x82", b"\x89PNG\r\n"),
        (MEDIA_TYPES[".docx"], b"PK\x03\x04PK\x05\x06" + b"\x00" * 18, b"PK\x03\x04"),
        ("text/plain", b"x", b""),
    ],
)
def test_a_half_written_file_is_told_by_its_missing_end(media, whole, half):
    """A copy still under way is not passed on."""
    assert is_whole(media, whole)
    assert not is_whole(media, half)
