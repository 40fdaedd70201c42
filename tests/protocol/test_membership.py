"""Who is a member: lists from the root key down, rotation, rollback, freeze, memory."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import (
    ConflictError,
    MalformedError,
    RefusedError,
    SignatureError,
    WireError,
)
from fachkraft_share.model.alliance import (
    ListedTable,
    ListEntry,
    ListName,
    MemberList,
    MemberListPage,
    MemberStatement,
    Removal,
)
from fachkraft_share.model.organisation import KeyUse, Organisation, PublicKey, Role, Status
from fachkraft_share.protocol.lists import (
    Federation,
    check_organisation,
    list_hash,
    parse_statement,
    read_application,
    read_federation,
    sign_list,
    sign_statement,
)
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.testing.scene import (
    AUTHORITY,
    DAY,
    NODE,
    NOW,
    ORIGIN,
    READER,
    REQUESTER,
    STRANGER,
    seed,
)
from fachkraft_share.wire import jws, keys
from fachkraft_share.wire.convert import unstructure
from fachkraft_share.wire.encoding import b64, sha256
from fachkraft_share.wire.suite import Standard

SUITE = Standard()


def private(name: str, *, use: KeyUse = KeyUse.SIGN) -> keys.PrivateKey:
    """Return the private key of that name."""
    make = keys.signing_key if use is KeyUse.SIGN else keys.sealing_key
    return make(seed(name), not_before=NOW - 400 * DAY, not_after=NOW + 400 * DAY, suite=SUITE)


ROOT, ONLINE = private("root"), private("online")
ROOT_X = ROOT.public(SUITE).x


def organisation(id: str, *names: str, role: Role = Role.EMPLOYER, **more: Any) -> Organisation:
    """Return an organisation whose signing keys have these names (its id, if none is given)."""
    stated = tuple(private(name).public(SUITE) for name in (names or (id,)))
    return Organisation(id, id.removeprefix("https://"), (role,), stated, **more)


def applied(stated: Organisation, *, by: str = "", at: int = NOW) -> str:
    """Return an organisation's application, signed with one of its keys or an older one."""
    wish = MemberStatement(stated.id, at, at + limits.STATEMENT_DAYS * DAY, stated)
    return sign_statement(wish, key=private(by or stated.id), suite=SUITE)


@attrs.frozen
class Office:
    """What the authority publishes; keyword arguments of its methods break it on purpose."""

    key: keys.PrivateKey = ONLINE
    at: int = NOW

    def authority(self, *, key: keys.PrivateKey = ROOT, exp: int = 300 * DAY, **more: Any) -> str:
        """Return the root's statement of the authority and its online key."""
        stated = Organisation(
            more.pop("id", AUTHORITY),
            "Harz",
            more.pop("roles", (Role.AUTHORITY,)),
            more.pop("keys", (self.key.public(SUITE),)),
        )
        statement = MemberStatement(AUTHORITY, self.at, self.at + exp, stated)
        return sign_statement(statement, key=key, suite=SUITE)

    def state(
        self,
        stated: Organisation,
        *,
        application: str | None = None,
        key: keys.PrivateKey | None = None,
        days: int = limits.STATEMENT_DAYS,
        iss: str = AUTHORITY,
        at: int | None = None,
    ) -> str:
        """Return a statement of one member, with its own application."""
        made = self.at if at is None else at
        wish = applied(stated) if application is None else application
        statement = MemberStatement(iss, made, made + days * DAY, stated, wish)
        return sign_statement(statement, key=key or self.key, suite=SUITE)

    def publish(self, number: int, statements: Sequence[str], **more: Any) -> Federation:
        """Return the numbered list of these statements."""
        entries = more.pop("entries", None) or [entry(one) for one in statements]
        pages = sign_list(
            entries,
            more.pop("removed", ()),
            number=number,
            authority=more.pop("iss", AUTHORITY),
            key=more.pop("key", self.key),
            suite=SUITE,
            at=more.pop("at", self.at),
            vocabulary=more.pop("vocabulary", ()),
        )
        return Federation(more.pop("authority", None) or self.authority(), pages, tuple(statements))


def entry(token: str) -> ListEntry:
    """Return the list's line of a statement."""
    claims = jws.parse(token, types=(jws.Type.MEMBER,)).claims
    return ListEntry(claims["organisation"]["id"], sha256(token.encode()))


