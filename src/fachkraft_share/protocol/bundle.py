"""The erasure bundle: what lets a person check offline who was given the data and who erased it.

It is written in exactly one spelling, so that one changed byte anywhere is found; `verifying`
judges it.
"""

from typing import Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.protocol.lists import Federation
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure

FORMAT: Final = "fks-bundle/1"


@attrs.frozen
class ClosureProof:
    """The token that closed the referral, with the consents that travelled along."""

    token: str = attrs.field(repr=False)
    attached: tuple[str, ...] = attrs.field(default=(), repr=False)


@attrs.frozen
class ReceiptProof:
    """A holder's signed receipt and the one part of it that speaks of this referral."""

    token: str = attrs.field(repr=False)
    part: str = attrs.field(repr=False)


@attrs.frozen
class Ended:
    """A scope the node keeps closed, by the SHA-256 of the closure that proves it."""

    scope: str
    closure: str


@attrs.frozen
class PartnerProof:
    """The lists of a partner alliance that was given the referral, as `federations` of a bundle."""

    node: str
    federations: tuple[Federation, ...]


@attrs.frozen
class Bundle:
    """All evidence about one referral.

    `federations` are the lists under which the signers were stated, oldest first, each following
    from the one before; `draft` is the SHA-256 the consents name, empty when none was given. Where
    the referral crossed a border, `agreements` are all versions the newest list names, and each
    partner's lists follow from the root key that a recognition among them pins.
    """

    referral: str
    node: str
    root: str
    federations: tuple[Federation, ...]
    draft: str = ""
    consents: tuple[str, ...] = ()
    closures: tuple[ClosureProof, ...] = ()
    manifests: tuple[str, ...] = ()
    receipts: tuple[ReceiptProof, ...] = ()
    tombstones: tuple[Ended, ...] = ()
    agreements: tuple[str, ...] = ()
    partners: tuple[PartnerProof, ...] = ()
    format: str = FORMAT


def write_bundle(bundle: Bundle) -> bytes:
    """Write the bundle in its one spelling."""
    return strict.write(unstructure(bundle))


def read_bundle(data: bytes) -> Bundle:
    """Read a bundle; nothing is verified yet.

    Raises:
        MalformedError: no bundle of this format, or not as `write_bundle` writes it.
    """
    value = strict.read(data, limit=limits.BUNDLE_BYTES)
    bundle = structure(value, Bundle, closed=True)
    if bundle.format != FORMAT:
        raise MalformedError(f"not a bundle of format {FORMAT}")
    if write_bundle(bundle) != data:
        raise MalformedError("not spelled as a bundle is written")
    return bundle
