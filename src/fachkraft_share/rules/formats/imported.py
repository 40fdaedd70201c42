"""What reading a foreign document yields."""

import attrs

from fachkraft_share.model.candidate import Candidate


@attrs.frozen
class Imported:
    """A candidate, the employers the document excludes (R4), and what could not be read.

    `exclusions` holds names and domains; they identify the person and never travel.
    `notes` are paths only, such as `languages[1].fluency: not understood`.
    """

    candidate: Candidate
    exclusions: tuple[str, ...] = attrs.field(default=(), repr=False)
    notes: tuple[str, ...] = ()