OFFICE = Office()
NOBODY = Directory(AUTHORITY, ROOT_X)
USUAL = (NODE, ORIGIN, READER)


def usual(number: int = 1, *, ids: Sequence[str] = USUAL, **more: Any) -> Federation:
    """Return a list of the usual members."""
    return OFFICE.publish(number, [OFFICE.state(organisation(id)) for id in ids], **more)


def read(found: Federation, *, known: Directory = NOBODY, at: int = NOW) -> Directory:
    """Return the directory after taking the list over."""
    return read_federation(found, known=known, suite=SUITE, at=at)[0]


# What holds ------------------------------------------------------------------------------------


def test_a_list_is_believed_from_the_root_down() -> None:
    """Root, online key, statements, members."""
    directory, members = read_federation(usual(3), known=NOBODY, suite=SUITE, at=NOW)
    assert [one.id for one in members.members] == [AUTHORITY, *USUAL]
    assert members.name == ListName(3, list_hash(usual(3).pages))
    assert directory.newest == members
    assert directory.active(READER)
    assert directory.listed(members.name, READER)
    assert directory.signing_key(READER, private(READER).kid, at=NOW).kid == private(READER).kid
    assert members.member(STRANGER) is None
    assert directory.organisation(STRANGER) is None
    assert not directory.active(STRANGER)


def test_a_directory_of_nothing_knows_nothing() -> None:
    """Before the first list nothing goes."""
    assert not NOBODY.fresh(at=NOW)
    assert not NOBODY.active(READER)
    assert NOBODY.compromised_from(READER) is None
    assert not NOBODY.listed(ListName(1, "0" * 64), READER)


def test_a_long_list_has_pages_that_each_fit_a_document() -> None:
    """Even with the longest names, and as many removals."""
    names = [f"https://{'a' * (limits.ORGANISATION_ID - 16)}.de/{n:0>4}" for n in range(200)]
    lines = [ListEntry(name, "0" * 64) for name in names]
    gone = [Removal(name, "compromised", NOW) for name in names]
    pages = sign_list(lines, gone, number=1, authority=AUTHORITY, key=ONLINE, suite=SUITE, at=NOW)
    assert len(pages) == 3
    assert max(map(len, pages)) <= limits.MESSAGE_BYTES
    nobody = sign_list([], [], number=1, authority=AUTHORITY, key=ONLINE, suite=SUITE, at=NOW)
    assert len(nobody) == 1


WORDS = (ListedTable("kldb", "0" * 64), ListedTable("new-kind", "1" * 64))


def test_a_list_names_the_official_lists_of_its_alliance() -> None:
    """On its first page, as signed; a list without them is as it always was."""
    for words in (WORDS, ()):
        found = usual(vocabulary=words)
        assert read_federation(found, known=NOBODY, suite=SUITE, at=NOW)[1].vocabulary == words
    names = [f"https://{'a' * (limits.ORGANISATION_ID - 16)}.de/{n:0>4}" for n in range(80)]
    pages = sign_list(
        [ListEntry(name, "0" * 64) for name in names],
        [Removal(name, "compromised", NOW) for name in names],
        number=1,
        authority=AUTHORITY,
        key=ONLINE,
        suite=SUITE,
        at=NOW,
        agreements=[f"{n:0>64}" for n in range(limits.AGREEMENTS)],
        vocabulary=[ListedTable("employment", "0" * 64)] * limits.VOCABULARY_LISTS,
    )
    assert max(map(len, pages)) <= limits.MESSAGE_BYTES


@pytest.mark.parametrize(
    "words",
    [
        (*WORDS, ListedTable("kldb", "2" * 64)),
        [ListedTable(f"list-{n}", "0" * 64) for n in range(limits.VOCABULARY_LISTS + 1)],
        [ListedTable("kldb", "A" * 64)],
        [ListedTable("kldb", "../kldb.csv")],
    ],
)
def test_official_lists_are_named_once_and_by_a_hash(words: Sequence[ListedTable]) -> None:
    """A path, too many or two of one name make the whole list malformed."""
    with pytest.raises(MalformedError):
        read(usual(vocabulary=words))


