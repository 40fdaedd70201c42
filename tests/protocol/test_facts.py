"""What a party tells the gate of an actor: who is shut out, for whom all is closed, whose list."""

from typing import Any

import attrs
import pytest

from fachkraft_share.protocol.facts import facts
from fachkraft_share.protocol.records import Exclusion, Tombstone
from fachkraft_share.testing.scene import NODE, NOW, ORIGIN, READER, Side


def tombstone(border: Any, scope: str) -> Tombstone:
    """Return the end of the border's referral within a scope."""
    return Tombstone(border.story.referral, scope, "withdrawn", "c" * 64, "", NOW, NOW + 1)


@pytest.mark.parametrize("shut", [0, 1, None])
def test_a_partner_node_is_shut_out_with_any_one_behind_it(shut: int | None, border: Any) -> None:
    """Whatever it gets it offers to all of them; who shut out a third one shut out nobody there."""
    behind = READER if shut is None else border.beyond[shut]
    node: Side = border.side(NODE)
    said = [Exclusion(border.story.referral, "id", behind)]
    found = facts(None, border.node, here=node.here, at=NOW, exclusions=said)
    assert found.excluded is (shut is not None)


def test_no_row_leads_to_a_partner_node_with_one_behind_it_who_is_shut_out(border: Any) -> None:
    """The node does not write it, so that nothing can be served by mistake."""
    node: Side = border.side(NODE, border.story.draft)
    rows = {getattr(one, "to", "") for one in node.foresee(border.consent).effects}
    assert border.node in rows
    node.put(Exclusion(border.story.referral, "id", border.beyond[1]))
    rows = {getattr(one, "to", "") for one in node.foresee(border.consent).effects}
    assert border.node not in rows


def test_all_is_closed_for_whom_a_scope_holds(border: Any) -> None:
    """All, the one alone, or its whole alliance; and for nobody else."""
    here, (beyond, other) = border.side(NODE).here, border.beyond
    for scope, concerned in (
        ("all", {ORIGIN, READER, beyond, other}),
        (READER, {READER}),
        (beyond, {beyond}),
        (border.node, {beyond, other}),
    ):
        stones = [tombstone(border, scope)]
        for actor in (ORIGIN, READER, beyond, other):
            found = facts(None, actor, here=here, at=NOW, tombstones=stones)
            assert found.closed is (actor in concerned), (scope, actor)


def test_nothing_is_fresh_across_a_border_to_a_node_nobody_knows(border: Any) -> None:
    """A consent given there is no mistake of the program; the list it rests on is missing."""
    consent = border.scene.open(border.consent).body
    strange = attrs.evolve(consent, node="https://node.west.example")
    found = facts(strange, READER, here=border.side(NODE).here, at=NOW)
    assert (found.foreign, found.fresh, found.agreement) == (True, False, False)
