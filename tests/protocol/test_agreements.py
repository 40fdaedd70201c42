"""Agreements: what a version may say, its history in any order, and the partners it makes."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import (
    ConflictError,
    FachkraftShareError,
    MalformedError,
    RefusedError,
    SignatureError,
)
from fachkraft_share.model.agreement import (
    Agreement,
    AgreementKind,
    PartnerAlliance,
    PartyTo,
)
from fachkraft_share.model.alliance import ListName, MemberList, Removal
from fachkraft_share.model.consent import Purpose
from fachkraft_share.model.organisation import Role, Status
from fachkraft_share.protocol.agreement_terms import check_version
from fachkraft_share.protocol.agreements import (
    History,
    check_partners,
    cooperation_of,
    histories,
    read_agreements,
    recognitions,
    sign_agreement,
    with_partners,
)
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.partner_cards import fingerprint, read_card, write_card
from fachkraft_share.testing.scene import (
    AUTHORITY,
    DAY,
    NODE,
    NOW,
    ORIGIN,
    READER,
    REQUESTER,
    STRANGER,
    Scene,
    member,
    name_id,
    seed,
)
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import unstructure
from fachkraft_share.wire.encoding import b64, sha256
from fachkraft_share.wire.suite import Standard

SUITE: Final = Standard()
FAR: Final = NOW + 300 * DAY


def partner(place: str = "goslar", **more: Any) -> PartnerAlliance:
    """Return the alliance of that place; its root key follows from it."""
    said = {
        "authority": f"https://{place}.example",
        "root": b64(SUITE.public(seed(f"{place} root"))),
        "node": f"https://node.{place}.example",
        "url": f"https://node.{place}.example/fks",
        "name": f"Fachkräfteallianz {place.title()}",
    }
    return PartnerAlliance(**{**said, **more})


GOSLAR: Final = partner()


def version(**more: Any) -> Agreement:
    """Return the first version of a recognition, unless told otherwise."""
    said: dict[str, Any] = {
        "iss": AUTHORITY,
        "id": name_id("agreement"),
        "version": 0,
        "kind": AgreementKind.RECOGNITION,
        "name": "Harz",
        "region": "plz:38",
        "legal": "Vertrag vom 1. Oktober 2026",
        "purposes": (Purpose.OTHER_REGIONS,),
        "iat": NOW,
        "not_before": NOW,
        "not_after": FAR,
    }
    own = more.get("kind") is AgreementKind.COOPERATION
    crossing = {} if own else {"partner": GOSLAR, "gives": True}
    return Agreement(**{**said, **crossing, **more})


def own(**more: Any) -> Agreement:
    """Return the first version of the alliance's own agreement."""
    parties = (party(ORIGIN), party(READER))
    said = {"kind": AgreementKind.COOPERATION, "id": name_id("own"), "joined": parties}
    return version(**{**said, **more})


def party(id: str, *roles: Role) -> PartyTo:
    """Return a member as an agreement names it."""
    return PartyTo(id, id.removeprefix("https://"), roles or (Role.EMPLOYER,))


