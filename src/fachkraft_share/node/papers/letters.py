"""What must be written about a breach, filled in as far as anything is known (Art. 33(3), 34(2)).

The node knows no name and no address: the letter to the person goes through the origin.
"""

from collections.abc import Callable
from typing import Final

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.office.clock import clock
from fachkraft_share.node.papers.breaches import dealing
from fachkraft_share.node.papers.paper import Block, Gap, Paper, Section
from fachkraft_share.node.papers.witnesses import Scene
from fachkraft_share.rules.breach import deadline, late
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.legal import reached
from fachkraft_share.web.paper import Facts, Points, Table, Text

T = Callable[..., str]


def authority_report(scene: Scene, exchange: Exchange, texts: Catalogue) -> Paper:
    """Return the report to the supervisory authority (Art. 33(3))."""
    t = texts.text
    parts = (
        ("", (Text(t("papers.authority.lead")), *_sender(exchange, t))),
        ("when", _when(scene, exchange, texts)),
        ("nature", _nature(scene, t)),
        ("who", (_seen(scene, texts),)),
        ("officer", _officer(exchange, t)),
        ("consequences", _consequences(scene, t)),
        ("measures", _measures(scene, texts)),
    )
    return _paper("authority", parts, texts)


def person_letter(scene: Scene, exchange: Exchange, texts: Catalogue) -> Paper:
    """Return the letter to the person, in plain language (Art. 34(2))."""
    t = texts.text
    names = ", ".join(one.name for one in scene.origins)
    about = ", ".join(one.id for one in scene.referrals)
    opening = (
        Gap(t("papers.person.address", origin=names)),
        Text(t("papers.person.greeting")),
        Text(t("papers.person.lead", origin=names, day=clock(scene.case.known_at, texts))),
    )
    parts = (
        ("", opening),
        ("what", (*_told(scene, t), Text(t("papers.person.reference", referral=about)))),
        ("means", _means(scene, t)),
        ("done", _done(scene, texts)),
        ("can", (Points(tuple(t(f"papers.person.can_{one}") for one in _CAN)),)),
        ("ask", (Text(t("papers.person.sorry")), *_sender(exchange, t), *_officer(exchange, t))),
    )
    return _paper("person", parts, texts)


_CAN: Final = ("withdraw", "watch", "complain", "compensation")


def _paper(kind: str, parts: tuple[tuple[str, tuple[Block, ...]], ...], texts: Catalogue) -> Paper:
    t = texts.text
    sections = tuple(
        Section(t(f"papers.{kind}.{name}_title") if name else "", blocks) for name, blocks in parts
    )
    return Paper(texts.language, t(f"papers.{kind}.title"), sections, t("papers.gap"))


def _sender(exchange: Exchange, t: T) -> tuple[Block, ...]:
    desk = exchange.desk_settings()
    return tuple(
        Text(t(f"papers.sender.{name}", value=value))
        if value
        else Gap(t(f"papers.sender.no_{name}"))
        for name, value in (("operator", desk.operator), ("contact", reached(desk)))
    )


def _officer(exchange: Exchange, t: T) -> tuple[Block, ...]:
    officer = exchange.desk_settings().officer
    if officer:
        return (Text(t("papers.sender.officer", value=officer)),)
    return (Gap(t("papers.sender.no_officer")),)


def _when(scene: Scene, exchange: Exchange, texts: Catalogue) -> tuple[Block, ...]:
    t, case = texts.text, scene.case
    pairs = (
        (t("papers.authority.known"), clock(case.known_at, texts)),
        (t("papers.authority.until"), clock(deadline(case.known_at), texts)),
    )
    why = (Gap(t("papers.authority.why_late")),)
    how = (Gap(t("papers.authority.how")),)
    return (Facts(pairs), *how, *(why if late(dealing(case), at=exchange.now()) else ()))


def _nature(scene: Scene, t: T) -> tuple[Block, ...]:
    what = ("profile", "request", "dossier")
    seen = {one for witness in scene.concerned for one in witness.what} or {"profile"}
    kinds = tuple(t(f"papers.data.{one}") for one in what if one in seen)
    people = len(scene.referrals)
    return (
        Text(t("papers.authority.nature")),
        Facts(((t("papers.authority.people"), str(people)),)),
        Text(t("papers.authority.data")),
        Points(kinds),
        *(() if scene.case.recipient else (Gap(t("papers.authority.outside")),)),
    )


def _seen(scene: Scene, texts: Catalogue) -> Block:
    t = texts.text
    if not scene.witnesses:
        return Text(t("papers.breach.nobody"))
    heads = tuple(t(f"papers.breach.{one}") for one in ("name", "what", "since", "standing"))
    rows = tuple(
        (
            one.organisation.name,
            ", ".join(t(f"what.{part}") for part in one.what),
            clock(one.served_at, texts),
            t(f"standing.{one.standing}"),
        )
        for one in scene.witnesses
    )
    return Table(t("papers.breach.witnesses"), heads, rows)


def _consequences(scene: Scene, t: T) -> tuple[Block, ...]:
    kind = "dossier" if scene.dossier or scene.case.recipient is None else "profile"
    return (Text(t(f"papers.authority.may_{kind}")), Gap(t("papers.authority.weigh")))


def _measures(scene: Scene, texts: Catalogue) -> tuple[Block, ...]:
    t, case = texts.text, scene.case
    if case.recalled_at is None:
        return (Text(t("papers.measure.not_recalled")), Gap(t("papers.measure.more")))
    told = len(scene.concerned)
    said = t("papers.measure.recalled", at=clock(case.recalled_at, texts), n=told)
    done = t("papers.measure.erased", n=scene.erased)
    return (Text(said), Text(done), Gap(t("papers.measure.more")))


def _done(scene: Scene, texts: Catalogue) -> tuple[Block, ...]:
    """Return what was done, as it is said to the person."""
    case, more = scene.case, Gap(texts.text("papers.measure.more"))
    if case.recalled_at is None:
        return (Text(texts.text("papers.person.not_recalled")), more)
    day = texts.text("papers.person.recalled", at=clock(case.recalled_at, texts))
    holders = {one.organisation.id: one.organisation.name for one in scene.concerned}
    open_ones = {one.organisation.id for one in scene.concerned if not one.erased}
    told = Text(texts.count("papers.person.asked", len(holders)))
    signed = Text(texts.count("papers.person.erased", len(holders.keys() - open_ones)))
    return (Text(day), told, Points(tuple(holders.values())), signed, more)


def _told(scene: Scene, t: T) -> tuple[Block, ...]:
    name = scene.recipient.name if scene.recipient is not None else ""
    who = Text(t("papers.person.got", name=name)) if name else Gap(t("papers.person.outside"))
    parts = scene.concerned[0].what if scene.concerned else ("profile",)
    return (who, Points(tuple(t(f"papers.data.{one}") for one in parts)))


def _means(scene: Scene, t: T) -> tuple[Block, ...]:
    kind = "dossier" if scene.dossier or scene.case.recipient is None else "profile"
    return (Text(t(f"papers.person.may_{kind}")),)
