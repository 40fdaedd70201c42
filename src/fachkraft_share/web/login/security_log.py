"""What signing in leaves in the log: by which way, and how it was refused; never who.

Who changed whose account stands in the store (`LoginAct`), by ids.
"""

import logging

NAME = "fachkraft_share.web.login.security"
_log = logging.getLogger(NAME)


def signed_in(way: str) -> None:
    """Tell that somebody signed in."""
    _log.info("signed in", extra={"operation": "/login", "kind": way})


def refused(way: str, code: str) -> None:
    """Tell that a sign-in was refused."""
    _log.warning("refused", extra={"operation": "/login", "kind": way, "code": code})