@attrs.frozen
class Office:
    """The authority of the scene: signs versions, and the list that names them."""

    scene: Scene

    def sign(self, said: Agreement, *, by: str = AUTHORITY) -> str:
        """Return the version as signed, whatever it says."""
        key = self.scene.members[by].sign
        return jws.sign(unstructure(said), type=jws.Type.AGREEMENT, key=key, suite=SUITE)

    def chain(self, first: Agreement, *changes: dict[str, Any]) -> tuple[str, ...]:
        """Return an agreement and its supplements, a day after one another."""
        tokens, said = [self.sign(first)], first
        for number, change in enumerate(changes, 1):
            fresh = {"iat": said.iat + DAY, "joined": (), "left": (), **change}
            said = attrs.evolve(
                said, **{"version": number, "before": sha256(tokens[-1].encode()), **fresh}
            )
            tokens.append(self.sign(said))
        return tuple(tokens)

    def listed(self, *named: str, number: int = 9, at: int = NOW + 9 * DAY) -> MemberList:
        """Return a list that names these newest versions."""
        first = self.scene.first
        named_hashes = tuple(sha256(token.encode()) for token in named)
        name = ListName(number, first.name.sha256)
        return attrs.evolve(first, name=name, iat=at, exp=at + DAY, agreements=named_hashes)

    def read(
        self,
        *chains: Sequence[str],
        held: Sequence[History] = (),
        named: Sequence[str] | None = None,
        **more: Any,
    ) -> tuple[History, ...]:
        """Read these agreements as a member does that has taken over a list naming them."""
        tokens = [token for chain in chains for token in chain]
        newest = [chain[-1] for chain in chains] if named is None else named
        listed = self.listed(*newest, **more)
        known = self.scene.directory
        return read_agreements(tokens, listed=listed, known=known, suite=SUITE, held=held)


@pytest.fixture(scope="session")
def office(scene: Scene) -> Office:
    """The authority."""
    return Office(scene)


SUPPLEMENTS: Final[tuple[dict[str, Any], ...]] = (
    {"joined": (party(REQUESTER, Role.EDUCATION),), "left": (ORIGIN,)},
    {"name": "Harz und Heide", "region": "de", "not_after": FAR + 30 * DAY},
    {"joined": (party(ORIGIN),), "legal": "Zweiter Nachtrag"},
)


@pytest.fixture(scope="session")
def tokens(office: Office) -> tuple[str, ...]:
    """Our own agreement with three supplements."""
    return office.chain(own(), *SUPPLEMENTS)


@pytest.fixture(scope="session")
def ended(office: Office) -> tuple[str, ...]:
    """A recognition that was widened and ended."""
    return office.chain(version(), {"takes": True}, {"not_after": NOW + 2 * DAY})


# What a history says ----------------------------------------------------------------------------


def test_the_newest_version_counts_and_the_others_stay_readable(office: Office) -> None:
    """Members join and leave, the alliance is renamed; the history keeps the old name."""
    [found] = office.read(office.chain(own(), *SUPPLEMENTS))
    state = cooperation_of([found])
    assert state is not None
    assert state.terms == found.newest
    assert [one.id for one in state.members] == sorted((ORIGIN, READER, REQUESTER))
    assert [one.name for one in found.versions] == ["Harz", "Harz", *["Harz und Heide"] * 2]
    assert (found.id, found.begun) == (name_id("own"), (NOW, name_id("own")))


def test_without_an_agreement_there_is_no_state(office: Office) -> None:
    """Nor do recognitions make one."""
    assert cooperation_of(()) is None
    assert cooperation_of(office.read(office.chain(version()))) is None
    assert office.read() == ()


def test_of_two_agreements_of_our_own_the_younger_counts(office: Office) -> None:
    """The first one ended; the members agreed anew."""
    first = office.chain(own(), {"not_after": NOW + DAY})
    second = office.chain(own(id=name_id("anew"), iat=NOW + 2 * DAY, name="Südharz"))
    state = cooperation_of(office.read(second, first))
    assert state is not None
    assert state.terms.name == "Südharz"


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_versions_are_read_in_any_order(
    office: Office, tokens: tuple[str, ...], ended: tuple[str, ...], data: st.DataObject
) -> None:
    """Whatever order and mixture of agreements the node hands out; a repetition is the same."""
    shown = data.draw(st.permutations([*tokens, *ended]))
    named = data.draw(st.permutations([tokens[-1], ended[-1]]))
    again = data.draw(st.lists(st.sampled_from(shown), max_size=3))
    assert office.read([*shown, *again], named=named) == histories([*tokens, *ended])


