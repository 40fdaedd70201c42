"""What one version of an agreement may say, and what a supplement may change."""

from collections.abc import Callable, Mapping
from typing import Final

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError
from fachkraft_share.model.agreement import Agreement, AgreementKind, PartnerAlliance, PartyTo
from fachkraft_share.model.consent import Purpose
from fachkraft_share.model.organisation import Role
from fachkraft_share.protocol.profile_forms import REGION
from fachkraft_share.wire.encoding import check_sha256, unb64
from fachkraft_share.wire.ids import check_id, check_organisation_id
from fachkraft_share.wire.keys import check_public_key


def check_version(version: Agreement) -> None:
    """Refuse a version whose values have not their form or contradict one another.

    Raises:
        MalformedError: a value has not its form.
        RefusedError: `agreement-terms`.
    """
    _check_values(version)
    _check_times(version)
    _KINDS[version.kind](version)


def _check_values(version: Agreement) -> None:
    check_organisation_id(version.iss)
    check_id(version.id)
    _check_text("name", version.name, limits.SHORT_TEXT)
    _check_text("legal", version.legal, limits.LONG_TEXT)
    if not REGION.fullmatch(version.region):
        raise MalformedError("agreement.region: a postcode region, a district or de")
    if version.before is not None:
        check_sha256(version.before)
    insist(0 <= version.version < limits.AGREEMENT_VERSIONS, "too many versions; agree anew")
    insist((version.version == 0) is (version.before is None), "a supplement names the one before")
    purposes = set(version.purposes)
    insist(0 < len(purposes) == len(version.purposes), "every purpose once, and at least one")


def _check_text(name: str, text: str, limit: int) -> None:
    if not text.strip() or len(text) > limit:
        raise MalformedError(f"agreement.{name}: up to {limit} characters")


def _check_times(version: Agreement) -> None:
    length = version.not_after - version.not_before
    insist(length <= limits.AGREEMENT_DAYS * limits.DAY, "it runs too long")
    insist(min(version.iat, version.not_before, version.not_after) >= 0, "a time before 1970")
    insist(version.version > 0 or length > 0, "it ends before it begins")


def _check_cooperation(version: Agreement) -> None:
    crosses = version.partner is not None or version.gives or version.takes
    insist(not crosses, "a cooperation agreement recognises no partner")
    parties = (*version.joined, *version.left)
    insist(len(parties) <= limits.AGREEMENT_PARTIES, "too many members at once; use supplements")
    for id in (*(one.id for one in version.joined), *version.left):
        check_organisation_id(id)
    for name, ids in (("joined", [one.id for one in version.joined]), ("left", version.left)):
        insist(len(set(ids)) == len(ids), f"a member {name} twice")
    for one in version.joined:
        _check_party(one)


def _check_party(party: PartyTo) -> None:
    _check_text("joined.name", party.name, limits.SHORT_TEXT)
    reserved = {Role.NODE, Role.AUTHORITY}
    fits = party.roles and not reserved & set(party.roles)
    insist(bool(fits), "a party takes a role, and not that of a node or an authority")


def _check_recognition(version: Agreement) -> None:
    partner = version.partner
    if partner is None:
        raise RefusedError("agreement-terms", "a recognition names its partner")
    insist(not (version.joined or version.left), "a recognition has no other parties")
    insist(version.gives or version.takes, "a recognition gives or takes")
    crossing = Purpose.OTHER_REGIONS in version.purposes
    insist(crossing, "what crosses goes to other regions; name that purpose")
    check_partner(partner)
    insist(partner.authority != version.iss, "an alliance recognises others")


def check_partner(partner: PartnerAlliance) -> None:
    """Refuse a partner whose names or root key cannot be relied on.

    Raises:
        MalformedError: a name, an address or the root key has not its form.
        SignatureError: no honest authority has such a root key.
        RefusedError: `agreement-terms`; node and authority need different ids.
    """
    for one in (partner.authority, partner.node, partner.url):
        check_organisation_id(one)
    insist(partner.authority != partner.node, "node and authority need different ids")
    check_public_key(unb64(partner.root, size=32))
    _check_text("partner.name", partner.name, limits.SHORT_TEXT)


_KINDS: Final[Mapping[AgreementKind, Callable[[Agreement], None]]] = {
    AgreementKind.COOPERATION: _check_cooperation,
    AgreementKind.RECOGNITION: _check_recognition,
}


def check_supplement(after: Agreement, *, before: Agreement) -> None:
    """Refuse a supplement that does not continue the version before it.

    Raises:
        RefusedError: `agreement-terms`.
    """
    insist(
        (after.id, after.iss, after.kind) == (before.id, before.iss, before.kind),
        "a supplement is of the same agreement",
    )
    insist(before.iat <= after.iat, "a supplement is younger than what it changes")
    insist(after.iat < before.not_after, "what has ended does not come back; agree anew")
    insist(pinned(after) == pinned(before), "a partner's authority, root and node stay the same")


def pinned(version: Agreement) -> tuple[str, str, str] | None:
    """Return what of a partner never changes: node, authority, root key; None without one."""
    partner = version.partner
    return None if partner is None else (partner.node, partner.authority, partner.root)


def insist(holds: bool, why: str) -> None:  # noqa: FBT001
    """Raise RefusedError (`agreement-terms`) if it does not hold."""
    if not holds:
        raise RefusedError("agreement-terms", why)
