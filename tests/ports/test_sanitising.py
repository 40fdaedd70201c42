"""Text from and for outside systems: plain, on one line, without tricks."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.ports.sanitising import plain_text, sanitised
from fachkraft_share.testing.adapter_harness import invented


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Änne Größe-Muster", "Änne Größe-Muster"),
        ("A\u0308nne", "Änne"),
        ("C < D, I <3 Python", "C < D, I <3 Python"),
        ("R&D, Müller &amp; Co", "R&D, Müller & Co"),
        ("<b>bold</b>", "bold"),
        ("a<script>alert(1)</script>b", "ab"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;x", "x"),
        ("<scr<script></script>ipt>x", "ipt>x"),
        ('<img src=x onerror="a()">Bäcker', "Bäcker"),
        ("javascript:alert(1)", "alert(1)"),
        ("JavaScript : x", "x"),
        ("two\nlines\tand\x00more", "two lines and more"),
        ("exe\u202efdp", "exefdp"),
        ("<\u202escript>alert(1)</\u202escript>", ""),
        ("java\u202escript:alert(1)", "alert(1)"),
        ("&#8238;<&#8238;img src=x>Bäckerin", "Bäckerin"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("علی‌رضا", "علی‌رضا"),
    ],
)
def test_markup_and_tricks_go_and_ordinary_text_stays(given_text, expected):
    """What people write stays; what programs would run goes."""
    assert plain_text(given_text) == expected


@given(st.text(alphabet="<>&;/ascript:onxl=\"'t ggsv!-\u202eä", max_size=60))
@settings(max_examples=200)
def test_no_tag_survives_whatever_is_nested(text):
    """Cleaning twice is cleaning once, and no tag is left."""
    once = plain_text(text)
    for bad in ("<s", "<S", "</", "<!", "javascript:", "\u202e"):
        assert bad not in once


def test_every_text_of_a_candidate_is_cleaned():
    """Nested values too; documents are left alone."""
    dirty = invented(1, marker="<i>x</i>")
    clean = sanitised(dirty)
    assert clean == invented(1, marker="x")


def test_a_text_beyond_all_measure_is_refused_with_its_field():
    """It is not cut: nobody would notice."""
    person = attrs.evolve(Candidate("A", "B"), skills=("ok", "x" * (limits.LONG_TEXT + 1)))
    with pytest.raises(InvalidRecordError, match=r"skills\[1\]"):
        sanitised(person)