# What a history may not be ------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_no_changed_letter_is_believed(
    office: Office, tokens: tuple[str, ...], data: st.DataObject
) -> None:
    """A signature or a hash stands over every letter of every version."""
    place = data.draw(st.integers(0, len(tokens) - 1))
    token = tokens[place]
    at = data.draw(st.integers(0, len(token) - 1).filter(lambda at: token[at] != "."))
    other = data.draw(st.sampled_from("AQgwBCD-_09").filter(lambda one: one != token[at]))
    changed = token[:at] + other + token[at + 1 :]
    shown = [*tokens[:place], changed, *tokens[place + 1 :]]
    with pytest.raises(FachkraftShareError):
        office.read(shown, named=[tokens[-1]])
    with pytest.raises(FachkraftShareError):  # nor does the list help who holds the true one
        office.read(shown, held=histories(tokens))


@settings(max_examples=40, deadline=None)
@given(had=st.integers(1, 4), shown=st.integers(0, 4), data=st.data())
def test_an_older_history_is_a_rollback(
    office: Office, tokens: tuple[str, ...], had: int, shown: int, data: st.DataObject
) -> None:
    """Also one that is not shown at all; the same and every continuation are fine."""
    held = histories(data.draw(st.permutations(tokens[:had])))
    chains = [tokens[:shown]] if shown else []
    if shown >= had:
        assert [len(one.tokens) for one in office.read(*chains, held=held)] == [shown]
        return
    with pytest.raises(ConflictError, match="agreement-rollback"):
        office.read(*chains, held=held)


def test_another_past_is_a_fork(office: Office) -> None:
    """The authority cannot tell one member this and another one that."""
    held = histories(office.chain(own(), SUPPLEMENTS[0]))
    other = office.chain(own(legal="Etwas anderes"), SUPPLEMENTS[0], SUPPLEMENTS[1])
    with pytest.raises(ConflictError, match="agreement-fork"):
        office.read(other, held=held)


def test_two_versions_with_one_number_are_a_fork(office: Office) -> None:
    """In one answer, too."""
    first = office.sign(own())
    two = [
        office.sign(own(version=1, before=sha256(first.encode()), joined=(), legal=legal))
        for legal in ("so", "anders")
    ]
    for named in two:
        ordered = sorted(two, key=lambda one: (one == named, one))
        with pytest.raises((ConflictError, RefusedError), match=r"agreement-(fork|incomplete)"):
            office.read((first, *ordered), named=[named])


def test_versions_with_one_number_stand_in_one_order(office: Office) -> None:
    """Whoever holds both sees the same history, however they came."""
    two = [office.sign(own(legal=legal)) for legal in ("so", "anders")]
    assert histories(two) == histories(two[::-1])


def test_a_supplement_names_the_version_before(office: Office) -> None:
    """By its hash, so that nothing can be slipped in."""
    tokens = office.chain(own(), {"before": "0" * 64})
    with pytest.raises(ConflictError, match="follows another version"):
        office.read(tokens)


@pytest.mark.parametrize("missing", [0, 1, 2, 3])
def test_a_missing_version_is_noticed(
    office: Office, tokens: tuple[str, ...], missing: int
) -> None:
    """The first, one between, the newest."""
    shown = tokens[:missing] + tokens[missing + 1 :]
    with pytest.raises(RefusedError, match="agreement-incomplete"):
        office.read(shown, named=[tokens[-1]])


def test_the_list_names_exactly_what_is_shown(office: Office) -> None:
    """Nothing more and nothing less, and not too much."""
    both = (office.chain(own()), office.chain(version()))
    for named in ([both[0][-1]], [both[0][-1], both[1][-1], office.sign(own(legal="x"))], []):
        with pytest.raises(RefusedError, match="agreement-incomplete"):
            office.read(*both, named=named)
    many = [office.chain(own(id=name_id(f"own {n}"))) for n in range(limits.AGREEMENTS + 1)]
    assert len(office.read(*many[:-1])) == limits.AGREEMENTS
    with pytest.raises(RefusedError, match="agreement-incomplete"):
        office.read(*many)
    flood = [""] * (limits.AGREEMENTS * limits.AGREEMENT_VERSIONS + 1)
    with pytest.raises(RefusedError, match="more versions"):
        office.read(flood, named=[])


