"""What the person takes along: pages to print and files to keep."""

import datetime as dt
import json
from typing import Any

import attrs

from fachkraft_share.errors import RefusedError
from fachkraft_share.node.desk import reminding
from fachkraft_share.node.desk.erasure_paper import erasure_paper
from fachkraft_share.node.desk.receipt_paper import allowed_of, purposes_of, receipt_paper
from fachkraft_share.node.desk.room import Room, secret_of
from fachkraft_share.node.desk.views import Stage, View
from fachkraft_share.ports.runtime import Response
from fachkraft_share.rules.formats.profile_export import europass_of, hr_open_of, resume_of
from fachkraft_share.rules.receipts import Status
from fachkraft_share.web.look import attachment
from fachkraft_share.web.paper import pdf
from fachkraft_share.web.saying import Saying
from fachkraft_share.web.visit import Visit

JSON = "application/json"


@attrs.frozen
class Handouts:
    """The receipt, everything about the person, the profile in other formats, the bundle."""

    room: Room

    def receipt(self, visit: Visit) -> Response:
        """Show the consent receipt, ready to be printed."""
        view, values = self._receipt(visit)
        return self.room.page("receipt.html", visit, view, **values)

    def receipt_pdf(self, visit: Visit) -> Response:
        """Hand out the consent receipt as PDF/UA."""
        view, values = self._receipt(visit)
        say, settings = self._say(view), self.room.desk.settings
        document = receipt_paper(view, say=say, settings=settings, **values)
        return attachment(_name(say, "receipt", "pdf"), pdf(document), "application/pdf")

    def _receipt(self, visit: Visit) -> tuple[View, dict[str, Any]]:
        view = self.room.desk.open(secret_of(visit), language=visit.language)
        made = self.room.desk.receipt(secret_of(visit), language=view.language)
        record = made["dpv:hasRecordOfActivity"]
        first = record["dpv:hasProcess"][0]
        recipients = [{"name": one["dpv:hasName"]} for one in first["dpv:hasRecipient"]]
        status = Status(record["dpv:hasConsentStatus"][-1]["@type"][0]).name.lower()
        if view.consent is None:
            raise RefusedError("no-consent", "nothing was granted with this link")
        return view, {
            "consent": view.consent,
            "recipients": recipients,
            "standing": status,
            "purposes": purposes_of(view.consent),
            "allowed": allowed_of(view, view.consent),
        }

    def _say(self, view: View) -> Saying:
        return Saying(self.room.desk.texts(view.language))

    def receipt_file(self, visit: Visit) -> Response:
        """Hand out the consent receipt as JSON."""
        view = self.room.open(visit)
        made = self.room.desk.receipt(secret_of(visit), language=view.language)
        return attachment(_name(self._say(view), "receipt", "json"), _json(made), JSON)

    def about(self, visit: Visit) -> Response:
        """Hand out everything this node knows."""
        view = self.room.open(visit)
        made = self.room.desk.about(secret_of(visit), language=visit.language("de"))
        return attachment(_name(self._say(view), "about", "json"), _json(made), JSON)

    def resume(self, visit: Visit) -> Response:
        """Hand out the profile as JSON Resume."""
        found = self.room.desk.profile(secret_of(visit), language=visit.language)
        return attachment("profile.resume.json", _json(resume_of(found)), JSON)

    def hr_open(self, visit: Visit) -> Response:
        """Hand out the profile as HR Open."""
        found = self.room.desk.profile(secret_of(visit), language=visit.language)
        return attachment("profile.hr-open.json", _json(hr_open_of(found)), JSON)

    def europass(self, visit: Visit) -> Response:
        """Hand out the profile as Europass."""
        found = self.room.desk.profile(secret_of(visit), language=visit.language)
        return attachment("profile.europass.xml", europass_of(found), "application/xml")

    def bundle(self, visit: Visit) -> Response:
        """Hand out the erasure bundle."""
        made = self.room.desk.bundle(secret_of(visit))
        return attachment(_name(self._say(self.room.open(visit)), "bundle", "json"), made, JSON)

    def confirmation(self, visit: Visit) -> Response:
        """Hand out who has signed for the erasure as PDF/UA, to be read and kept."""
        view = self.room.demand(visit, Stage.CLOSED, Stage.DECLINED)
        if view.ending is None or view.limited:
            raise RefusedError("old-link", "use the management link")
        say, desk = self._say(view), self.room.desk
        document = erasure_paper(view, view.ending, say=say, settings=desk.settings, at=desk.now())
        return attachment(_name(say, "confirmation", "pdf"), pdf(document), "application/pdf")

    def reminder(self, visit: Visit) -> Response:
        """Hand out a calendar entry for the day the person chose."""
        view = self.room.demand(visit, Stage.ASKED)
        if view.later is None:
            raise RefusedError("day-needed", "no day was chosen")
        texts = self.room.desk.texts(view.language)
        content = reminding.entry(view.later, texts=texts, at=self.room.desk.now())
        day = dt.datetime.fromtimestamp(view.later, dt.UTC)
        return attachment(f"{day:%Y-%m-%d}.ics", content, "text/calendar; charset=utf-8")


def _name(say: Saying, what: str, kind: str) -> str:
    """Return what a file is called among somebody's downloads, in the language of the page."""
    return f"{say.t(f'file.{what}')}.{kind}"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8")
