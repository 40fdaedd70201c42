"""The directory: who is a member, by which list, and which key speaks for whom.

1. Keys come only from signed member statements and speak only for the organisation stated.
2. A list with an older number is refused (rollback), the same number with other bytes too.
3. A changed key needs the old key's countersignature or the root's; an earlier list learnt later
   has neither here and changes no key of an organisation known already.
4. Keys and lists that once stood stay known: old receipts and closures verify for ever, those of a
   compromised organisation as evidence of what it signed before.
5. A partner alliance's members speak with the keys its own authority states, which one of our
   recognitions pins; whom that partner recognises counts for nothing here. Knowing a key allows
   nothing: whether data may cross is asked of `gives` and `takes`.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from fachkraft_share.errors import ConflictError, SignatureError
from fachkraft_share.model.agreement import Agreement, PartnerAlliance
from fachkraft_share.model.alliance import ListName, MemberList
from fachkraft_share.model.organisation import KeyUse, Organisation, PublicKey, Status

ROOT_SIGNED: Final = ""


@attrs.frozen
class Directory:
    """Everything a party knows about its alliance; a value, replaced as a whole by `with_list`.

    `root` is the base64url root key it relies on: the one it was told when joining, or the last to
    which that one's hand-overs lead; `past_roots` are those before it, the oldest first. `keys`
    maps (organisation, kid) to every key that was ever stated; `stood` maps a list's number to its
    hash and the members on it that may read.
    """

    authority: str
    root: str
    newest: MemberList | None = None
    keys: Mapping[tuple[str, str], PublicKey] = attrs.field(factory=dict, repr=False)
    stood: Mapping[int, tuple[str, frozenset[str]]] = attrs.field(factory=dict, repr=False)
    known: Mapping[str, Organisation] = attrs.field(factory=dict, repr=False)
    partners: "Mapping[str, Partner]" = attrs.field(factory=dict, repr=False)  # by node id
    past_roots: tuple[str, ...] = ()

    @property
    def roots(self) -> tuple[str, ...]:
        """Every root key that spoke for the authority, today's last."""
        return (*self.past_roots, self.root)

    def with_roots(self, chain: tuple[str, ...]) -> "Directory":
        """Return the directory that relies on the last of a verified chain of root keys."""
        past = dict.fromkeys((*self.past_roots, *chain[:-1]))
        return attrs.evolve(self, root=chain[-1], past_roots=tuple(past))

    def organisation(self, id: str) -> Organisation | None:
        """Return the organisation as last stated, even if it has left, or None."""
        return self._stating(id).known.get(id)

    def active(self, id: str) -> bool:
        """Tell whether the organisation is on its alliance's newest list and active there."""
        newest = self._stating(id).newest
        stated = newest.member(id) if newest else None
        return stated is not None and stated.status is Status.ACTIVE

    def partner_of(self, id: str) -> "Partner | None":
        """Return the partner alliance that states the organisation; None for our own members.

        A recognised node is its own alliance's, whoever else states it. Where two state the same
        member, the alliance that was recognised first is believed.
        """
        if id in self.known:
            return None
        if id in self.partners:
            return self.partners[id]
        return next((one for one in self._by_age() if id in one.directory.known), None)

    def gives(self, node: str, *, at: int) -> bool:
        """Tell whether data of our people may go to the alliance of that node."""
        partner = self.partners.get(node)
        return partner is not None and partner.terms.gives and partner.terms.valid(at=at)

    def takes(self, node: str, *, at: int) -> bool:
        """Tell whether data of the people of that node's alliance may come here."""
        partner = self.partners.get(node)
        return partner is not None and partner.terms.takes and partner.terms.valid(at=at)

    def giving(self, *, at: int) -> "tuple[Partner, ...]":
        """Return the partners to whose members data of our people may go now, by name."""
        found = [one for one in self.partners.values() if self.gives(one.node, at=at)]
        return tuple(sorted(found, key=lambda one: (one.alliance.name.casefold(), one.node)))

    def _stating(self, id: str) -> "Directory":
        """Return the directory of the alliance that states the organisation."""
        partner = self.partner_of(id)
        return self if partner is None else partner.directory

    def _by_age(self) -> "Iterator[Partner]":
        aged = sorted(self.partners.values(), key=lambda one: (one.history[0].iat, one.node))
        return iter(aged)

    def fresh(self, *, at: int) -> bool:
        """Tell whether new things may rest on the newest list at that moment."""
        return self.newest is not None and self.newest.fresh(at=at)

    def listed(self, name: ListName, id: str) -> bool:
        """Tell whether the organisation stood on exactly that list (R5)."""
        sha256, members = self.stood.get(name.number, ("", frozenset[str]()))
        return sha256 == name.sha256 and id in members

    def compromised_from(self, id: str) -> int | None:
        """Return from when on the organisation's keys may be in other hands; None if never.

        A removal says when; a statement with that status does not, and is taken for "always".
        """
        newest = self._stating(id).newest
        if newest is None:
            return None
        stated = newest.member(id)
        if stated is not None and stated.status is Status.COMPROMISED:
            return 0
        gone = [one for one in newest.removed if one.sub == id]
        return min((one.at for one in gone if one.reason == Status.COMPROMISED), default=None)

    def signing_key(self, id: str, kid: str, *, at: int, evidence: bool = False) -> PublicKey:
        """Return the key that may have signed for the organisation at that moment.

        As `evidence` counts what a compromised organisation signed before it was compromised:
        somebody recorded it then. What arrives now may be backdated and is refused in any case.

        Raises:
            SignatureError: no statement lists such a key for it, or it was not valid then.
        """
        found = self._stating(id).keys.get((id, kid))
        if found is None or found.use is not KeyUse.SIGN:
            raise SignatureError("no member statement lists this key for the issuer")
        if not found.valid(at=at):
            raise SignatureError("the key was not valid when this was signed")
        since = self.compromised_from(id)
        if since is not None and not (evidence and at < since):
            raise SignatureError("the issuer's keys are compromised")
        return found

    def with_list(self, fresh: MemberList) -> "Directory":
        """Return the directory that knows a newer verified list.

        Raises:
            ConflictError: `list-rollback` for an older number, `list-fork` for the same number with
                other content.
        """
        if self.newest is not None:
            if fresh.name.number < self.newest.name.number:
                raise ConflictError(
                    "list-rollback", f"list {fresh.name.number} is older than known"
                )
            if fresh.name.number == self.newest.name.number:
                if fresh.name != self.newest.name:
                    raise ConflictError("list-fork", f"two lists carry number {fresh.name.number}")
                return self
        return self._grown(fresh)

    def with_past(self, earlier: MemberList) -> "Directory":
        """Return the directory that also knows an earlier verified list; the newest stays.

        It tells who stood on it. Keys are taken for organisations unknown here alone: nothing says
        that those of the others were countersigned.
        """
        if self.newest is None or earlier.name.number >= self.newest.name.number:
            raise ConflictError("list-order", f"list {earlier.name.number} is not an earlier one")
        held = self.stood.get(earlier.name.number)
        if held is not None and held[0] != earlier.name.sha256:
            raise ConflictError("list-fork", f"two lists carry number {earlier.name.number}")
        grown = self._grown(earlier)
        strange = {name: key for name, key in grown.keys.items() if name[0] not in self.known}
        return attrs.evolve(
            grown,
            newest=self.newest,
            keys={**strange, **self.keys},  # a window that was shortened since stays so
            known={**_by_id(earlier), **self.known},
        )

    def _grown(self, added: MemberList) -> "Directory":
        ids = frozenset(one.id for one in added.members if one.reads)
        spoken = {(one.id, key.kid): key for one in added.members for key in one.keys}
        return attrs.evolve(
            self,
            newest=added,
            keys={**self.keys, **spoken},
            stood={**self.stood, added.name.number: (added.name.sha256, ids)},
            known={**self.known, **_by_id(added)},
        )


@attrs.frozen
class Partner:
    """Another alliance: what ours has agreed with it, and its directory, without own partners.

    `history` is every version of our recognition of it, the oldest first.
    """

    alliance: PartnerAlliance
    history: tuple[Agreement, ...]
    directory: Directory

    @property
    def node(self) -> str:
        """The id of its exchange node."""
        return self.alliance.node

    @property
    def terms(self) -> Agreement:
        """The version that counts."""
        return self.history[-1]

    @property
    def members(self) -> tuple[Organisation, ...]:
        """Who stands on the partner's newest list known here."""
        return self.directory.newest.members if self.directory.newest is not None else ()

    @property
    def readers(self) -> tuple[Organisation, ...]:
        """The active members on its newest list that may read, by name."""
        newest = self.directory.newest
        listed = newest.members if newest is not None else ()
        found = [one for one in listed if one.reads and one.status is Status.ACTIVE]
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def _by_id(members: MemberList) -> dict[str, Organisation]:
    return {one.id: one for one in members.members}