def test_keys_speak_for_their_own_organisation_only() -> None:
    """A statement lists them for one name."""
    directory = read(usual())
    kid = private(READER).kid
    with pytest.raises(SignatureError, match="no member statement"):
        directory.signing_key(ORIGIN, kid, at=NOW)
    with pytest.raises(SignatureError, match="not valid when"):
        directory.signing_key(READER, kid, at=NOW + 400 * DAY)


def test_a_sealing_key_signs_nothing() -> None:
    """Its use is stated with it."""
    seal = private("seal", use=KeyUse.SEAL).public(SUITE)
    stated = attrs.evolve(organisation(READER), keys=(*organisation(READER).keys, seal))
    directory = read(OFFICE.publish(1, [OFFICE.state(stated)]))
    with pytest.raises(SignatureError, match="no member statement"):
        directory.signing_key(READER, seal.kid, at=NOW)


def test_a_key_is_found_by_its_name_and_its_use() -> None:
    """Under another use, or from another organisation, there is none of that name."""
    stated = organisation(READER)
    (key,) = stated.keys
    assert stated.key(key.kid, KeyUse.SIGN) == key
    assert stated.key(key.kid, KeyUse.SEAL) is None
    assert organisation(ORIGIN).key(key.kid, KeyUse.SIGN) is None


def test_what_a_statement_says_can_be_read_before_anything_is_believed() -> None:
    """Its form is checked all the same."""
    stated = organisation(READER)
    assert parse_statement(OFFICE.state(stated)).organisation == stated
    with pytest.raises(SignatureError, match="another type"):
        parse_statement(usual().pages[0])


# Lists that are refused ------------------------------------------------------------------------


def pages_of(found: Federation, order: Sequence[int]) -> Federation:
    """Return the list with its pages in another order."""
    return attrs.evolve(found, pages=tuple(found.pages[n] for n in order))


def long_list(number: int = 1, at: int = NOW) -> Federation:
    """Return a list of two pages."""
    ids = [f"https://m{n}.example" for n in range(limits.PAGE_ENTRIES + 1)]
    lines = [ListEntry(id, "0" * 64) for id in ids]
    return OFFICE.publish(number, [], entries=lines, at=at)


def mixed() -> Federation:
    """Return the first page of one list with the second of another."""
    one, other = long_list(), long_list(2)
    return attrs.evolve(one, pages=(one.pages[0], other.pages[1]))


def counted_twice() -> Federation:
    """Return two pages of one list that disagree about how many there are."""
    pages = [MemberListPage(AUTHORITY, 1, NOW, NOW + DAY, n, n + 1, ()) for n in (1, 2)]
    pages[0] = attrs.evolve(pages[0], pages=2)
    tokens = [
        jws.sign(unstructure(page), type=jws.Type.MEMBERS, key=ONLINE, suite=SUITE)
        for page in pages
    ]
    return Federation(OFFICE.authority(), tuple(tokens), ())


def too_long() -> Federation:
    """Return a list that wants to be valid for eight days."""
    page = MemberListPage(AUTHORITY, 1, NOW, NOW + 8 * DAY, 1, 1, ())
    token = jws.sign(unstructure(page), type=jws.Type.MEMBERS, key=ONLINE, suite=SUITE)
    return Federation(OFFICE.authority(), (token,), ())


def statement(**more: Any) -> Federation:
    """Return a list with one statement that is not as it should be."""
    stated = more.pop("stated", organisation(READER))
    return OFFICE.publish(1, [OFFICE.state(stated, **more)])


def misnamed() -> Federation:
    """Return a list whose line names another organisation than its statement."""
    token = OFFICE.state(organisation(READER))
    return OFFICE.publish(1, [token], entries=[ListEntry(ORIGIN, sha256(token.encode()))])


def twice(*stated: Organisation) -> Federation:
    """Return a list of several statements, of whomever."""
    return OFFICE.publish(1, [OFFICE.state(one) for one in stated])


