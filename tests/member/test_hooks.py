"""What plugins add, hold back and are told at a member; they permit nothing and block nothing."""

import attrs
import pytest

from fachkraft_share import Member, limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.member.folder import create
from fachkraft_share.member.joining import Newcomer
from fachkraft_share.member.records import FactRow, Trouble
from fachkraft_share.member.settings import read_settings, write_settings
from fachkraft_share.plugins import Occasion
from fachkraft_share.ports.health import Level
from fachkraft_share.protocol.records import Task
from fachkraft_share.rules.terms import Term
from fachkraft_share.rules.vocabulary import Kind, Label
from fachkraft_share.testing.memory_ats import MemoryAdapter, MemorySystem
from fachkraft_share.testing.plugged import plugged

from .conftest import MARKER


def broken():
    """Fail with words that may hold anything."""
    raise RuntimeError(f"{MARKER}@mail.example")


def plug(member, *, only=None, **plugins):
    """Let a member ask these plugins."""
    member.engine.plugins = plugged(only=only, **plugins)


def kept(member, kind):
    """Return what a member's store holds of one kind."""
    with member.engine.store.begin(write=False) as transaction:
        return transaction.every(kind)


def findings(member, id):
    """Return what the doctor says under one id."""
    return [one for one in member.doctor() if one.id == id]


def tired(harz):
    """Let the pauses between tries go by."""
    harz.clock.pass_time(2 * limits.HOUR)
    harz.settle(rounds=2)


# review_profile ---------------------------------------------------------------------------------


def test_an_objection_to_a_profile_keeps_it_from_leaving(harz) -> None:
    """Nothing is kept, nobody is asked for a link, and whoever recommends reads why."""
    muster, seen = harz.members["muster"], []

    def review(profile):
        seen.append(profile)
        return "Everybody here knows who that is."

    plug(muster, house={"review_profile": review})
    before = len(harz.wire.calls)
    with pytest.raises(RefusedError, match=r"Everybody here knows.*plugin house") as refused:
        harz.recommend()
    assert refused.value.code == "objection"
    assert len(harz.wire.calls) == before
    plug(muster)
    _, referral = harz.recommend()
    harz.settle(rounds=1)
    assert [seen[0].occupation, seen[0].region] == ["43", "plz:38"]
    assert referral


def test_a_review_that_fails_holds_back_and_the_doctor_names_it(harz) -> None:
    """Nobody knows what it would have said; its own words are not kept."""
    muster = harz.members["muster"]
    plug(muster, house={"review_profile": broken})
    with pytest.raises(RefusedError, match="house could not review") as refused:
        harz.recommend()
    assert refused.value.code == "review-failed"
    assert MARKER not in str(refused.value)
    [finding] = findings(muster, "FKS-012")
    assert finding.health.level is Level.WARN
    assert finding.health.cause == "review_profile raised RuntimeError on 2026-11-22"
    assert "review_profile" in finding.title
    assert findings(muster, "FKS-006")[0].health.level is Level.OK
    harz.clock.pass_time(limits.PLUGIN_FAILED_SHOWN + 1)
    assert findings(muster, "FKS-012")[0].health.level is Level.OK


def test_a_plugin_that_was_named_and_is_missing_holds_back(harz) -> None:
    """It might have objected; whoever takes it from the settings goes on."""
    muster = harz.members["muster"]
    plug(muster, only=["house"])
    with pytest.raises(RefusedError, match="review-failed"):
        harz.recommend()
    [finding] = findings(muster, "FKS-011")
    assert finding.health.level is Level.FAIL
    assert "house" in finding.health.cause
    plug(muster)
    assert harz.recommend()


def test_a_review_that_objects_to_nothing_permits_nothing(harz) -> None:
    """The person has not said yes: nobody else gets the profile."""
    plug(harz.members["muster"], house={"review_profile": lambda profile: None})  # noqa: ARG005
    harz.recommend()
    harz.settle()
    assert harz.members["beispiel"].inbox() == []


# scan_document ----------------------------------------------------------------------------------


def test_a_document_a_scanner_objects_to_is_not_sealed(harz, reached) -> None:
    """The rest is handed over, and the origin is told that a plugin held one back."""
    muster, asked = harz.members["muster"], []

    def scan(document, leaving):
        asked.append((document.media_type, leaving))
        return "Not clean."

    plug(muster, scanner={"scan_document": scan})
    _, referral = reached("received")
    [got] = harz.members["beispiel"].received()
    assert got.candidate.family == MARKER
    assert got.candidate.documents == ()
    assert asked == [("application/pdf", True)]
    [trouble] = [one for one in kept(muster, Trouble) if one.kind == "scan"]
    assert trouble.about.startswith(referral)
    assert trouble.code == "held back by plugin scanner"


