"""Where education and advice invite people, see what waits, and confirm what they have seen."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, StateError
from fachkraft_share.host.folder import Host
from fachkraft_share.host.mailing import Post, waiting
from fachkraft_share.host.opened import Firm
from fachkraft_share.host.presenting import addresses
from fachkraft_share.host.presenting.by_link import confirmed_words, in_language
from fachkraft_share.host.presenting.keeping import CONFIRMABLE, KINDS, Invited, Presentations
from fachkraft_share.host.presenting.staff_rows import facts_of, line_of, state_of
from fachkraft_share.host.records import Presentation
from fachkraft_share.member.recommending import may_present
from fachkraft_share.node.desk.profile import Wording
from fachkraft_share.ports.documents import opaque_name
from fachkraft_share.ports.runtime import Response
from fachkraft_share.rules.vocabulary import Kind
from fachkraft_share.web.catalogue import LANGUAGES
from fachkraft_share.web.login.mail import Mail
from fachkraft_share.web.look import Link, Look, attachment, see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

LIST: Final = "/presentations"
SEE: Final = frozenset({"administrator", "hr", "reader"})
ACT: Final = frozenset({"administrator", "hr"})
LINK: Final = Link(LIST, "host.present.nav", SEE)
_AGAIN: Final = "5"  # seconds between two looks
_SHOWN: Final = 500  # of one list; older ones go by themselves


@attrs.frozen
class StaffPages:
    """The pages at `/presentations`."""

    host: Host
    firm: Callable[[], Firm]
    look: Look
    address: str

    def routes(self) -> tuple[Route, ...]:
        """Return the routes."""
        one = f"{LIST}/one/{{id}}"
        return (
            Route(LIST, get=self.list, roles=SEE),
            Route(f"{LIST}/invite", get=self.invite, roles=ACT),
            Route(
                f"{LIST}/check",
                post=self.check,
                roles=ACT,
                bytes=limits.PRESENTED_LIST + limits.FORM_BYTES,
            ),
            Route(f"{LIST}/send", post=self.send, roles=ACT),
            Route(f"{LIST}/codes", post=self.codes, roles=ACT),
            Route(one, get=self.one, roles=ACT),
            Route(f"{one}/confirm", post=self.confirm, roles=ACT),
            Route(f"{one}/parent", post=self.parent, roles=ACT),
            Route(f"{one}/document", get=self.document, roles=ACT),
            Route(f"{one}/delete", get=self.ask_delete, post=self.delete, roles=ACT),
        )

    # Inviting ---------------------------------------------------------------------------------

    def list(self, visit: Visit) -> Response:
        """List who was invited and how it stands; names only for who may act."""
        kept, act = self._kept(), bool(visit.who and visit.who.has(*ACT))
        found = kept.all()[:_SHOWN]
        rows = [line_of(kept, one, named=act) for one in found]
        left = waiting(self.firm().beside)
        sent = _number(visit.query.get("number", "")) if self._fresh(found) else 0
        # The page asks again by itself, also without JavaScript, while letters leave.
        headers = {"Refresh": _AGAIN} if sent and left.number else {}
        shown = {"left": left, "number": sent, "gone": max(0, sent - left.number)}
        return self._page("list.html", visit, headers=headers, rows=rows, act=act, **shown)

    def _fresh(self, found: Sequence[Presentation]) -> bool:
        """Tell whether the newest letter may still wait: one that is older was dropped."""
        oldest = self.host.now() - limits.MAIL_HOURS * limits.HOUR
        return any(one.at > oldest for one in found[:1])

    def invite(self, visit: Visit, **more: Any) -> Response:
        """Show the ways to invite."""
        self._kept()
        mails = Post(self.host.settings.mail, self.host.runtime.ids).works
        most = limits.PRESENTED_CLASS
        offered = {"kinds": KINDS, "languages_offered": LANGUAGES, "mails": mails, "most": most}
        offered["asked"] = self.host.settings.legal.contact
        return self._page("invite.html", visit, **offered, **more)

    def check(self, visit: Visit) -> Response:
        """Show what a list of addresses says, before anything is sent."""
        given = visit.form.file("file")
        try:
            read = addresses.uploaded(given) if given else addresses.pasted(visit.form.one("list"))
        except RefusedError as error:
            return self.invite(visit, faults={"list": f"host.fault.{error.code}"}, status=422)
        if not read.found:
            return self.invite(visit, faults={"list": "host.fault.list-empty"}, status=422)
        return self._page("preview.html", visit, read=read)

    def send(self, visit: Visit) -> Response:
        """Invite everybody on the list that was shown; each address goes with its mail."""
        read = addresses.pasted(visit.form.one("list"))
        made = self._invite(visit, len(read.found))
        firm, post = self.firm(), Post(self.host.settings.mail, self.host.runtime.ids)
        with firm.beside.begin() as transaction:
            for one, to in zip(made, read.found, strict=True):
                post.post(transaction, self._mail(one, to), at=self.host.now())
        return see_other(visit.url(LIST, done="sent", number=str(len(made))))

    def codes(self, visit: Visit) -> Response:
        """Make links to print; they are shown this once."""
        number = _number(visit.form.one("number"))
        if not number:
            return self.invite(visit, faults={"number": "host.fault.number"}, status=422)
        made = self._invite(visit, number)
        links, texts = [self._link(one) for one in made], self.look.texts(made[0].row.language)
        firm = self.firm()
        slip = {"slip": texts, "origin": firm.row.name, "until": made[0].row.ends}
        slip["contact"] = firm.member.engine.settings.contact
        return self._page("codes.html", visit, printed=links, **slip)

    def _invite(self, visit: Visit, number: int) -> tuple[Invited, ...]:
        return self._kept().invite(
            number,
            kind=visit.form.one("kind"),
            language=visit.form.one("language"),
            group=visit.form.one("group").strip(),
            by=visit.who.id if visit.who else "",
        )

    def _link(self, one: Invited) -> str:
        return in_language(f"{self.address}/p/{one.secret}", one.row.language)

    def _mail(self, one: Invited, to: str) -> Mail:
        texts, firm = self.look.texts(one.row.language), self.firm()
        said = {
            "origin": firm.row.name,
            "link": self._link(one),
            "day": texts.moment(one.row.ends),
            "contact": firm.member.engine.settings.contact or firm.row.name,
        }
        subject = texts.text("host.present.mail_subject", origin=firm.row.name)
        return Mail(to, subject, texts.text("host.present.mail_text", **said))

    # One of them ------------------------------------------------------------------------------

    def one(self, visit: Visit, **more: Any) -> Response:
        """Show what one person entered, and what may be confirmed of it."""
        row, kept = self._row(visit), self._kept()
        entered = kept.read(row)
        texts = self.look.texts(visit.language(self.look.default))
        words = Wording(self.firm().member.engine.vocabulary, texts)
        return self._page(
            "one.html",
            visit,
            row=row,
            state=state_of(row),
            called=line_of(kept, row, named=True)["name"],
            facts=facts_of(entered, texts.text, partial(words.said, Kind.LANGUAGE)),
            has_cv=bool(entered and entered.candidate.documents),
            parent_name=entered.parent_name if entered else "",
            parent_words=entered.parent_words if entered else "",
            choices=[(code, words.said(Kind.STRENGTH, code)) for code in CONFIRMABLE],
            chosen=row.confirmed.split(),
            confirmed=confirmed_words(words, row),
            **more,
        )

    def confirm(self, visit: Visit) -> Response:
        """Record what was seen or tested."""
        row = self._row(visit)
        if not visit.form.has("seen", "yes"):
            return self.one(visit, faults={"seen": "host.fault.seen"}, status=422)
        self._changed(
            lambda: self._kept().confirm(row, visit.form.all("confirmed"), by=_who(visit))
        )
        return see_other(visit.url(f"{LIST}/one/{row.id}", done="confirmed"))

    def parent(self, visit: Visit) -> Response:
        """Record that a parent's signed letter is here."""
        row, name = self._row(visit), visit.form.one("name").strip()
        faults = {} if visit.form.has("signed", "yes") else {"signed": "host.fault.signed"}
        if not name or len(name) > limits.SHORT_TEXT:
            faults["name"] = "host.fault.needed_parent"
        if faults or not row.minor:
            return self.one(visit, faults=faults, status=422)
        words = self.look.texts(row.language).text("host.present.letter_sign")
        self._changed(
            lambda: self._kept().parent_agrees(row, name=name, words=words, by=_who(visit))
        )
        return see_other(visit.url(f"{LIST}/one/{row.id}", done="parent"))

    def document(self, visit: Visit) -> Response:
        """Hand out the CV."""
        entered = self._kept().read(self._row(visit))
        if entered is None or not entered.candidate.documents:
            raise RefusedError("not-found")
        [one] = entered.candidate.documents
        return attachment(opaque_name(one), one.content, one.media_type)

    def ask_delete(self, visit: Visit) -> Response:
        """Ask before everything of one person goes."""
        return self._page("delete_one.html", visit, row=self._row(visit))

    def delete(self, visit: Visit) -> Response:
        """Erase everything of one person, and withdraw what was handed over."""
        row = self._row(visit)
        self._changed(lambda: self._kept().delete(row))
        return see_other(visit.url(LIST, done="deleted"))

    def _row(self, visit: Visit) -> Presentation:
        return self._kept().get(visit.params["id"])

    def _kept(self) -> Presentations:
        """Return what is kept here; only for members for education or advice (R2)."""
        firm = self.firm()
        if not may_present(firm.member.engine):
            raise RefusedError("not-found")
        return Presentations(firm)

    def _page(self, name: str, visit: Visit, **values: Any) -> Response:
        shown = {"done": visit.query.get("done", ""), **values}
        return self.look.page(f"presenting/{name}", visit, base=LIST, **shown)

    @staticmethod
    def _changed(work: Callable[[], object]) -> None:
        try:
            work()
        except StateError as error:
            raise RefusedError("unknown") from error


def _number(text: str) -> int:
    """Return how many that is, 0 if it is no number of a class."""
    said = text.strip()
    number = int(said) if re.fullmatch(r"[0-9]{1,9}", said) else 0
    return number if number <= limits.PRESENTED_CLASS else 0


def _who(visit: Visit) -> str:
    return visit.who.id if visit.who else ""
