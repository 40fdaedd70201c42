"""A person's own pages, by a link and without an account: enter, see what others see, hand over."""

from collections.abc import Mapping
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, StateError, TemporaryError
from fachkraft_share.host.opened import Firm
from fachkraft_share.host.presenting.by_link import PREFIX, LinkPages, in_language
from fachkraft_share.host.presenting.entry import Entered
from fachkraft_share.host.presenting.entry_pages import EntryPages, suggested
from fachkraft_share.host.records import Presentation
from fachkraft_share.model.profile import Profile
from fachkraft_share.node.desk.profile import Wording, shown
from fachkraft_share.node.desk.views import Shown
from fachkraft_share.ports.documents import opaque_name
from fachkraft_share.ports.runtime import Response
from fachkraft_share.protocol.parts import part_profile, read_part
from fachkraft_share.protocol.records import Part
from fachkraft_share.rules.deidentification import describe
from fachkraft_share.rules.vocabulary import Kind
from fachkraft_share.web.look import attachment, see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit, queried

PARENT = "/e/{secret}"


@attrs.frozen
class PersonPages(LinkPages):
    """Everything at `/p/…` and, for a parent, at `/e/…`."""

    def routes(self) -> tuple[Route, ...]:
        """Return the routes."""
        return (
            Route(PREFIX, get=self.open),
            *EntryPages(self.firm, self.look, self.address).routes(),
            Route(f"{PREFIX}/occupation", post=self.occupation),
            Route(f"{PREFIX}/wish", post=self.wish),
            Route(f"{PREFIX}/hand-over", post=self.hand_over),
            Route(f"{PREFIX}/letter", get=self.letter),
            Route(f"{PREFIX}/document", get=self.document),
            Route(f"{PREFIX}/delete", get=self.ask_delete, post=self.delete),
            Route(PARENT, get=self.parent, post=self.parent_answers),
            Route(f"{PARENT}/withdraw", get=self.ask_parent, post=self.parent_withdraws),
        )

    # The person -------------------------------------------------------------------------------

    def open(self, visit: Visit) -> Response:
        """Say what this is, or how it stands."""
        row = self._row(visit)
        if not row.entered_at:
            return self._page("welcome.html", visit, row, begun=bool(row.ciphertext))
        return self._check(visit, row)

    def occupation(self, visit: Visit) -> Response:
        """Keep the occupation a person chose."""
        row, code = self._row(visit), visit.form.one("occupation")
        try:
            self._kept().choose_occupation(row, code)
        except (RefusedError, StateError):
            return self._check(visit, row, faults={"occupation": "host.fault.choice"}, status=422)
        return see_other(self._at(visit, done="occupation"))

    def wish(self, visit: Visit) -> Response:
        """Ask for a confirmation."""
        row = self._row(visit)
        if row.entered_at and row.referral is None:
            self._kept().wish(row)
        return see_other(self._at(visit, done="wish"))

    def hand_over(self, visit: Visit) -> Response:
        """Hand the profile over as a draft, and show the link to the desk."""
        row = self._row(visit)
        try:
            self._kept().hand_over(row, language=visit.language(row.language))
        except RefusedError as error:
            code = f"host.fault.{error.code}"
            known = self.look.texts(visit.language("de")).has(code)
            faults = {"hand_over": code if known else "host.fault.not_now"}
            return self._check(visit, row, faults=faults, status=409)
        except (TemporaryError, StateError):
            return self._check(visit, row, faults={"hand_over": "host.fault.not_now"}, status=503)
        return see_other(self._at(visit))

    def letter(self, visit: Visit) -> Response:
        """Show the letter for a parent, to print or to send on."""
        row = self._row(visit)
        entered = self._entered(row)
        if not row.minor or row.parent_at or row.referral is not None:
            return see_other(self._at(visit))
        link = in_language(f"{self.address}/e/{entered.parent_link}", visit.asked)
        return self._page("letter.html", visit, row, link=link, entered=entered)

    def document(self, visit: Visit) -> Response:
        """Give the CV back."""
        documents = self._entered(self._row(visit)).candidate.documents
        if not documents:
            raise RefusedError("not-found")
        [one] = documents
        return attachment(opaque_name(one), one.content, one.media_type)

    def ask_delete(self, visit: Visit) -> Response:
        """Ask before everything goes."""
        return self._page("delete.html", visit, self._row(visit))

    def delete(self, visit: Visit) -> Response:
        """Erase everything, and withdraw what was handed over."""
        row = self._row(visit)
        self._tried(lambda: self._kept().delete(row))
        return self._page("deleted.html", visit, row)

    # A parent ---------------------------------------------------------------------------------

    def parent(self, visit: Visit) -> Response:
        """Show a parent what is planned and what others would see."""
        return self._parent(visit, self._kept().by_parent(visit.params["secret"]))

    def parent_answers(self, visit: Visit) -> Response:
        """Record a parent's yes; a no is asked about first, at `withdraw`."""
        row, name = self._kept().by_parent(visit.params["secret"]), visit.form.one("name").strip()
        if row.parent_at or row.referral is not None:
            return self._parent(visit, row)
        faults = {} if visit.form.has("agree", "yes") else {"agree": "host.fault.agree"}
        if not name or len(name) > limits.SHORT_TEXT:
            faults["name"] = "host.fault.needed_parent"
        if faults:
            return self._parent(visit, row, faults=faults, status=422)
        texts, given = self.look.texts(visit.language("de")), self._entered(row).candidate.given
        words = texts.text("host.present.parent_agree", given=given)
        return self._parent(visit, self._kept().parent_agrees(row, name=name, words=words))

    def ask_parent(self, visit: Visit) -> Response:
        """Ask a parent before their no, or the end of their agreement, erases everything."""
        return self._withdrawing("parent_withdraw.html", visit)

    def parent_withdraws(self, visit: Visit) -> Response:
        """End everything by the parent's word: as easy as agreeing was (R6, R21)."""
        row = self._kept().by_parent(visit.params["secret"])
        answer = self._withdrawing("parent_withdrawn.html", visit)
        self._tried(lambda: self._kept().delete(row))
        return answer

    def _withdrawing(self, name: str, visit: Visit) -> Response:
        row = self._kept().by_parent(visit.params["secret"])
        return self._page(name, visit, row, given=self._entered(row).candidate.given)

    def _parent(self, visit: Visit, row: Presentation, **more: Any) -> Response:
        entered = self._entered(row)
        return self._page(
            "parent.html",
            visit,
            row,
            given=entered.candidate.given,
            own_link=in_language(f"{self.address}/e/{visit.params['secret']}", visit.asked),
            **self._seen(visit, row),
            **more,
        )

    # Making them ------------------------------------------------------------------------------

    def _check(self, visit: Visit, row: Presentation, **more: Any) -> Response:
        entered, kept = self._entered(row), self._kept()
        return self._page(
            "check.html",
            visit,
            row,
            desk=_asked(entered.desk_link, visit) if kept.waits_at_desk(row) else "",
            has_cv=bool(entered.candidate.documents),
            done=visit.query.get("done", ""),
            own_link=in_language(f"{self.address}/p/{visit.params['secret']}", visit.asked),
            occupations=occupations(self.firm(), entered, self._language(visit)),
            **self._seen(visit, row),
            **more,
        )

    def _seen(self, visit: Visit, row: Presentation) -> Mapping[str, Any]:
        """Return what others would see, and what was left out; `held` says why there is nothing."""
        language = self._language(visit)
        try:
            draft = self._kept().preview(row)
        except RefusedError as error:
            return {"seen": (), "left_out": (), "held": error.code}
        unknown = self._unknown(row)
        left_out = [
            describe(one, language=language)
            for one in draft.dropped
            if not (unknown and one.code == "skills-unknown")  # said below, by their own words
        ]
        if unknown:
            texts = self.look.texts(visit.language(self.look.default))
            left_out.append(texts.text("host.present.unknown", words=", ".join(unknown)))
        left_out += [describe(one, language=language) for one in draft.coarsened]
        seen = profile_shown(self.firm(), draft.profile, self._wording(visit))
        return {"seen": seen, "left_out": left_out, "held": ""}

    def _unknown(self, row: Presentation) -> list[str]:
        """Return the skills that no list knows, as the person wrote them."""
        words = self.firm().member.engine.vocabulary
        return [one for one in self._entered(row).candidate.skills if not words.skill_codes(one)]

    def _entered(self, row: Presentation) -> Entered:
        found = self._kept().read(row)
        if found is None:
            raise RefusedError("not-found")
        return found


def _asked(link: str, visit: Visit) -> str:
    """Return a link to the desk in the language that was chosen here."""
    return link + queried({"lang": visit.asked}) if visit.asked else link


def profile_shown(firm: Firm, profile: Profile, wording: Wording) -> tuple[Shown, ...]:
    """Return a profile word by word as the desk shows it."""
    random = firm.member.engine.runtime.ids.random
    parted = part_profile(profile, salts=iter(lambda: random(limits.ID_BYTES), b""))
    parts = (Part("", read_part(text)[0], text) for text in parted.texts)
    return shown(parts, wording=wording)


def occupations(firm: Firm, entered: Entered, language: str) -> list[tuple[str, str]]:
    """Return the occupations a person may choose: what was found first, then all main groups."""
    words = firm.member.engine.vocabulary
    first = suggested(firm, entered.candidate.title, language)
    if entered.occupation:
        code = entered.occupation
        first.insert(0, (code, words.label(Kind.OCCUPATION, code, language=language)))
    groups = [one for one in words.codes(Kind.OCCUPATION) if len(one) == 2]
    named = [(code, words.label(Kind.OCCUPATION, code, language=language)) for code in groups]
    return list(dict.fromkeys([*first, *named]))
