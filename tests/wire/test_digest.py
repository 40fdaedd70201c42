"""Bodies that arrive as they left (RFC 9530)."""

from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share.wire.digest import HEADER, content_digest, digest_fits


def test_the_example_of_the_standard_comes_out() -> None:
    """RFC 9530, appendix B.1: the digest of `{"hello": "world"}` and a line feed."""
    expected = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert content_digest(b'{"hello": "world"}\n') == expected
    assert HEADER == "Content-Digest"


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_only_the_same_bytes_fit(sent: bytes, arrived: bytes) -> None:
    """A changed body is noticed, an unchanged one passes, also beside other digests."""
    assert digest_fits(content_digest(sent), arrived) is (sent == arrived)
    assert digest_fits(f"sha-512=:AA==:, {content_digest(sent)}", sent)


def test_without_a_digest_nothing_fits() -> None:
    """A missing header proves nothing."""
    assert not digest_fits("", b"")
