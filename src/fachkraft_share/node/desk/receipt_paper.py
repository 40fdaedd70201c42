"""The consent receipt on paper: what its page says, without the person's link."""

from collections.abc import Iterable, Mapping

from fachkraft_share.model.consent import Consent, Purpose
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.node.desk.views import Shown, View
from fachkraft_share.protocol.parts import PROFILE_CATEGORIES
from fachkraft_share.web.paper import Block, Document, Facts, Heading, Points, Text
from fachkraft_share.web.saying import Saying


def receipt_paper(
    view: View,
    *,
    say: Saying,
    settings: DeskSettings,
    consent: Consent,
    recipients: Iterable[Mapping[str, str]],
    standing: str,
    purposes: Iterable[Purpose],
    allowed: Iterable[Shown],
) -> Document:
    """Return the receipt; it can be shown to anybody, for no link stands on it."""
    t = say.t
    origin = f"{view.origin.name} ({view.origin.id})" if view.origin else consent.origin
    facts = (
        (t("receipt.record"), consent.record_id),
        (t("receipt.status"), t(f"receipt.status_{standing}")),
        (t("receipt.given"), say.moment(consent.iat)),
        (t("receipt.until"), say.last_day(consent.exp)),
        (t("receipt.origin"), origin),
        (t("receipt.node"), f"{settings.name} ({consent.node})"),
        (t("receipt.basis"), t("receipt.basis_text")),
        (t("receipt.notice"), consent.notice),
        (t("receipt.withdraw"), t("receipt.withdraw_text", node=consent.node)),
        (t("receipt.rights"), t("receipt.rights_text")),
    )
    categories = [": ".join(_worded(one, say)) for one in allowed]
    blocks: tuple[Block, ...] = (
        Text(t("receipt.standard")),
        Facts(facts),
        Heading(t("receipt.purposes")),
        Points(tuple(t(f"purpose_short.{one}") for one in purposes)),
        Heading(t("receipt.categories")),
        Points((*categories, t("receipt.later_categories"))),
        Heading(t("receipt.audience")),
        *_list(consent, say),
        Points(tuple(one["name"] for one in recipients) or (t("open.readers_none"),)),
    )
    return Document(say.texts.language, t("receipt.title"), blocks, foot=settings.name)


def purposes_of(consent: Consent) -> tuple[Purpose, ...]:
    """Return what was allowed, in the order in which it was asked."""
    order = (Purpose.REFERRAL, Purpose.OWN_POOL, Purpose.PUBLIC)
    others = (one for one in consent.purposes if one not in order)
    return (*(one for one in order if one in consent.purposes), *others)


def allowed_of(view: View, consent: Consent) -> tuple[Shown, ...]:
    """Return the allowed categories as they were asked; the values too, while there are any."""
    values = {one.category: one for one in view.profile}
    return tuple(
        values.get(one, Shown(one, (), optional=True))
        for one in PROFILE_CATEGORIES
        if one in consent.categories
    )


def _worded(one: Shown, say: Saying) -> tuple[str, ...]:
    name = say.t(f"category.{one.category}")
    return (name, "; ".join(one.lines)) if one.lines else (name,)


def _list(consent: Consent, say: Saying) -> tuple[Text, ...]:
    named = consent.audience.list
    if named is None:
        return ()
    return (Text(say.t("receipt.audience_list", number=named.number, hash=named.sha256)),)
