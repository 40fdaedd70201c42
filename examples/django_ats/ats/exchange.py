"""The way into the alliance: recommend second choices, take dossiers over, erase them again."""

from django.apps import apps
from django.db import transaction

from ats.models import Applicant, Application, Document
from fachkraft_share import Candidate, Endorsement, Member
from fachkraft_share import Document as Paper
from fachkraft_share.member.reading import Received
from fachkraft_share.member.recommending import Recommendation
from fachkraft_share.ports.erasure_evidence import Erasure, Outcome, Residue, ResidueKind


class TakenOver:
    """Erases the applicants that came through the alliance, with all that hangs on them."""

    name = "django-ats"

    def erase(self, referral: str, *, at: int) -> Erasure:
        """Delete and look again."""
        found = Applicant.objects.filter(referral=referral)
        held = found.exists()
        found.delete()
        left = [Residue(ResidueKind.PERSON_RECORD, "Applicant")] if found.exists() else []
        return Erasure(Outcome.ERASED if held else Outcome.NEVER_HELD, tuple(left), at)


def member() -> Member:
    """Return the member of this installation."""
    opened: Member = apps.get_app_config("ats").exchange.member
    return opened


def second_choices() -> list[Application]:
    """Return who was rejected and would have been hired, too."""
    return list(Application.objects.filter(rank=2, rejected_on__isnull=False))


def recommend(application: Application) -> Recommendation:
    """Prepare a referral; the link it returns goes into the letter to the person."""
    return member().recommend(
        _candidate(application),
        Endorsement(rank="second", would_have_hired=True),
        application=f"ATS-{application.pk}",
        rejected_on=application.rejected_on,
    )


def take_over() -> int:
    """File dossiers that were handed over, and take out again what ended meanwhile."""
    before = set(Applicant.objects.exclude(referral="").values_list("referral", flat=True))
    new = [one for one in member().received() if one.referral not in before]
    for one in new:
        _file(one)
    # An erasure may have asked us just before we filed: then it is here and not there.
    there = {one.referral for one in member().received()}
    Applicant.objects.exclude(referral="").exclude(referral__in=there).delete()
    return len(new)


def _candidate(application: Application) -> Candidate:
    person = application.applicant
    papers = (
        Paper(one.name, one.kind, one.media_type, bytes(one.content))
        for one in person.document_set.all()
    )
    return Candidate(
        given=person.given,
        family=person.family,
        email=person.email,
        phone=person.phone,
        postcode=person.postcode,
        title=application.title,
        occupation=application.occupation or None,
        skills=application.skills,
        documents=papers,
    )


@transaction.atomic
def _file(received: Received) -> None:
    person = received.candidate
    applicant = Applicant.objects.create(
        given=person.given,
        family=person.family,
        email=person.email,
        phone=person.phone,
        postcode=person.postcode,
        referral=received.referral,
    )
    for one in person.documents:
        Document.objects.create(
            applicant=applicant,
            name=one.name,
            kind=one.kind,
            media_type=one.media_type,
            content=one.content,
        )