WRONG_LISTS: dict[str, tuple[Callable[[], Federation], type[Exception], str]] = {
    "the authority signs itself": (
        lambda: usual(authority=OFFICE.authority(key=ONLINE)),
        SignatureError,
        "root key",
    ),
    "the root signs another authority": (
        lambda: usual(authority=OFFICE.authority(id=STRANGER)),
        RefusedError,
        "wrong-authority",
    ),
    "the root signs somebody without that role": (
        lambda: usual(authority=OFFICE.authority(roles=(Role.EMPLOYER,))),
        RefusedError,
        "wrong-authority",
    ),
    "the root's statement has expired": (
        lambda: usual(authority=OFFICE.authority(exp=0)),
        RefusedError,
        "authority-expired",
    ),
    "the root states a weak key": (
        lambda: usual(authority=OFFICE.authority(keys=(weak(),))),
        SignatureError,
        "unusable",
    ),
    "a member signs the list": (
        lambda: usual(key=private(READER)),
        SignatureError,
        "not stated",
    ),
    "the list names another issuer": (
        lambda: usual(iss=STRANGER),
        SignatureError,
        "another issuer",
    ),
    "the list is valid too long": (too_long, RefusedError, "list-too-long"),
    "the list is of the day after tomorrow": (
        lambda: usual(at=NOW + 2 * DAY),
        RefusedError,
        "future",
    ),
    "no page": (lambda: pages_of(usual(), ()), RefusedError, "list-incomplete"),
    "a page is missing": (lambda: pages_of(long_list(), (0,)), RefusedError, "list-incomplete"),
    "pages out of order": (
        lambda: pages_of(long_list(), (1, 0)),
        RefusedError,
        "list-incomplete",
    ),
    "pages of two lists": (mixed, RefusedError, "list-incomplete"),
    "pages that disagree": (counted_twice, RefusedError, "list-incomplete"),
    "a statement is missing": (
        lambda: attrs.evolve(usual(), statements=()),
        RefusedError,
        "list-incomplete",
    ),
    "a statement in another's name": (
        lambda: statement(iss=READER),
        SignatureError,
        "another issuer than its signer",
    ),
    "a statement is another's": (misnamed, SignatureError, "another organisation"),
    "a statement is valid too long": (
        lambda: statement(days=91),
        RefusedError,
        "statement-too-long",
    ),
    "a statement had expired": (
        lambda: statement(at=NOW - 90 * DAY),
        RefusedError,
        "statement-expired",
    ),
    "a statement is signed by its subject": (
        lambda: statement(key=private(READER)),
        SignatureError,
        "not stated",
    ),
    "an organisation twice": (
        lambda: twice(organisation(READER), organisation(READER, "second")),
        RefusedError,
        "list-double",
    ),
    "the authority, stated by its online key": (
        lambda: twice(organisation(AUTHORITY)),
        RefusedError,
        "list-double",
    ),
    "keys nobody applied with": (
        lambda: statement(application=applied(organisation(READER, "other"), by="other")),
        SignatureError,
        "differs from what",
    ),
    "no application at all": (lambda: statement(application=""), MalformedError, "three parts"),
    "an application of another": (
        lambda: statement(application=applied(organisation(ORIGIN))),
        SignatureError,
        "differs from what",
    ),
    "an application without possession": (
        lambda: statement(application=applied(organisation(READER), by="thief")),
        SignatureError,
        "not stated",
    ),
}


@pytest.mark.parametrize("why", WRONG_LISTS)
def test_a_list_is_refused_as_a_whole(why: str) -> None:
    """Nothing of it is taken over."""
    make, kind, text = WRONG_LISTS[why]
    with pytest.raises(kind, match=text) as refused:
        read(make())
    if isinstance(refused.value, RefusedError):
        assert refused.value.code == text


def weak() -> PublicKey:
    """Return a key under which one signature holds for everything."""
    raw = (1).to_bytes(32, "little")
    return PublicKey(keys.kid(raw), b64(raw), KeyUse.SIGN, 0, NOW + DAY)


# Time and order --------------------------------------------------------------------------------


def test_an_older_list_is_a_rollback() -> None:
    """The same again is not; the same number with other content is a fork."""
    known = read(usual(5))
    assert read(usual(5), known=known) is known
    with pytest.raises(ConflictError, match="list-rollback"):
        read(usual(4), known=known)
    with pytest.raises(ConflictError, match="list-fork"):
        read(usual(5, ids=(NODE, ORIGIN)), known=known)


def test_numbers_may_be_skipped() -> None:
    """Who was away takes the newest."""
    assert read(usual(9), known=read(usual(5))).newest is not None


def test_a_list_freezes_everything_when_it_expires() -> None:
    """Seven days later nothing new may rest on it; it can still be read."""
    directory = read(usual(), at=NOW + 8 * DAY)
    assert directory.fresh(at=NOW + 7 * DAY - 1)
    assert not directory.fresh(at=NOW + 7 * DAY)
    assert directory.signing_key(READER, private(READER).kid, at=NOW + 8 * DAY)


