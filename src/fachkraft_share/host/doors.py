"""Who may enter a firm's pages: a login of its own."""

from fachkraft_share import limits
from fachkraft_share.host.folder import Host
from fachkraft_share.host.mailing import Post
from fachkraft_share.host.opened import Firm
from fachkraft_share.host.providing import ROLES, ways_of
from fachkraft_share.web.login.service import Login
from fachkraft_share.web.login.settings import LoginSettings
from fachkraft_share.web.look import Look


def login_of(host: Host, firm: Firm, look: Look, *, people: bool = True) -> Login:
    """Return the login of one firm: its accounts lie in its own store, under its own name.

    Without `people` one may sign in and look after one's own account, and that is all.

    Raises:
        SetupError: what is told of the firm's own provider is wrong.
    """
    settings, slug = host.settings, firm.row.slug
    return Login(
        firm.beside,
        host.runtime,
        realm=slug,
        roles=ROLES,
        mailer=Post(settings.mail, host.runtime.ids),
        settings=LoginSettings(
            url=address(host, slug),
            service=f"{firm.row.name} – {settings.legal.name}",
            ways=ways_of(host.folder_of(slug)),
            people=people,
            printed=limits.HOST_LINK,
        ),
        look=look,
    )


def address(host: Host, slug: str) -> str:
    """Return where a firm's pages stand."""
    return f"{host.settings.url.rstrip('/')}/f/{slug}"
