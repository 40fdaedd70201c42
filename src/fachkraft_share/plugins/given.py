"""What hooks are given and may answer with, where no other room has a value for it."""

from enum import StrEnum

import attrs


class Occasion(StrEnum):
    """What somebody is told of."""

    CONTACT_REQUESTED = "contact-requested"  # the person: an employer asks to meet them
    MATCH = "match"  # this member's staff: a new profile fits one of their searches
    DIGEST = "digest"  # this member's staff: how many of what waits; `referral` is empty


@attrs.frozen
class News:
    """A message that wants a way to somebody: worded, plain, and nothing in it about a profile."""

    occasion: Occasion
    referral: str
    language: str
    subject: str
    text: str = attrs.field(repr=False)
    to: str = attrs.field(repr=False)  # the person's address, or whom the member's settings name
    application: str = attrs.field(default="", repr=False)  # the person's, in the own system


@attrs.frozen
class Fact:
    """Something that was committed: opaque names only, nothing about a person."""

    id: str  # SHA-256 of the signed event: the same when it is told again
    type: str
    referral: str | None
    said: bool  # by this member; otherwise it was heard
    at: int


@attrs.frozen
class Staff:
    """Somebody of the office, as the login in front of it knows them."""

    id: str
    name: str = attrs.field(repr=False)
    roles: tuple[str, ...] = ()


COORDINATOR = "coordinator"  # the role that sees what the operator's token shows
