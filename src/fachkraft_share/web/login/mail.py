"""What a login asks of whatever sends mail."""

from typing import Protocol

import attrs

from fachkraft_share.ports.store import Transaction


@attrs.frozen
class Mail:
    """A letter to somebody of the staff; its text may hold a link that signs in."""

    to: str = attrs.field(repr=False)
    subject: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)


class Mailer(Protocol):
    """Takes letters; it never sends while it is asked, so that a stranger sees no difference."""

    @property
    def works(self) -> bool:
        """Whether letters leave by themselves; otherwise somebody reads them out."""
        ...

    def post(self, transaction: Transaction, mail: Mail, *, at: int) -> None:
        """Keep a letter for sending, in the caller's transaction."""
        ...
