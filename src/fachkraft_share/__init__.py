"""fachkraft-share: pass excellent applicants on to the next employer, with their consent."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fachkraft_share.embed.mounting import init
    from fachkraft_share.member.facade import Member
    from fachkraft_share.model.candidate import (
        Candidate,
        Document,
        DocumentKind,
        Education,
        Experience,
        SpokenLanguage,
    )
    from fachkraft_share.model.profile import (
        Availability,
        Cefr,
        Endorsement,
        LanguageSkill,
        Level,
        Rank,
        WorkModel,
        Years,
    )

__all__ = [
    "Availability",
    "Candidate",
    "Cefr",
    "Document",
    "DocumentKind",
    "Education",
    "Endorsement",
    "Experience",
    "LanguageSkill",
    "Level",
    "Member",
    "Rank",
    "SpokenLanguage",
    "WorkModel",
    "Years",
    "init",
]

_CANDIDATE = "fachkraft_share.model.candidate"
_PROFILE = "fachkraft_share.model.profile"
_HOMES = {
    "Member": "fachkraft_share.member.facade",
    "init": "fachkraft_share.embed.mounting",
    **dict.fromkeys(
        ("Candidate", "Document", "DocumentKind", "Education", "Experience", "SpokenLanguage"),
        _CANDIDATE,
    ),
    **dict.fromkeys(
        (
            "Availability",
            "Cefr",
            "Endorsement",
            "LanguageSkill",
            "Level",
            "Rank",
            "WorkModel",
            "Years",
        ),
        _PROFILE,
    ),
}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is first asked for: importing the package does nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List what the package offers."""
    return sorted(__all__)
