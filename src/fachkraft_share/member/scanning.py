"""Let plugins look at documents before they are passed on; see hook `scan_document`.

An objection holds one document back for good. A failure holds everything back for now: a scanner
that is away must not make a dossier lose its documents, nor let one through.
"""

import attrs

from fachkraft_share.errors import BusyError
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.plugged import heard
from fachkraft_share.member.records import Trouble
from fachkraft_share.model.candidate import Candidate, Document
from fachkraft_share.ports.store import Transaction

HOOK = "scan_document"
KIND = "scan"  # of the `Trouble` that says a document was held back


@attrs.frozen
class Scanned:
    """What may be passed on, and the names of the plugins that held a document back."""

    candidate: Candidate = attrs.field(repr=False)
    held_back_by: tuple[str, ...] = ()

    def report(self, about: str, *, transaction: Transaction, at: int) -> None:
        """Tell `doctor` and `explain` that a document was held back, and by whom."""
        if self.held_back_by:
            code = f"held back by plugin {', '.join(self.held_back_by)}"
            transaction.put(Trouble(KIND, about, code, at))


def scan(engine: Engine, candidate: Candidate, *, leaving: bool) -> Scanned:
    """Return the candidate without the documents a plugin objects to.

    Raises:
        BusyError: a plugin failed, or is not there; all of it waits.
    """
    if not engine.plugins.objecting(HOOK):
        return Scanned(candidate)
    clean: list[Document] = []
    objecting: set[str] = set()
    for document in candidate.documents:
        answers = engine.plugins.scan_document(document, leaving=leaving)
        objections = heard(engine, answers)
        objecting |= {plugin for plugin, _ in objections}
        if answers.failures and not objections:
            raise BusyError("a plugin could not scan a document; see doctor")
        if not objections:
            clean.append(document)
    kept = attrs.evolve(candidate, documents=tuple(clean))
    return Scanned(kept, tuple(sorted(objecting)))
