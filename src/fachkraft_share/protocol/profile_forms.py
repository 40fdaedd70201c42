"""The closed forms of a profile: codes of fixed shape and short lists, so that no text can hide.

Which codes exist is the vocabulary's matter and may grow; their shape is the protocol's (R12-R15).
"""

import re
from collections.abc import Collection

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.profile import Profile

_OCCUPATION = re.compile(r"[0-9]{2,5}")  # KldB 2010
_REGION = re.compile(r"ags:[0-9]{5}|plz:[0-9]{2}|de")
_LANGUAGE = re.compile(r"[a-z]{2}")  # ISO 639-1
_CODE = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{limits.VOCABULARY_CODE - 1}}}")


def check_profile(profile: Profile) -> Profile:
    """Return the profile if every value has its closed form.

    Raises:
        MalformedError: it does not; the message names the field, never the value.
    """
    _demand(_OCCUPATION.fullmatch(profile.occupation) is not None, "occupation")
    _demand(_REGION.fullmatch(profile.region) is not None, "region")
    spoken = [one.language for one in profile.languages]
    _check_codes(profile.skills, _CODE, where="skills", most=limits.SKILLS)
    _check_codes(spoken, _LANGUAGE, where="languages", most=limits.LANGUAGES)
    if profile.endorsement is not None:
        strengths = profile.endorsement.strengths
        _check_codes(strengths, _CODE, where="strengths", most=limits.STRENGTHS)
    return profile


def _check_codes(codes: Collection[str], form: re.Pattern[str], *, where: str, most: int) -> None:
    _demand(len(codes) <= most and len(set(codes)) == len(codes), where)
    _demand(all(form.fullmatch(code) for code in codes), where)


def _demand(holds: bool, where: str) -> None:  # noqa: FBT001
    if not holds:
        raise MalformedError(f"profile.{where}: not of its closed form")