def test_who_joins_later_did_not_stand_on_earlier_lists() -> None:
    """R5 compares number, hash and name."""
    first = read(usual(1))
    second = read(usual(2, ids=(*USUAL, REQUESTER)), known=first)
    assert first.newest is not None
    name = first.newest.name
    assert second.listed(name, READER)
    assert not second.listed(name, REQUESTER)
    assert not second.listed(attrs.evolve(name, sha256="0" * 64), READER)
    assert not second.listed(attrs.evolve(name, number=3), READER)


def past(number: int, **more: Any) -> MemberList:
    """Return an earlier list, verified by itself."""
    return read_federation(usual(number, **more), known=NOBODY, suite=SUITE, at=NOW)[1]


def test_earlier_lists_can_be_learnt_later() -> None:
    """Who joined with list 5 must judge consents that name list 3."""
    joined = read(usual(5))
    earlier = past(3, ids=(NODE, ORIGIN, REQUESTER))
    wiser = joined.with_past(earlier)
    assert wiser.newest == joined.newest
    assert wiser.listed(earlier.name, REQUESTER)
    assert wiser.organisation(REQUESTER) is not None
    assert not wiser.active(REQUESTER)
    assert wiser.with_past(earlier) == wiser
    with pytest.raises(ConflictError, match="list-fork"):
        wiser.with_past(past(3, ids=(NODE, ORIGIN)))
    for directory, other in ((joined, past(5)), (joined, past(6)), (NOBODY, past(1))):
        with pytest.raises(ConflictError, match="list-order"):
            directory.with_past(other)


# Standing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.LEFT, Status.COMPROMISED])
def test_only_the_active_take_part(status: Status) -> None:
    """Who left may still sign receipts and closures, who is compromised may not."""
    stated = attrs.evolve(organisation(READER), status=status)
    directory = read(OFFICE.publish(1, [OFFICE.state(stated)]))
    kid = private(READER).kid
    assert not directory.active(READER)
    if status is Status.COMPROMISED:
        assert directory.compromised_from(READER) == 0  # a statement names no moment
        for evidence in (False, True):
            with pytest.raises(SignatureError, match="compromised"):
                directory.signing_key(READER, kid, at=NOW, evidence=evidence)
    else:
        assert directory.compromised_from(READER) is None
        assert directory.signing_key(READER, kid, at=NOW)


@pytest.mark.parametrize("reason", ["left", "compromised", "expired"])
def test_who_was_removed_stays_known(reason: str) -> None:
    """Its keys verify what it signed, unless they are compromised."""
    known = read(usual(1))
    gone = [Removal(READER, reason, NOW)]
    directory = read(usual(2, ids=(NODE, ORIGIN), removed=gone), known=known)
    assert not directory.active(READER)
    assert directory.organisation(READER) is not None
    assert directory.compromised_from(READER) == (NOW if reason == "compromised" else None)
    assert directory.compromised_from(ORIGIN) is None


def test_what_was_signed_before_a_compromise_stays_evidence_and_nothing_new_counts() -> None:
    """A thief can write any date; who recorded it in time need not fear that."""
    gone = [Removal(READER, reason, at) for reason, at in (("left", 0), ("compromised", NOW))]
    directory = read(usual(2, ids=(NODE, ORIGIN), removed=gone), known=read(usual(1)))
    kid = private(READER).kid
    assert directory.signing_key(READER, kid, at=NOW - 1, evidence=True)
    for at, evidence in ((NOW, True), (NOW - 1, False), (NOW, False)):
        with pytest.raises(SignatureError, match="compromised"):
            directory.signing_key(READER, kid, at=at, evidence=evidence)


# Keys that change ------------------------------------------------------------------------------


def rotated(*names: str, by: str, key: keys.PrivateKey | None = None) -> Federation:
    """Return list 2, where one member has other keys, applied for with some key."""
    stated = organisation(READER, *names)
    return OFFICE.publish(2, [OFFICE.state(stated, application=applied(stated, by=by), key=key)])


