"""`manage.py exchange`: synchronise with the alliance, then take over what was handed over."""

from typing import Any

from django.core.management.base import BaseCommand

from ats.exchange import member, take_over


class Command(BaseCommand):
    """Run it every few minutes; a second one that runs at the same time ends with an error."""

    help = "Synchronise with the alliance and take over received dossiers."

    def handle(self, **_: Any) -> None:
        """Run once."""
        report = member().sync()
        taken = take_over()
        self.stdout.write(f"received {report.received}, sent {report.sent}, taken over {taken}")
