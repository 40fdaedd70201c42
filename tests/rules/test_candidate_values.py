"""Candidates as developers write them down: words and lists are taken, nonsense is refused."""

import pytest

from fachkraft_share import Availability, Candidate, Cefr, Document, DocumentKind, SpokenLanguage


def test_words_and_lists_become_the_values_they_name() -> None:
    """A developer may write "C2" and a list; what others read is the closed value and a tuple."""
    candidate = Candidate(
        given="A",
        family="B",
        skills=["Python"],
        languages=[SpokenLanguage("de", "C2")],
        availability="now",
        documents=[Document("cv.pdf", "cv", "application/pdf", b"%PDF")],
    )
    assert candidate.skills == ("Python",)
    assert candidate.languages[0].level is Cefr.C2
    assert candidate.availability is Availability.NOW
    assert candidate.documents[0].kind is DocumentKind.CV


@pytest.mark.parametrize("level", ["fluent", "", "c2"])
def test_a_level_that_is_none_is_refused_where_it_is_written(level: str) -> None:
    """Not hours later when the dossier is sealed."""
    with pytest.raises(ValueError, match="Cefr"):
        SpokenLanguage("de", level)
