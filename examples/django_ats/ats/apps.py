"""The application's start: whatever process Django starts, its models take part in erasures."""

from django.apps import AppConfig
from django.conf import settings

import fachkraft_share


class AtsConfig(AppConfig):
    """The tiny applicant-tracking system; `exchange` is its way into the alliance."""

    name = "ats"
    exchange = None

    def ready(self) -> None:
        """Embed the member, if this installation is one's."""
        from ats.exchange import TakenOver

        if settings.FACHKRAFT_SHARE_FOLDER:
            self.exchange = fachkraft_share.init(
                "django",
                folder=settings.FACHKRAFT_SHARE_FOLDER,
                participants=[TakenOver()],
                allow=lambda request: request.user.is_staff,
            )
