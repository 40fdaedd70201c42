"""Single settings changed within `config.toml`: everything else stays as somebody wrote it."""

import tomllib

import pytest

from fachkraft_share.errors import SetupError
from fachkraft_share.member.settings_file import with_changes

FILE = """\
# Written by hand.
id = "https://a.example"
name = "A"  # as in the register
notice = 'https://a.example/old'   # ask Petra before changing
unknown = [
    1,  # notice = "not this one"
]

[tables]
kldb = "kldb.csv"

[legal]
phone = "1"
address = \"\"\"
Weg 1
38640 Goslar\"\"\"  # two lines

[adapters."x"]
notice = "not this one either"
"""


def changed(text: str, **changes: str) -> str:
    """Return the text with changes; `__` stands for the point."""
    return with_changes(text, {name.replace("__", "."): one for name, one in changes.items()})


def test_one_line_is_written_anew_and_keeps_its_remark() -> None:
    """Every other line is the very same."""
    text = changed(FILE, notice="https://a.example/new")
    before, after = FILE.splitlines(), text.splitlines()
    [(old, new)] = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert old.startswith("notice = 'https://a.example/old'")
    assert new == 'notice = "https://a.example/new"   # ask Petra before changing'


def test_a_value_of_several_lines_is_written_as_one() -> None:
    """What follows it stays."""
    text = changed(FILE, legal__address="Weg 2\n38640 Goslar")
    assert tomllib.loads(text)["legal"] == {"phone": "1", "address": "Weg 2\n38640 Goslar"}
    assert 'notice = "not this one either"' in text
    assert "Weg 1" not in text


@pytest.mark.parametrize(
    ("name", "line", "before"),
    [
        ("contact", 'contact = "Petra"\n', "[tables]"),
        ("legal.email", 'email = "Petra"\n', '[adapters."x"]'),
    ],
)
def test_what_was_not_set_is_added_where_it_belongs(name: str, line: str, before: str) -> None:
    """At the end of its table, before the next one."""
    text = with_changes(FILE, {name: "Petra"})
    assert text.replace(line, "", 1) == FILE
    assert text.index(line) < text.index(before)


@pytest.mark.parametrize("file", ["", "id = 'x'", "id = 'x'\n", "[tables]\n", "# nothing\n"])
def test_a_table_that_is_missing_is_added_at_the_end(file: str) -> None:
    """Also to a file without a last line's end."""
    text = changed(file, legal__phone="05321 1")
    assert text.endswith('[legal]\nphone = "05321 1"\n')
    assert tomllib.loads(text)["legal"] == {"phone": "05321 1"}
    assert tomllib.loads(changed(file, notice="n"))["notice"] == "n"


@pytest.mark.parametrize(
    "value", ['say "x"', "a\\b", "one\ntwo", "\x7f", "Ä", "# no remark", "[x]"]
)
def test_whatever_is_typed_stays_a_text(value: str) -> None:
    """And can be changed again."""
    text = changed(FILE, notice=value, legal__phone=value, legal__vat=value)
    assert tomllib.loads(text)["notice"] == value
    assert changed(text, notice="n", legal__phone="1", legal__vat="") != text
    assert tomllib.loads(changed(text, notice="n"))["legal"]["vat"] == value


def test_several_changes_are_all_made() -> None:
    """One after the other."""
    found = tomllib.loads(changed(FILE, notice="n", legal__phone="2", language="en"))
    assert (found["notice"], found["legal"]["phone"], found["language"]) == ("n", "2", "en")


@pytest.mark.parametrize(
    "file",
    [
        'legal = { phone = "1" }\n',
        'legal.phone = "1"\n',
        '"notice" = "x"\n',
        '["legal"]\nphone = "1"\n',
    ],
)
def test_what_is_written_in_an_unusual_way_is_left_alone(file: str) -> None:
    """Rather than written twice."""
    with pytest.raises(SetupError, match="by hand"):
        changed(file, notice="n", legal__phone="2")


def test_a_file_that_is_no_toml_is_left_alone() -> None:
    """Nobody could say what it means."""
    with pytest.raises(SetupError, match="not TOML"):
        changed("notice = ", notice="n")
