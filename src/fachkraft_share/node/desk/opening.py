"""Opening a link: what the node knows behind it, and in which words it is told."""

from collections.abc import Callable

import attrs

from fachkraft_share.errors import RefusedError
from fachkraft_share.node.desk.case import Case, load_case
from fachkraft_share.node.desk.links import find_link
from fachkraft_share.node.desk.profile import Wording
from fachkraft_share.node.desk.reading import Reading, view_of
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.node.desk.views import Stage
from fachkraft_share.ports.loop import Party
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.rules.vocabulary import Vocabulary
from fachkraft_share.web.catalogue import DEFAULT, Catalogue

Language = str | Callable[[str], str] | None  # or how to choose, given the invitation's


@attrs.frozen
class Opening:
    """Finds the case of a link, and the words to tell it in."""

    runtime: Runtime
    settings: Callable[[], DeskSettings] | DeskSettings
    vocabulary: Callable[[], Vocabulary]
    texts: Callable[[str], Catalogue]

    @property
    def told(self) -> DeskSettings:
        """What the desk tells of its node now."""
        return self.settings if isinstance(self.settings, DeskSettings) else self.settings()

    def load(self, secret: str, *, party: Party) -> Case | None:
        """Return what a link leads to, or None."""
        with party.store.begin(write=False) as transaction:
            link = find_link(transaction, secret, suite=self.runtime.sealer)
            return load_case(transaction, link, at=self.runtime.clock.now()) if link else None

    def demand(self, secret: str, *, party: Party) -> Case:
        """Return what a link leads to.

        Raises:
            RefusedError: `unknown-link`.
        """
        case = self.load(secret, party=party)
        if case is None:
            raise RefusedError("unknown-link", "no such link")
        return case

    def full(
        self, secret: str, *, party: Party, language: Language = None, abroad: bool = False
    ) -> tuple[Case, Reading]:
        """Return what only the newest link may see; `abroad`: at a partner's node, too.

        Raises:
            RefusedError: `unknown-link`, `not-open` or `old-link`.
        """
        case = self.demand(secret, party=party)
        reading = self.reading(case, party=party, language=language)
        stage = view_of(case, reading).stage
        if stage is Stage.UNKNOWN:
            raise RefusedError("unknown-link", "no such link")
        if stage is Stage.FOREIGN and not abroad:
            raise RefusedError("not-open", "at the node that gave the link")
        if case.link.outdated:
            raise RefusedError("old-link", "use the management link")
        return case, reading

    def reading(self, case: Case | None, *, party: Party, language: Language = None) -> Reading:
        """Return how to read a case, in the given or the invitation's language."""
        invited = case.link.invitation.language if case else DEFAULT
        wanted = language(invited) if callable(language) else language or invited
        wording = Wording(self.vocabulary(), self.texts(wanted))
        return Reading(party.here, self.told, wording, self.runtime.clock.now())
