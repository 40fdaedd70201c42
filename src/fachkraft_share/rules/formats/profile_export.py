"""A pseudonymous profile in the formats of application systems: without name, address, employers.

Years of experience have no field in any of them; the endorsement has one in JSON Resume alone.
"""

import attrs

from fachkraft_share.model.candidate import Candidate, SpokenLanguage
from fachkraft_share.model.profile import Profile
from fachkraft_share.rules.formats.europass import write_europass
from fachkraft_share.rules.formats.hr_open_export import write_hr_open
from fachkraft_share.rules.formats.json_resume import write_json_resume


@attrs.frozen
class Described:
    """A profile with the words for its codes; `endorsement` is what `origin` says of the person."""

    profile: Profile
    occupation: str
    region: str
    skills: tuple[str, ...] = ()
    origin: str = ""
    endorsement: tuple[str, ...] = ()


def resume_of(said: Described) -> dict[str, object]:
    """Return the profile as JSON Resume."""
    reference = {"name": said.origin, "reference": "; ".join(said.endorsement)}
    more = {"references": [reference]} if said.endorsement else {}
    return {**write_json_resume(_candidate(said)), **more}


def hr_open_of(said: Described) -> dict[str, object]:
    """Return the profile as HR Open 4.2.1 JSON."""
    return write_hr_open(_candidate(said))


def europass_of(said: Described) -> bytes:
    """Return the profile as Europass XML."""
    return write_europass(_candidate(said))


def _candidate(said: Described) -> Candidate:
    profile = said.profile
    return Candidate(
        given="",
        family="",
        city=said.region,
        occupation=profile.occupation,
        title=said.occupation,
        skills=said.skills,
        languages=tuple(SpokenLanguage(one.language, one.level) for one in profile.languages),
        availability=profile.availability,
        work_model=profile.work_model,
    )
