"""Every hook of the example does what its README says."""

import importlib
import time

import attrs
import pytest

from fachkraft_share import Document, DocumentKind, LanguageSkill, Level, Years
from fachkraft_share.model.profile import Cefr, Profile
from fachkraft_share.plugins import Fact, News, Occasion, Staff
from fachkraft_share.plugins.reference import specified
from fachkraft_share.ports import health
from fachkraft_share.ports.erasure_evidence import Outcome
from fachkraft_share.rules.coding import settle, suggest
from fachkraft_share.rules.terms import extended
from fachkraft_share.rules.vocabulary import shipped
from fachkraft_share.testing.adapter_harness import invented, leave, referral_id

PROFILE = Profile("43", Level.SPECIALIST, Years.UP_TO_9, "de")
NEWS = News(
    Occasion.CONTACT_REQUESTED,
    "r" * 22,
    "de",
    "Betreff",
    "Guten Tag",
    to="person@mail.example",
    application="ATS-1",
)


def said(answers):
    """Return what the plugin said, when nothing went wrong."""
    assert answers.failures == ()
    return [one for _, one in answers.given]


def pdf(content):
    """Return a document that says it is a PDF."""
    return Document("cv.pdf", DocumentKind.CV, "application/pdf", content)


def test_it_implements_every_hook_there_is(house):
    """A new hook wants an example."""
    [loaded] = house.loaded
    assert (loaded.name, loaded.distribution) == ("house", "fachkraft-share-house")
    assert set(loaded.hooks) == set(specified())
    assert (house.failures, house.missing) == ((), ())


def test_the_shelf_files_a_person_once_and_erases(house, tmp_path):
    """The second look finds nothing."""
    adapter = house.adapter("shelf").connect({"folder": str(tmp_path / "shelf")})
    at, referral = 1_795_305_600, referral_id(1)
    adapter.set_up(at=at)
    assert adapter.check(at=at).warnings == ()
    for _ in range(2):
        permit = leave(referral, at=at)
        ref = adapter.import_referral(referral, invented(1), permit=permit, at=at)
    assert len(list((tmp_path / "shelf").iterdir())) == 1
    assert adapter.find(referral) == ref
    erased = adapter.erase(ref, at=at)
    assert (erased.outcome, erased.residue) == (Outcome.ERASED, ())
    assert adapter.erase(ref, at=at).outcome is Outcome.NEVER_HELD


def test_letters_are_written_and_go_with_the_person(house, tmp_path):
    """An address is personal data: nothing is left of it."""
    [participant] = said(house.erasure_participants())
    assert said(house.notify(attrs.evolve(NEWS, to=""))) == []
    assert said(house.notify(NEWS)) == [True]
    [letter] = (tmp_path / "house" / "letters").iterdir()
    assert "person@mail.example" in letter.read_text()
    assert participant.erase("other", at=5).outcome is Outcome.NEVER_HELD
    erased = participant.erase(NEWS.referral, at=5)
    assert (erased.outcome, erased.residue) == (Outcome.ERASED, ())
    assert not letter.exists()


def test_its_check_says_whether_the_folder_is_there(house, monkeypatch):
    """With what to do."""
    [check] = said(house.health_checks())
    assert check.run().level is health.Level.OK
    monkeypatch.delenv("HOUSE_FOLDER")
    assert check.run().fix


def test_its_title_and_its_skill_are_understood(house):
    """Both fit the shipped vocabulary."""
    known, unfit = extended(shipped(), said(house.vocabularies()))
    assert unfit == ()
    assert settle(suggest("Prozessdigitalisiererin", vocabulary=known)) == "43414"
    assert known.skill_codes("Hausframework") == ("java",)


def test_a_language_is_a_reason(house):
    """In the reader's language; without one nothing is said."""
    speaks = attrs.evolve(PROFILE, languages=(LanguageSkill("pl", Cefr.B2),))
    assert said(house.match_reasons(speaks, "de")) == ["Eine unserer Schichten spricht Polnisch"]
    assert said(house.match_reasons(speaks, "en")) == ["One of our shifts speaks Polish"]
    assert said(house.match_reasons(PROFILE, "de")) == []


def test_a_rare_occupation_is_held_back(house):
    """The others leave."""
    assert said(house.review_profile(attrs.evolve(PROFILE, occupation="93142")))
    assert said(house.review_profile(PROFILE)) == []


@pytest.mark.parametrize(
    ("content", "objects"),
    [(b"%PDF-1.7 ...", False), (b"MZ...", True), (b"%PDF-1.7 /Launch", True)],
)
def test_a_pdf_that_runs_something_is_held_back(house, content, objects):
    """So is one that is none."""
    assert bool(said(house.scan_document(pdf(content), leaving=True))) is objects


def test_only_a_signed_header_is_believed(house):
    """Not one that was changed or has ended, nor any without a secret."""
    login = importlib.import_module("fachkraft_share_house.login")
    kim, end = Staff("7", "Kim", ("coordinator",)), int(time.time()) + 60
    header = login.signed(kim, until=end, secret="for tests only")  # noqa: S106
    assert said(house.authenticate({login.HEADER: header})) == [kim]
    for wrong in (
        header.replace("Kim", "Alex"),
        login.signed(kim, until=end - 120, secret="for tests only"),  # noqa: S106
        login.signed(kim, until=end, secret="guessed"),  # noqa: S106
        "",
    ):
        assert said(house.authenticate({login.HEADER: wrong})) == []
    assert login.read({login.HEADER: header}, secret="") is None


def test_its_salutation_fits_both_languages(house):
    """A text with an id that exists."""
    for language in ("de", "en"):
        [own] = said(house.texts(language))
        assert own.keys() == {"notify.contact_requested.subject"}


def test_a_fact_told_twice_counts_once(house, tmp_path):
    """At least once is what the hook promises."""
    fact = Fact("f" * 43, "referral.closed", "r" * 22, said=False, at=5)
    assert house.tell("house", fact) is None
    assert house.tell("house", fact) is None
    [file] = (tmp_path / "house" / "facts").iterdir()
    assert file.read_text() == "5 referral.closed\n"


def test_without_its_folder_what_needs_it_fails_by_itself(house, monkeypatch):
    """The other hooks go on."""
    monkeypatch.delenv("HOUSE_FOLDER")
    assert [one.what for one in house.notify(NEWS).failures] == ["raised KeyError"]
    assert said(house.review_profile(PROFILE)) == []
