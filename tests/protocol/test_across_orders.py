"""A consent that names no partner never crosses, in whatever order and however often all is told.

Three parties of the core: our node, the partner's node, and a member beyond. `FKS_ACROSS_ORDERS`
sets how many orders are tried (`make soak` may ask for more).
"""

import os
from typing import Any, Final

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share.model.consent import Audience, Purpose
from fachkraft_share.protocol.facts import facts
from fachkraft_share.protocol.records import (
    Exclusion,
    FeedRow,
    Held,
    Part,
    Referral,
    Token,
    Tombstone,
)
from fachkraft_share.rules.consent import Action, Permit, permits
from fachkraft_share.testing.scene import NODE, NOW, Sent, Side

EXAMPLES: Final = int(os.environ.get("FKS_ACROSS_ORDERS", "100"))
SOON: Final = NOW + 60  # when an agreement may have ended


@attrs.frozen
class Terms:
    """What holds besides the consents: agreements, and whom the person shut out."""

    gives: bool  # our alliance lets data go
    takes: bool  # theirs lets them come
    ending: bool  # both agreements end at SOON
    shut_out: bool  # the person excluded a member beyond

    def taken(self, *, at: int) -> bool:
        """Tell whether the partner alliance lets data come at that moment."""
        return self.takes and not (self.ending and at >= SOON)

    def given(self) -> bool:
        """Tell whether our alliance and the person let data go there at all."""
        return self.gives and not self.shut_out


class Crossing:
    """The three parties; each step tells one of them something, as often and when it likes."""

    def __init__(self, border: Any, terms: Terms, *, first: str, second: str) -> None:
        self.border, self.story, self.terms = border, border.story, terms
        self.at = NOW
        until = {"not_after": SOON} if terms.ending else {}
        self.home: Side = border.side(NODE, gives=terms.gives, **until)
        self.node: Side = border.side(border.node, takes=terms.takes, **until)
        self.member: Side = border.side(border.beyond[0], takes=terms.takes, **until)
        if terms.shut_out:
            self.home.put(Exclusion(self.story.referral, "id", border.beyond[1]))
        one = border.allow(**said(border, first))
        self.consents = (one, border.story.renew(one, **said(border, second)))

    # What may happen -----------------------------------------------------------------------

    def draft(self) -> None:
        """Let the origin publish."""
        self.home.hear(self.story.draft, at=self.at)

    def grant(self) -> None:
        """Let the person consent."""
        self.home.hear(self.consents[0], at=self.at)

    def renew(self) -> None:
        """Let the person consent anew."""
        self.home.hear(self.consents[1], at=self.at)

    def relay(self) -> None:
        """Let the partner node read what the home node wrote for it."""
        for row in self.home.every(FeedRow):
            if row.to == self.border.node:
                self.serve(row, self.home, self.node)

    def serve(self, row: FeedRow, giver: Side, reader: Side) -> None:
        """Hand over one row as it was written, if the giver's gate lets it go to that reader."""
        if not self.lets(giver, reader):
            return
        kept = {one.sha256: one.body for one in giver.every(Token)}
        body = kept.get(row.token)
        along = [kept.get(sha256) for sha256 in row.attached.split()]
        if body is None or None in along:
            return  # it ended meanwhile
        parts = tuple(one.text for one in giver.every(Part, referral=self.story.referral))
        published = row.token == self.story.draft.sha256
        sent = Sent(body, tuple(one for one in along if one), parts if published else ())
        if reader.hear(sent, at=self.at).status == "accepted":
            giver.put(Held(self.story.referral, reader.here.id, row.number, self.at))

    def lets(self, giver: Side, reader: Side) -> bool:
        """Tell whether the giver's gate says yes to the consent it relies on."""
        about, actor = self.story.referral, reader.here.id
        found = giver.get(Referral, about)
        relied = [one for one in self.consents if found and one.sha256 == found.consent]
        consent = self.border.scene.open(relied[0]).body if relied else None
        known = facts(
            consent,
            actor,
            here=giver.here,
            at=self.at,
            tombstones=giver.every(Tombstone, referral=about),
            exclusions=giver.every(Exclusion, referral=about),
        )
        action = Action.RELAY if reader is self.node else Action.SERVE
        return isinstance(permits(consent, action, actor=actor, known=known, at=self.at), Permit)

    def spread(self) -> None:
        """Let the member beyond read what its node offers."""
        for row in self.node.every(FeedRow):
            if row.to in ("list", self.member.here.id):
                self.serve(row, self.node, self.member)

    def thrust(self) -> None:
        """Let somebody press everything on both, past the home node and without any row."""
        for consent in self.consents:
            sent = self.border.release(consent)
            for side in (self.node, self.member):
                side.hear(sent, at=self.at)

    def wait(self) -> None:
        """Let a minute pass, after which agreements may have ended."""
        self.at += SOON - NOW

    def end_there(self) -> None:
        """Let the person end it for the partner node, which hears it as well."""
        self._end(self.border.node)

    def end(self) -> None:
        """Let the person end it for all."""
        self._end("all")

    def _end(self, scope: str) -> None:
        sent = self.story.person.withdrawal(scope=scope)
        for side in (self.home, self.node, self.member):
            side.hear(sent, at=self.at)

    # What must hold ------------------------------------------------------------------------

    def beyond(self) -> set[str]:
        """Return the sides beyond the border where a part of the profile is."""
        sides = {"node": self.node, "member": self.member}
        return {name for name, side in sides.items() if side.every(Part)}

    def allowed(self, name: str) -> bool:
        """Tell whether the newest consent a side relies on names the partner."""
        side = {"node": self.node, "member": self.member}[name]
        found = side.get(Referral, self.story.referral)
        relied = found.consent if found is not None else None
        named = [one for one in self.consents if one.sha256 == relied]
        return any(_names(one, self.border) for one in named)


