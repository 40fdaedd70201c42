"""The closed forms of a profile: codes of fixed shape and short lists, so that no text can hide.

Which codes exist is the vocabulary's matter and may grow; their shape is the protocol's (R12-R15).
"""

import re
from collections.abc import Collection

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.profile import Profile

_OCCUPATION = re.compile(r"[0-9]{2,5}")  # KldB 2010
REGION = re.compile(r"ags:[0-9]{5}|plz:[0-9]{2}|de")
_LANGUAGE = re.compile(r"[a-z]{2}")  # ISO 639-1
_CODE = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{limits.VOCABULARY_CODE - 1}}}")


def check_profile(profile: Profile) -> Profile:
    """Return the profile if every value has its closed form.

    Raises:
        MalformedError: it does not; the message names the field, never the value.
    """
    endorsed = profile.endorsement
    holds = {
        "occupation": _OCCUPATION.fullmatch(profile.occupation) is not None,
        "region": REGION.fullmatch(profile.region) is not None,
        "skills": _closed(profile.skills, _CODE, most=limits.SKILLS),
        "languages": _closed(
            [one.language for one in profile.languages], _LANGUAGE, most=limits.LANGUAGES
        ),
        "strengths": endorsed is None or _closed(endorsed.strengths, _CODE, most=limits.STRENGTHS),
    }
    wrong = next((where for where, right in holds.items() if not right), None)
    if wrong is not None:
        raise MalformedError(f"profile.{wrong}: not of its closed form")
    return profile


def _closed(codes: Collection[str], form: re.Pattern[str], *, most: int) -> bool:
    """Tell whether they are few, each there once, each of the form."""
    few = len(codes) <= most and len(set(codes)) == len(codes)
    return few and all(form.fullmatch(code) for code in codes)
