"""The gate `permits`: total, in order, and nothing that is added ever opens it."""

from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.model.consent import (
    Answer,
    Assurance,
    Audience,
    Category,
    Consent,
    ContactAnswer,
    Purpose,
)
from fachkraft_share.rules.consent import (
    CHECKS,
    EEA,
    Action,
    Deny,
    Facts,
    Permit,
    Policy,
    permits,
)
from fachkraft_share.rules.truth_table import ASKED, truth_table
from fachkraft_share.testing import strategies as some

PAGE = Path(__file__).parents[2] / "docs" / "permits.md"
NOW, ACTOR, ORIGIN = 1_795_305_600, "https://beispiel.example", "https://muster.example"
ANSWER = ContactAnswer(
    "referral", "request", ACTOR, Answer.ACCEPTED, (Category.CONTACT,), "0" * 64, 1, NOW, "jti"
)
CONSENT = Consent(
    referral="referral",
    origin=ORIGIN,
    node="https://node.harz.example",
    key="key",
    nonce="nonce",
    manage="manage",
    draft="0" * 64,
    audience=Audience(partners=(ACTOR,)),
    purposes=(Purpose.REFERRAL, Purpose.OTHER_REGIONS, Purpose.PUBLIC),
    categories=(Category.OCCUPATION,),
    iat=NOW,
    exp=NOW + 1,
    notice="0" * 64,
    language="de",
    assurance=Assurance.CONFIRMED,
    record_id="record",
)
FACTS = Facts(
    listed=True,
    active=True,
    fresh=True,
    agreement=True,
    public=True,
    answer=ANSWER,
    policy=Policy(least_assurance=Assurance.CONFIRMED),
)


@attrs.frozen
class Asked:
    """One question to the gate, with everything holding until something is changed."""

    consent: Consent | None = CONSENT
    known: Facts = FACTS
    actor: str = ACTOR
    at: int = NOW

    def answer(self, action: Action) -> Permit | Deny:
        """Ask it."""
        return permits(self.consent, action, actor=self.actor, known=self.known, at=self.at)


def consent(**changed: Any) -> Callable[[Asked], Asked]:
    """Change fields of the consent."""
    return lambda asked: attrs.evolve(asked, consent=attrs.evolve(asked.consent, **changed))


def known(**changed: Any) -> Callable[[Asked], Asked]:
    """Change what is known."""
    return lambda asked: attrs.evolve(asked, known=attrs.evolve(asked.known, **changed))


def unlisted(asked: Asked) -> Asked:
    """Leave the actor out of the audience, whichever way it is named."""
    return consent(audience=Audience())(known(listed=False)(asked))


def the_origin(asked: Asked) -> Asked:
    """Let the actor be the origin of the referral, and everything else fit that."""
    assert asked.consent is not None
    return attrs.evolve(asked, consent=attrs.evolve(asked.consent, origin=asked.actor))


BREAKS: dict[str, Callable[[Asked], Asked]] = {
    "closed": known(closed=True),
    "not-yet": consent(iat=NOW + limits.MESSAGE_SKEW + 1),
    "expired": consent(exp=NOW),
    "purpose": consent(purposes=(Purpose.OWN_POOL, Purpose.PARTNER)),
    "category": consent(categories=(Category.SKILLS,)),
    "assurance": consent(assurance=Assurance.ATTESTED),
    "list-expired": known(fresh=False),
    "origin": the_origin,
    "audience": unlisted,
    "agreement": known(foreign=True, agreement=False),
    "inactive": known(active=False),
    "excluded": known(excluded=True),
    "unsettled": known(settled=False),
    "third-country": known(location="US"),
    "unanswered": known(answer=None),
}
OF_CONSENT = frozenset("not-yet expired purpose category assurance origin audience".split())
CODES = [check.code for check in CHECKS]


