"""Signing in by a provider: out by a form, back by its answer.

The answer is a GET that signs in: the provider's redirect is one. It counts once, and only in the
browser that left (state and cookie), so that nobody can be made to open one.
"""

import attrs

from fachkraft_share.errors import RefusedError, SetupError, TemporaryError
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.login.links import Links, SignedIn
from fachkraft_share.web.login.pages import Frame, local
from fachkraft_share.web.login.providers import BACK, Provider
from fachkraft_share.web.look import see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


@attrs.frozen
class ProviderPages:
    """`/login/oidc` and `/login/oidc/back`; without a provider there are none."""

    frame: Frame
    provider: Provider
    links: Links

    def routes(self) -> tuple[Route, ...]:
        """Return the routes."""
        return (Route("/login/oidc", post=self.leave), Route(BACK, get=self.back))

    def leave(self, visit: Visit) -> Response:
        """Lead to the provider, by a page that does so by itself: a form may not (CSP)."""
        self._demand_provider()
        wait = self.links.wait(visit)
        if wait:
            return self.frame.too_many(visit, wait)
        try:
            leaving = self.provider.leave(visit, back=local(visit.form.one("back")))
        except (TemporaryError, SetupError):
            return self._failed(visit, "login.provider_away")
        headers = {"Set-Cookie": leaving.cookie, "Refresh": f"0; url={leaving.address}"}
        return self.frame.page(
            "login_leaving.html", visit, headers=headers, address=leaving.address
        )

    def back(self, visit: Visit) -> Response:
        """Take the provider's answer."""
        self._demand_provider()
        wait = self.links.wait(visit)
        if wait:
            return self.frame.too_many(visit, wait)
        done = self.provider.came_back(visit)
        if isinstance(done, SignedIn):
            return see_other(visit.url(done.back), **{"Set-Cookie": done.cookie})
        return self._failed(visit, done)

    def _failed(self, visit: Visit, why: str) -> Response:
        # The switch of languages would name the address again, and what a stranger put into it.
        return self.frame.page("login_failed.html", visit, status=403, why=why, switch=None)

    def _demand_provider(self) -> None:
        if not self.frame.realm.settings.ways.issuer:
            raise RefusedError("not-found", "there is no provider")
