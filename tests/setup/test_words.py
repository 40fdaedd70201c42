"""Whatever set-up can ask, refuse or find has its words, and no word is left over."""

import re
from importlib import resources
from pathlib import Path

import fachkraft_share
from fachkraft_share.cli.setup import plan
from fachkraft_share.cli.setup.plan import CHAMBER, FIRM, HOSTED, steps
from fachkraft_share.cli.setup.trials import TRIALS, Surroundings
from fachkraft_share.cli.setup.words import Words
from fachkraft_share.plugins.loading import load_plugins
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.legal import LegalSettings, wanting

TEXTS = {name.removeprefix("setup.") for name in catalogue("de").texts if name.startswith("setup.")}
SOURCE = Path(fachkraft_share.__file__).parent
CODE = (
    *(SOURCE / "cli" / "setup").glob("**/*.*"),
    SOURCE / "node" / "trying.py",
    SOURCE / "member" / "trying.py",
    SOURCE / "ports" / "reaching.py",
    *(SOURCE / "cli").glob("*.py"),
)
SAID = "\n".join(one.read_text("utf-8") for one in CODE if one.suffix in (".py", ".html"))
MADE = re.compile(r'(?:failed|doubtful|passed)\(\s*(?:f?"([a-z{}.-]+)"(?: if [^"]*"([a-z-]+)")?)')


def test_every_question_has_its_words() -> None:
    """Label and hint, and what each choice means."""
    for who in (CHAMBER, FIRM, HOSTED):
        for step in (*steps({"who": who}), *plan._STEPS[who]):
            assert {f"step.{step.id}.title", f"step.{step.id}.lead"} <= TEXTS
            for one in step.questions:
                assert {f"ask.{one.id}.label", f"ask.{one.id}.hint"} <= TEXTS
                worded = set(one.choices) - one.names.keys()
                assert {f"ask.{one.id}.{value}" for value in worded} <= TEXTS


def test_every_setting_of_an_adapter_we_ship_is_asked_in_german_too() -> None:
    """English are the adapter's own words; another adapter speaks for itself."""
    german, english = (Words(catalogue(one)) for one in ("de", "en"))
    ours = {one.split(".")[1] for one in TEXTS if one.startswith("setting.")}
    systems = Surroundings(Path(), load_plugins()).systems()
    assert {"files"} <= ours & {one.name for one in systems}
    for one in systems:
        for step in steps({"who": FIRM}, systems=[one]):
            for question in (q for q in step.questions if q.words and one.name in ours):
                assert question.words.lower() == english.label(question).lower()
                assert german.label(question) != english.label(question)


def test_every_trial_a_step_names_exists_and_every_end_has_its_words() -> None:
    """Read from the code that makes them."""
    named = {name for all in plan._STEPS.values() for step in all for name in step.trials}
    assert named <= TRIALS.keys()
    made = {code for pair in MADE.findall(SAID) for code in pair if code and "{" not in code}
    assert len(made) > 50
    assert {f"trial.{code}.cause" for code in made} <= TEXTS


def test_every_fault_has_its_words() -> None:
    """Each says how it would be right."""
    judged = (SOURCE / "cli" / "setup" / "values.py").read_text("utf-8")
    codes = set(re.findall(r'(?:return|else) "([a-z-]+)"', judged))
    codes |= set(re.findall(r'"([a-z-]+)" if ', judged)) | {"missing", "choice", "control"}
    said = {one.removeprefix("fault.") for one in TEXTS if one.startswith("fault.")}
    assert codes == said


def test_every_legal_detail_that_may_be_missing_has_its_words() -> None:
    """A setting's key says nothing to whoever sets up."""
    named = {f"named.{one}" for one in wanting(LegalSettings(land="BW"))}
    named |= {f"named.{one}" for one in wanting(LegalSettings())}
    assert named == {one for one in TEXTS if one.startswith("named.")}


def test_no_word_is_left_over() -> None:
    """A text nobody says is dead."""
    made = {code for pair in MADE.findall(SAID) for code in pair if code} | {
        "mail-refused",
        "mail-silent",
    }
    for name in TEXTS:
        room, _, rest = name.partition(".")
        if room == "trial":
            assert rest.rpartition(".")[0] in made, name
        elif room in ("terminal", "web", "next", "done"):
            assert re.search(rf'["\']{rest}["\']|{room}\.{rest}["\']', SAID), name


def test_templates_ship_with_the_package() -> None:
    """Beside the code that shows them."""
    folder = resources.files("fachkraft_share.cli.setup") / "templates"
    assert {one.name for one in folder.iterdir()} >= {"step.html", "review.html", "done.html"}