def test_the_authority_signs_and_nobody_else(office: Office) -> None:
    """A member's key does not, nor another issuer's name."""
    with pytest.raises(SignatureError, match="no member statement"):
        office.read([office.sign(own(), by=ORIGIN)])
    with pytest.raises(SignatureError, match="another issuer"):
        office.read([office.sign(own(iss=STRANGER), by=AUTHORITY)])


def test_what_is_over_may_bear_a_key_nobody_knows_any_more(office: Office) -> None:
    """Its hash is named by the next version, or by the list; what is in force needs a known key."""
    first = office.sign(own(), by=STRANGER)
    second = office.sign(own(version=1, before=sha256(first.encode()), joined=(), iat=NOW + DAY))
    assert len(office.read((first, second))) == 1
    over = attrs.evolve(own(), not_after=NOW + DAY)
    assert office.read([office.sign(over, by=STRANGER)])
    with pytest.raises(SignatureError):
        office.read([office.sign(over, by=STRANGER)], at=NOW)


def test_what_was_agreed_before_the_authoritys_keys_were_stolen_stays(office: Office) -> None:
    """It is evidence; what is dated after that moment is refused."""
    directory = office.scene.directory
    stolen = (Removal(AUTHORITY, "compromised", NOW + DAY),)
    newest = attrs.evolve(office.scene.first, removed=stolen)
    known = attrs.evolve(directory, newest=newest)
    for at, holds in ((NOW, True), (NOW + DAY, False)):
        token = office.sign(own(iat=at))
        listed = office.listed(token)
        if holds:
            assert read_agreements([token], listed=listed, known=known, suite=SUITE)
            continue
        with pytest.raises(SignatureError, match="compromised"):
            read_agreements([token], listed=listed, known=known, suite=SUITE)


def test_nothing_comes_from_the_day_after_tomorrow(office: Office) -> None:
    """A version may be a day ahead of the list, no more."""
    assert office.read(office.chain(own(iat=NOW + DAY)), at=NOW)
    with pytest.raises(RefusedError, match="future"):
        office.read(office.chain(own(iat=NOW + DAY + 1)), at=NOW)


BAD_SUPPLEMENTS: dict[str, tuple[Agreement, dict[str, Any], str]] = {
    "another kind": (
        own(),
        {
            "kind": AgreementKind.RECOGNITION,
            "partner": GOSLAR,
            "gives": True,
            "purposes": (Purpose.OTHER_REGIONS,),
        },
        "the same agreement",
    ),
    "older than what it changes": (own(), {"iat": NOW - 1}, "younger"),
    "after the end": (own(not_after=NOW + DAY), {"iat": NOW + DAY, "not_after": FAR}, "come back"),
    "another root": (version(), {"partner": partner(root=partner("celle").root)}, "stay the same"),
    "another node": (version(), {"partner": partner(node="https://neu.example")}, "stay the same"),
    "another authority": (
        version(),
        {"partner": partner(authority="https://neu.example")},
        "stay the same",
    ),
    "a stranger left": (own(), {"left": (STRANGER,)}, "no party"),
    "a party joined again": (own(), {"joined": (party(READER),)}, "a party already"),
}


@pytest.mark.parametrize("why", BAD_SUPPLEMENTS)
def test_a_supplement_is_refused(office: Office, why: str) -> None:
    """It changes what may change, in its time."""
    first, change, text = BAD_SUPPLEMENTS[why]
    with pytest.raises(RefusedError, match=text) as refused:
        office.read(office.chain(first, change))
    assert refused.value.code == "agreement-terms"


def test_what_was_ended_early_does_not_come_back(office: Office) -> None:
    """The end is a version that is over when it is signed."""
    ended = ({"not_after": NOW + DAY}, {"not_after": FAR})
    assert office.read(office.chain(version(), ended[0]))[0].newest.valid(at=NOW + DAY) is False
    with pytest.raises(RefusedError, match="come back"):
        office.read(office.chain(version(), *ended))