def said(border: Any, kind: str) -> dict[str, Any]:
    """Return the audience and purposes of a consent of that kind."""
    partners = (border.node,) if kind in ("both", "partner") else ()
    crossing = (Purpose.OTHER_REGIONS,) if kind in ("both", "purpose") else ()
    return {
        "audience": Audience(list=border.scene.first.name, partners=partners),
        "purposes": (Purpose.REFERRAL, *crossing),
    }


def _names(consent: Sent, border: Any) -> bool:
    body = border.scene.open(consent).body
    return border.node in body.audience.partners and Purpose.OTHER_REGIONS in body.purposes


KINDS: Final = st.sampled_from(["both", "partner", "purpose", "neither"])
STEPS: Final = (
    "draft grant grant renew relay relay relay spread spread thrust thrust wait end_there end"
).split()
MOSTLY: Final = st.sampled_from([True, True, True, False])  # else little would ever cross
RARELY: Final = st.sampled_from([False, False, False, True])
TERMS: Final = st.builds(Terms, gives=MOSTLY, takes=MOSTLY, ending=RARELY, shut_out=RARELY)
MANY: Final = settings(max_examples=EXAMPLES, deadline=None)
ORDER: Final = st.lists(st.sampled_from(STEPS), min_size=3, max_size=14)


@MANY
@given(steps=ORDER, begun=MOSTLY, terms=TERMS, first=KINDS, second=KINDS)
def test_a_part_beyond_the_border_came_by_consent_and_agreement(
    border: Any, steps: list[str], begun: bool, terms: Terms, first: str, second: str
) -> None:
    """Whenever one appears there, both name the partner at that moment.

    Pressed on a partner past the home node, its own side's terms decide; else both sides' do.
    After the end nothing appears again.
    """
    crossing = Crossing(border, terms, first=first, second=second)
    ended = False
    for step in ["draft", "grant", *steps] if begun else steps:
        before = crossing.beyond()
        getattr(crossing, step)()
        ended = ended or step in ("end", "end_there")
        appeared = crossing.beyond() - before
        for name in appeared:
            assert terms.taken(at=crossing.at)
            assert crossing.allowed(name)
        if ended or "both" not in (first, second) or ("thrust" not in steps and not terms.given()):
            assert crossing.beyond() == set()


@MANY
@given(steps=ORDER, terms=TERMS, first=KINDS, second=KINDS)
def test_the_home_node_writes_no_row_for_whom_the_person_did_not_name(
    border: Any, steps: list[str], terms: Terms, first: str, second: str
) -> None:
    """Nor where it would reach somebody shut out; whatever is pressed on whom beyond."""
    crossing = Crossing(border, terms, first=first, second=second)
    for step in ["draft", *steps]:
        getattr(crossing, step)()
    rows = [one for one in crossing.home.every(FeedRow) if one.to == border.node]
    published = [one for one in rows if one.token == crossing.story.draft.sha256]
    told = [kind for kind, step in ((first, "grant"), (second, "renew")) if step in steps]
    if terms.shut_out or not {"both", "partner"} & set(told):
        assert published == []


def test_with_consent_and_agreement_it_does_cross(border: Any) -> None:
    """Else the properties above would hold of a wall."""
    terms = Terms(gives=True, takes=True, ending=False, shut_out=False)
    crossing = Crossing(border, terms, first="both", second="neither")
    for step in ("draft", "grant", "relay"):
        getattr(crossing, step)()
    assert crossing.beyond() == {"node"}
    crossing.spread()
    assert crossing.beyond() == {"node", "member"}
    crossing.end_there()
    assert crossing.beyond() == set()
