"""Who did what and what was refused: one line each, of named values only (OWASP ASVS 5.0, V16.3).

1. A line names an operation, a problem's code and, once its signature was verified, an
   organisation. Never a person, a referral, a link or anything a caller wrote freely.
2. What was allowed is evidence in the store already: signed messages, lists, used request tokens.
   Here stand the rare acts: who joined, who changed keys, what the operator's token opened.
"""

import logging

NAME = "fachkraft_share.node.security"
ORGANISATION = "https://"  # a person signs as `urn:fks:key:…`, and is never named
_log = logging.getLogger(NAME)


def refused(operation: str, code: str, *, issuer: str = "", kind: str = "") -> None:
    """Tell of a refusal; `issuer` and `kind` only of what was verified."""
    by = issuer if issuer.startswith(ORGANISATION) else ""
    told = {"operation": operation, "code": code, "issuer": by, "kind": kind}
    _log.warning("refused", extra={name: value for name, value in told.items() if value})


def admitted(organisation: str, *, list_number: int) -> None:
    """Tell that an organisation joined or changed its keys, and on which list it stands now."""
    _log.info("admitted", extra={"organisation": organisation, "list": list_number})


def breach(case: str, *, what: str) -> None:
    """Tell of a step in dealing with a breach; whose it is, and who did it, stands in the store."""
    _log.info("breach", extra={"case": case, "step": what})


def operator_asked(page: str, *, believed: bool) -> None:
    """Tell that somebody asked for a page of the operator's, and whether the token was right."""
    if believed:
        _log.info("operator", extra={"operation": page})
    else:
        refused(page, "unauthenticated")