def test_who_left_may_come_back(office: Office) -> None:
    """In one and the same supplement, too, with other roles."""
    change = {"left": (READER,), "joined": (party(READER, Role.ADVICE),)}
    state = cooperation_of(office.read(office.chain(own(), change)))
    assert state is not None
    assert {one.id: one.roles for one in state.members}[READER] == (Role.ADVICE,)


# What a version may say --------------------------------------------------------------------------

COOPERATION = AgreementKind.COOPERATION
BAD_VERSIONS: dict[str, tuple[Agreement, type[Exception], str]] = {
    "no issuer": (version(iss="harz"), MalformedError, "organisation"),
    "no id": (version(id="x"), MalformedError, "base64url"),
    "no name": (version(name=" "), MalformedError, r"^agreement\.name"),
    "a long name": (version(name="x" * 121), MalformedError, "name"),
    "nothing on paper": (version(legal=""), MalformedError, "legal"),
    "no region": (version(region="Harz"), MalformedError, "region"),
    "no hash": (version(version=1, before="x"), MalformedError, "SHA-256"),
    "a first version with one before": (version(before="0" * 64), RefusedError, "one before"),
    "a supplement to nothing": (version(version=1), RefusedError, "one before"),
    "a number below zero": (version(version=-1, before="0" * 64), RefusedError, "too many"),
    "too many versions": (
        version(version=limits.AGREEMENT_VERSIONS, before="0" * 64),
        RefusedError,
        "too many",
    ),
    "no purpose": (own(purposes=()), RefusedError, "purpose"),
    "a purpose twice": (own(purposes=(Purpose.REFERRAL,) * 2), RefusedError, "purpose"),
    "for ever": (
        version(not_after=NOW + limits.AGREEMENT_DAYS * DAY + 1),
        RefusedError,
        "too long",
    ),
    "before 1970": (version(not_before=-1, not_after=NOW, iat=0), RefusedError, "too long|1970"),
    "a time below zero": (version(iat=-1), RefusedError, "1970"),
    "over before it begins": (version(not_after=NOW), RefusedError, "before it begins"),
    "cooperation with a partner": (own(partner=GOSLAR), RefusedError, "no partner"),
    "cooperation that gives": (own(gives=True), RefusedError, "no partner"),
    "cooperation that takes": (own(takes=True), RefusedError, "no partner"),
    "too many parties": (
        own(joined=tuple(party(f"https://m{n}.example") for n in range(81))),
        RefusedError,
        "too many members",
    ),
    "a party without name": (own(joined=(PartyTo("x", "x", ()),)), MalformedError, "organisation"),
    "a nameless party": (
        own(joined=(attrs.evolve(party(READER), name=""),)),
        MalformedError,
        "joined.name",
    ),
    "a party without role": (
        own(joined=(attrs.evolve(party(READER), roles=()),)),
        RefusedError,
        "role",
    ),
    "a node as a party": (own(joined=(party(NODE, Role.NODE),)), RefusedError, "role"),
    "an authority as a party": (
        own(joined=(party(STRANGER, Role.AUTHORITY),)),
        RefusedError,
        "role",
    ),
    "who left has no name": (
        own(version=1, before="0" * 64, left=("x",)),
        MalformedError,
        "organisation",
    ),
    "joined twice": (own(joined=(party(READER),) * 2), RefusedError, "joined twice"),
    "left twice": (
        own(version=1, before="0" * 64, left=(READER,) * 2, joined=()),
        RefusedError,
        "left twice",
    ),
    "a recognition of nobody": (version(partner=None), RefusedError, "names its partner"),
    "a recognition with parties": (version(joined=(party(READER),)), RefusedError, "no other"),
    "a recognition that somebody left": (version(left=(READER,)), RefusedError, "no other"),
    "a recognition of nothing": (version(gives=False), RefusedError, "gives or takes"),
    "a recognition for nothing": (
        version(purposes=(Purpose.REFERRAL,)),
        RefusedError,
        "other regions",
    ),
    "of ourselves": (version(partner=partner(authority=AUTHORITY)), RefusedError, "others"),
    "a partner without authority": (
        version(partner=partner(authority="x")),
        MalformedError,
        "organisation",
    ),
    "a partner without node": (version(partner=partner(node="x")), MalformedError, "organisation"),
    "a partner without address": (
        version(partner=partner(url="ftp://x.example")),
        MalformedError,
        "organisation",
    ),
    "a partner that is one": (
        version(partner=partner(node="https://goslar.example")),
        RefusedError,
        "different ids",
    ),
    "a partner without a name": (version(partner=partner(name="")), MalformedError, "name"),
    "a short root key": (version(partner=partner(root="AA")), MalformedError, "32 bytes"),
    "a weak root key": (
        version(partner=partner(root=b64((1).to_bytes(32, "little")))),
        SignatureError,
        "unusable",
    ),
}


