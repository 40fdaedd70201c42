"""The confirmation of erasure on paper: who has signed for what, and who has not yet."""

from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.node.desk.views import Ending, HolderView, View
from fachkraft_share.web.paper import Block, Document, Facts, Heading, Points, Text
from fachkraft_share.web.saying import Saying


def erasure_paper(
    view: View, ending: Ending, *, say: Saying, settings: DeskSettings, at: int
) -> Document:
    """Return it as of now; neither the person's name nor a link stands on it."""
    t = say.t
    facts = (
        (t("confirmation.ended"), f"{say.moment(ending.at)}. {t(f'reason.{ending.reason}')}"),
        (t("confirmation.reference"), view.referral),
        (t("confirmation.made"), say.moment(at)),
    )
    blocks: list[Block] = [
        Text(t("holders.progress", done=view.settled, all=len(view.holders))),
        Facts(facts),
    ]
    for one in view.holders:
        blocks += _holder(one, say)
    blocks += [Heading(t("confirmation.proof_title")), Text(t("closed.next_4"))]
    blocks.append(Text(t("confirmation.proof")))
    return Document(say.texts.language, t("confirmation.title"), tuple(blocks), settings.name)


def _holder(one: HolderView, say: Saying) -> tuple[Block, ...]:
    state = say.t(f"standing.{one.standing}")
    head = Heading(one.organisation.name)
    if one.receipt is None:
        return head, Text(f"{say.t('holders.state')}: {state}")
    signed = say.t("holders.receipt", day=say.moment(one.receipt.at))
    lines = [f"{say.part(item.category)}: {say.erased(item)}" for item in one.receipt.categories]
    if one.receipt.stores:
        lines.append(say.t("holders.stores", names=say.stores(one.receipt.stores)))
    if one.receipt.second_look:
        lines.append(say.t("holders.second_look"))
    return head, Text(f"{say.t('holders.state')}: {state}. {signed}"), Points(tuple(lines))
