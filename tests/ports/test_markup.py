"""The little HTML that is sent to a website."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError
from fachkraft_share.ports.markup import TAGS, clean_markup

PIECES = (
    *(f"<{end}{tag}>" for tag in sorted(TAGS) for end in ("", "/")),
    *("<script>", "</script>", "<br>", "<svg onload=x>", '<a href="https://a.example/?a=1&b=2">'),
    *("&lt;p&gt;", "&amp;", "<", ">", "javascript:", " ", "eins"),
)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Gesucht: <strong>Bäcker</strong> &amp; Köche</p>", None),
        ("<h3>Was</h3><ul><li>eins</li><li>zwei</li></ul><ol><li>a</li></ol>", None),
        ("<p>eins<br>zwei</p>", None),
        ("<p>eins<br/>zwei</p>", "<p>eins<br>zwei</p>"),
        ('<a href="https://a.example/x?a=1&amp;b=2">mehr</a>', None),
        ('<a href="http://a.example/">mehr</a>', "mehr"),
        ('<a href="javascript:alert(1)">mehr</a>', "mehr"),
        ('<a href="https://user@a.example/">mehr</a>', "mehr"),
        ("<a>mehr</a>", "mehr"),
        ("<a href>mehr</a>", "mehr"),
        (
            '<a href="https://a.example/" onclick="x()" style="x" target="_blank">mehr</a>',
            '<a href="https://a.example/">mehr</a>',
        ),
        ('<p class="x" onmouseover="alert(1)">eins</p>', "<p>eins</p>"),
        ("<p>eins<script>alert(1)</script>zwei</p>", "<p>einszwei</p>"),
        ("<style>p {}</style><p>eins", "<p>eins</p>"),
        ("<script><p>eins", ""),
        ("<p>eins<p>zwei", "<p>eins</p><p>zwei</p>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<em>a<em>b</em></em>", "<em>ab</em>"),
        ("<strong>eins</p></strong>", "<strong>eins</strong>"),
        ("<p><strong>eins</p>", "<p><strong>eins</strong></p>"),
        ("<b>eins</b> <i>zwei</i>", "<strong>eins</strong> <em>zwei</em>"),
        ("<h1>eins</h1><div>zwei</div>", "<h3>eins</h3><p>zwei</p>"),
        ("<svg onload=a()><p>eins</p></svg>", "<p>eins</p>"),
        ("<img src=x onerror=a()>eins", "eins"),
        ("<p/>eins", "eins"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;eins", "eins"),
        ("java<b></b>script:eins", "java<strong></strong>script:eins"),
        ("java<span>script</span>:eins", "eins"),
        ("<!-- nichts --><?php nichts ?>eins", "eins"),
        ("weniger: 3 < 4 & 5", "weniger: 3 &lt; 4 &amp; 5"),
        ('"eins"', "&quot;eins&quot;"),
        ("eins\u202ezwei\x00drei", "einszwei drei"),
    ],
)
def test_a_few_tags_stay_and_everything_else_goes(markup, expected):
    """What a program would run is gone; what people read stays."""
    assert clean_markup(markup) == (markup if expected is None else expected)


@given(st.lists(st.sampled_from(PIECES), max_size=25))
@settings(max_examples=300)
def test_what_comes_out_is_well_formed_and_cleaning_it_again_changes_nothing(pieces):
    """Every tag is closed in order, and no other tag is there."""
    clean = clean_markup("".join(pieces))
    assert clean_markup(clean) == clean
    assert not re.search(r"\bjavascript:", clean)
    assert "<script" not in clean
    stack = []
    for end, tag in re.findall(r"<(/?)([a-z0-9]+)[^>]*>", clean):
        assert tag in TAGS | {"br"}
        if tag == "br":
            continue
        if end:
            assert stack.pop() == tag
        else:
            stack.append(tag)
    assert stack == []


def test_a_body_beyond_all_measure_is_refused():
    """It is not cut: nobody would notice."""
    with pytest.raises(InvalidRecordError, match="body"):
        clean_markup("x" * (limits.ITEM_TEXT + 1))