def shortened(left: int) -> Federation:
    """Return list 2, where one member has another key and its old one only so much longer."""
    old = attrs.evolve(private(READER).public(SUITE), not_after=NOW + left)
    stated = attrs.evolve(organisation(READER, "new"), keys=(old, private("new").public(SUITE)))
    return OFFICE.publish(2, [OFFICE.state(stated)])


ROTATIONS: dict[str, tuple[Callable[[], Federation], bool]] = {
    "the same key, applied for anew": (lambda: rotated(READER, by=READER), True),
    "a second key, countersigned by the first": (
        lambda: rotated(READER, "new", by=READER),
        True,
    ),
    "a second key, and the first with a shorter window": (lambda: shortened(DAY), True),
    "another key, countersigned by the old that is listed no more": (
        lambda: rotated("new", by=READER),
        False,
    ),
    "another key, countersigned by the old whose time is over": (lambda: shortened(-DAY), False),
    "a second key that signs for itself": (lambda: rotated(READER, "new", by="new"), False),
    "another key that signs for itself": (lambda: rotated("new", by="new"), False),
    "another key that the root signs for": (
        lambda: rotated("new", by="new", key=ROOT),
        True,
    ),
    "a weak key that the root signs for": (
        lambda: OFFICE.publish(
            2,
            [
                OFFICE.state(
                    attrs.evolve(organisation(READER), keys=(weak(),)), application="", key=ROOT
                )
            ],
        ),
        False,
    ),
}


@pytest.mark.parametrize("how", ROTATIONS)
def test_a_changed_key_needs_the_old_one_or_the_root(how: str) -> None:
    """Whoever holds the online key can admit a false member, but not take over a true one."""
    make, taken = ROTATIONS[how]
    known = read(usual(1))
    if taken:
        assert read(make(), known=known).newest is not None
        return
    with pytest.raises(SignatureError):
        read(make(), known=known)


def test_keys_overlap_and_the_old_stay_good_for_what_they_signed() -> None:
    """Receipts and closures verify for ever."""
    known = read(usual(1))
    both = read(rotated(READER, "new", by=READER), known=known)
    alone = organisation(READER, "new")
    only = OFFICE.publish(3, [OFFICE.state(alone, application=applied(alone, by="new"))])
    after = read(only, known=both)
    for name in (READER, "new"):
        assert after.signing_key(READER, private(name).kid, at=NOW)
    assert after.organisation(READER) == organisation(READER, "new")


def test_a_newcomer_reads_a_list_after_a_rotation() -> None:
    """The application beside a statement is signed by a key the statement lists."""
    stated = organisation(READER, READER, "new")
    overlap = OFFICE.publish(2, [OFFICE.state(stated, application=applied(stated, by=READER))])
    assert read(overlap).active(READER)
    fresh = organisation(READER, "new")
    after = OFFICE.publish(3, [OFFICE.state(fresh, application=applied(fresh, by="new"))])
    assert read(after).active(READER)
    assert read(after, known=read(overlap)).active(READER)


def test_what_a_newcomer_would_refuse_is_refused_by_all() -> None:
    """Else one list would part the alliance into those who came before and after it."""
    known = read(rotated("new", by="new", key=ROOT))
    again = OFFICE.publish(3, [OFFICE.state(organisation(READER, "new"), application="")])
    for one in (NOBODY, known):
        with pytest.raises(MalformedError, match="three parts"):
            read(again, known=one)
    stated = organisation(READER, "new")
    mended = OFFICE.publish(3, [OFFICE.state(stated, application=applied(stated, by="new"))])
    assert read(mended, known=known).active(READER)
    assert read(mended).active(READER)


@attrs.frozen
class Rotation:
    """One step of a member: which of its keys it keeps, for how long, what is new, who signs."""

    keep: tuple[bool, ...]
    left: int
    new: int
    signer: int


rotations = st.builds(
    Rotation,
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.sampled_from([-DAY, DAY, 400 * DAY]),
    st.integers(0, 1),
    st.integers(0, 3),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(rotations, max_size=5))
