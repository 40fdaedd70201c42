"""Who sees what, by Django's own test client: `python manage.py test`."""

from django.contrib.auth import get_user_model
from django.test import Client, TestCase

from ats.exchange import TakenOver
from ats.models import Applicant, Document
from fachkraft_share.ports.erasure_evidence import Outcome


class Pages(TestCase):
    """The pages of this system and those of the library."""

    def test_only_staff_sees_people(self) -> None:
        """Django's own sign-in decides on both."""
        user = get_user_model().objects.create_user("r", is_staff=True)
        for path in ("/applicants/", "/fachkraft-share/inbox", "/fachkraft-share/received"):
            assert self.client.get(path).status_code in (401, 403)
        self.client.force_login(user)
        for path in ("/applicants/", "/fachkraft-share/inbox", "/fachkraft-share/received"):
            assert self.client.get(path).status_code == 200

    def test_health_is_for_everybody(self) -> None:
        """A monitor has no account."""
        assert self.client.get("/fachkraft-share/health").status_code == 200

    def test_a_hook_needs_no_cookie(self) -> None:
        """Cross-site checks are for browsers; this system is connected to no other: 404."""
        strict = Client(enforce_csrf_checks=True)
        assert strict.post("/fachkraft-share/hooks/odoo", b"{}", "text/json").status_code == 404


class Erasing(TestCase):
    """This system's part in an erasure."""

    def test_an_applicant_goes_with_all_documents(self) -> None:
        """And nobody else's."""
        for referral in ("a" * 22, ""):
            person = Applicant.objects.create(referral=referral)
            Document.objects.create(applicant=person, name="cv", content=b"x")
        assert TakenOver().erase("a" * 22, at=1).outcome is Outcome.ERASED
        assert TakenOver().erase("a" * 22, at=1).outcome is Outcome.NEVER_HELD
        assert [one.applicant.referral for one in Document.objects.all()] == [""]
