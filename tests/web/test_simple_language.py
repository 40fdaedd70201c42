"""Texts in Leichte Sprache keep its rules, as far as patterns can tell; and they do tell."""

from importlib import resources
from pathlib import Path

import pytest

from fachkraft_share.testing.simple_language import breaches, main, negated, sentences, texts_of

FOLDER = Path(str(resources.files("fachkraft_share.web") / "texts" / "de_simple"))
FILES = sorted(FOLDER.glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda one: one.stem)
def test_every_simple_text_keeps_the_rules(path: Path) -> None:
    """Short sentences, no genitive, no passive, no subjunctive, hyphens, one word per thing."""
    found = {
        name: [str(one) for one in breaches(text)]
        for name, text in texts_of(path).items()
        if breaches(text)
    }
    assert found == {}


@pytest.mark.parametrize("path", FILES, ids=lambda one: one.stem)
def test_simple_texts_say_what_is_rather_than_what_is_not(path: Path) -> None:
    """At most every third sentence of a file carries a negation; some must, to be true."""
    texts = texts_of(path).values()
    all_of_them = sum(len(sentences(one)) for one in texts)
    assert sum(negated(one) for one in texts) <= max(1, all_of_them / 3)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Die Daten des Vereins sind weg.", "no genitive"),
        ("Das ist die Firma der Person.", "no genitive"),
        ("Auf Ihrer Seite steht alles.", ""),
        ("Hat der Chef Fragen?", ""),
        ("Wir gehen wegen dem Regen.", "no genitive"),
        ("Ihre Daten werden gelöscht.", "no passive"),
        ("Das ist gelöscht worden.", "no passive"),
        ("Wenn sie gelöscht werden, ist es gut.", "no passive"),
        ("Das lässt sich ändern.", "no passive"),
        ("Das wäre schön.", "no subjunctive"),
        ("Das ist z. B. so.", "no abbreviation"),
        ("Das sagt die DSGVO.", "no abbreviation"),
        ("Das steht in § 5.", "no special character"),
        ("Es sind drei Tage.", "numbers as figures"),
        ("Der Arbeitgeber fragt.", "one word for one thing"),
        ("Sie haben eine Datenschutzbeauftragte.", "a hyphen in words of more than 15 letters"),
        ("Niemand weiß nichts.", "at most 1 negation in a sentence"),
        ("Ja, wir kommen, und das bald.", "at most 1 comma in a sentence"),
        (
            "Das ist ein Satz und er ist viel zu lang und er hört gar nicht mehr auf.",
            "at most 15 words in a sentence",
        ),
        ("Das ist Ihre „Einwilligung“.", ""),
        ("Das ist die Daten-Schutz-Beauftragte.", ""),
        ("Wir fragen {name}: Kommen Sie?", ""),
        ("Die Firma löscht Ihre Daten.", ""),
        ("Die Firma hat Ihre Daten gelöscht.", ""),
        ("Das PDF hat einen QR-Code.", ""),
    ],
)
def test_the_rules_are_noticed(text: str, rule: str) -> None:
    """One broken rule each, and none where there is none."""
    assert {one.rule for one in breaches(text)} == ({rule} if rule else set())


def test_the_command_names_file_id_and_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And ends with 1."""
    file = tmp_path / "room.toml"
    file.write_text('[a]\nb = "Der Betrieb fragt."\nc = [{ title = "Gut" }]\n', "utf-8")
    assert main([str(file)]) == 1
    assert capsys.readouterr().out == (
        f"{file}: a.b: one word for one thing: Betrieb (say: Firma)\n"
    )
    file.write_text('[a]\nb = "Die Firma fragt."\n', "utf-8")
    assert main([str(file)]) == 0
