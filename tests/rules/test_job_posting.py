"""A vacancy as schema.org writes it becomes a proposed search; nothing else of the page is read."""

import json
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.profile import WorkModel, Years
from fachkraft_share.rules.formats.job_posting import JobPosting, read_job_posting, search_for
from fachkraft_share.rules.vocabulary import shipped

TITLE = "Softwareentwicklerin"


def posting(**fields: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "JobPosting", "title": TITLE, **fields}


def read(**fields: Any) -> JobPosting:
    return read_job_posting(json.dumps(posting(**fields)))


FULL = posting(
    jobLocation={"@type": "Place", "address": {"postalCode": "38640", "addressLocality": "Goslar"}},
    skills=["Python", {"name": "SQL"}],
    experienceRequirements={"monthsOfExperience": 60},
    jobLocationType="TELECOMMUTE",
    occupationalCategory="43414",
    hiringOrganization={"name": "Geheim"},
    description="<b>Text</b>",
)


def test_everything_a_search_is_made_of_is_read() -> None:
    """And nothing else."""
    assert read_job_posting(json.dumps(FULL)) == JobPosting(
        TITLE, "38640", "Goslar", "43414", ("Python", "SQL"), 60, remote=True
    )


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([{"@type": "Organization"}, FULL]),
        json.dumps({"@graph": [FULL]}),
        json.dumps({**FULL, "@type": ["Thing", "https://schema.org/JobPosting"]}),
        "\ufeff " + json.dumps(FULL),
        (
            f'<html><script>var x="{{"</script><script type="application/ld+json">not json</script>'
            f'<script type=" APPLICATION/LD+JSON ">{json.dumps(FULL)}</script><p>Ende</p></html>'
        ),
    ],
)
def test_it_is_found_wherever_pages_put_it(text: str) -> None:
    """In lists, graphs, and among other scripts."""
    assert read_job_posting(text).title == TITLE


@pytest.mark.parametrize(
    "text",
    [
        *("", "nichts", "<p>nichts</p>", "{", "[" * 5000, "17", '{"@type": "Organization"}'),
        json.dumps(posting(title="")),
        json.dumps({"a": {"b": FULL}}),
        "[" * limits.JSON_DEPTH + json.dumps(FULL) + "]" * limits.JSON_DEPTH,
        " " * (limits.JOB_POSTING + 1),
        json.dumps({"@type": {"name": 17}}),
    ],
)
def test_what_is_no_vacancy_is_refused(text: str) -> None:
    """Whatever was pasted."""
    with pytest.raises(MalformedError):
        read_job_posting(text)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"jobLocation": [{}, "x", {"address": {"postalCode": "38640"}}]}, "38640"),
        ({"jobLocation": "Goslar"}, ""),
        ({"jobLocation": {"address": "Goslar"}}, ""),
        ({"jobLocation": []}, ""),
        ({"jobLocation": {"address": {"postalCode": ["", "38640"]}}}, "38640"),
        ({"jobLocation": {"address": {"postalCode": 38640}}}, ""),
    ],
)
def test_a_place_is_read_as_far_as_it_is_one(fields: dict[str, Any], said: str) -> None:
    """Anything else leaves it open."""
    assert read(**fields).postcode == said


@pytest.mark.parametrize(
    ("said", "months"),
    [
        ({"monthsOfExperience": "24"}, 24),
        ({"monthsOfExperience": 24.0}, 24),
        ({"monthsOfExperience": "viele"}, None),
        ({"monthsOfExperience": True}, None),
        ({"monthsOfExperience": -1}, None),
        ({"monthsOfExperience": 10**9}, None),
        ("mehrjährige Erfahrung", None),
    ],
)
def test_experience_is_read_as_months(said: Any, months: int | None) -> None:
    """Words are left to a person."""
    assert read(experienceRequirements=said).months == months


def test_skills_come_in_many_forms() -> None:
    """As a text with commas, and without markup; a number is none."""
    assert read(skills="<b>Python</b>, SQL; ").skills == ("Python", "SQL")
    assert read(skills=[17, None]).skills == ()


def test_a_title_may_be_called_a_name() -> None:
    """As other things of schema.org are."""
    assert read_job_posting(json.dumps({"@type": "JobPosting", "name": TITLE})).title == TITLE
    assert read(title={"name": "x"}).title == "x"


def test_a_search_is_proposed_with_what_is_sure() -> None:
    """Skills are wished for, a code of the posting's own counts, the way is an hour's."""
    search = search_for(
        read_job_posting(json.dumps(FULL)), id="s", vocabulary=shipped(), language="de"
    )
    assert search.occupation == "43414"
    assert (search.near, search.within_km) == ("38640", limits.SEARCH_KM)
    assert search.skills == ()
    assert len(search.wished) == 2
    assert search.years is Years.UP_TO_9
    assert search.work_model is WorkModel.REMOTE


def test_a_search_leaves_open_what_is_not_said() -> None:
    """A foreign postcode is none."""
    bare = JobPosting("Quasselstrippe", postcode="1010")
    search = search_for(bare, id="s", vocabulary=shipped(), language="de")
    assert search == type(search)("s")
