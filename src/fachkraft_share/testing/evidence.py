"""All signed evidence about the story's referral, as the node's desk would bundle it."""

from itertools import count
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.model.alliance import ListEntry, MemberStatement
from fachkraft_share.model.organisation import Organisation
from fachkraft_share.protocol import erasure
from fachkraft_share.protocol.bundle import Bundle, ClosureProof, Ended, ReceiptProof
from fachkraft_share.protocol.lists import Federation, sign_list, sign_statement
from fachkraft_share.protocol.payloads import CategoryErased, ErasureState, ReceiptItem
from fachkraft_share.protocol.records import Held
from fachkraft_share.testing.scene import (
    AUTHORITY,
    DAY,
    NODE,
    NOW,
    ORIGIN,
    READER,
    REQUESTER,
    Sent,
    seed,
)
from fachkraft_share.testing.story import Story
from fachkraft_share.wire.encoding import sha256

SERVED = (Held("", REQUESTER, 1, NOW, NOW + 60), Held("", READER, 1, NOW))


def completed(categories: tuple[CategoryErased, ...]) -> tuple[CategoryErased, ...]:
    """Return the categories with whatever a receipt must name besides, erased."""
    missing = erasure.DEMANDED - {one.category for one in categories}
    return (*categories, *(CategoryErased(one, ErasureState.ERASED) for one in sorted(missing)))


class Evidence:
    """Everything the desk of the story's node would put into a bundle."""

    def __init__(self, story: Story) -> None:
        self.story, self.scene = story, story.scene

    def federation(self, number: int = 7, *, ids: tuple[str, ...] = (), **more: Any) -> Federation:
        """Return the signed list of the node and the three members."""
        online = self.scene.members[AUTHORITY]
        names = ids or (NODE, ORIGIN, REQUESTER, READER)
        tokens = [self.statement(self.scene.members[id].organisation) for id in names]
        pages = sign_list(
            [ListEntry(id, sha256(t.encode())) for id, t in zip(names, tokens, strict=True)],
            more.pop("removed", ()),
            number=number,
            authority=AUTHORITY,
            key=online.sign,
            suite=self.scene.suite,
            at=NOW - DAY,
        )
        authority = MemberStatement(AUTHORITY, NOW - DAY, NOW + 300 * DAY, online.organisation)
        root = sign_statement(authority, key=self.scene.root, suite=self.scene.suite)
        return Federation(root, pages, tuple(tokens))

    def statement(self, stated: Organisation) -> str:
        """Return the authority's statement with the organisation's application."""
        end = NOW + 60 * DAY
        wish = MemberStatement(stated.id, NOW - DAY, end, stated)
        applied = sign_statement(
            wish, key=self.scene.members[stated.id].sign, suite=self.scene.suite
        )
        said = MemberStatement(AUTHORITY, NOW - DAY, end, stated, applied)
        return sign_statement(said, key=self.scene.members[AUTHORITY].sign, suite=self.scene.suite)

    def manifests(self, sent: Sent | None = None, scope: str = "all", **more: Any) -> list[str]:
        """Return the node's signed manifest."""
        closure = (sent or self.story.withdrawal).sha256
        by, held = more.pop("by", NODE), more.pop("held", SERVED)
        return [
            self.story.event(
                attrs.evolve(page, **more), by=by, aud=NODE, jti=f"{scope} {page.page} {more}"
            )
            for page in erasure.manifests(held, closure=closure, scope=scope)
        ]

    def receipt(self, by: str, *, at: int = NOW + 60, **changed: Any) -> ReceiptProof:
        """Return a holder's receipt; the second item of the batch is nobody's business here."""
        item = ReceiptItem(
            changed.pop("referral", self.story.referral),
            changed.pop("closure", self.story.withdrawal.sha256),
            changed.pop("scope", "all"),
            changed.pop("erased_at", NOW + 60),
            completed(changed.pop("categories", ())),
            ("store",),
            second_look=True,
        )
        other = attrs.evolve(item, referral="B" * 22)
        salts = (seed(f"{by} bundle {n}")[: limits.ID_BYTES] for n in count())
        body, texts = erasure.write_receipt([item, other], salts=salts)
        token = self.scene.event(body, by=by, aud=NODE, referral=None, jti=f"{by} {item}", at=at)
        return ReceiptProof(token, texts[0])

    def bundle(self, **changed: Any) -> Bundle:
        """Return the complete bundle; keyword arguments replace its fields."""
        usual = Bundle(
            self.story.referral,
            NODE,
            self.scene.root.public(self.scene.suite).x,
            (self.federation(),),
            self.story.draft.sha256,
            (self.story.consent.token, self.story.renewal.token),
            (ClosureProof(self.story.withdrawal.token),),
            tuple(self.manifests()),
            tuple(self.receipt(id) for id in (REQUESTER, READER, ORIGIN, NODE)),
            (Ended("all", self.story.withdrawal.sha256),),
        )
        return attrs.evolve(usual, **changed)
