"""A vacancy as schema.org's JobPosting (JSON-LD), alone or within the HTML of a careers page.

Only what a search can be made of is read: title, place, skills, experience, home office. Who hires,
what is paid and the running text stay where they are. A vacancy describes a job, not a person, so
what cannot be read is left out and a person completes it; only one that is none is refused.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from itertools import islice

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.profile import WorkModel, Years
from fachkraft_share.rules.coding import own_code, settle, suggest
from fachkraft_share.rules.matching import Search
from fachkraft_share.rules.places import german
from fachkraft_share.rules.vocabulary import Vocabulary

_KIND = "JobPosting"
_JSON_LD = "application/ld+json"
_TAG = re.compile(r"<[^<>]*>")
_BANDS = ((120, Years.MORE), (60, Years.UP_TO_9), (24, Years.UP_TO_4))  # least months of each
_YEAR = 12


@attrs.frozen
class JobPosting:
    """What a vacancy says, as it is written there."""

    title: str
    postcode: str = ""
    city: str = ""
    category: str = ""  # an occupation in a code of its own
    skills: tuple[str, ...] = ()
    months: int | None = None  # of experience
    remote: bool = False


def read_job_posting(text: str) -> JobPosting:
    """Return the first vacancy of a JSON-LD text or of a page that contains one.

    Raises:
        MalformedError: too long, none in it, or one without a title.
    """
    if len(text) > limits.JOB_POSTING:
        raise MalformedError(f"job posting: longer than {limits.JOB_POSTING} characters")
    found = next((one for one in _objects(text) if _is_posting(one)), None)
    if found is None:
        raise MalformedError("job posting: there is no schema.org JobPosting in it")
    title = _first(found.get("title")) or _first(found.get("name"))
    if not title:
        raise MalformedError("job posting: it has no title")
    address = _address(found.get("jobLocation"))
    return JobPosting(
        title,
        postcode=_first(address.get("postalCode")),
        city=_first(address.get("addressLocality")),
        category=_first(found.get("occupationalCategory")),
        skills=tuple(_listed(found.get("skills"))),
        months=_months(found.get("experienceRequirements")),
        remote=_first(found.get("jobLocationType")).upper() == "TELECOMMUTE",
    )


def search_for(posting: JobPosting, *, id: str, vocabulary: Vocabulary, language: str) -> Search:
    """Return the search a vacancy stands for: a proposal, for a person to complete and confirm.

    The occupation is set only where nothing else came into question; skills are wished for, since a
    vacancy lists more than a person must have.
    """
    titles = suggest(posting.title, vocabulary=vocabulary, language=language)
    codes = [code for text in posting.skills for code in vocabulary.skill_codes(text)]
    return Search(
        id,
        own_code(posting.category, vocabulary=vocabulary) or settle(titles),
        wished=tuple(dict.fromkeys(codes))[: limits.SKILLS],
        near=german(posting.postcode) or None,
        within_km=limits.SEARCH_KM if german(posting.postcode) else None,
        years=next((band for least, band in _BANDS if (posting.months or 0) >= least), None),
        work_model=WorkModel.REMOTE if posting.remote else None,
    )


def _objects(text: str) -> Iterator[Mapping[str, object]]:
    for part in _parts(text):
        try:
            value = json.loads(part)
        except (ValueError, RecursionError):
            continue
        yield from islice(_within(value, depth=limits.JSON_DEPTH), limits.JOB_OBJECTS)


def _parts(text: str) -> Iterable[str]:
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return (text.lstrip("\ufeff"),)
    reader = _Scripts()
    reader.feed(text)
    reader.close()
    return reader.found


def _within(value: object, *, depth: int) -> Iterator[Mapping[str, object]]:
    """Yield the objects of lists and of `@graph`; a vacancy lies nowhere else."""
    if depth == 0:
        return
    if isinstance(value, list):
        for one in value:
            yield from _within(one, depth=depth - 1)
    elif isinstance(value, dict):
        yield value
        yield from _within(value.get("@graph"), depth=depth - 1)


def _is_posting(value: Mapping[str, object]) -> bool:
    return any(kind.rpartition("/")[2] == _KIND for kind in _listed(value.get("@type")))


def _listed(value: object) -> Iterator[str]:
    """Yield what is said once, several times, or as an object with a name."""
    if isinstance(value, str):
        yield from filter(None, (_clean(one) for one in re.split(r"[,;\n•]", value)))
    elif isinstance(value, list):
        for one in value[: limits.CV_ENTRIES]:
            yield from _listed(one)
    elif isinstance(value, dict):
        yield from _listed(value.get("name"))


def _first(value: object) -> str:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, list):
        return next((text for text in map(_first, value) if text), "")
    return _first(value.get("name")) if isinstance(value, dict) else ""


def _clean(text: str) -> str:
    plain = " ".join(_TAG.sub(" ", text).split())
    return plain[: limits.SHORT_TEXT]


def _address(value: object) -> Mapping[str, object]:
    if isinstance(value, list):
        return next((found for found in map(_address, value) if found), {})
    if not isinstance(value, dict):
        return {}
    address = value.get("address", {})
    return address if isinstance(address, dict) else {}


def _months(value: object) -> int | None:
    if not isinstance(value, dict):
        return None
    months = value.get("monthsOfExperience")
    if isinstance(months, str) and months.isascii() and months.isdecimal():
        months = int(months[:4])
    if isinstance(months, bool) or not isinstance(months, int | float):
        return None
    return int(months) if 0 <= months <= limits.AGE_YEARS * _YEAR else None


class _Scripts(HTMLParser):
    """Collects the JSON-LD of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notice where JSON-LD begins."""
        kind = (dict(attrs).get("type") or "").strip().casefold()
        self._inside = tag == "script" and kind == _JSON_LD
        if self._inside:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        """Keep it."""
        if self._inside:
            self.found[-1] += data

    def handle_endtag(self, tag: str) -> None:
        """Notice its end."""
        self._inside = self._inside and tag != "script"