def test_a_newcomer_believes_every_list_that_the_others_believe(steps: list[Rotation]) -> None:
    """Whatever rotations happened: nobody can make a list that only old members can read."""
    names, follower, made = [READER], read(usual(1)), 1
    for step in steps:
        kept = [name for name, stays in zip(names, step.keep, strict=False) if stays]
        fresh = [f"key {made}"][: step.new]
        signer = ([*names, *fresh] * 4)[step.signer]
        stated = windowed(kept, fresh, left=step.left)
        found = OFFICE.publish(
            made + 1, [OFFICE.state(stated, application=applied(stated, by=signer))]
        )
        try:
            follower = read(found, known=follower)
        except (MalformedError, SignatureError):
            # An authority that is honest publishes every rotation that overlaps.
            assert not (signer in kept and step.left > 0 and len(kept) + len(fresh) > 0)
            continue
        made, names = made + 1, [*kept, *fresh][-3:]
        assert read(found).newest == follower.newest


def windowed(kept: Sequence[str], fresh: Sequence[str], *, left: int) -> Organisation:
    """Return a member with kept keys that have so much time left, and fresh ones."""
    usual_keys = [private(name).public(SUITE) for name in (*kept, *fresh)]
    keys = [attrs.evolve(key, not_after=NOW + left) for key in usual_keys[: len(kept)]]
    return attrs.evolve(organisation(READER), keys=(*keys, *usual_keys[len(kept) :]))


def test_who_missed_a_rotation_takes_the_lists_in_turn() -> None:
    """Straight to the newest the chain of countersignatures is broken; step by step it holds."""
    known = read(usual(1))
    second = rotated(READER, "second", by=READER)
    stated = organisation(READER, "second", "third")
    third = OFFICE.publish(3, [OFFICE.state(stated, application=applied(stated, by="second"))])
    with pytest.raises(SignatureError):
        read(third, known=known)
    assert read(third, known=read(second, known=known)).active(READER)


def test_a_compromised_key_can_be_shut_for_good() -> None:
    """The root states it once more with a window that has ended; no past list reopens it."""
    known = read(usual(1))
    shut = attrs.evolve(private(READER).public(SUITE), not_after=NOW - DAY)
    fresh = private("new").public(SUITE)
    stated = attrs.evolve(organisation(READER), keys=(shut, fresh))
    directory = read(
        OFFICE.publish(2, [OFFICE.state(stated, application="", key=ROOT)]), known=known
    )
    for one in (directory, directory.with_past(past(1))):
        with pytest.raises(SignatureError, match="not valid when"):
            one.signing_key(READER, shut.kid, at=NOW)
        assert one.signing_key(READER, fresh.kid, at=NOW)


def test_an_earlier_list_changes_no_key_of_a_known_member() -> None:
    """Whoever holds the online key can write any past list, and take over nobody with it."""
    known = read(usual(5))
    forged = organisation(READER, "thief")
    stranger = organisation(STRANGER)
    statements = [OFFICE.state(forged, application=applied(forged, by="thief"))]
    found = OFFICE.publish(3, [*statements, OFFICE.state(stranger)])
    wiser = known.with_past(read_federation(found, known=NOBODY, suite=SUITE, at=NOW)[1])
    with pytest.raises(SignatureError, match="no member statement"):
        wiser.signing_key(READER, private("thief").kid, at=NOW)
    assert wiser.organisation(READER) == organisation(READER)
    assert wiser.signing_key(STRANGER, private(STRANGER).kid, at=NOW)  # left before we came


def online_until(end: int) -> Office:
    """Return an office of two days before, whose online key ended at that moment."""
    return Office(attrs.evolve(private("online"), not_after=end), NOW - 2 * DAY)


def test_the_online_key_signs_within_its_window_only() -> None:
    """Pages and statements are judged by their own date."""
    retired = online_until(NOW)
    stated = organisation(READER)
    early = [retired.state(stated, application=applied(stated, at=NOW - DAY))]
    with pytest.raises(SignatureError, match="not valid when"):
        read(retired.publish(1, early, at=NOW))
    assert read(retired.publish(1, early, at=NOW - DAY)).active(READER)
    with pytest.raises(SignatureError, match="not valid when"):
        read(retired.publish(1, [retired.state(stated, at=NOW)], at=NOW - DAY))


def succession(former_end: int, **more: Any) -> tuple[Office, str]:
    """Return a second office and the root's statement that names its key and the former one."""
    later = Office(private("online 2"), NOW + DAY)
    former = attrs.evolve(ONLINE.public(SUITE), not_after=former_end)
    return later, later.authority(keys=(later.key.public(SUITE), former), **more)


