"""The desk's façade: what a person can see and do with a link; synchronous, without threads."""

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.model.alliance import ListName
from fachkraft_share.model.consent import Category
from fachkraft_share.model.organisation import Organisation
from fachkraft_share.node.desk import papers
from fachkraft_share.node.desk.acts import Act, Document, perform
from fachkraft_share.node.desk.audience import members, newest_list
from fachkraft_share.node.desk.case import Case
from fachkraft_share.node.desk.choice import Choice, check_choice
from fachkraft_share.node.desk.demanding import demand_stage, presented
from fachkraft_share.node.desk.documents import (
    answer_to,
    first_consent,
    renewed_consent,
    withdrawal_of,
)
from fachkraft_share.node.desk.federations import federations
from fachkraft_share.node.desk.holders import stated
from fachkraft_share.node.desk.links import candidate_key
from fachkraft_share.node.desk.opening import Language, Opening
from fachkraft_share.node.desk.passing_on import asked_lately, pass_on
from fachkraft_share.node.desk.profile import described
from fachkraft_share.node.desk.reading import DISCLOSED, view_of
from fachkraft_share.node.desk.reminding import days_to_choose
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.node.desk.views import Stage, View
from fachkraft_share.node.desk.weighing import stored_with, with_choice
from fachkraft_share.ports.loop import Party
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.protocol.decision import Effect, Put
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.payloads import Right
from fachkraft_share.protocol.records import Invitation
from fachkraft_share.rules.formats.profile_export import Described
from fachkraft_share.rules.vocabulary import Vocabulary, shipped
from fachkraft_share.web.catalogue import Catalogue, catalogue
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.keys import MANAGE_KEY

_WITHDRAWABLE = (Stage.ASKED, Stage.OPEN, Stage.OLD_LINK, Stage.FOREIGN)
CLOSING_RIGHTS = frozenset({Right.RESTRICTION, Right.OBJECTION})  # Art. 18, 21: they close


def _nothing() -> None:
    """Be the hook of a node that need not hear of commits."""


