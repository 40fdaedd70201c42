"""The bundle of a referral that crossed a border: verified from one root key, complete or open."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import WireError
from fachkraft_share.protocol.bundle import Bundle, PartnerProof, read_bundle, write_bundle
from fachkraft_share.protocol.payloads import DeliveryManifest
from fachkraft_share.protocol.verifying import Verdict, verify_bundle
from fachkraft_share.testing.person import CheckedBundle, Person
from fachkraft_share.testing.two_alliances import recognise
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import structure


def over(crossing: Any, *, at: Any = None) -> tuple[Person, CheckedBundle]:
    """Let a dossier cross and the person withdraw, at home unless said otherwise."""
    person, _ = crossing.recommend()
    crossing.disclose(person)
    where = at or crossing.harz
    attrs.evolve(person, desk=lambda: where.node.service.desk).withdraw()
    crossing.two.settle()
    crossing.two.pass_time(2 * limits.MINUTE)
    return person, person.bundle()


def judged(checked: CheckedBundle, **changed: Any) -> Verdict:
    """Return the verdict about the bundle with these fields changed."""
    bundle = attrs.evolve(checked.bundle, **changed)
    return verify_bundle(bundle, suite=checked.suite, at=checked.at, root=checked.root)


def kinds(verdict: Verdict) -> set[tuple[str, str]]:
    """Return what was found, without where."""
    return {(str(one.kind), one.code) for one in verdict.findings}


@pytest.mark.parametrize("place", ["harz", "goslar"])
def test_wherever_the_person_withdrew_the_bundle_is_complete(place: str, crossing: Any) -> None:
    """Holders on both sides have signed, and one root key proves all of them."""
    _, checked = over(crossing, at=getattr(crossing, place))
    assert checked.check().findings == ()
    [partner] = checked.bundle.partners
    assert partner.node == crossing.goslar.place.node
    assert len(checked.bundle.agreements) == 1


def test_an_agreements_end_is_proved_like_any_other(crossing: Any) -> None:
    """What crossed is closed on that side alone; the bundle shows who erased there."""
    person, _ = crossing.recommend()
    crossing.disclose(person)
    recognise(crossing.harz, crossing.goslar, gives=False)
    crossing.two.settle()
    crossing.two.pass_time(limits.HOUR)
    found = person.bundle().check()
    assert kinds(found) == {("open", "not-closed")}
    person.withdraw()
    crossing.two.settle()
    crossing.two.pass_time(limits.HOUR)
    assert person.bundle().verify()


def test_while_the_partner_is_away_it_is_named_as_owing(crossing: Any) -> None:
    """Genuine, but open: its node has not signed, and says nothing of its members."""
    person, _ = crossing.recommend()
    crossing.two.cut(crossing.goslar)
    person.withdraw()
    crossing.two.settle()
    found = person.bundle().check()
    away = crossing.goslar.place.node
    assert found.ok
    assert not found.complete
    assert {(one.code, one.about) for one in found.findings} >= {
        ("no-manifest", away),
        ("no-receipt", away),
    }
    crossing.two.mend()
    crossing.two.pass_time(limits.HOUR)
    crossing.two.pass_time(limits.HOUR)
    assert person.bundle().verify()


def test_without_the_partners_lists_its_signatures_prove_nothing(crossing: Any) -> None:
    """Neither do they with another alliance's lists, twice, or without any."""
    _, checked = over(crossing)
    [partner] = checked.bundle.partners
    other = PartnerProof(partner.node, checked.bundle.federations)
    for changed in (
        {"partners": (), "agreements": ()},
        {"partners": ()},
        {"agreements": ()},
        {"partners": (other,)},
        {"partners": (partner, partner)},
        {"partners": (attrs.evolve(partner, federations=()),)},
        {"partners": (attrs.evolve(partner, node=checked.bundle.node),)},
        {"partners": (attrs.evolve(partner, federations=partner.federations * 2),)},
    ):
        assert not judged(checked, **changed).ok, changed


def test_a_partners_manifest_counts_for_its_own_members_only(crossing: Any) -> None:
    """It can neither hide nor invent a member of this alliance."""
    person, _ = crossing.recommend()
    crossing.two.settle()
    person.withdraw()
    crossing.two.settle()
    crossing.two.pass_time(limits.HOUR)
    checked = person.bundle()
    nachbar = "https://nachbar.example"
    assert nachbar in {one.holder for one in _entries(checked.bundle, crossing.harz)}
    assert nachbar not in {one.holder for one in _entries(checked.bundle, crossing.goslar)}
    without = tuple(one for one in checked.bundle.manifests if not _by(one, crossing.goslar))
    found = judged(checked, manifests=without)
    assert ("open", "no-manifest") in kinds(found)


def _by(token: str, world: Any) -> bool:
    claims = jws.parse(token, types=(jws.Type.EVENT,)).claims
    return bool(claims["iss"] == world.place.node)


def _entries(bundle: Bundle, world: Any) -> list[Any]:
    found = []
    for token in bundle.manifests:
        claims = jws.parse(token, types=(jws.Type.EVENT,)).claims
        if claims["iss"] == world.place.node:
            [body] = claims["events"].values()
            found += structure(body, DeliveryManifest).entries
    return found


def test_one_changed_byte_anywhere_is_found(crossing: Any) -> None:
    """In our lists, the agreement, the partner's lists, its manifests or receipts."""
    _, checked = over(crossing)
    whole = write_bundle(checked.bundle)
    step = len(whole) // 61
    for place in range(step // 2, len(whole), step):
        flipped = bytes([whole[place] ^ 1])
        assert not _accepted(whole[:place] + flipped + whole[place + 1 :], checked), place


def _accepted(data: bytes, checked: CheckedBundle) -> bool:
    try:
        bundle = read_bundle(data)
    except WireError:
        return False
    return verify_bundle(bundle, suite=checked.suite, at=checked.at, root=checked.root).ok