def expected(action: Action, broken: set[str]) -> str | None:
    """Return the code the table gives, or None for a permit."""
    if action is Action.DISPLAY and "origin" in broken:
        broken = broken - {"audience"}  # its own page is named by the purpose
    return next((one.code for one in CHECKS if action in one.actions and one.code in broken), None)


def code_of(said: Permit | Deny) -> str | None:
    """Return the code of a refusal."""
    return said.code if isinstance(said, Deny) else None


def test_every_check_has_its_break() -> None:
    """The table of this test is as long as the gate's, and each code stands once."""
    assert list(BREAKS) == CODES
    assert len(set(CODES)) == len(CODES)


@pytest.mark.parametrize("action", Action)
def test_with_everything_in_order_the_gate_opens(action: Action) -> None:
    """For this action, this actor, this referral and this moment."""
    assert Asked().answer(action) == Permit(action, ACTOR, "referral", NOW)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("code", CODES)
def test_each_check_alone_shuts_it(code: str, action: Action) -> None:
    """With its own code, for the actions it is asked for; for others it does not matter."""
    said = BREAKS[code](Asked()).answer(action)
    assert code_of(said) == expected(action, {code})


@pytest.mark.parametrize("action", Action)
def test_the_whole_truth_table(action: Action) -> None:
    """All 2^15 combinations: the first check in order that fails names the code."""
    for holds in product((True, False), repeat=len(CODES)):
        broken = {code for code, fine in zip(CODES, holds, strict=True) if not fine}
        said = Asked(
            variant("consent", frozenset(broken)),
            variant("known", frozenset(broken)),
        ).answer(action)
        assert code_of(said) == expected(action, broken), broken


def variant(part: str, broken: frozenset[str]) -> Any:
    """Return consent or facts with these checks broken."""
    mine = OF_CONSENT if part == "consent" else frozenset(CODES) - OF_CONSENT | {"audience"}
    return _variant(part, broken & mine)


@cache
def _variant(part: str, broken: frozenset[str]) -> Any:
    asked = Asked()
    for code in sorted(broken):
        asked = BREAKS[code](asked)
    return getattr(asked, part)


@pytest.mark.parametrize("action", Action)
def test_without_consent_nothing(action: Action) -> None:
    """Whatever else is known (R1)."""
    assert Asked(consent=None).answer(action) == Deny("no-consent")


# Edges -----------------------------------------------------------------------------------------

