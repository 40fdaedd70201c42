"""Self-presentations of one member: who was invited, entered what, and what became of it.

1. What a person enters lies encrypted under a key of its own, which goes with it.
2. Of a link only the SHA-256 is kept; a mail address goes when the mail is sent.
3. Nothing is handed to the node before the person says so, and for a minor not before a parent
   has (R21). Then the person consents at the node's desk like everybody.
4. When the referral ends, everything here is erased with it, and its receipt says so.
"""

from collections.abc import Iterable

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, StateError
from fachkraft_share.host.opened import Firm
from fachkraft_share.host.presenting.entry import Entered, read_entered, write_entered
from fachkraft_share.host.records import Presentation
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.recommending import may_present
from fachkraft_share.member.vault import Encrypted, decrypt, encrypt
from fachkraft_share.model.profile import Endorsement
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import Referral, ReferralState
from fachkraft_share.rules.deidentification import Draft
from fachkraft_share.rules.tables.strengths import CONFIRMED
from fachkraft_share.web.catalogue import LANGUAGES
from fachkraft_share.wire.encoding import b64, sha256

CONFIRMABLE = CONFIRMED  # by a member for education or advice
KINDS = ("graduate", "returnee", "partner")


@attrs.frozen
class Invited:
    """A new invitation and the secret of its link, which is kept nowhere."""

    row: Presentation
    secret: str = attrs.field(repr=False)


