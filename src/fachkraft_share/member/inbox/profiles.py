"""Profiles others recommend: every one that may be seen, why searches apply, and asking to meet.

Nobody is hidden (R12): what no search applies to stands below, in a list of its own.
"""

import attrs

from fachkraft_share.errors import MalformedError, RefusedError, SetupError
from fachkraft_share.member.inbox.room import ACT, Room, Shown
from fachkraft_share.member.inbox.searches import described, summary
from fachkraft_share.member.reading import Match, held
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


@attrs.frozen
class Card:
    """One profile as a page shows it."""

    match: Match
    origin: str
    shown: Shown
    searches: tuple[str, ...] = ()


@attrs.frozen
class Profiles:
    """The pages about profiles."""

    room: Room

    def every(self, visit: Visit) -> Response:
        """List what searches apply to, best first, then everything else."""
        held = sorted(self._held(visit), key=lambda one: one.status != "new")  # else as they rank
        cards = [self._card(visit, one) for one in held]
        fitting = [one for one in cards if one.match.searches]
        others = [one for one in cards if not one.match.searches]
        searching = bool(self.room.member().searches())
        saved = self._saved(visit)
        values = {"fitting": fitting, "others": others, "searching": searching, "saved": saved}
        return self.room.page("profiles.html", visit, **values)

    def one(self, visit: Visit, **more: object) -> Response:
        """Show a profile and, while nobody asked yet, the form that asks."""
        card = self._card(visit, self._demand(visit))
        settings = self.room.member().engine.settings
        values = {"card": card, "notice": settings.notice, "contact": settings.contact}
        return self.room.page("profile.html", visit, **values, **more)

    def ask(self, visit: Visit) -> Response:
        """Ask the person for contact."""
        match, form = self._demand(visit), visit.form
        if not form.one("job").strip():
            return self.one(visit, faults={"job": "job-needed"}, status=422)
        words = {name: form.one(name).strip() for name in ("job", "message", "contact")}
        try:
            self.room.member().request_contact(match.referral, **words)
        except MalformedError:
            return self.one(visit, faults={"job": "too-long"}, status=422)
        except SetupError as error:
            raise RefusedError("no-notice") from error
        self.room.send()
        return self.room.back(visit, "/waiting", "asked")

    def _saved(self, visit: Visit) -> tuple[str, str]:
        """Return the search that was just saved, by its id and in words."""
        wanted = visit.query.get("search", "")
        found = next((one for one in self.room.member().searches() if one.id == wanted), None)
        if found is None:
            return "", ""
        asks = described(found, self.room.label(visit), self.room.say(visit))
        return found.id, f"{found.name}: {asks}" if found.name else asks

    def _held(self, visit: Visit) -> tuple[Match, ...]:
        return held(self.room.member().engine, language=self.room.language(visit))

    def _demand(self, visit: Visit) -> Match:
        wanted = visit.params["referral"]
        found = next((one for one in self._held(visit) if one.referral == wanted), None)
        if found is None:
            raise RefusedError("not-found")
        return found

    def _card(self, visit: Visit, match: Match) -> Card:
        known = {one.id: one for one in self.room.member().searches()}
        label, say = self.room.label(visit), self.room.say(visit)
        named = tuple(summary(known[one], label, say) for one in match.searches if one in known)
        shown = self.room.profile(visit, match.profile)
        return Card(match, self.room.names()(match.origin), shown, named)


def profile_routes(room: Room) -> tuple[Route, ...]:
    """Return the routes of the pages about profiles."""
    pages = Profiles(room)
    return (
        Route("/profiles", get=pages.every, roles=ACT),
        Route("/profiles/{referral}", get=pages.one, post=pages.ask, roles=ACT),
    )
