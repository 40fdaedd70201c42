"""`node card`, `node agree`, `node agreements`: what an alliance agrees, and with whom."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from fachkraft_share.cli.node_commands import opened_node
from fachkraft_share.cli.options import Place, common, dry_run
from fachkraft_share.cli.output import table

if TYPE_CHECKING:
    from fachkraft_share.model.agreement import Agreement
    from fachkraft_share.node.alliance.agreeing import Agreeing, Terms
    from fachkraft_share.node.alliance.agreement_overview import AgreementLine

_PURPOSES = ("own_pool", "referral", "other_regions", "partner", "public")
_DAY = click.DateTime(["%Y-%m-%d"])
_FAULTY = 1


@click.command()
@common
def card(place: Place) -> None:
    """Print this alliance's card, by which another alliance can recognise it.

    Hand the card over in any way; let the other side read the fingerprint back by telephone.
    """
    from fachkraft_share.protocol.partner_cards import fingerprint

    with opened_node(place) as found:
        alliance, text = found.agreeing.alliance, found.agreeing.card()
    mark = fingerprint(alliance.root)
    place.show(
        {"card": text, "fingerprint": mark, "alliance": alliance},
        f"Card of {alliance.name}:",
        text,
        f"Fingerprint of its root key, to be compared by telephone: {mark}",
    )


@click.command()
@click.option("--partner", "card", metavar="CARD", help="Recognise the alliance of this card.")
@click.option("--gives", is_flag=True, help="Data of our people may go there.")
@click.option("--takes", is_flag=True, help="Data of their people may come here.")
@click.option("--cooperation", is_flag=True, help="Our own agreement, or a supplement to it.")
@click.option("--rename", metavar="NAME", help="What the alliance is called from now on.")
@click.option("--join", "join", multiple=True, metavar="ID", help="This member joins it.")
@click.option("--leave", "leave", multiple=True, metavar="ID", help="This one leaves it.")
@click.option("--end", metavar="AGREEMENT", help="End it now: its id, or the partner's node.")
@click.option("--until", type=_DAY, help="Its last day (UTC).")
@click.option("--purpose", "purposes", multiple=True, type=click.Choice(_PURPOSES))
@click.option("--legal", default="", metavar="TEXT", help="What was signed on paper.")
@click.option("--region", default="", help="plz:38, ags:03153 or de; default: the node's.")
@click.option("--yes", is_flag=True, help="The fingerprint was compared; do not ask.")
@dry_run
@common
def agree(
    place: Place,
    *,
    card: str | None,
    cooperation: bool,
    end: str | None,
    yes: bool,
    dry_run: bool,
    **said: Any,
) -> None:
    """Sign an agreement or a supplement: a recognition, our own agreement, or an end.

    Who agrees again with the same partner signs a supplement. It takes effect at once.
    """
    if sum(map(bool, (card, cooperation, end))) != 1:
        raise click.UsageError("one of --partner, --cooperation and --end")
    with opened_node(place) as found:
        if card:
            plan = _recognition(found.agreeing, card, ask=not (yes or dry_run), **said)
        elif cooperation:
            plan = _cooperation(found.agreeing, **said)
        else:
            plan = found.agreeing.end(str(end))
        told = {"dry_run": dry_run, "agreement": plan}
        if dry_run:
            place.show(told, "Would sign, for all members and everybody who asks:", *_lines(plan))
            return
        number = found.agreeing.sign(plan)
    place.show({**told, "list": number}, f"Signed, and list {number} names it:", *_lines(plan))


@click.command()
@common
def agreements(place: Place) -> None:
    """List every agreement with its versions, and whether each can be verified."""
    from fachkraft_share.node.alliance.agreement_overview import overview

    with opened_node(place) as found:
        lines = overview(found.exchange)
    texts = [text for one in lines for text in _told(one)]
    place.show({"agreements": lines}, *(texts or ["No agreement yet."]))
    if any(one.fault for one in lines):
        raise click.exceptions.Exit(_FAULTY)


def _recognition(
    agreeing: "Agreeing",
    card: str,
    *,
    ask: bool,
    gives: bool,
    takes: bool,
    join: Sequence[str],
    leave: Sequence[str],
    rename: str | None,
    **said: Any,
) -> "Agreement":
    from fachkraft_share.protocol.partner_cards import fingerprint, read_card

    if join or leave or rename:
        raise click.UsageError("--join, --leave and --rename belong to --cooperation")
    partner = read_card(card)
    plan = agreeing.recognise(partner, _terms(**said), gives=gives, takes=takes)
    if ask:
        click.echo(f"{partner.name}: {fingerprint(partner.root)}", err=True)
        click.confirm("Did the other side read out this fingerprint?", abort=True, err=True)
    return plan


def _cooperation(
    agreeing: "Agreeing",
    *,
    join: Sequence[str],
    leave: Sequence[str],
    rename: str | None,
    gives: bool,
    takes: bool,
    **said: Any,
) -> "Agreement":
    if gives or takes:
        raise click.UsageError("--gives and --takes belong to --partner")
    return agreeing.cooperate(_terms(name=rename or "", **said), join=join, leave=leave)


def _terms(
    *, until: dt.datetime | None, legal: str, purposes: Sequence[str], region: str, name: str = ""
) -> "Terms":
    from fachkraft_share.model.consent import Purpose
    from fachkraft_share.node.alliance.agreeing import Terms

    if until is None:
        raise click.UsageError("--until says how long it holds; an agreement always ends")
    last = until.replace(tzinfo=dt.UTC) + dt.timedelta(days=1)
    wanted = tuple(Purpose(one) for one in purposes)
    return Terms(int(last.timestamp()), legal, wanted, region, name)


def _lines(plan: "Agreement") -> list[str]:
    partner = plan.partner
    rows = [
        ("agreement", f"{plan.kind} {plan.id}, version {plan.version}"),
        ("alliance", plan.name),
        ("until", _last_day(plan.not_after)),
        ("purposes", " ".join(plan.purposes)),
        ("region", plan.region),
        ("legal", plan.legal),
    ]
    if partner is not None:
        ways = [word for word in ("gives", "takes") if getattr(plan, word)]
        rows += [("partner", f"{partner.name} ({partner.node})"), ("crosses", " ".join(ways))]
    rows += [("joined", one.id) for one in plan.joined]
    rows += [("left", one) for one in plan.left]
    return table(rows)


def _told(line: "AgreementLine") -> list[str]:
    what = line.partner.name if line.partner is not None else line.name
    ways = " ".join(word for word in ("gives", "takes") if getattr(line, word))
    head = f"{line.kind} {line.id}: {what} {ways}".rstrip()
    stands = f"  {line.state}, until {_last_day(line.until)}"
    fault = f"does not verify ({line.fault})" if line.fault else "verifies"
    warned = [f"  ends within {line.days_left} days"] if line.days_left is not None else []
    if line.unreachable_since is not None:
        warned.append(f"  the partner's node does not answer since {_day(line.unreachable_since)}")
    rows = [
        (f"  {one.version}", _day(one.at), one.name, ", ".join(one.changed), one.sha256)
        for one in line.versions
    ]
    return [head, f"{stands}, {fault}", *warned, *table(rows)]


def _day(at: int) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).date().isoformat()


def _last_day(end: int) -> str:
    return _day(end - 1)  # an agreement ends with its last day
