"""Hypothesis strategies for the values everybody speaks of; hypothesis is imported only here."""

from typing import Any

from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.model.alliance import ListName
from fachkraft_share.model.consent import (
    Answer,
    Assurance,
    Audience,
    Category,
    Consent,
    ContactAnswer,
    Purpose,
    Withdrawal,
)
from fachkraft_share.model.profile import (
    Availability,
    Cefr,
    Endorsement,
    LanguageSkill,
    Level,
    Profile,
    Rank,
    WorkModel,
    Years,
)
from fachkraft_share.protocol.payloads import (
    CategoryErased,
    ErasureState,
    ReceiptItem,
    ResidueLeft,
)
from fachkraft_share.protocol.records import Contact, Tombstone
from fachkraft_share.rules.consent import Action, Facts, Policy
from fachkraft_share.wire.encoding import b64

SMALL = 3  # different values of one kind: few, so that they meet each other

times = st.integers(0, 4_000_000_000)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
ids = st.binary(min_size=limits.ID_BYTES, max_size=limits.ID_BYTES).map(b64)
raw_keys = st.binary(min_size=32, max_size=32).map(b64)
organisation_ids = st.integers(1, SMALL).map(lambda n: f"https://firma-{n}.example")
codes = st.from_regex(r"[a-z][a-z0-9_]{0,11}", fullmatch=True)
list_names = st.builds(ListName, st.integers(1, limits.INTEGER_MAX), hashes)


def tuples_of(values: st.SearchStrategy[Any], *, most: int = SMALL) -> st.SearchStrategy[Any]:
    """Return tuples without repetition."""
    return st.lists(values, max_size=most, unique=True).map(tuple)


audiences = st.builds(
    Audience,
    list=st.none() | list_names,
    members=tuples_of(organisation_ids),
    partners=tuples_of(organisation_ids),
)
endorsements = st.builds(
    Endorsement,
    st.sampled_from(Rank),
    tuples_of(codes, most=limits.STRENGTHS),
    st.booleans(),
)
profiles = st.builds(
    Profile,
    occupation=st.from_regex(r"[1-9][0-9]{1,4}", fullmatch=True),
    level=st.none() | st.sampled_from(Level),
    years=st.none() | st.sampled_from(Years),
    region=st.sampled_from(["de", "plz:38", "ags:03153"]),
    skills=tuples_of(codes, most=limits.SKILLS),
    languages=st.lists(
        st.builds(LanguageSkill, st.sampled_from(["de", "en", "uk"]), st.sampled_from(Cefr)),
        unique_by=lambda one: one.language,
    ).map(tuple),
    availability=st.none() | st.sampled_from(Availability),
    work_model=st.none() | st.sampled_from(WorkModel),
    endorsement=st.none() | endorsements,
)
consents = st.builds(
    Consent,
    referral=ids,
    origin=organisation_ids,
    node=organisation_ids,
    key=raw_keys,
    nonce=ids,
    manage=raw_keys,
    draft=hashes,
    audience=audiences,
    purposes=tuples_of(st.sampled_from(Purpose)),
    categories=tuples_of(st.sampled_from(Category), most=len(Category)),
    iat=times,
    exp=times,
    notice=hashes,
    language=st.sampled_from(["de", "en"]),
    assurance=st.sampled_from(Assurance),
    record_id=st.uuids(version=4).map(str),
    renews=st.none() | hashes,
)
answers = st.builds(
    ContactAnswer,
    referral=ids,
    request=ids,
    requester=organisation_ids,
    answer=st.sampled_from(Answer),
    categories=tuples_of(st.sampled_from(Category), most=len(Category)),
    consent=hashes,
    seq=st.integers(0, SMALL),
    iat=times,
    jti=ids,
)
withdrawals = st.builds(
    Withdrawal,
    referral=ids,
    origin=organisation_ids,
    key=raw_keys,
    nonce=ids,
    scope=st.just("all") | organisation_ids,
    reason=st.sampled_from(["withdrawn", "declined", "purpose_ended"]),
    not_after=times,
    iat=times,
    jti=ids,
)
actions = st.sampled_from(Action)
policies = st.builds(Policy, least_assurance=st.sampled_from(Assurance))
facts = st.builds(
    Facts,
    listed=st.booleans(),
    active=st.booleans(),
    fresh=st.booleans(),
    excluded=st.booleans(),
    closed=st.booleans(),
    settled=st.booleans(),
    location=st.sampled_from(["DE", "AT", "US", ""]),
    agreement=st.booleans(),
    public=st.booleans(),
    answer=st.none() | answers,
    policy=policies,
)
receipt_items = st.builds(
    ReceiptItem,
    referral=ids,
    closure=hashes,
    scope=st.just("all") | organisation_ids,
    at=times,
    categories=tuples_of(
        st.builds(
            CategoryErased,
            st.sampled_from(["profile", "dossier", "record"]),
            st.sampled_from(ErasureState),
            st.none() | codes,
            st.none() | times,
            st.none() | codes,
        )
    ),
    stores=tuples_of(codes),
    residues=tuples_of(st.builds(ResidueLeft, codes, codes, st.none() | times)),
    second_look=st.booleans(),
    backups_unreadable_from=times,
)
tombstones = st.builds(
    Tombstone,
    referral=st.just("referral"),
    scope=st.just("all") | organisation_ids,
    reason=st.just("withdrawn"),
    closure=hashes,
    attached=st.just(""),
    closed_at=times,
    keep_until=times,
)


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    """Return any view of one and the same contact request, each group of fields whole or absent."""
    sequence, digest, text = st.integers(0, 2), hashes, st.sampled_from(["", "a", "b"])
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        found |= {
            "requested_at": draw(st.integers(0, SMALL)),
            "requested_seq": draw(sequence),
            "requested": draw(digest),
        }
    if draw(st.booleans()):
        found |= {"presented_seq": draw(sequence)}
        found |= {name: draw(text) for name in ("job", "message", "notice")}
    if draw(st.booleans()):
        found |= {
            "answer_seq": draw(sequence),
            "answer": str(draw(st.sampled_from(Answer))),
            "answered": draw(digest),
        }
    if draw(st.booleans()):
        found |= {
            "disclosed_seq": draw(sequence),
            "disclosed": draw(digest),
            "blob": draw(digest),
        }
    if draw(st.booleans()):
        found |= {
            "outcome_seq": draw(sequence),
            "outcome": draw(st.sampled_from(["hired", "not_hired", "no_contact"])),
        }
    return Contact("referral", "https://firma-1.example", "request", **found)