@pytest.mark.parametrize("why", BAD_VERSIONS)
def test_a_version_is_refused(office: Office, why: str) -> None:
    """By who signs and by who reads."""
    said, kind, text = BAD_VERSIONS[why]
    with pytest.raises(kind, match=text) as refused:
        check_version(said)
    if isinstance(refused.value, RefusedError):
        assert refused.value.code == "agreement-terms"
    with pytest.raises(kind, match=text):
        sign_agreement(said, key=office.scene.members[AUTHORITY].sign, suite=SUITE)
    if said.version == 0:
        with pytest.raises(FachkraftShareError):
            office.read([office.sign(said)])


@pytest.mark.parametrize(
    "said",
    [
        version(gives=False, takes=True),
        version(gives=True, takes=True),
        version(not_after=NOW + 1),
    ],
    ids=["takes", "both", "for a second"],
)
def test_a_version_is_fine(said: Agreement) -> None:
    """A recognition may only take, or be over after a second."""
    check_version(said)


@pytest.mark.parametrize("name", ["first", "largest"])
def test_a_version_fits_one_document(office: Office, name: str) -> None:
    """Even one that names as many members as it may, with the longest names."""
    long = f"https://{'a' * 63}.{'b' * 63}.{'c' * 40}.de/"
    many = tuple(
        PartyTo(f"{long}{n:0>4}", "ä" * limits.SHORT_TEXT, (Role.EMPLOYER, Role.EDUCATION))
        for n in range(limits.AGREEMENT_PARTIES)
    )
    said = own() if name == "first" else own(joined=many, legal="ä" * limits.LONG_TEXT)
    token = sign_agreement(said, key=office.scene.members[AUTHORITY].sign, suite=SUITE)
    assert len(token) <= limits.MESSAGE_BYTES
    assert histories([token])[0].newest == said


# Partners ---------------------------------------------------------------------------------------

CLASHES: dict[str, Callable[[], PartnerAlliance]] = {
    "one node": lambda: partner("celle", node=GOSLAR.node),
    "one authority": lambda: partner("celle", authority=GOSLAR.authority),
    "one root": lambda: partner("celle", root=GOSLAR.root),
}


@pytest.mark.parametrize("why", CLASHES)
def test_two_partners_never_share_a_name_or_a_key(office: Office, why: str) -> None:
    """Else one could speak for the other."""
    other = version(id=name_id("other"), partner=CLASHES[why]())
    with pytest.raises(RefusedError) as refused:
        office.read(office.chain(version()), office.chain(other))
    assert refused.value.code == "agreement-partner"


def test_our_own_authority_is_no_part_of_a_partner() -> None:
    """A node or an authority that bears our authority's name would be us."""
    for clash in (partner(node=AUTHORITY), partner(authority=AUTHORITY)):
        said = version(partner=clash)
        with pytest.raises(RefusedError) as refused:
            check_partners([History(("x",), (said,))], authority=AUTHORITY)
        assert refused.value.code == "agreement-partner"