EDGES: dict[str, tuple[Callable[[Asked], Asked], Action, str | None]] = {
    "within the alliance no agreement is needed": (known(agreement=False), Action.SERVE, None),
    "to a partner node one is": (known(agreement=False), Action.RELAY, "agreement"),
    "across a border under an agreement": (known(foreign=True), Action.DISCLOSE, None),
    "another alliance's member keeps nothing without one": (
        known(foreign=True, agreement=False),
        Action.HOLD,
        "agreement",
    ),
    "other regions were not allowed": (
        lambda a: known(foreign=True)(consent(purposes=(Purpose.REFERRAL,))(a)),
        Action.SERVE,
        "purpose",
    ),
    "nothing but other regions was allowed": (
        consent(purposes=(Purpose.OTHER_REGIONS,)),
        Action.SERVE,
        "purpose",
    ),
    "a second before the end": (lambda a: attrs.evolve(a, at=NOW), Action.SERVE, None),
    "at the end": (lambda a: attrs.evolve(a, at=NOW + 1), Action.SERVE, "expired"),
    "within the drift of clocks": (
        consent(iat=NOW + limits.MESSAGE_SKEW),
        Action.SERVE,
        None,
    ),
    "attested where that is enough": (
        lambda a: known(policy=Policy())(consent(assurance=Assurance.ATTESTED)(a)),
        Action.PUBLISH,
        None,
    ),
    "relayed for the own region only": (
        consent(purposes=(Purpose.REFERRAL,)),
        Action.RELAY,
        "purpose",
    ),
    "served for other regions only": (
        consent(purposes=(Purpose.OTHER_REGIONS,)),
        Action.SERVE,
        "purpose",
    ),
    "a partner that is also listed": (
        consent(audience=Audience()),
        Action.RELAY,
        "audience",
    ),
    "stored nowhere": (known(location=""), Action.SERVE, "third-country"),
    "declined": (
        known(answer=attrs.evolve(ANSWER, answer=Answer.DECLINED)),
        Action.DISCLOSE,
        "unanswered",
    ),
    "accepted for another": (
        known(answer=attrs.evolve(ANSWER, requester=ORIGIN)),
        Action.IMPORT,
        "unanswered",
    ),
    "accepted for another referral": (
        known(answer=attrs.evolve(ANSWER, referral="other")),
        Action.DISCLOSE,
        "unanswered",
    ),
    "accepted without contact data": (
        known(answer=attrs.evolve(ANSWER, categories=(Category.DOCUMENTS,))),
        Action.DISCLOSE,
        "unanswered",
    ),
    "displayed without a word about public pages": (
        consent(purposes=(Purpose.REFERRAL, Purpose.OTHER_REGIONS)),
        Action.DISPLAY,
        "purpose",
    ),
    "displayed at home, this region only": (
        consent(purposes=(Purpose.REFERRAL, Purpose.PUBLIC)),
        Action.DISPLAY,
        None,
    ),
    "public pages alone were allowed": (
        consent(purposes=(Purpose.PUBLIC,)),
        Action.DISPLAY,
        "purpose",
    ),
    "public pages open nothing else": (
        consent(purposes=(Purpose.PUBLIC,)),
        Action.HOLD,
        "purpose",
    ),
    "displayed beyond the border": (known(foreign=True), Action.DISPLAY, None),
    "displayed beyond, other regions not allowed": (
        lambda a: known(foreign=True)(consent(purposes=(Purpose.REFERRAL, Purpose.PUBLIC))(a)),
        Action.DISPLAY,
        "purpose",
    ),
    "displayed beyond, public pages not agreed": (
        known(foreign=True, public=False),
        Action.DISPLAY,
        "agreement",
    ),
    "displayed beyond, public pages agreed but nothing in force": (
        known(foreign=True, agreement=False),
        Action.DISPLAY,
        "agreement",
    ),
    "kept beyond, public pages not agreed": (
        known(foreign=True, public=False),
        Action.HOLD,
        None,
    ),
    "displayed at home, where nothing is agreed": (
        known(agreement=False, public=False),
        Action.DISPLAY,
        None,
    ),
    "displayed by the origin": (the_origin, Action.DISPLAY, None),
    "displayed by the origin that is not among those named": (
        lambda a: unlisted(the_origin(a)),
        Action.DISPLAY,
        None,
    ),
    "displayed by the node where it was given": (
        lambda a: attrs.evolve(unlisted(a), actor="https://node.harz.example"),
        Action.DISPLAY,
        None,
    ),
    "displayed by somebody not named": (unlisted, Action.DISPLAY, "audience"),
    "displayed after the list expired": (known(fresh=False), Action.DISPLAY, "list-expired"),
    "displayed by one that owes a receipt": (known(settled=False), Action.DISPLAY, "unsettled"),
    "displayed without an answer": (known(answer=None), Action.DISPLAY, None),
    "held after the list expired": (known(fresh=False), Action.HOLD, None),
    "held by one that owes a receipt": (known(settled=False), Action.HOLD, None),
}


@pytest.mark.parametrize("edge", EDGES)
def test_the_edges_of_the_checks(edge: str) -> None:
    """One second, one name, one category."""
    change, action, code = EDGES[edge]
    assert code_of(change(Asked()).answer(action)) == code


def test_the_eea_is_the_union_and_three() -> None:
    """Thirty states; Switzerland and the United Kingdom are not among them (R26)."""
    assert len(EEA) == 30
    assert EEA.isdisjoint({"CH", "GB", "UK", "US"})


