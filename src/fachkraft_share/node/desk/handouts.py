"""What the person takes along: pages to print and files to keep."""

import datetime as dt
import json
from typing import Any

from fachkraft_share.errors import RefusedError
from fachkraft_share.node.desk import reminding
from fachkraft_share.node.desk.pages import Answer, Pages
from fachkraft_share.node.desk.receipt_paper import receipt_paper
from fachkraft_share.node.desk.service import Desk
from fachkraft_share.node.desk.views import Stage, View
from fachkraft_share.node.desk.visit import Visit
from fachkraft_share.rules.formats.profile_export import europass_of, hr_open_of, resume_of
from fachkraft_share.rules.receipts import Status
from fachkraft_share.web.headers import PAGE_HEADERS
from fachkraft_share.web.paper import pdf
from fachkraft_share.web.saying import Saying

JSON = "application/json"


class Handouts:
    """The receipt, everything about the person, the profile in other formats, the bundle."""

    def __init__(self, desk: Desk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    def receipt(self, visit: Visit) -> Answer:
        """Show the consent receipt, ready to be printed."""
        view, values = self._receipt(visit)
        return self._pages.page("receipt.html", visit, view, **values)

    def receipt_pdf(self, visit: Visit) -> Answer:
        """Hand out the consent receipt as PDF/UA."""
        view, values = self._receipt(visit)
        say, settings = Saying(self._desk.texts(view.language)), self._desk.settings
        document = receipt_paper(view, say=say, settings=settings, **values)
        return _file("consent-receipt.pdf", pdf(document), kind="application/pdf")

    def _receipt(self, visit: Visit) -> tuple[View, dict[str, Any]]:
        view = self._desk.open(visit.secret, language=visit.language)
        made = self._desk.receipt(visit.secret, language=view.language)
        record = made["dpv:hasRecordOfActivity"]
        first = record["dpv:hasProcess"][0]
        recipients = [{"name": one["dpv:hasName"]} for one in first["dpv:hasRecipient"]]
        status = Status(record["dpv:hasConsentStatus"][-1]["@type"][0]).name.lower()
        return view, {"consent": view.consent, "recipients": recipients, "standing": status}

    def receipt_file(self, visit: Visit) -> Answer:
        """Hand out the consent receipt as JSON."""
        return _file("consent-receipt.json", _json(self._desk.receipt(visit.secret)))

    def about(self, visit: Visit) -> Answer:
        """Hand out everything this node knows."""
        language = visit.language("de")
        return _file("about-me.json", _json(self._desk.about(visit.secret, language=language)))

    def resume(self, visit: Visit) -> Answer:
        """Hand out the profile as JSON Resume."""
        found = self._desk.profile(visit.secret, language=visit.language)
        return _file("profile.resume.json", _json(resume_of(found)))

    def hr_open(self, visit: Visit) -> Answer:
        """Hand out the profile as HR Open."""
        found = self._desk.profile(visit.secret, language=visit.language)
        return _file("profile.hr-open.json", _json(hr_open_of(found)))

    def europass(self, visit: Visit) -> Answer:
        """Hand out the profile as Europass."""
        found = self._desk.profile(visit.secret, language=visit.language)
        return _file("profile.europass.xml", europass_of(found), kind="application/xml")

    def bundle(self, visit: Visit) -> Answer:
        """Hand out the erasure bundle."""
        return _file("erasure-bundle.json", self._desk.bundle(visit.secret))

    def reminder(self, visit: Visit) -> Answer:
        """Hand out a calendar entry for the day the person chose."""
        view = self._pages.demand(visit, Stage.ASKED)
        if view.later is None:
            raise RefusedError("day-needed", "no day was chosen")
        texts = self._desk.texts(view.language)
        content = reminding.entry(view.later, texts=texts, at=self._desk.now())
        day = dt.datetime.fromtimestamp(view.later, dt.UTC)
        return _file(f"{day:%Y-%m-%d}.ics", content, kind="text/calendar; charset=utf-8")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8")


def _file(name: str, content: bytes, *, kind: str = JSON) -> Answer:
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(200, content, kind, headers)