def test_the_youngest_recognition_of_a_partner_counts(office: Office) -> None:
    """After the end an alliance may be recognised anew."""
    old = office.chain(version(), {"not_after": NOW + DAY})
    new = office.chain(version(id=name_id("anew"), iat=NOW + 2 * DAY, takes=True))
    found = recognitions(office.read(new, old))
    assert found[GOSLAR.node].id == name_id("anew")
    assert list(found) == [GOSLAR.node]


def goslar(*ids: str, at: int = NOW, **more: Any) -> Directory:
    """Return the partner's directory, with these members on its newest list."""
    alliance = more.pop("alliance", GOSLAR)
    people = [member(alliance.authority, suite=SUITE, role=Role.AUTHORITY)]
    people += [member(alliance.node, suite=SUITE, role=Role.NODE)]
    people += [member(id, suite=SUITE, **more) for id in ids]
    stated = tuple(one.organisation for one in people)
    name = ListName(3, "0" * 64)
    listed = MemberList(name, alliance.authority, at, at + DAY, stated)
    return Directory(alliance.authority, alliance.root).with_list(listed)


FOREIGN: Final = "https://oker.example"


def linked(office: Office, *chains: Sequence[str], **lists: Directory) -> Directory:
    """Return the scene's directory with the partners of these agreements."""
    by_authority = {one.authority: one for one in lists.values()}
    return with_partners(office.scene.directory, office.read(*chains), lists=by_authority)


def test_a_recognition_makes_a_partner_whose_members_are_known(office: Office) -> None:
    """Their keys count, and both directions are told apart."""
    known = linked(office, office.chain(version()), list=goslar(FOREIGN))
    key = member(FOREIGN, suite=SUITE).sign
    assert known.signing_key(FOREIGN, key.kid, at=NOW).kid == key.kid
    assert known.active(FOREIGN)
    assert known.gives(GOSLAR.node, at=NOW)
    assert not known.takes(GOSLAR.node, at=NOW)
    [one] = known.giving(at=NOW)
    assert (one.node, [who.id for who in one.readers]) == (GOSLAR.node, [FOREIGN])
    assert known.partner_of(FOREIGN) == one
    assert known.partner_of(ORIGIN) is None
    assert known.partner_of(STRANGER) is None


@settings(max_examples=50, deadline=None)
@given(
    begin=st.integers(-3 * DAY, 3 * DAY),
    length=st.integers(1, 6 * DAY),
    moment=st.integers(-10 * DAY, 10 * DAY),
    gives=st.booleans(),
)
def test_a_recognition_counts_in_its_time_only(
    office: Office,
    begin: int,
    length: int,
    moment: int,
    gives: bool,
) -> None:
    """Expired or not begun it gives and takes nothing; the keys stay known."""
    said = version(
        not_before=NOW + begin, not_after=NOW + begin + length, gives=gives, takes=not gives
    )
    histories_ = histories([office.sign(said)])
    lists = {GOSLAR.authority: goslar(FOREIGN)}
    known = with_partners(office.scene.directory, histories_, lists=lists)
    at = NOW + moment
    within = begin <= moment < begin + length
    assert known.gives(GOSLAR.node, at=at) is (within and gives)
    assert known.takes(GOSLAR.node, at=at) is (within and not gives)
    assert bool(known.giving(at=at)) is (within and gives)
    assert known.organisation(FOREIGN) is not None


def test_an_ended_recognition_gives_nothing_and_still_knows_the_keys(office: Office) -> None:
    """Old receipts and closures verify."""
    tokens = office.chain(version(), {"not_after": NOW + DAY})
    known = linked(office, tokens, list=goslar(FOREIGN))
    assert not known.gives(GOSLAR.node, at=NOW + DAY)
    key = member(FOREIGN, suite=SUITE).sign
    assert known.signing_key(FOREIGN, key.kid, at=NOW)
    assert len(known.partners[GOSLAR.node].history) == 2