def test_an_online_key_that_had_ended_when_the_root_signed_signs_no_list() -> None:
    """Else whoever stole it could go on with dates of its time; what it signed before stays."""
    known = read(usual(1))
    later, said = succession(NOW + DAY)
    with pytest.raises(SignatureError, match="not stated"):
        read(usual(2, authority=said), known=known, at=NOW + DAY)
    stated = [later.state(organisation(id)) for id in USUAL]
    after = read(later.publish(2, stated, authority=said), known=known, at=NOW + DAY)
    assert after.signing_key(AUTHORITY, ONLINE.kid, at=NOW)
    with pytest.raises(SignatureError, match="not valid when"):
        after.signing_key(AUTHORITY, ONLINE.kid, at=NOW + DAY)


def test_an_online_key_with_time_left_may_sign_beside_its_successor() -> None:
    """The root says for how long they overlap."""
    _, said = succession(NOW + 3 * DAY)
    assert read(usual(2, authority=said), known=read(usual(1)), at=NOW + DAY).active(READER)


def test_an_older_statement_of_the_root_is_a_rollback() -> None:
    """A stolen online key with the statement of its time is no way back, whatever the number."""
    later, said = succession(NOW + DAY)
    stated = [later.state(organisation(id)) for id in USUAL]
    known = read(later.publish(2, stated, authority=said), at=NOW + DAY)
    with pytest.raises(ConflictError, match="list-rollback"):
        read(usual(9), known=known, at=NOW + DAY)
    assert read(later.publish(9, stated, authority=said), known=known, at=NOW + DAY)


def test_the_online_key_changes_with_the_root_alone() -> None:
    """Old lists stay readable with the statement of their time."""
    later = Office(key=private("online 2"))
    second = later.publish(2, [later.state(organisation(id)) for id in USUAL])
    known = read(usual(1))
    assert read(second, known=known).newest is not None
    with pytest.raises(SignatureError):
        read(attrs.evolve(second, authority=OFFICE.authority()), known=known)


# Applications ----------------------------------------------------------------------------------

BAD_ORGANISATIONS: dict[str, tuple[dict[str, Any], type[WireError]]] = {
    "an id that is no name": ({"id": "https://Reader.example"}, MalformedError),
    "no name": ({"name": ""}, MalformedError),
    "a long name": ({"name": "x" * 121}, MalformedError),
    "no role": ({"roles": ()}, MalformedError),
    "no key": ({"keys": ()}, MalformedError),
    "no signing key": (
        {"keys": (private("seal", use=KeyUse.SEAL).public(SUITE),)},
        MalformedError,
    ),
    "a weak key": ({"keys": (weak(),)}, SignatureError),
    "a key under another's id": (
        {"keys": (attrs.evolve(weak(), kid=private(READER).kid),)},
        SignatureError,
    ),
    "a sealing key that is none": (
        {
            "keys": (
                PublicKey(keys.kid(bytes(32), crv="X25519"), b64(bytes(32)), KeyUse.SEAL, 0, 1),
            )
        },
        SignatureError,
    ),
}


@pytest.mark.parametrize("why", BAD_ORGANISATIONS)
def test_an_organisation_is_refused(why: str) -> None:
    """Before anything rests on it."""
    changed, kind = BAD_ORGANISATIONS[why]
    with pytest.raises(kind):
        check_organisation(attrs.evolve(organisation(READER), **changed))


def test_an_application_proves_possession() -> None:
    """Signed by one of its own keys, for itself."""
    stated = organisation(READER)
    assert read_application(applied(stated), suite=SUITE) == stated
    foreign = MemberStatement(ORIGIN, NOW, NOW + DAY, stated)
    with pytest.raises(SignatureError, match="speaks of"):
        read_application(sign_statement(foreign, key=private(READER), suite=SUITE), suite=SUITE)


def test_each_organisation_offers_its_newest_sealing_key() -> None:
    """Of those that are valid now."""
    made = [
        attrs.evolve(private(name, use=KeyUse.SEAL).public(SUITE), not_before=since, not_after=end)
        for name, since, end in (("a", 0, NOW), ("b", 1, NOW + DAY), ("c", 2, NOW + DAY))
    ]
    stated = attrs.evolve(organisation(READER), keys=tuple(made))
    assert stated.sealing_key(at=NOW) == made[2]
    assert attrs.evolve(stated, keys=tuple(made[:1])).sealing_key(at=NOW) is None