@attrs.frozen
class Presentations:
    """The presentations at one firm."""

    firm: Firm

    @property
    def _engine(self) -> Engine:
        return self.firm.member.engine

    # Inviting ---------------------------------------------------------------------------------

    def invite(
        self, number: int, *, kind: str, language: str, group: str, by: str
    ) -> tuple[Invited, ...]:
        """Make so many invitations.

        Raises:
            RefusedError: `not-found` for who may not; `entry`: no such kind, language or number.
        """
        if not may_present(self._engine):
            raise RefusedError("not-found")
        fits = kind in KINDS and language in LANGUAGES and len(group) <= limits.SHORT_TEXT
        if not fits or not 1 <= number <= limits.PRESENTED_CLASS:
            raise RefusedError("entry")
        at, ids = self._engine.now(), self._engine.runtime.ids
        made = []
        for _ in range(number):
            secret, id = b64(ids.random(limits.SECRET_BYTES)), b64(ids.random(limits.ID_BYTES))
            ends = at + limits.PRESENTED_DAYS * limits.DAY
            row = Presentation(
                id, sha256(secret.encode()), kind, language, group, at=at, ends=ends, by=by
            )
            made.append(Invited(row, secret))
        with self.firm.beside.begin() as transaction:
            for one in made:
                transaction.put(one.row)
        return tuple(made)

    def all(self) -> tuple[Presentation, ...]:
        """Return all, the newest first."""
        with self.firm.beside.begin(write=False) as transaction:
            rows = transaction.every(Presentation)
        return tuple(sorted(rows, key=lambda one: (one.at, one.id), reverse=True))

    def get(self, id: str) -> Presentation:
        """Return one for staff; raise RefusedError `not-found`."""
        with self.firm.beside.begin(write=False) as transaction:
            found = transaction.get(Presentation, id)
        return _there(found)

    def by_link(self, secret: str) -> Presentation:
        """Return the one whose person holds this secret; raise RefusedError `not-found`."""
        with self.firm.beside.begin(write=False) as transaction:
            found = transaction.every(Presentation, link=sha256(secret.encode()))
        return _there(next(iter(found), None))

    def by_parent(self, secret: str) -> Presentation:
        """Return the one whose parent holds this secret; raise RefusedError `not-found`."""
        with self.firm.beside.begin(write=False) as transaction:
            found = transaction.every(Presentation, parent=sha256(secret.encode()))
        return _there(next(iter(found), None))

    # Entering ---------------------------------------------------------------------------------

    def read(self, row: Presentation) -> Entered | None:
        """Return what was entered; what is not finished is nobody's but the person's."""
        return self.begun(row) if row.entered_at else None

    def begun(self, row: Presentation) -> Entered | None:
        """Return what the person has answered so far, for the person alone."""
        if not row.ciphertext:
            return None
        sealed = Encrypted(row.nonce, row.ciphertext)
        return read_entered(decrypt(self._engine, sealed, vault=_vault(row), about=row.id))

    def enter(self, row: Presentation, entered: Entered, *, minor: bool) -> Presentation:
        """Keep what the person entered; what was confirmed before has to be confirmed anew.

        Raises:
            StateError: it was handed over already.
        """
        first = minor and not entered.parent_link
        secret = b64(self._engine.runtime.ids.random(limits.SECRET_BYTES)) if first else ""
        parent = sha256(secret.encode()) if secret else (row.parent if minor else "")
        changed = attrs.evolve(row, entered_at=self._engine.now(), minor=minor, parent=parent)
        link = (secret or entered.parent_link) if minor else ""
        return self.note(changed, attrs.evolve(entered, parent_link=link))

    def note(self, row: Presentation, entered: Entered) -> Presentation:
        """Keep what is answered so far; what was confirmed or agreed to has changed with it.

        Raises:
            StateError: it was handed over already.
        """
        if row.referral is not None:
            raise StateError("it was handed over already")
        changed = attrs.evolve(
            row, parent_at=0, parent_by="", confirmed="", confirmed_at=0, confirmed_by=""
        )
        return self._keep(changed, attrs.evolve(entered, parent_name="", parent_words=""))

    def choose_occupation(self, row: Presentation, code: str) -> Presentation:
        """Keep the occupation a person chose; raise RefusedError `occupation-unknown`."""
        entered = self._entered(row)
        if row.referral is not None:
            raise StateError("it was handed over already")
        if not self._engine.vocabulary.lists(code):
            raise RefusedError("occupation-unknown")
        changed = attrs.evolve(row, parent_at=0, parent_by="")  # others will see something else
        return self._keep(changed, attrs.evolve(entered, occupation=code))

    def preview(self, row: Presentation) -> Draft:
        """Return exactly what others would see.

        Raises:
            RefusedError: `occupation-unknown` or `too-few`.
        """
        entered = self._entered(row)
        return self.firm.member.preview(
            entered.candidate, _endorsement(row), occupation=entered.occupation
        )

    # Confirming -------------------------------------------------------------------------------

    def wish(self, row: Presentation) -> Presentation:
        """Note that the person asks for a confirmation."""
        return self._put(attrs.evolve(row, wish=True))

    def confirm(self, row: Presentation, codes: Iterable[str], *, by: str) -> Presentation:
        """Note what somebody of this member has seen or tested, from the closed list.

        Raises:
            RefusedError: `entry`: something that is not on the list.
            StateError: nothing was entered, or it was handed over already.
        """
        chosen = tuple(dict.fromkeys(codes))
        if not set(chosen) <= set(CONFIRMABLE):
            raise RefusedError("entry")
        self._entered(row)
        if row.referral is not None:
            raise StateError("it was handed over already")
        at = self._engine.now()
        return self._put(
            attrs.evolve(row, confirmed=" ".join(chosen), confirmed_by=by, confirmed_at=at)
        )

    def parent_agrees(
        self, row: Presentation, *, name: str, words: str, by: str = "link"
    ) -> Presentation:
        """Record a parent's yes to these words: by their link, or by who holds the letter (R21)."""
        entered = self._entered(row)
        changed = attrs.evolve(row, parent_at=self._engine.now(), parent_by=by)
        return self._keep(changed, attrs.evolve(entered, parent_name=name, parent_words=words))

    # Handing over, and the end ----------------------------------------------------------------

    def hand_over(self, row: Presentation, *, language: str = "") -> Presentation:
        """Hand the profile to the node as a draft, for the person to consent to at the desk.

        What the node writes to the person is in `language`, or that of the invitation.

        Raises:
            RefusedError: `parent-needed`, or why there can be no profile.
            TemporaryError: the node cannot be reached; doing it again is fine.
        """
        entered = self._entered(row)
        if row.referral is not None:
            return row
        if row.minor and not row.parent_at:
            raise RefusedError("parent-needed", "a parent has not agreed yet (R21)")
        made = self.firm.member.recommend(
            entered.candidate,
            _endorsement(row),
            application=f"self:{row.id}",
            self_presented=True,
            language=language or row.language,
            occupation=entered.occupation,
        )
        changed = attrs.evolve(row, referral=made.referral)
        return self._keep(changed, attrs.evolve(entered, desk_link=made.link or ""))

    def waits_at_desk(self, row: Presentation) -> bool:
        """Tell whether the person has not decided at the desk yet: the link is still theirs."""
        found = self._referral(row)
        return found is not None and found.state is ReferralState.DRAFT

    def delete(self, row: Presentation) -> None:
        """Erase all of it; what was handed over is withdrawn, and all holders are told."""
        if row.referral is not None and self._referral(row) is not None:
            self.firm.member.close(row.referral)
            return  # `participant` erases it with the closure, and the receipt says so
        erase_row(self._engine, self.firm, row)

    def sweep(self) -> int:
        """Erase what nobody finished in time and what has ended; return how many."""
        at, gone = self._engine.now(), 0
        for row in self.all():
            found = self._referral(row)
            over = found is not None and found.state is ReferralState.CLOSED
            if over or (row.referral is None and row.ends <= at):
                erase_row(self._engine, self.firm, row)
                gone += 1
        return gone

    def _referral(self, row: Presentation) -> Referral | None:
        if row.referral is None:
            return None
        with self._engine.store.begin(write=False) as transaction:
            return transaction.get(Referral, row.referral)

    def _entered(self, row: Presentation) -> Entered:
        found = self.read(row)
        if found is None:
            raise StateError("nothing was entered yet")
        return found

    def _keep(self, row: Presentation, entered: Entered) -> Presentation:
        plain = write_entered(entered)
        sealed = encrypt(self._engine, plain, vault=_vault(row), about=row.id)
        return self._put(attrs.evolve(row, nonce=sealed.nonce, ciphertext=sealed.ciphertext))

    def _put(self, row: Presentation) -> Presentation:
        with self.firm.beside.begin() as transaction:
            _demand_unchanged(transaction, row)
            transaction.put(row)
        return row


def erase_row(engine: Engine, firm: Firm, row: Presentation) -> None:
    """Destroy the key, delete the row, leave no byte of it."""
    engine.keys.destroy(_vault(row))
    with firm.beside.begin() as transaction:
        transaction.drop(Presentation, row.id)
    firm.beside.scrub()


def _demand_unchanged(transaction: Transaction, row: Presentation) -> None:
    """Refuse to bring back what was erased meanwhile."""
    _there(transaction.get(Presentation, row.id))


def _there(found: Presentation | None) -> Presentation:
    if found is None:
        raise RefusedError("not-found")
    return found


def _vault(row: Presentation) -> str:
    return f"presented {row.id}"


def _endorsement(row: Presentation) -> Endorsement | None:
    return Endorsement(None, tuple(row.confirmed.split())) if row.confirmed else None
