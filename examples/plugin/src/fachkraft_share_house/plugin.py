"""What this package adds, holds back and presents; docs/hooks.md says when each is called."""

import os
from collections.abc import Mapping
from pathlib import Path

from fachkraft_share import Document
from fachkraft_share.model.profile import Profile
from fachkraft_share.plugins import Fact, News, Staff, hookimpl
from fachkraft_share.ports.health import Health, HealthCheck, Level
from fachkraft_share.rules.terms import Term
from fachkraft_share.rules.vocabulary import Kind, Label
from fachkraft_share_house import login
from fachkraft_share_house.letters import Letters
from fachkraft_share_house.shelf import ShelfAdapter

KNOWN_TO_EVERYBODY = ("9314",)  # in this region there is one glass-blower
SHIFTS = {"pl": ("Polnisch", "Polish"), "uk": ("Ukrainisch", "Ukrainian")}
ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
SALUTATION = {"de": "Ein Betrieb aus der Region fragt nach Ihnen", "en": "A firm asks for you"}


def _folder() -> Path:
    return Path(os.environ["HOUSE_FOLDER"])  # without it the hook fails, and `doctor` says so


@hookimpl
def adapters() -> list[type[ShelfAdapter]]:
    """Bring the shelf."""
    return [ShelfAdapter]


@hookimpl
def erasure_participants() -> list[Letters]:
    """Erase the letters with the person."""
    return [Letters(_folder())]


@hookimpl
def health_checks() -> list[HealthCheck]:
    """Say whether the folder is there."""

    def folder() -> Health:
        if Path(os.environ.get("HOUSE_FOLDER", "")).is_dir() and os.environ.get("HOUSE_FOLDER"):
            return Health(Level.OK)
        return Health(Level.FAIL, "HOUSE_FOLDER names no folder", "make it, or set the variable")

    return [HealthCheck("HOUSE-001", "The house's folder is there", folder)]


@hookimpl
def vocabularies() -> list[Term]:
    """Say what people here write."""
    return [
        Term(Kind.OCCUPATION, "43414", ("Prozessdigitalisierer",), Label("Software", "Software")),
        Term(Kind.SKILL, "java", ("Hausframework",)),
    ]


@hookimpl
def match_reasons(profile: Profile, language: str) -> list[str]:
    """Say which shift speaks the person's language."""
    named = [SHIFTS[one.language] for one in profile.languages if one.language in SHIFTS]
    if language == "en":
        return [f"One of our shifts speaks {english}" for _, english in named]
    return [f"Eine unserer Schichten spricht {german}" for german, _ in named]


@hookimpl
def review_profile(profile: Profile) -> str | None:
    """Hold back whom everybody here would know by the occupation alone."""
    if profile.occupation.startswith(KNOWN_TO_EVERYBODY):
        return "Everybody here knows who that is."
    return None


@hookimpl
def scan_document(document: Document) -> str | None:
    """Hold back what runs something, and what is not what it says."""
    if document.media_type != "application/pdf":
        return None
    if not document.content.startswith(b"%PDF-"):
        return "This is no PDF file."
    if any(one in document.content for one in ACTIVE):
        return "This PDF file runs or carries something."
    return None


@hookimpl
def notify(news: News) -> bool | None:
    """Leave a letter for the firm's mailer, if there is somebody to send it to."""
    if not news.to:
        return None
    Letters(_folder()).write(news)
    return True


@hookimpl
def texts(language: str) -> Mapping[str, str]:
    """Use the firm's own salutation."""
    return {"notify.contact_requested.subject": SALUTATION[language]}


@hookimpl
def authenticate(headers: Mapping[str, str]) -> Staff | None:
    """Believe what the login in front has signed."""
    return login.read(headers, secret=os.environ.get("HOUSE_SECRET", ""))


@hookimpl
def committed(fact: Fact) -> None:
    """Count events for the firm's own figures; the same fact told again is one."""
    folder = _folder() / "facts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / fact.id).write_text(f"{fact.at} {fact.type}\n", "utf-8")
