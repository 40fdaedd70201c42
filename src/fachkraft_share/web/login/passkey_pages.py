"""Signing in by a passkey; the script only carries question and answer."""

import attrs

from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.login.links import Links
from fachkraft_share.web.login.pages import Frame, local
from fachkraft_share.web.login.passkeys import Passkeys
from fachkraft_share.web.look import see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


@attrs.frozen
class PasskeyPages:
    """`/login/passkey` and what it asks the browser."""

    frame: Frame
    passkeys: Passkeys
    links: Links

    def routes(self) -> tuple[Route, ...]:
        """Return the routes."""
        return (
            Route("/login/passkey/start", post=self.start),
            Route("/login/passkey", get=self.again, post=self.use),
        )

    def start(self, visit: Visit) -> Response:
        """Return the question for the browser's passkeys."""
        wait = self.links.wait(visit)
        if wait:
            return self.frame.too_many(visit, wait)
        return Response(200, self.passkeys.ask().encode(), "application/json")

    def again(self, visit: Visit) -> Response:
        """Lead whoever reloads to the start."""
        return see_other(visit.url("/login"))

    def use(self, visit: Visit) -> Response:
        """Sign in by what the browser answered."""
        wait = self.links.wait(visit)
        if wait:
            return self.frame.too_many(visit, wait)
        back = local(visit.form.one("back"))
        done = self.passkeys.sign_in(visit, visit.form.one("answer"), back=back)
        if done is None:
            return self.frame.page(
                "login_failed.html", visit, status=403, why="login.passkey_unknown"
            )
        return see_other(visit.url(done.back), **{"Set-Cookie": done.cookie})