def test_while_a_scanner_fails_the_whole_hand_over_waits(harz, reached) -> None:
    """A dossier neither loses its documents nor carries one that nobody looked at."""
    muster = harz.members["muster"]
    plug(muster, scanner={"scan_document": broken})
    reached("received")
    assert harz.members["beispiel"].received() == []
    assert "scan_document raised" in findings(muster, "FKS-012")[0].health.cause
    plug(muster, scanner={"scan_document": lambda: None})
    tired(harz)
    [got] = harz.members["beispiel"].received()
    assert len(got.candidate.documents) == 1


def test_a_received_document_a_scanner_objects_to_is_not_filed(harz, reached) -> None:
    """The person is filed without it."""
    system = MemorySystem()
    beispiel = harz.open("beispiel", adapters={"memory": MemoryAdapter(system)})
    plug(beispiel, scanner={"scan_document": lambda leaving: None if leaving else "Not clean."})
    reached("received")
    [person] = system.people.values()
    assert MARKER in str(person)
    assert not system.files
    assert [one.kind for one in kept(beispiel, Trouble)] == ["scan"]


def test_while_a_scanner_is_missing_nothing_is_filed(harz, reached) -> None:
    """The system is not even asked."""
    system = MemorySystem()
    beispiel = harz.open("beispiel", adapters={"memory": MemoryAdapter(system)})
    plug(beispiel, only=["scanner"])
    reached("received")
    assert not system.people
    plug(beispiel, only=["scanner"], scanner={"scan_document": lambda: None})
    tired(harz)
    assert len(system.people) == 1


# match_reasons ----------------------------------------------------------------------------------


def test_further_reasons_stand_beside_a_match_and_move_nothing(harz, reached) -> None:
    """Told apart from the rules' own reasons; one that fails is passed over."""
    beispiel = harz.members["beispiel"]
    beispiel.add_search(occupation="43")
    reached("granted")
    [before] = beispiel.inbox()

    def reasons(profile, language):
        return [f"{profile.occupation} in {language}"]

    plug(beispiel, bad={"match_reasons": broken}, team={"match_reasons": reasons})
    [after] = beispiel.inbox(language="en")
    assert after.remarks == ("43 in en",)
    assert (after.score, after.searches) == (before.score, before.searches)
    assert "match_reasons raised" in findings(beispiel, "FKS-012")[0].health.cause


# notify and texts -------------------------------------------------------------------------------


def test_the_person_is_told_by_the_first_plugin_that_takes_it(harz, reached) -> None:
    """With the application by which the system knows them, in the firm's own words."""
    told, others = [], []

    def mail(news):
        told.append(news)
        return True

    def tell(news):
        others.append(news)

    own = {"notify.contact_requested.subject": "Post für Sie", "notice.title": "Egal"}
    plug(
        harz.members["muster"],
        chat={"notify": lambda: None},
        mail={"notify": mail, "texts": lambda: own},
        other={"notify": tell},
    )
    _, referral = reached("requested")
    harz.settle()
    [news] = told
    assert (news.occasion, news.referral) == (Occasion.CONTACT_REQUESTED, referral)
    assert (news.application, news.to) == ("ATS-4711", f"aylin@{MARKER.lower()}.example")
    assert news.subject == "Post für Sie"
    assert "Muster GmbH" in news.text
    assert others == []
    [finding] = findings(harz.members["muster"], "FKS-012")[1:2]
    assert "texts notice.title cannot be worded so" in finding.health.cause


def test_staff_are_told_of_a_new_match_once(harz) -> None:
    """Nothing of the profile leaves the inbox."""
    beispiel, told = harz.members["beispiel"], []
    beispiel.add_search(occupation="43")
    beispiel.add_search(occupation="43")
    engine = beispiel.engine
    engine.settings = attrs.evolve(engine.settings, contact="hr@beispiel.example")

    def tell(news):
        told.append(news)
        return True

    plug(beispiel, mail={"notify": tell})
    person, _ = harz.recommend()
    harz.settle(rounds=2)
    person.grant()
    harz.settle()
    [news] = told
    assert (news.occasion, news.to, news.application) == (
        Occasion.MATCH,
        "hr@beispiel.example",
        "",
    )
    assert not {"43", "java", "38"} & set(news.text.split())


