"""What every page of the inbox is made with: one member, one look, words, and who may do what."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from fachkraft_share.errors import (
    AdapterError,
    BusyError,
    FachkraftShareError,
    MalformedError,
    QuarantineError,
    RefusedError,
    SetupError,
    StateError,
    StoreError,
    TemporaryError,
    WireError,
)
from fachkraft_share.member.checking import Finding
from fachkraft_share.member.displaying import heard_at
from fachkraft_share.member.facade import Member
from fachkraft_share.member.outbox import send_due
from fachkraft_share.member.profile_words import fields_of
from fachkraft_share.model.profile import Profile
from fachkraft_share.ports.health import Level
from fachkraft_share.ports.runtime import Response
from fachkraft_share.rules.folding import fold
from fachkraft_share.rules.vocabulary import Kind
from fachkraft_share.web.jobs import Jobs
from fachkraft_share.web.local_time import clock
from fachkraft_share.web.look import Look, see_other
from fachkraft_share.web.saying import Saying
from fachkraft_share.web.site import Work
from fachkraft_share.web.visit import Visit

READ: Final = frozenset({"administrator", "hr", "reader"})
ACT: Final = frozenset({"administrator", "hr"})  # sees persons, decides, sends
MANAGE: Final = frozenset({"administrator"})  # settings, websites, checks; a host's accounts
Shown = tuple[tuple[str, tuple[str, ...]], ...]  # a profile: names of fields, and their words
SAID: Final = "said"  # names in the address what was just done; see `Room.back`
TROUBLE: Final = "trouble"  # and what it failed with

_PLUGIN: Final = re.compile(r"Plugin (\S+(?: \d\S*)?)")  # how `doctor` calls one

# What an error means to whoever uses a page; the first that fits. Its text: `inbox.refused.CODE`.
_CODES: Final[tuple[tuple[type[Exception], str], ...]] = (
    (QuarantineError, "quarantine"),
    (StateError, "state"),
    (SetupError, "setup"),
    (AdapterError, "system"),
    (MalformedError, "entry"),
    (WireError, "unknown"),
)


@attrs.frozen
class Refusing:
    """The look, with this room's own words for what was not possible."""

    look: Look

    def refused(self, visit: Visit, code: str, *, status: int) -> Response:
        """Say why something was not done, and what helps."""
        look = attrs.evolve(self.look, refusals="inbox.refused")
        return look.refused(visit, code, status=status)

    def sign_in(self, visit: Visit) -> Response:
        """Lead to where one signs in; where that is not ours to say, say so."""
        if not self.look.login:
            return self.refused(visit, "sign-in", status=403)
        return self.look.sign_in(visit)


@attrs.frozen
class Room:
    """Makes the pages; `member` is asked at each visit, for a fork opens another.

    `next_round` says when it is synchronised by itself the next time; None where nobody here knows.
    """

    member: Callable[[], Member]
    look: Look
    jobs: Jobs | None = None
    next_round: Callable[[], int | None] = lambda: None
    own_legal: bool = True  # the pages the law wants stand here, filled from the member's settings

    def page(self, template: str, visit: Visit, **values: Any) -> Response:
        """Return a page of this room; `faults` are codes by field."""
        faults: Mapping[str, str] = values.get("faults", {})
        said, trouble = visit.query.get(SAID, ""), visit.query.get(TROUBLE, "")
        texts = self.say(visit).texts
        more = {
            "act": _has(visit, ACT),
            "manage": _has(visit, MANAGE),
            "said": said if texts.has(f"inbox.said.{said}") else "",
            "trouble": trouble if texts.has(f"inbox.refused.{trouble}") else "",
            "clock": clock,
            "moment": texts.moment,
            "rounds": self._rounds(),
            "words": self.finding(visit, "check"),
            "advice": self.finding(visit, "check_fix"),
            **values,
            "faults": {name: f"inbox.fault.{code}" for name, code in faults.items()},
        }
        return self.look.page(template, visit, **more)

    def _rounds(self) -> dict[str, int | bool]:
        """Return when it was synchronised and will be; a moment gone by means: any moment now."""
        engine, at = self.member().engine, self.next_round()
        soon = at is not None and at <= engine.now()
        return {"heard": heard_at(engine), "next": at or 0, "soon": soon}

    def say(self, visit: Visit) -> Saying:
        """Return the texts in the visitor's language."""
        return Saying(self.look.texts(visit.language(self.look.default)))

    def language(self, visit: Visit) -> str:
        """Return the language of the words that codes stand for."""
        return self.say(visit).texts.base

    def label(self, visit: Visit) -> Callable[[str, str], str]:
        """Return what says a code of the vocabulary, by its kind."""
        words, language = self.member().engine.vocabulary, self.language(visit)
        return lambda kind, code: words.label(Kind(kind), str(code), language=language)

    def spoken(self, visit: Visit) -> list[str]:
        """Return the languages to choose from: those most jobs name first, then by their names."""
        label = self.label(visit)
        codes = self.member().engine.vocabulary.codes(Kind.LANGUAGE)
        names = {code: fold(label(Kind.LANGUAGE, code)) for code in codes}
        return sorted(codes, key=lambda code: (code not in ("de", "en"), names[code]))

    def profile(self, visit: Visit, profile: Profile) -> Shown:
        """Return a profile as names of fields and words; no words where it holds back."""
        label = self.label(visit)
        return tuple(
            (name, tuple(label(kind, code) for kind, code in codes))
            for name, codes in fields_of(profile)
        )

    def finding(self, visit: Visit, part: str) -> Callable[[Finding], str]:
        """Return what says a finding of `doctor`; a plugin's in its own words."""
        texts = self.say(visit).texts

        def said(found: Finding) -> str:
            name = f"inbox.{part}.{found.id}"
            own = found.title if part == "check" else ""
            plugin = _PLUGIN.match(own)
            if plugin is not None:
                fine = found.health.level is Level.OK
                return texts.text(f"inbox.plugin.{'works' if fine else 'failed'}", name=plugin[1])
            return texts.text(name) if texts.has(name) else own

        return said

    def names(self) -> Callable[[str], str]:
        """Return what says an organisation's name; its id where it is on no list any more."""
        directory = self.member().engine.directories.now()

        def name(id: str) -> str:
            found = directory.organisation(id)
            return found.name if found else id

        return name

    def send(self) -> None:
        """Hand what was just decided to the node; without one it waits and is sent later."""
        try:
            send_due(self.member().engine)
        except (TemporaryError, RefusedError, WireError, SetupError):
            return

    def back(self, visit: Visit, path: str, said: str, **query: str) -> Response:
        """Lead to a page after something was done, which says so there."""
        named = {SAID: said} if said else {}
        return see_other(visit.url(path, **named, **query))


def _has(visit: Visit, roles: frozenset[str]) -> bool:
    return visit.who is not None and visit.who.has(*roles)


def code_of(error: FachkraftShareError) -> str:
    """Return what an error means to whoever uses a page; "" where this room has no words for it."""
    if isinstance(error, TemporaryError):
        return "node-away"
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "")
    return "" if isinstance(error, StoreError) and code != "quarantine" else code


def safely(work: Work | None) -> Work | None:
    """Return the page's work with errors named by codes this room has words for."""
    if work is None:
        return None

    def done(visit: Visit) -> Response:
        try:
            return work(visit)
        except (RefusedError, BusyError):
            raise
        except FachkraftShareError as error:
            code = code_of(error)
            if not code:
                raise
            raise RefusedError(code) from error

    return done
