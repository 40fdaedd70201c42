"""Links: the secret in the address makes the key; the node keeps the public half only."""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import Invitation
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.keys import CONSENT_KEY, MANAGE_KEY, PrivateKey, derive, signing_key
from fachkraft_share.wire.suite import Suite


@attrs.frozen
class Link:
    """An invitation with the key that its link makes; `manages` tells the second link."""

    invitation: Invitation
    key: PrivateKey
    manages: bool

    @property
    def outdated(self) -> bool:
        """Whether a newer link exists, so that this one may only withdraw."""
        return not self.manages and self.invitation.manage_x is not None


def candidate_key(secret: bytes, *, purpose: str, suite: Suite) -> PrivateKey:
    """Return the candidate's signing key that a link's secret makes."""
    seed = derive(secret, purpose=purpose)
    return signing_key(seed, not_before=0, not_after=limits.INTEGER_MAX, suite=suite)


def find_link(transaction: Transaction, secret: str, *, suite: Suite) -> Link | None:
    """Return the link with this secret, or None; a malformed secret is just unknown."""
    try:
        raw = unb64(secret, size=limits.SECRET_BYTES)
    except (MalformedError, UnicodeEncodeError):
        return None
    first = candidate_key(raw, purpose=CONSENT_KEY, suite=suite)
    invitation = transaction.get(Invitation, b64(suite.public(first.seed)))
    if invitation is not None:
        return Link(invitation, first, manages=False)
    second = candidate_key(raw, purpose=MANAGE_KEY, suite=suite)
    found = transaction.every(Invitation, manage_x=b64(suite.public(second.seed)), limit=1)
    return Link(found[0], second, manages=True) if found else None