def test_news_nobody_took_because_one_failed_is_offered_again(harz, reached) -> None:
    """And news of a referral that has ended meanwhile is not."""
    muster, told = harz.members["muster"], []
    plug(muster, mail={"notify": broken})
    person, _ = reached("requested")
    assert [one.kind for one in kept(muster, Task) if one.kind == "notify"] == ["notify"]

    def tell(news):
        told.append(news)
        return True

    person.withdraw()
    plug(muster, mail={"notify": tell})
    tired(harz)
    assert told == []
    assert "notify" not in {one.kind for one in kept(muster, Task)}


def test_without_such_a_plugin_nothing_is_owed(harz, reached) -> None:
    """Desk and inbox show it anyway."""
    reached("requested")
    assert not [one for one in kept(harz.members["muster"], Task) if one.kind == "notify"]


# committed --------------------------------------------------------------------------------------


def test_facts_are_told_after_the_commit_and_name_nobody(harz, reached) -> None:
    """What was said and what was heard, with ids only."""
    told = []

    def hear(fact):
        told.append(fact)

    plug(harz.members["muster"], counter={"committed": hear})
    _, referral = reached("received")
    types = {(one.type, one.said) for one in told}
    assert {("referral.published", True), ("contact.requested", False)} <= types
    assert {one.referral for one in told} == {referral}
    assert MARKER not in repr(told)
    assert len({one.id for one in told}) == len(told)
    assert not kept(harz.members["muster"], FactRow)


def test_a_plugin_that_fails_blocks_nothing_and_is_told_again(harz, reached) -> None:
    """The other plugin hears it once; the engine does not wait."""
    muster, heard, later = harz.members["muster"], [], []

    def hear(fact):
        heard.append(fact)

    def hear_later(fact):
        later.append(fact)

    plug(muster, bad={"committed": broken}, good={"committed": hear})
    reached("received")
    assert len(harz.members["beispiel"].received()) == 1
    waiting = {one.id for one in kept(muster, FactRow)}
    assert waiting == {one.id for one in heard}
    assert {one.plugin for one in kept(muster, FactRow)} == {"bad"}
    plug(muster, bad={"committed": hear_later})
    tired(harz)
    assert waiting <= {one.id for one in later}
    assert not kept(muster, FactRow)


def test_a_fact_nobody_takes_is_forgotten(harz, reached) -> None:
    """Its plugin was uninstalled."""
    muster = harz.members["muster"]
    plug(muster, gone={"committed": broken})
    reached("granted")
    assert kept(muster, FactRow)
    plug(muster)
    for _ in range(3):
        harz.clock.pass_time((limits.FACT_DAYS // 2) * limits.DAY)
        harz.settle(rounds=1)
    assert not kept(muster, FactRow)


# What is added when a folder is opened ----------------------------------------------------------


def test_an_opened_folder_knows_the_plugins_words_and_tells_which_do_not_fit(
    harz, tmp_path
) -> None:
    """A title of the firm's own is coded and named; what fits nowhere is told."""
    code = harz.node.enrolment.invite("Neu GmbH", ["employer"])
    create(tmp_path / "neu", code, Newcomer("https://neu.example", "Neu"), runtime=harz.runtime)
    term = Term(Kind.OCCUPATION, "43414", ("Xylograf",), Label("Xylografie", "Xylography"))
    plugins = plugged(
        house={"vocabularies": lambda: [term, Term(Kind.SKILL, "no-such-skill", ("x",))]},
        bad={"erasure_participants": broken, "adapters": broken},
    )
    member = Member.open(tmp_path / "neu", runtime=harz.runtime, plugins=plugins)
    assert member.engine.vocabulary.label(Kind.OCCUPATION, "43414") == "Xylografie"
    told = {one.title.split()[1]: one.health.cause for one in findings(member, "FKS-012")}
    assert "vocabularies a term does not fit" in told["house"]
    assert "adapters raised" in told["bad"]
    assert "erasure_participants raised" in told["bad"]


def test_the_allow_list_survives_its_file_and_loads_nothing_else(harz, tmp_path) -> None:
    """An empty list loads nothing; what is named and missing is told by the doctor."""
    code = harz.node.enrolment.invite("Neu GmbH", ["employer"])
    create(tmp_path / "neu", code, Newcomer("https://neu.example", "Neu"), runtime=harz.runtime)
    path = tmp_path / "neu" / "config.toml"
    settings = read_settings(path.read_text())
    assert settings.plugins is None
    for only in ((), ("no-such-plugin",)):
        named = attrs.evolve(settings, plugins=only)
        path.write_text(write_settings(named))
        member = Member.open(tmp_path / "neu", runtime=harz.runtime)
        assert member.engine.settings.plugins == only
        assert member.engine.plugins.loaded == ()
        assert member.engine.plugins.missing == only