class Desk:
    """The candidate's side of the node; `party` returns the node with its newest directory.

    Every method takes the secret part of a link. What is not possible raises RefusedError with
    `unknown-link`, `old-link`, `not-open`, `choice` (see `ChoiceError`) or the gate's own code.
    """

    def __init__(
        self,
        runtime: Runtime,
        party: Callable[[], Party],
        *,
        settings: Callable[[], DeskSettings] | DeskSettings | None = None,
        vocabulary: Callable[[], Vocabulary] = shipped,
        link: Callable[[str], str] | None = None,
        committed: Callable[[], None] = _nothing,
        texts: Callable[[str], Catalogue] = catalogue,
    ) -> None:
        self._opening = Opening(runtime, settings or DeskSettings(), vocabulary, texts)
        self._runtime = runtime
        self._party = party
        self._link = link
        self._committed = committed
        self.texts = texts

    @property
    def settings(self) -> DeskSettings:
        """What the desk tells of its node now; a supplement may rename the alliance."""
        return self._opening.told

    @property
    def node(self) -> str:
        """The id of the node, by which its consents name it."""
        return self._party().here.id

    def link(self, secret: str) -> str:
        """Return the address a link's secret belongs to."""
        return self._link(secret) if self._link is not None else f"{self.node}/d/{secret}"

    def now(self) -> int:
        """Return the time."""
        return self._runtime.clock.now()

    def days(self, view: View) -> tuple[int, ...]:
        """Return the days the person may put the decision off to."""
        return days_to_choose(at=self.now(), until=view.open_until)

    def open(self, secret: str, *, language: Language = None) -> View:
        """Return what this link shows now, in the given or the invitation's language."""
        party = self._party()
        case = self._opening.load(secret, party=party)
        return view_of(case, self._opening.reading(case, party=party, language=language))

    def preview(self, secret: str, choice: Choice, *, language: Language = None) -> View:
        """Return the view with readers and exclusions as this choice would make them.

        Raises:
            RefusedError: the choice is not complete or not possible.
        """
        party = self._party()
        case = self._opening.demand(secret, party=party)
        view = view_of(case, self._opening.reading(case, party=party, language=language))
        demand_stage(view, Stage.ASKED, Stage.OPEN)
        check_choice(choice, view)
        return with_choice(case, choice, view, here=party.here, at=self.now())

    def grant(self, secret: str, choice: Choice, *, language: Language = None) -> str:
        """Give consent and return the secret of the management link, which is kept nowhere.

        Raises:
            RefusedError: not asked (any more), or the choice is not possible.
        """
        party, random = self._party(), self._runtime.ids.random
        case = self._opening.demand(secret, party=party)
        view = view_of(case, self._opening.reading(case, party=party, language=language))
        demand_stage(view, Stage.ASKED)
        check_choice(choice, view)
        fresh = random(limits.SECRET_BYTES)
        suite = self._runtime.sealer
        manage = b64(suite.public(candidate_key(fresh, purpose=MANAGE_KEY, suite=suite).seed))
        consent = first_consent(
            case,
            choice,
            with_choice(case, choice, view, here=party.here, at=self.now()),
            node=party.here.id,
            manage=manage,
            random=random(16),
            at=self.now(),
        )
        used = attrs.evolve(case.link.invitation, manage_x=manage, used_at=self.now())
        before = stored_with(case, choice, view, here=party.here, at=self.now())
        self._act(consent, case, party=party, attached=(), before=(*before, Put(used)))
        return b64(fresh)

    def renew(self, secret: str, choice: Choice, *, language: Language = None) -> None:
        """Give consent anew: longer, and if chosen for the newest list.

        Raises:
            RefusedError: not open, renewed too often, or the choice is not possible.
        """
        party = self._party()
        case = self._opening.demand(secret, party=party)
        view = view_of(case, self._opening.reading(case, party=party, language=language))
        demand_stage(view, Stage.OPEN)
        if not view.renewable:
            raise RefusedError("renewed-too-often", "ask the origin for a new invitation")
        check_choice(choice, view)
        consent = renewed_consent(
            case, choice, view, random=self._runtime.ids.random(16), at=self.now()
        )
        before = stored_with(case, choice, view, here=party.here, at=self.now())
        self._act(consent, case, party=party, attached=case.chain, before=tuple(before))

    def decline(self, secret: str) -> None:
        """Say no; the draft is erased.

        Raises:
            RefusedError: not asked (any more).
        """
        party = self._party()
        case = self._opening.demand(secret, party=party)
        view = view_of(case, self._opening.reading(case, party=party))
        demand_stage(view, Stage.ASKED)
        self._close(case, ALL, "declined", party=party)

    def withdraw(self, secret: str, scope: str = ALL) -> None:
        """Take consent back, for all or for one holder; doing so again changes nothing.

        Where it ended on this side of a border only, it is passed to the home node.

        Raises:
            RefusedError: unknown link, or `unknown-holder`.
        """
        party = self._party()
        case = self._opening.demand(secret, party=party)
        view = view_of(case, self._opening.reading(case, party=party))
        if case.end is not None:
            return
        demand_stage(view, *_WITHDRAWABLE)
        if scope != ALL:
            demand_stage(view, Stage.OPEN)
            if scope not in {line.holder for line in case.held}:
                raise RefusedError("unknown-holder", "this organisation was not given the data")
        reason = "declined" if view.stage is Stage.ASKED else "withdrawn"
        self._close(case, scope, reason, party=party)

    def answer(
        self,
        secret: str,
        request_id: str,
        accept: bool,  # noqa: FBT001
        *,
        requester: str | None = None,
        documents: bool = True,
    ) -> None:
        """Answer a contact request; yes hands contact data, and documents if wished, to that one.

        Raises:
            RefusedError: `unknown-request`, `already-disclosed`, or the gate's own code.
        """
        party = self._party()
        case = self._opening.demand(secret, party=party)
        view = view_of(case, self._opening.reading(case, party=party))
        demand_stage(view, Stage.OPEN)
        contact = presented(case, request_id, requester=requester)
        if contact.disclosed is not None:
            raise RefusedError("already-disclosed", "withdraw from this organisation instead")
        given = DISCLOSED if documents else (Category.CONTACT,)
        said = answer_to(
            case,
            contact,
            categories=given if accept else (),
            jti=self._runtime.ids.random(limits.ID_BYTES),
            at=self.now(),
        )
        self._act(said, case, party=party, attached=case.chain)

    def defer(self, secret: str, day: int) -> None:
        """Put the decision off to a day while the draft is open; nobody else learns of it.

        Raises:
            RefusedError: not asked (any more), or `day-needed`: not a day that is offered.
        """
        party = self._party()
        case = self._opening.demand(secret, party=party)
        view = view_of(case, self._opening.reading(case, party=party))
        demand_stage(view, Stage.ASKED)
        if day not in days_to_choose(at=self.now(), until=view.open_until):
            raise RefusedError("day-needed", "not a day within the time of the draft")
        with party.store.begin() as transaction:
            transaction.lock([case.referral.id])
            kept = transaction.get(Invitation, case.link.invitation.key_x)
            if kept is not None and kept.manage_x is None:  # else granted in the meantime
                transaction.put(attrs.evolve(kept, later=day))

    def exercise(
        self, secret: str, right: Right | str, *, categories: Iterable[Category] = ()
    ) -> None:
        """Use a right: access and rectification are passed on, restriction and objection close.

        Raises:
            RefusedError: not open, or `categories-needed`: a rectification names what is wrong.
        """
        party = self._party()
        case = self._opening.demand(secret, party=party)
        view = view_of(case, self._opening.reading(case, party=party))
        demand_stage(view, Stage.OPEN)
        wanted = Right(right)
        wrong = tuple(dict.fromkeys(categories)) if wanted is Right.RECTIFICATION else ()
        if wanted is Right.RECTIFICATION and not wrong:
            raise RefusedError("categories-needed", "say what is wrong")
        if not asked_lately(case, wanted, wrong, at=self.now()):
            jti = b64(self._runtime.ids.random(limits.ID_BYTES))
            pass_on(case, wanted, wrong, party=party, jti=jti, at=self.now())
            self._committed()
        if wanted in CLOSING_RIGHTS:
            self._close(case, ALL, "withdrawn", party=party)

    def receipt(self, secret: str, *, language: Language = None) -> dict[str, Any]:
        """Return the consent receipt (ISO/IEC TS 27560) of the consent in force or the last one.

        Raises:
            RefusedError: no consent was given, or the link may not see it.
        """
        case, reading = self._opening.full(secret, party=self._party(), language=language)
        id = self._runtime.ids.random(16)
        return papers.receipt_of(case, reading, random=id)

    def about(self, secret: str, *, language: Language = None) -> dict[str, Any]:
        """Return everything this node knows about the person's referral (Art. 15, 20 GDPR).

        Raises:
            RefusedError: unknown or outdated link.
        """
        case, reading = self._opening.full(
            secret, party=self._party(), language=language, abroad=True
        )
        return papers.everything_about(case, view_of(case, reading), reading)

    def profile(self, secret: str, *, language: Language = None) -> Described:
        """Return what others see of the person, with its words, for other formats (Art. 20).

        Raises:
            RefusedError: unknown or outdated link, or `no-profile`: it is erased.
        """
        case, reading = self._opening.full(secret, party=self._party(), language=language)
        origin = stated(case.referral.origin, here=reading.here)
        found = described(case.parts, origin=origin.name, wording=reading.wording)
        if found is None:
            raise RefusedError("no-profile", "the profile is erased")
        return found

    def bundle(self, secret: str) -> bytes:
        """Return the evidence of the erasure, to be checked offline by `fachkraft-share verify`.

        Raises:
            RefusedError: not closed yet, or the link may not see it.
        """
        party = self._party()
        case, _ = self._opening.full(secret, party=party)
        with party.store.begin(write=False) as transaction:
            return papers.bundle_of(
                case,
                transaction=transaction,
                here=party.here,
                federations=federations(transaction, here=party.here),
            )

    def members(self) -> tuple[tuple[Organisation, ...], ListName | None]:
        """Return who is on the newest list, and which one that is, for the public page."""
        here = self._party().here
        return members(here), newest_list(here)

    def _close(self, case: Case, scope: str, reason: str, *, party: Party) -> None:
        jti = self._runtime.ids.random(limits.ID_BYTES)
        gone = withdrawal_of(case, scope=scope, reason=reason, jti=jti, at=self.now())
        self._act(gone, case, party=party, attached=case.chain)

    def _act(
        self,
        document: Document,
        case: Case,
        *,
        party: Party,
        attached: tuple[str, ...],
        before: tuple[Effect, ...] = (),
    ) -> None:
        act = Act(document, case.link.key, attached, before)
        status = perform(act, party=party, suite=self._runtime.sealer, at=self.now())
        self._committed()
        if status == "ended":
            raise RefusedError("closed", "the referral has ended in the meantime")
