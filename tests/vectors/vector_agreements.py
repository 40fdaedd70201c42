"""Vectors of agreements: histories that are believed, and what follows; histories that are not."""

from typing import Any

import attrs
from vector_parties import DAY, NOW, seed

from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.model.agreement import Agreement, AgreementKind, PartnerAlliance, PartyTo
from fachkraft_share.model.consent import Purpose
from fachkraft_share.model.organisation import Role
from fachkraft_share.protocol import problems
from fachkraft_share.protocol.agreements import (
    History,
    cooperation_of,
    histories,
    read_agreements,
    recognitions,
)
from fachkraft_share.protocol.partner_cards import fingerprint, write_card
from fachkraft_share.testing.scene import AUTHORITY, ORIGIN, READER, REQUESTER, Scene
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import unstructure
from fachkraft_share.wire.encoding import b64, sha256

SCENE = Scene()
AT = NOW + 9 * DAY  # the list's date
GOSLAR = PartnerAlliance(
    "https://goslar.example",
    b64(SCENE.suite.public(seed("goslar root"))),
    "https://node.goslar.example",
    "https://node.goslar.example",
    "Fachkräfteallianz Goslar",
)
OWN = Agreement(
    AUTHORITY,
    b64(seed("own agreement")[:16]),
    0,
    AgreementKind.COOPERATION,
    "Fachkräfteallianz Harz",
    "plz:38",
    "Vereinbarung vom 1. Oktober 2026",
    (Purpose.REFERRAL,),
    NOW,
    NOW,
    NOW + 365 * DAY,
    joined=(PartyTo(ORIGIN, "Muster GmbH", (Role.EMPLOYER,)),),
)
CROSSING = attrs.evolve(
    OWN,
    id=b64(seed("recognition")[:16]),
    kind=AgreementKind.RECOGNITION,
    purposes=(Purpose.OTHER_REGIONS,),
    joined=(),
    partner=GOSLAR,
    gives=True,
)


def signed(said: Agreement, *, by: str = AUTHORITY) -> str:
    """Return a version as signed, whatever it says."""
    key = SCENE.members[by].sign
    return jws.sign(unstructure(said), type=jws.Type.AGREEMENT, key=key, suite=SCENE.suite)


def chain(first: Agreement, *changes: dict[str, Any]) -> list[str]:
    """Return an agreement with its supplements, a day after one another."""
    tokens, said = [signed(first)], first
    for number, change in enumerate(changes, 1):
        fresh = {"iat": said.iat + DAY, "joined": (), "left": (), **change}
        before = sha256(tokens[-1].encode())
        said = attrs.evolve(said, **{"version": number, "before": before, **fresh})
        tokens.append(signed(said))
    return tokens


def _cases() -> list[tuple[str, list[str], list[str], list[str]]]:
    """Return why, the tokens handed out, the newest ones, and what was held before."""
    two = (
        PartyTo(READER, "Dritte GmbH", (Role.EMPLOYER,)),
        PartyTo(REQUESTER, "B", (Role.ADVICE,)),
    )
    own = chain(
        OWN,
        {"joined": two, "left": (ORIGIN,)},
        {"name": "Fachkräfteallianz Harz und Heide", "region": "de"},
    )
    cross = chain(CROSSING, {"takes": True})
    ended = chain(CROSSING, {"not_after": NOW + DAY})
    back = chain(CROSSING, {"not_after": NOW + DAY}, {"not_after": NOW + 99 * DAY})
    other = chain(attrs.evolve(OWN, legal="Etwas anderes"), {"name": "X"}, {"name": "Y"})
    moved = chain(CROSSING, {"partner": attrs.evolve(GOSLAR, node="https://neu.example")})
    clash = attrs.evolve(
        GOSLAR, authority="https://celle.example", root=b64(SCENE.suite.public(seed("x")))
    )
    second = chain(attrs.evolve(CROSSING, id=b64(seed("second")[:16]), partner=clash))
    stranger = [signed(OWN, by=ORIGIN)]
    return [
        ("nothing agreed", [], [], []),
        ("a cooperation agreement renamed the alliance", own, own[-1:], []),
        (
            "in another order, with a recognition",
            [*cross, *own[::-1]],
            [own[-1], cross[-1]],
            own[:1],
        ),
        ("the recognition was ended", ended, ended[-1:], ended[:1]),
        ("what was ended came back", back, back[-1:], []),
        ("a version is missing", [own[0], own[2]], own[-1:], []),
        ("the list names another version", own, own[1:2], []),
        ("a newer version was held", own[:2], own[1:2], own),
        ("another past was held", other, other[-1:], own[:2]),
        ("the partner moved to another node", moved, moved[-1:], []),
        ("two partners share a node", [*cross, *second], [cross[-1], second[-1]], []),
        ("a member signed it", stranger, stranger, []),
    ]


def agreements() -> dict[str, Any]:
    """Return the cases: what is believed, and what follows from it."""
    key = SCENE.members[AUTHORITY].organisation.keys[0]
    return {
        "authority": AUTHORITY,
        "key": unstructure(key),
        "at": AT,
        "card": {
            "of": unstructure(GOSLAR),
            "text": write_card(GOSLAR),
            "fingerprint": fingerprint(GOSLAR.root),
        },
        "cases": [_case(*one) for one in _cases()],
    }


def _case(why: str, tokens: list[str], newest: list[str], held: list[str]) -> dict[str, Any]:
    named = [sha256(token.encode()) for token in newest]
    told = {"why": why, "agreements": tokens, "named": named, "held": held}
    try:
        return {**told, **result(read(tokens, named=named, held=held))}
    except FachkraftShareError as error:
        return {**told, "refused": problems.code_of(error)}


def read(tokens: list[str], *, named: list[str], held: list[str]) -> tuple[History, ...]:
    """Read the agreements as a member does that holds others and has taken over a list."""
    listed = attrs.evolve(SCENE.first, iat=AT, exp=AT + DAY, agreements=tuple(named))
    return read_agreements(
        tokens, listed=listed, known=SCENE.directory, suite=SCENE.suite, held=histories(held)
    )


def result(found: tuple[History, ...]) -> dict[str, Any]:
    """Return what follows: name and parties of the alliance, and what may cross."""
    own = cooperation_of(found)
    partners = {
        node: {
            "gives": one.newest.gives and one.newest.valid(at=AT),
            "takes": one.newest.takes and one.newest.valid(at=AT),
        }
        for node, one in sorted(recognitions(found).items())
    }
    name = own.terms.name if own is not None else None
    parties = [one.id for one in own.members] if own is not None else []
    return {"name": name, "parties": parties, "partners": partners}
