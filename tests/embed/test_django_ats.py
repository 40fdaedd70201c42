"""The Django ATS in the alliance: its models take part in erasures, or nobody says "erased"."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import attrs
import pytest

from fachkraft_share import Member
from fachkraft_share.protocol.payloads import ReceiptItem
from fachkraft_share.testing.person import Person

from .conftest import EXAMPLES, Alliance, environment, get, process, requests, wait_for

ATS = EXAMPLES / "django_ats"


@attrs.frozen
class Company:
    """One installation of the ATS: a member's folder and a database of its own."""

    folder: Path
    secret: str = "s3cret"

    @property
    def database(self) -> Path:
        """Its file."""
        return self.folder.with_suffix(".sqlite3")

    def manage(self, *command: str) -> str:
        """Run a command of Django's in a process of its own."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ATS,
            env={**os.environ, **self.surroundings},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def surroundings(self) -> dict[str, str]:
        """What its processes are told."""
        told = {"ATS_DATABASE": str(self.database), "SECRET_KEY": self.secret}
        return {**environment(self.folder), **told, "PYTHONDONTWRITEBYTECODE": "1"}

    def taken_over(self) -> list[str]:
        """Return the referrals of applicants and of documents in the database."""
        query = (
            "SELECT referral FROM ats_applicant WHERE referral <> '' UNION ALL SELECT referral "
            "FROM ats_document d JOIN ats_applicant a ON a.id = d.applicant_id WHERE referral <> ''"
        )
        with closing(sqlite3.connect(self.database)) as connection:
            return [row[0] for row in connection.execute(query)]

    def nightly(self) -> None:
        """Synchronise by the command line, which knows nothing of Django."""
        command = [
            sys.executable,
            "-m",
            "fachkraft_share.cli",
            "sync",
            "--folder",
            str(self.folder),
        ]
        subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def muster(harz: Alliance) -> Company:
    """A company whose ATS holds a rejected second choice."""
    company = Company(harz.join("muster"))
    company.manage("migrate", "--verbosity", "0")
    company.manage("loaddata", "--verbosity", "0", "second_choice")
    return company


@pytest.fixture
def beispiel(harz: Alliance) -> Company:
    """A company whose ATS is empty."""
    company = Company(harz.join("beispiel"))
    company.manage("migrate", "--verbosity", "0")
    return company


def handed_over(harz: Alliance, muster: Company, beispiel: Company) -> tuple[Person, str]:
    """Recommend the second choice of one ATS and bring the dossier into the other."""
    [line] = muster.manage("recommend").splitlines()
    person = harz.person(line.split()[1])
    folders = (muster.folder, beispiel.folder)
    harz.settle(muster.folder)
    person.grant()
    harz.settle(*folders)
    with Member.open(beispiel.folder) as member:
        [match] = member.inbox()
        member.request_contact(match, job="Backend")
    harz.settle(*folders)
    person.agree()
    harz.settle(*folders)
    beispiel.manage("exchange")
    return person, match.referral


def receipt(person: Person, company: Company) -> ReceiptItem | None:
    """Return what the company signed last, as the person sees it."""
    [holder] = [
        one
        for one in person.look().holders
        if one.organisation.id.endswith(f"{company.folder.name}.example")
    ]
    return holder.receipt


def dossier(person: Person, company: Company) -> tuple[str, str | None]:
    """Return what the company signed about the dossier: state and reason."""
    signed = receipt(person, company)
    assert signed is not None
    [said] = [one for one in signed.categories if one.category == "dossier"]
    return str(said.state), said.reason


def test_what_a_nightly_job_cannot_erase_it_does_not_call_erased(
    harz: Alliance, muster: Company, beispiel: Company
) -> None:
    """Without Django's part the receipt says `failed(participant_missing)`; with it, `erased`."""
    person, referral = handed_over(harz, muster, beispiel)
    assert beispiel.taken_over() == [referral, referral]

    person.withdraw()
    beispiel.nightly()
    harz.node.tick()
    assert dossier(person, beispiel) == ("failed", "participant_missing")
    assert beispiel.taken_over() == [referral, referral]
    assert not person.bundle().verify()

    beispiel.manage("exchange")
    muster.manage("exchange")
    harz.node.tick()
    assert beispiel.taken_over() == []
    assert dossier(person, beispiel) == ("erased", None)
    signed = receipt(person, beispiel)
    assert signed is not None
    assert "django-ats" in signed.stores
    assert signed.second_look
    assert person.bundle().verify()
    assert b"aylin@example.org" not in beispiel.database.read_bytes()
    # Who applied at the origin stays there under the AGG clock, and its receipt says so.
    assert dossier(person, muster)[0] == "retained"
    assert b"aylin@example.org" in muster.database.read_bytes()


def test_only_second_choices_are_recommended_and_only_once(muster: Company) -> None:
    """Who was hired is not, and a second run prepares nothing."""
    assert len(muster.manage("recommend").splitlines()) == 1
    assert muster.manage("recommend") == ""


def test_its_pages_hold_by_djangos_own_tests(muster: Company) -> None:
    """Its test client, its sign-in, its cross-site checks."""
    assert muster.manage("check").startswith("System check identified no issues")
    muster.manage("test", "ats", "--verbosity", "0")


def test_it_serves_the_pages_with_its_own_server(muster: Company) -> None:
    """Django's server, as a process."""
    from fachkraft_share.cli.demo.processes import free_port

    port = free_port()
    command = ("manage.py", "runserver", f"127.0.0.1:{port}", "--noreload", "--skip-checks")
    with process(*command, folder=muster.folder, cwd=ATS, **muster.surroundings):
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: _answers(url))
        assert get(f"{url}/fachkraft-share/health").json()["checks"]
        assert get(f"{url}/fachkraft-share/inbox").status_code == 403
        assert get(f"{url}/fachkraft-share/nothing").status_code == 404


def test_without_a_folder_it_is_an_ats_like_any_other(tmp_path: Path) -> None:
    """An installation that takes part in no alliance starts, and has no such pages."""
    surroundings = {**os.environ, **environment(tmp_path), "FKS_FOLDER": ""}
    script = "from django.urls import get_resolver as g; print(len(g().url_patterns))"
    run = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", script],
        cwd=ATS,
        env={**surroundings, "ATS_DATABASE": str(tmp_path / "ats.sqlite3")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.strip() == "1", run.stderr


def _answers(url: str) -> bool:
    try:
        return get(f"{url}/fachkraft-share/health").ok
    except requests.ConnectionError:
        return False
