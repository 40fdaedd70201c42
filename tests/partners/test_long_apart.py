"""Two nodes that did not hear each other for long: nothing that ended is shown, all is proved."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import QuarantineError, UnreachableError
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.records import Due

AGES = limits.MESSAGE_AGE_DAYS + 15  # days
DEADS = 9  # days, more than a list lives


def apart(crossing: Any, *, days: int) -> None:
    """Let days pass in which the two nodes do not reach each other, but all members theirs."""
    crossing.two.cut(crossing.harz)
    crossing.two.cut(crossing.goslar)
    crossing.two.pass_days(days)


def together(crossing: Any) -> None:
    """Let the two nodes meet again, and the news go round."""
    crossing.two.mend()
    for _ in range(3):
        crossing.two.pass_time(limits.RETRY_LAST)


def breaking(operation: str) -> Callable[[Request], None]:
    """Return what breaks the line at every such call."""

    def broken(request: Request) -> None:
        if request.operation == operation:
            raise UnreachableError("the line broke")

    return broken


def shown(crossing: Any, name: str = "beispiel") -> set[str]:
    """Return the referrals of which a member's people can read anything."""
    member = crossing.member(name)
    return {one.referral for one in (*member.inbox(), *member.received())}


def partner_list(world: Any, other: Any) -> Any:
    """Return the newest list of the other alliance that this one's node knows."""
    return world.node.service.exchange.directory().partners[other.place.node].directory.newest


def test_a_manifest_written_while_the_nodes_were_apart_is_part_of_the_bundle(
    crossing: Any, every: Any
) -> None:
    """The person withdrew at the partner's desk; the home node hears of it months later."""
    person, _ = crossing.recommend()
    crossing.two.cut(crossing.goslar)
    crossing.two.cut(crossing.harz)
    attrs.evolve(person, desk=lambda: crossing.goslar.node.service.desk).withdraw()
    apart(crossing, days=AGES)
    together(crossing)
    assert every(crossing.harz, Due) == every(crossing.goslar, Due) == ()
    assert person.bundle().check().findings == ()


def test_an_answer_is_heard_by_a_partner_that_was_away_for_longer_than_a_month(
    crossing: Any,
) -> None:
    """Else the request would hang for as long as the consent lasts."""
    person, _ = crossing.recommend()
    beispiel = crossing.member("beispiel")
    [match] = beispiel.inbox()
    beispiel.request_contact(match, job="Backend")
    crossing.two.settle()
    crossing.two.cut(crossing.goslar)
    crossing.two.cut(crossing.harz)
    person.refuse()
    apart(crossing, days=AGES)
    together(crossing)
    assert [one.status for one in beispiel.inbox()] == ["declined"]


@pytest.mark.parametrize("withdrawn", [True, False])
def test_what_came_from_a_partner_is_not_shown_while_nobody_hears_of_its_end(
    withdrawn: bool,
    crossing: Any,
) -> None:
    """The own list is fresh, the partner's is not: whether it has ended nobody here can know."""
    person, referral = crossing.recommend()
    crossing.disclose(person)
    assert shown(crossing) == {referral}
    crossing.two.cut(crossing.harz)
    crossing.two.cut(crossing.goslar)
    if withdrawn:
        person.withdraw()
    apart(crossing, days=DEADS)
    assert shown(crossing) == set()
    together(crossing)
    assert shown(crossing) == (set() if withdrawn else {referral})


def test_people_of_the_own_alliance_are_shown_while_a_partner_is_silent(crossing: Any) -> None:
    """What the own node tells is enough for them."""
    crossing.recommend()
    _, own = crossing.recommend(by="nachbar", partners=False)
    apart(crossing, days=DEADS)
    assert own in shown(crossing, "muster")


def test_a_partners_list_is_taken_over_after_the_ends_it_tells(crossing: Any) -> None:
    """Else a list that is fresh again would show what nobody has heard the end of."""
    person, _ = crossing.recommend()
    crossing.two.cut(crossing.harz)
    crossing.two.cut(crossing.goslar)
    person.withdraw()
    apart(crossing, days=DEADS)
    crossing.two.mend()
    line = crossing.line(crossing.goslar, crossing.harz)
    line.before = breaking("POST /poll")
    crossing.two.pass_time(limits.HOUR)
    assert "POST /poll" in line.calls
    assert not partner_list(crossing.goslar, crossing.harz).fresh(at=crossing.two.clock.at)
    assert shown(crossing) == set()
    line.before = None
    crossing.two.pass_time(limits.HOUR)
    assert partner_list(crossing.goslar, crossing.harz).fresh(at=crossing.two.clock.at)
    assert shown(crossing) == set()


def test_a_partners_newer_list_alone_shows_nothing_before_the_ends_are_heard(
    crossing: Any,
) -> None:
    """A member's line breaks between its node's answer with the list and the next one."""
    person, referral = crossing.recommend()
    apart(crossing, days=DEADS)
    person.withdraw()
    crossing.two.mend()
    beispiel = crossing.member("beispiel")
    engine = beispiel.engine
    crossing.two.clock.pass_time(limits.HOUR)
    beispiel.sync()
    crossing.goslar.node.service.tick()
    engine.refresh_partners()
    directory = engine.directories.now().partners[crossing.harz.place.node].directory
    assert directory.fresh(at=crossing.two.clock.at)
    with pytest.raises(QuarantineError, match="away"):
        shown(crossing)
    beispiel.sync()
    assert shown(crossing) == set()
    assert referral not in {one.referral for one in beispiel.received()}
