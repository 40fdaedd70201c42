"""A person corrects how an occupation was coded: shown, kept for the application, never undone."""

from datetime import date

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, UnreachableError
from fachkraft_share.member.records import ApplicationRow
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.rules.coding import Source

from .conftest import CANDIDATE, ENDORSED, REJECTED

CODED = attrs.evolve(CANDIDATE, occupation="", title="Softwareentwicklerin")
RECORDED = attrs.evolve(CODED, occupation="29302")


def recommend(harz, candidate: Candidate = CODED, **more):
    """Recommend from `muster`."""
    given = {"application": "ATS-1", "rejected_on": REJECTED, **more}
    return harz.members["muster"].recommend(candidate, ENDORSED, **given)


def kept(harz) -> list[str]:
    """Return what is kept of choices at `muster`."""
    with harz.members["muster"].engine.store.begin(write=False) as transaction:
        return [one.occupation for one in transaction.every(ApplicationRow)]


def test_the_coding_is_shown_with_what_else_it_may_be(harz) -> None:
    """And whence it comes: the title, the record, or a person."""
    muster = harz.members["muster"]
    found = muster.coding(attrs.evolve(CODED, title="Lehrer, Maurer"))
    assert (found.code, found.source) == (None, Source.TITLE)
    assert {one.code for one in found.others} == {"84", "32"}
    found = muster.coding(CODED)
    assert (found.code, found.source, found.others) == ("43", Source.TITLE, ())
    found = muster.coding(RECORDED)
    assert (found.code, found.source) == ("29302", Source.RECORD)
    assert [one.code for one in found.others] == ["43"]
    found = muster.coding(RECORDED, occupation="26312")
    assert (found.code, found.source) == ("26312", Source.CHOSEN)


@pytest.mark.parametrize("code", ["4", "431415", "99999", "Koch", "http://esco", "４３"])
def test_what_is_no_code_cannot_be_chosen(harz, code: str) -> None:
    """The message repeats nothing of it."""
    for call in (harz.members["muster"].coding, harz.members["muster"].preview):
        with pytest.raises(RefusedError, match="occupation-unknown") as caught:
            call(CODED, occupation=code)
        assert code not in caught.value.detail
    with pytest.raises(RefusedError, match="occupation-unknown"):
        recommend(harz, occupation=code)
    assert kept(harz) == []


def test_a_chosen_code_is_what_others_see_and_what_the_dossier_says(harz) -> None:
    """Over the title's and over the record's own."""
    muster = harz.members["muster"]
    assert muster.preview(RECORDED, occupation="26312").profile.occupation == "26"
    asked = recommend(harz, RECORDED, occupation="26312")
    assert asked.profile.occupation == "26"
    told = muster.export_for_person(asked.referral)
    assert told["application"][0]["occupation_chosen"] == "26312"
    assert "26312" in str(told["candidate"][0]["hr_open"])


def test_a_choice_outlives_a_try_that_broke_off(harz) -> None:
    """Recommending again, with the record read anew, does not code over it."""

    def before(request) -> None:
        if request.operation == "POST /invitations":
            raise UnreachableError("lost")

    harz.wire.before = before
    with pytest.raises(UnreachableError):
        recommend(harz, RECORDED, occupation="26312")
    harz.wire.before = None
    muster = harz.members["muster"]
    assert muster.coding(RECORDED, application="ATS-1").source is Source.CHOSEN
    assert muster.preview(RECORDED, application="ATS-1").profile.occupation == "26"
    assert recommend(harz, RECORDED).profile.occupation == "26"
    assert kept(harz) == ["26312"]


def test_a_choice_is_for_its_application_alone(harz) -> None:
    """Somebody else's with the same title is coded as ever."""
    recommend(harz, occupation="26312")
    assert recommend(harz, application="ATS-2").profile.occupation == "43"
    assert sorted(kept(harz)) == ["", "26312"]


def test_a_newer_choice_goes_over_an_older_one(harz) -> None:
    """Also in a successor that the person asked for."""
    asked = recommend(harz, occupation="26312")
    muster = harz.members["muster"]
    muster.close(asked.referral, reason="superseded")
    harz.settle(rounds=2)
    again = recommend(harz, person_asks=True)
    assert again.profile.occupation == "26"
    muster.close(again.referral, reason="superseded")
    harz.settle(rounds=2)
    harz.clock.pass_time(limits.MINUTE)
    assert recommend(harz, person_asks=True, occupation="29302").profile.occupation == "29"
    assert muster.coding(CODED, application="ATS-1").code == "29302"


def test_what_was_chosen_goes_with_the_application(harz) -> None:
    """Erased when the AGG hold is over and the file is gone."""
    asked = recommend(harz, occupation="26312", rejected_on=date(2026, 11, 19))
    muster = harz.members["muster"]
    muster.close(asked.referral, reason="withdrawn")
    harz.settle(rounds=2)
    muster.application_erased(asked.referral)
    harz.settle(rounds=2)
    assert kept(harz) == []
    assert muster.coding(CODED, application="ATS-1").source is Source.TITLE


def test_a_proposal_is_recommended_with_the_chosen_code(harz) -> None:
    """As a candidate that was handed in is."""
    from fachkraft_share.member.proposals import Proposal

    proposal = Proposal("nowhere", "ATS-9", CODED, REJECTED)
    asked = harz.members["muster"].recommend(proposal, ENDORSED, occupation="26312")
    assert asked.profile.occupation == "26"
