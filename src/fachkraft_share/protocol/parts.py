"""Salted parts: what may be shown or held back piece by piece without a new signature.

The envelope signs only hashes; the parts travel beside it (the disclosures of RFC 9901). So the
person can refuse a category and the origin need not sign again, and one signature can cover many
receipts of which a bundle reveals just one.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import attrs

from fachkraft_share.errors import MalformedError
from fachkraft_share.model.consent import Category
from fachkraft_share.model.profile import Profile
from fachkraft_share.protocol.profile_forms import check_profile
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import b64, check_b64, sha256, unb64

SALT_BYTES = 16
FIELDS: dict[Category, tuple[str, ...]] = {
    Category.OCCUPATION: ("occupation", "level"),
    Category.EXPERIENCE: ("years",),
    Category.REGION: ("region",),
    Category.SKILLS: ("skills",),
    Category.LANGUAGES: ("languages",),
    Category.AVAILABILITY: ("availability", "work_model"),
    Category.ENDORSEMENT: ("strengths", "would_have_hired"),
    Category.RANK: ("rank",),
}
PROFILE_CATEGORIES = tuple(FIELDS)
ANYWHERE = "de"  # the region of a profile whose region was not allowed


def write_part(name: str, value: Any, *, salt: bytes) -> str:
    """Return the part's text: base64url of the JSON array [salt, name, value]."""
    if len(salt) != SALT_BYTES:
        raise MalformedError("a part's salt has 16 bytes")
    return b64(strict.write([b64(salt), name, value]))


def read_part(text: str) -> tuple[str, Any]:
    """Return name and value of a part; raise MalformedError if it is not one."""
    value = strict.read(unb64(text))
    if not isinstance(value, list) or len(value) != 3 or not isinstance(value[1], str):
        raise MalformedError("a part is an array of salt, name and value")
    if not isinstance(value[0], str):
        raise MalformedError("a part's salt is text")
    check_b64(value[0], size=SALT_BYTES)
    return value[1], value[2]


def part_hash(text: str) -> str:
    """Return the hash an envelope signs for this part."""
    return sha256(text.encode("utf-8"))


def read_signed(texts: Iterable[str], signed: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of parts whose hashes the envelope signs under their names.

    Raises:
        MalformedError: a part that is not signed, or one name twice.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, value = read_part(text)
        if signed.get(name) != part_hash(text):
            raise MalformedError(f"parts.{name[:20]}: its hash is not signed")
        if name in found:
            raise MalformedError(f"parts.{name}: given twice")
        found[name] = value
    return found


def split_profile(profile: Profile) -> dict[Category, Any]:
    """Return the profile as values per category; what the profile holds back has none."""
    whole = unstructure(profile)
    whole.update(whole.pop("endorsement", {}))
    parts = {
        category: {name: whole[name] for name in names if name in whole}
        for category, names in FIELDS.items()
    }
    return {category: value for category, value in parts.items() if value}


def join_profile(values: Mapping[str, Any]) -> Profile:
    """Return the profile that the given categories show.

    Raises:
        MalformedError: no occupation, an unknown category or member, or a value that has not its
            closed form.
    """
    whole: dict[str, Any] = {"level": None, "years": None, "region": ANYWHERE}
    for category, value in values.items():
        names = _MEMBERS.get(category)
        if names is None:
            raise MalformedError("parts: a category that no profile has")
        if not isinstance(value, dict) or not value.keys() <= names:
            raise MalformedError(f"parts.{category}: not of its shape")
        whole.update(value)
    endorsement = {name: whole.pop(name) for name in _ENDORSED if name in whole}
    if Category.ENDORSEMENT in values or Category.RANK in values:
        whole["endorsement"] = endorsement
    return check_profile(structure(whole, Profile, closed=True))


_ENDORSED = ("rank", "strengths", "would_have_hired")
_MEMBERS = {str(category): frozenset(names) for category, names in FIELDS.items()}


def allowed(texts: Iterable[str], categories: Collection[str]) -> tuple[str, ...]:
    """Return the parts whose category the person allowed, in the order given."""
    return tuple(text for text in texts if read_part(text)[0] in categories)


@attrs.frozen
class Parted:
    """A profile ready to be signed: the parts and the hashes by name."""

    texts: tuple[str, ...] = attrs.field(repr=False)
    hashes: dict[str, str]


def part_profile(profile: Profile, *, salts: Iterable[bytes]) -> Parted:
    """Split a profile into salted parts; `salts` yields at least one per category.

    Raises:
        MalformedError: a value has not its closed form, and would be refused everywhere.
    """
    fresh = iter(salts)
    named = {
        str(category): write_part(category, value, salt=next(fresh))
        for category, value in split_profile(check_profile(profile)).items()
    }
    return Parted(tuple(named.values()), {name: part_hash(text) for name, text in named.items()})
