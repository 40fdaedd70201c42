"""Attack 8 and P17, through the services: a rightful member collects what it can.

Version 1 distributes by list: every member on the list the person consented to may read every
profile served to it, so the pool's profiles are open to it by design. They are de-identified (P18).
What a crawler is bounded in are contact requests; names and dossiers it gets from nobody who does
not say yes. `FKS_HARVEST_POOL` is the number of persons it goes after.
"""

import os
from collections import Counter
from datetime import date
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.member.records import DossierRow
from fachkraft_share.node.desk.choice import Reach
from fachkraft_share.ports.health import Level
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.payloads import ContactRequested
from fachkraft_share.protocol.records import Contact
from fachkraft_share.testing.stand_in import StandIn
from fachkraft_share.testing.world import address
from fachkraft_share.wire.encoding import b64

DAYS = 30
POOL = int(os.environ.get("FKS_HARVEST_POOL", "20"))
TRIES = limits.CONTACT_REQUESTS_PER_DAY + 5  # a day


@pytest.fixture(scope="module")
def pool(new_town: Any) -> Any:
    """A town with a pool of persons who consented, and a crawler among its members."""
    town = new_town(suite=StandIn())
    town.pool = [town.referral]
    for number in range(2, POOL + 1):
        asked = town["muster"].recommend(
            attrs.evolve(town.candidate_data, email=f"p{number}@xylophonia.example"),
            application=f"ATS-{number}",
            rejected_on=date(2026, 11, 19),
        )
        town["muster"].sync()
        town.person(asked.link).grant()
        town.pool.append(asked.referral)
    town.settle()
    return town


def wish(town: Any, referral: str, *, back: int = 0, seq: int = 1) -> str:
    """Sign a contact request of the crawler, dated back if it likes."""
    kid = next(key.kid for key in town.members["muster"].identity.keys if key.use == "enc")
    said = ContactRequested(b64(town.random.randbytes(16)), seq, kid, b64(b"sealed"))
    engine = town["dritte"].engine
    emitted = Emit("contact.requested", address("muster"), referral, said)
    return str(engine.voice.sign(emitted, at=town.clock.at - back))


def alarm(town: Any) -> Any:
    """Return what the office sees of it."""
    checks = {one.id: one for one in town.service.health.checks()}
    return checks["FKS-111"].run()


def test_p17_thirty_days_of_the_best_strategy(pool: Any) -> None:
    """Asking for everybody, again and again, in small hours and with dates gone by.

    The crawler spreads its requests over the day, repeats persons under new request ids, and dates
    some back; the node counts by its own clock. Each day's bound holds for any 24 hours. No person
    said yes, so it holds no dossier. The office sees it within the hour in which the bound is met.
    """
    taken: Counter[int] = Counter()
    for day in range(DAYS):
        for turn in range(TRIES):
            referral = pool.pool[(day * TRIES + turn) % len(pool.pool)]
            back = (turn % 3) * 8 * limits.HOUR
            [told] = pool.post(wish(pool, referral, back=back, seq=day * TRIES + turn))
            assert told["status"] in ("accepted", "refused"), told
            if told["status"] == "accepted":
                taken[day] += 1
            else:
                assert told["code"] == "too-many-requests", told
            pool.clock.pass_time(limits.DAY // TRIES // 2)
        assert alarm(pool).level is Level.WARN
        assert address("dritte") in alarm(pool).cause
        pool.clock.pass_time(limits.DAY - TRIES * (limits.DAY // TRIES // 2))
        for name in pool.members:
            pool[name].sync()
        pool.service.tick()
    asked = [one.requested_at for one in pool.rows(Contact, requester=address("dritte"))]
    assert len(asked) <= DAYS * limits.CONTACT_REQUESTS_PER_DAY
    for at in asked:
        within = [one for one in asked if at <= one < at + limits.DAY]
        assert len(within) <= limits.CONTACT_REQUESTS_PER_DAY
    assert max(taken.values()) == limits.CONTACT_REQUESTS_PER_DAY
    with pool.members["dritte"].memory.store.begin(write=False) as transaction:
        assert transaction.every(DossierRow) == ()


def test_p17_the_office_is_not_alarmed_by_recruiting(town: Any) -> None:
    """A member that asks for one contact is nobody to worry about; no person is named."""
    assert alarm(town).level is Level.OK


def test_asking_for_what_was_never_served(town: Any) -> None:
    """A referral id alone, overheard or guessed, gives no right to ask (`not-served`)."""
    town.join("vierte")
    person, referral = town.recommend(number="2")
    person.grant(reach=Reach.NAMED, members=(address("beispiel"),))
    before = town.rows(Contact)
    [told] = town.post(wish(town, referral))
    assert told["status"] in ("refused", "later"), told
    assert town.rows(Contact) == before