def test_a_partners_partners_count_for_nothing(office: Office) -> None:
    """A recognition is never transitive: a third alliance's members are unknown here."""
    celle = partner("celle")
    third = goslar("https://third.example", alliance=celle)
    theirs = with_partners(
        goslar(FOREIGN),
        histories([office.sign(version(iss=GOSLAR.authority, partner=celle))]),
        lists={celle.authority: third},
    )
    assert theirs.organisation("https://third.example") is not None
    known = linked(office, office.chain(version()), list=theirs)
    assert known.organisation(FOREIGN) is not None
    assert known.organisation("https://third.example") is None
    assert not known.active("https://third.example")
    assert known.partners[GOSLAR.node].directory.partners == {}
    key = member("https://third.example", suite=SUITE).sign
    with pytest.raises(SignatureError):
        known.signing_key("https://third.example", key.kid, at=NOW)


def test_no_partner_speaks_for_another_or_for_us(office: Office) -> None:
    """Whoever states a recognised node, or our own members, is not asked about them."""
    celle = partner("celle")
    greedy = goslar(FOREIGN, celle.node, ORIGIN)
    other = goslar("https://third.example", FOREIGN, alliance=celle)
    chains = (
        office.chain(version()),
        office.chain(version(id=name_id("celle"), iat=NOW + 1, partner=celle)),
    )
    known = linked(office, *chains, goslar=greedy, celle=other)
    assert known.partner_of(celle.node) == known.partners[celle.node]
    assert known.partner_of(ORIGIN) is None
    assert known.organisation(ORIGIN) == office.scene.directory.organisation(ORIGIN)
    assert known.partner_of(FOREIGN) == known.partners[GOSLAR.node]  # recognised first


def test_a_partner_whose_list_is_unknown_has_no_members(office: Office) -> None:
    """Nor has one whose list was read from another root."""
    blank = linked(office, office.chain(version()))
    assert blank.partners[GOSLAR.node].readers == ()
    assert blank.organisation(GOSLAR.node) is None
    wrong = attrs.evolve(goslar(FOREIGN), root=partner("celle").root)
    assert linked(office, office.chain(version()), list=wrong).organisation(FOREIGN) is None


def test_who_is_suspended_there_is_not_shown_here(office: Office) -> None:
    """Only active members can read."""
    known = linked(office, office.chain(version()), list=goslar(FOREIGN, status=Status.SUSPENDED))
    assert known.partners[GOSLAR.node].readers == ()


# Cards --------------------------------------------------------------------------------------------


def test_a_card_is_read_as_it_was_written() -> None:
    """Also with the line breaks of a mail."""
    text = write_card(GOSLAR)
    assert text.startswith("fksp1.")
    assert read_card(text) == GOSLAR
    assert read_card("\n".join(text[at : at + 40] for at in range(0, len(text), 40))) == GOSLAR


@pytest.mark.parametrize("text", ["", "fks1.AAAA", "fksp1.", "fksp1.e30", "fksp1.%%"])
def test_what_is_no_card_is_refused(text: str) -> None:
    """With one sentence."""
    with pytest.raises(MalformedError):
        read_card(text)


def test_a_card_that_cannot_be_relied_on_is_refused() -> None:
    """The same values that no recognition may have."""
    for bad in (partner(name=""), partner(root="AA"), partner(node="https://goslar.example")):
        with pytest.raises(FachkraftShareError):
            write_card(bad)


def test_two_keys_have_two_fingerprints() -> None:
    """Groups that can be read out; one key has always the same."""
    one, other = fingerprint(GOSLAR.root), fingerprint(partner("celle").root)
    assert one == fingerprint(GOSLAR.root)
    assert one != other
    assert [len(group) for group in one.split()] == [4] * 8


@pytest.mark.parametrize("length", [31, 33])
def test_what_is_no_key_has_no_fingerprint(length: int) -> None:
    """Nobody shall compare the digits of something else over the telephone."""
    with pytest.raises(MalformedError, match="32 bytes"):
        fingerprint(b64(bytes(length)))
