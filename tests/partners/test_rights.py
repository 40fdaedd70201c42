"""What a partner node may do here: read what is addressed to it, and nothing else."""

import json
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.ports.client import Client
from fachkraft_share.protocol.records import Blob, Held, Invitation, Referral
from fachkraft_share.testing.two_alliances import recognise
from fachkraft_share.wire.encoding import b64


def client_of(caller: Any, called: Any) -> Client:
    """Return how one node calls another."""
    node = caller.node.service
    partner = node.exchange.directory().partners[called.place.node]
    client: Client = node.partners.client(partner)
    return client


def test_a_partner_node_gets_no_link_for_candidates(crossing: Any, every: Any) -> None:
    """Only members recommend; a node carries."""
    before = every(crossing.harz, Invitation)
    client = client_of(crossing.goslar, crossing.harz)
    with pytest.raises(RefusedError):
        client.invite(b64(b"r" * limits.ID_BYTES), language="de", mail_to=None)
    assert every(crossing.harz, Invitation) == before


def test_a_partners_member_is_nobody_here(crossing: Any) -> None:
    """It is served by its own node; its key proves who it is, and allows nothing."""
    engine = crossing.member("beispiel").engine
    here = attrs.evolve(
        engine.settings, node=crossing.harz.place.node, url=crossing.harz.place.node
    )
    client = attrs.evolve(engine.client, settings=here)
    with pytest.raises(RefusedError, match="unauthenticated"):
        client.poll({})


def test_a_recognition_is_not_passed_on(crossing: Any, every: Any) -> None:
    """Goslar and Ilsede are both partners of Harz, and strangers to each other."""
    third = crossing.third()
    third.join("weit")
    person, referral = crossing.recommend()
    crossing.two.pass_time(limits.HOUR)
    for _ in range(3):
        third.node.service.tick()
    assert every(crossing.goslar, Referral, id=referral)
    assert every(third, Referral) == ()
    assert person.look().holders
    assert third.place.node not in {one.holder for one in every(crossing.harz, Held)}
    with pytest.raises(KeyError):
        client_of(third, crossing.goslar)


def test_another_partner_cannot_fetch_what_is_sealed_for_this_ones_members(
    crossing: Any, every: Any
) -> None:
    """For everybody but the addressee's own node there is nothing."""
    third = crossing.third()
    line = crossing.line(crossing.goslar, crossing.harz)
    line.after = lambda request, answer: (
        attrs.evolve(answer, status=503) if request.operation == "GET /blobs" else answer
    )
    person, _ = crossing.recommend()
    crossing.disclose(person)
    [blob] = every(crossing.harz, Blob)
    line.after = None
    with pytest.raises(RefusedError, match="not-found"):
        client_of(third, crossing.harz).get_blob(blob.sha256)
    content = client_of(crossing.goslar, crossing.harz).get_blob(blob.sha256)
    assert len(content) == blob.size


def test_no_dossier_crosses_after_the_agreement_has_ended(crossing: Any, every: Any) -> None:
    """Not even one that lies ready."""
    line = crossing.line(crossing.goslar, crossing.harz)
    line.after = lambda request, answer: (
        attrs.evolve(answer, status=503) if request.operation == "GET /blobs" else answer
    )
    person, _ = crossing.recommend()
    crossing.disclose(person)
    [blob] = every(crossing.harz, Blob)
    line.after = None
    recognise(crossing.harz, crossing.goslar, gives=False)
    with pytest.raises(RefusedError, match="not-found"):
        client_of(crossing.goslar, crossing.harz).get_blob(blob.sha256)


def test_what_a_partner_reads_is_what_is_addressed_to_it(crossing: Any) -> None:
    """Nothing of referrals whose consent names somebody else."""
    third = crossing.third()
    crossing.recommend()
    page = client_of(third, crossing.harz).poll({})
    seen = [json.dumps([one.token, *one.with_, *one.parts]) for one in page.events]
    assert seen == []
    assert page.closures == ()
