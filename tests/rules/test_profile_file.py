"""Which format a person's file is in is told by its content alone."""

import json

import pytest

from fachkraft_share.errors import MalformedError
from fachkraft_share.rules.formats.profile_file import read_profile

RESUME = {"basics": {"name": "Aylin Beispiel"}}
HR_OPEN = {"person": {"name": {"given": "Aylin", "family": "Beispiel"}}}


@pytest.mark.parametrize("value", [RESUME, HR_OPEN])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_both_formats_are_recognised(value: object, encoding: str) -> None:
    """With and without a byte order mark."""
    found = read_profile(json.dumps(value).encode(encoding))
    assert found.candidate.family == "Beispiel"


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"{}", b"[" * 100_000])
def test_anything_else_is_refused(content: bytes) -> None:
    """With a sentence that quotes nothing."""
    with pytest.raises(MalformedError, match="file: n"):
        read_profile(content)
