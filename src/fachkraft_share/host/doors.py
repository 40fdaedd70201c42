"""Who may enter a firm's pages: a login of its own."""

from fachkraft_share.host.folder import Host
from fachkraft_share.host.mailing import Post
from fachkraft_share.host.opened import Firm
from fachkraft_share.web.login.service import Login
from fachkraft_share.web.login.settings import LoginSettings
from fachkraft_share.web.look import Look

ROLES = ("administrator", "hr", "reader")


def login_of(host: Host, firm: Firm, look: Look) -> Login:
    """Return the login of one firm: its accounts lie in its own store, under its own name."""
    settings, slug = host.settings, firm.row.slug
    return Login(
        firm.beside,
        host.runtime,
        realm=slug,
        roles=ROLES,
        mailer=Post(settings.mail, host.runtime.ids),
        settings=LoginSettings(url=address(host, slug), service=settings.legal.name),
        look=look,
    )


def address(host: Host, slug: str) -> str:
    """Return where a firm's pages stand."""
    return f"{host.settings.url.rstrip('/')}/f/{slug}"
