"""Fields that must not leave a system (R13, R24), taken away before any mapping can see them."""

from collections.abc import Mapping
from typing import Any, Final

# Letters only, lower case: `dateOfBirth`, `date_of_birth` and `Date of birth` are the same.
_WORDS: Final = (
    "birthdate dateofbirth birthday birthplace placeofbirth dob geburtsdatum geburtstag geburtsort"
    " age alter gender sex geschlecht salutation anrede preferredsalutationcode maritalstatus"
    " familystatus familienstand children kinder parenthood religion confession konfession"
    " disability severedisability disabled schwerbehinderung behinderung gradderbehinderung"
    " nationality nationalities citizenship citizenships staatsangehoerigkeit"
    " staatsangehörigkeit nationalität ethnicity race union unionmembership health gesundheit"
    " height weight groesse größe gewicht photo photourl photolink picture avatar image foto bild"
    " salary desiredsalary expectedsalary currentsalary salaryexpectation gehalt gehaltswunsch"
    " gehaltsvorstellung wage pay compensation remuneration remunerationpackage basepay"
    " ip ipaddress useragent notes internalnotes comment comments rating ratings"
    " rejectionreasontext specialmarkids ssn socialsecuritynumber taxid steuerid"
)
FORBIDDEN: Final = frozenset(_WORDS.split())


def without_forbidden(value: Any) -> Any:
    """Return foreign data without any member whose name is forbidden, at every depth."""
    if isinstance(value, Mapping):
        return {
            key: without_forbidden(one) for key, one in value.items() if not is_forbidden(str(key))
        }
    if isinstance(value, list | tuple):
        return [without_forbidden(one) for one in value]
    return value


def is_forbidden(name: str) -> bool:
    """Tell whether a member of that name must not leave."""
    return "".join(letter for letter in name.lower() if letter.isalpha()) in FORBIDDEN
