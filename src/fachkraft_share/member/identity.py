"""The member's own private keys and what is made with them: signing, opening, joining.

They lie outside the state and its backup, in a file only its owner can read.
"""

from collections.abc import Collection

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SetupError, StateError
from fachkraft_share.model.alliance import MemberStatement
from fachkraft_share.model.organisation import KeyUse, Organisation
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.protocol.lists import sign_statement
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.keys import PrivateKey, sealing_key, signing_key
from fachkraft_share.wire.suite import Suite

SEED_BYTES = 32


@attrs.frozen
class Identity:
    """All private keys, old ones too, and the key of the suppression hashes (R8)."""

    organisation: str
    keys: tuple[PrivateKey, ...] = attrs.field(repr=False)
    suppression: bytes = attrs.field(repr=False)

    def signing(self, *, at: int, stated: Collection[str] = ()) -> PrivateKey:
        """Return the newest signing key valid at that moment, if possible one that is stated.

        A new key whose statement has not come back yet would be unknown to everybody else.

        Raises:
            SetupError: no key is valid any more.
        """
        usable = [
            key
            for key in self.keys
            if key.use is KeyUse.SIGN and key.not_before <= at < key.not_after
        ]
        if not usable:
            raise SetupError("no signing key is valid any more; ask the authority to join anew")
        return max(usable, key=lambda key: (key.kid in stated, key.not_before, key.kid))

    def opening(self, kid: str, *, at: int) -> PrivateKey:
        """Return the sealing key with that id; it lives 30 days past its window.

        Raises:
            StateError: no such key is here (any more).
        """
        for key in self.keys:
            alive = at < key.not_after + limits.SEALING_KEY_GRACE
            if key.kid == kid and key.use is KeyUse.SEAL and alive:
                return key
        raise StateError("sealed to a key that is not here")


def new_identity(organisation: str, *, runtime: Runtime) -> Identity:
    """Make an identity with one key of each kind."""
    bare = Identity(organisation, (), runtime.ids.random(SEED_BYTES))
    return with_new_keys(bare, runtime=runtime)


def with_new_keys(identity: Identity, *, runtime: Runtime) -> Identity:
    """Return the identity with a new key of each kind; the old ones stay for the overlap."""
    at, suite = runtime.clock.now(), runtime.sealer
    # A member's clock may lag behind the node's: the key counts a little earlier.
    start, end = at - limits.MESSAGE_SKEW, at + limits.KEY_DAYS * limits.DAY
    kept = tuple(key for key in identity.keys if at < key.not_after + limits.SEALING_KEY_GRACE)
    signing = signing_key(
        runtime.ids.random(SEED_BYTES), not_before=start, not_after=end, suite=suite
    )
    sealing = sealing_key(
        runtime.ids.random(SEED_BYTES), not_before=start, not_after=end, suite=suite
    )
    return attrs.evolve(identity, keys=(*kept, signing, sealing))


def apply_with(
    identity: Identity, organisation: Organisation, *, signer: PrivateKey, suite: Suite, at: int
) -> str:
    """Return the self-signed application: proof that this organisation holds its keys."""
    stated = attrs.evolve(organisation, keys=tuple(key.public(suite) for key in identity.keys))
    statement = MemberStatement(
        iss=organisation.id,
        iat=at,
        exp=at + limits.STATEMENT_DAYS * limits.DAY,
        organisation=stated,
    )
    return sign_statement(statement, key=signer, suite=suite)


@attrs.frozen
class _StoredKey:
    kid: str
    seed: str
    use: KeyUse
    not_before: int
    not_after: int


@attrs.frozen
class _Stored:
    organisation: str
    keys: list[_StoredKey]
    suppression: str


def write_identity(identity: Identity) -> bytes:
    """Write the identity for its file."""
    keys = [
        _StoredKey(key.kid, b64(key.seed), key.use, key.not_before, key.not_after)
        for key in identity.keys
    ]
    stored = _Stored(identity.organisation, keys, b64(identity.suppression))
    return strict.write(unstructure(stored))


def read_identity(data: bytes) -> Identity:
    """Read the identity from its file; raise SetupError if it is damaged."""
    try:
        stored = structure(strict.read(data), _Stored)
        keys = tuple(
            PrivateKey(one.kid, unb64(one.seed), one.use, one.not_before, one.not_after)
            for one in stored.keys
        )
        return Identity(stored.organisation, keys, unb64(stored.suppression))
    except MalformedError as error:
        raise SetupError("the file with this member's keys is damaged; restore it") from error
