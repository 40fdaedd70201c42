"""Who is a member: statements, numbered lists and their pages."""

from functools import cached_property

import attrs

from fachkraft_share.model.organisation import Organisation


@attrs.frozen
class MemberStatement:
    """`fks-member+jwt`: the authority (or the root, for the authority) states one organisation.

    The same shape, signed by the organisation itself and without `application`, is its application:
    proof that it holds its keys, and with an old key the countersignature of a new one.
    """

    iss: str
    iat: int
    exp: int
    organisation: Organisation
    application: str = ""  # the organisation's own signed wish for exactly this, as received


@attrs.frozen
class RootChange:
    """`fks-root+jwt`: an alliance's root key hands over to the next one.

    The old root signs it. `accepted` is the same document without it, signed by the new root: who
    was told either of them finds the other.
    """

    iss: str
    iat: int
    old: str  # base64url of the root keys
    new: str
    accepted: str | None = None


@attrs.frozen
class ListEntry:
    """One member of a list, by the SHA-256 (hex) of its statement as received."""

    sub: str
    sha256: str


@attrs.frozen
class Removal:
    """A member that is no longer on the list; `reason` is a `Status` or `expired`."""

    sub: str
    reason: str
    at: int


@attrs.frozen
class ListedTable:
    """An official list its alliance works with, by the SHA-256 (hex) of its bytes."""

    name: str
    sha256: str


@attrs.frozen
class MemberListPage:
    """`fks-members+jwt`: one page of the numbered list of statements.

    `agreements` stands on the first page only: the SHA-256 of the newest version of each of the
    alliance's agreements, so that the list's number and end protect them as well. So stands
    `vocabulary`, the official lists by which members say the same with the same words.
    """

    iss: str
    number: int
    iat: int
    exp: int
    page: int
    pages: int
    entries: tuple[ListEntry, ...]
    removed: tuple[Removal, ...] = ()
    agreements: tuple[str, ...] | None = None
    vocabulary: tuple[ListedTable, ...] | None = None


@attrs.frozen
class ListName:
    """A list by its number and hash: SHA-256 (hex) over its pages' hashes, newline-joined."""

    number: int
    sha256: str


@attrs.frozen
class MemberList:
    """A verified list: who stood on it and until when it may be relied on."""

    name: ListName
    authority: str
    iat: int
    exp: int
    members: tuple[Organisation, ...]
    removed: tuple[Removal, ...] = ()
    agreements: tuple[str, ...] = ()
    stated: int = 0  # when the root signed the statement of the authority that came with it
    vocabulary: tuple[ListedTable, ...] = ()

    def member(self, organisation: str) -> Organisation | None:
        """Return the organisation as this list states it, or None."""
        return self._stated.get(organisation)

    @cached_property
    def _stated(self) -> dict[str, Organisation]:
        return {one.id: one for one in reversed(self.members)}  # the first counts

    def fresh(self, *, at: int) -> bool:
        """Tell whether new things may rest on this list at that moment."""
        return at < self.exp