# Properties ------------------------------------------------------------------------------------

QUESTIONS = {"consent": some.consents, "action": some.actions, "facts": some.facts}


@given(**QUESTIONS, actor=some.organisation_ids, at=some.times)
def test_the_gate_is_total(
    consent: Consent, action: Action, facts: Facts, actor: str, at: int
) -> None:
    """Every question has an answer, and the same one twice."""
    said = permits(consent, action, actor=actor, known=facts, at=at)
    assert isinstance(said, Permit | Deny)
    assert said == permits(consent, action, actor=actor, known=facts, at=at)
    if isinstance(said, Deny):
        assert said.code in CODES


WORSE: dict[str, Callable[[Asked], Asked]] = {
    "closure": known(closed=True),
    "exclusion": known(excluded=True),
    "suspension": known(active=False),
    "expired list": known(fresh=False),
    "debt": known(settled=False),
    "no answer": known(answer=None),
    "no pages agreed": known(public=False),
    "off the list": known(listed=False),
    "third country": known(location="US"),
    "strict policy": known(policy=Policy(least_assurance=Assurance.CONFIRMED)),
    "fewer purposes": consent(purposes=()),
    "fewer categories": consent(categories=()),
    "no partners": consent(audience=Audience()),
    "expiry": lambda asked: attrs.evolve(
        asked, at=max(asked.at, asked.consent.exp if asked.consent else 0)
    ),
}


@settings(max_examples=200)
@given(
    **QUESTIONS,
    actor=some.organisation_ids,
    at=some.times,
    worse=st.lists(st.sampled_from(sorted(WORSE)), min_size=1, max_size=4),
)
def test_nothing_that_takes_away_ever_opens_it(
    consent: Consent, action: Action, facts: Facts, actor: str, at: int, worse: list[str]
) -> None:
    """A closure, an exclusion, an expiry or a narrower consent turns no refusal into a permit."""
    asked = Asked(consent, facts, actor, at)
    before = asked.answer(action)
    for name in worse:
        asked = WORSE[name](asked)
    after = asked.answer(action)
    assert isinstance(after, Deny) or isinstance(before, Permit)


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.PUBLISH, Action.RELAY}))
def test_standing_on_the_newest_list_opens_nothing(action: Action) -> None:
    """Only the list the consent names, or its own name, does (R5)."""
    later = known(listed=False, active=True, fresh=True)(Asked())
    assert code_of(later.answer(action)) == "audience"


@given(**QUESTIONS, actor=some.organisation_ids, at=some.times)
def test_a_permit_says_what_it_is_for(
    consent: Consent, action: Action, facts: Facts, actor: str, at: int
) -> None:
    """It is no use for anything else."""
    open_facts = attrs.evolve(FACTS, policy=Policy(), answer=facts.answer)
    fitting = attrs.evolve(
        CONSENT, referral=consent.referral, audience=Audience(partners=(actor,)), exp=at + 1, iat=at
    )
    said = permits(fitting, action, actor=actor, known=open_facts, at=at)
    if isinstance(said, Permit):
        assert (said.action, said.actor, said.referral, said.at) == (
            action,
            actor,
            consent.referral,
            at,
        )
    else:
        assert said.code == "unanswered"


# The page --------------------------------------------------------------------------------------


def test_the_published_table_is_the_codes_own() -> None:
    """Else write what `truth_table()` returns into the page."""
    assert PAGE.read_text("utf-8") == truth_table()


def test_the_table_has_a_row_for_every_check_and_a_column_for_every_action() -> None:
    """And a mark wherever a check is asked."""
    text = truth_table()
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]
    asked = sum(line.count(ASKED) for line in rows)
    assert asked == sum(len(check.actions) for check in CHECKS) + len(Action)
    assert all(f"`{code}`" in text for code in CODES)
