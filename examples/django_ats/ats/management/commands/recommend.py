"""`manage.py recommend`: prepare a referral for each second choice; print the links."""

from typing import Any

from django.core.management.base import BaseCommand

from ats.exchange import recommend, second_choices
from fachkraft_share.errors import StateError


class Command(BaseCommand):
    """Who was recommended already is passed by."""

    help = "Recommend rejected second choices; each link goes into the letter to the person."

    def handle(self, **_: Any) -> None:
        """Run once."""
        for application in second_choices():
            try:
                asked = recommend(application)
            except StateError as error:
                self.stderr.write(f"ATS-{application.pk}: {error}")
            else:
                self.stdout.write(f"ATS-{application.pk} {asked.link}")
