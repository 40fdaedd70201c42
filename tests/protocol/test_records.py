"""Records: what they are found by, and what of them is never printed."""

import attrs
import pytest

from fachkraft_share.protocol import records
from fachkraft_share.protocol.payloads import Right

KINDS = records.Record.__subclasses__()


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_found_by_its_own_fields(kind: type[records.Record]) -> None:
    """A key or an index that names no field would fail in a store only."""
    fields = {one.name for one in attrs.fields(kind)}  # type: ignore[arg-type]
    for names in (kind.KEY, *kind.INDEX):
        assert names
        assert fields.issuperset(names)


def test_what_a_person_wrote_is_never_printed() -> None:
    """A record in a log or an error shows hashes and dates, no letter of the content."""
    words = "Anna Beispiel"
    for one in (
        records.Token("0", "t", "i", "r", personal=True, body=words, at=0),
        records.Part("r", "skills", words),
        records.Contact("r", "q", "1", job=words),
        records.Contact("r", "q", "1", message=words),
        records.Receipt("r", "h", "all", "0", words, settled=True, alarm=None, at=0),
        records.Exclusion("r", "name", words),
        records.BlobContent("0", words.encode()),
    ):
        assert "Anna" not in repr(one)


def test_a_right_is_told_in_the_words_of_the_protocol() -> None:
    """They stand in signed messages, which other versions read."""
    assert [*Right] == ["access", "rectification", "restriction", "objection"]


def test_a_new_task_was_never_tried() -> None:
    """Its waiting time is counted from none."""
    assert records.Task("erase", "r", 0).tries == 0
