"""What must hold before the person can do something; the codes are told on the page."""

from fachkraft_share.errors import RefusedError
from fachkraft_share.node.desk.case import Case
from fachkraft_share.node.desk.views import Stage, View
from fachkraft_share.protocol.records import Contact


def demand_stage(view: View, *possible: Stage) -> None:
    """Refuse unless the person stands at one of these stages.

    Raises:
        RefusedError: `unknown-link`, `old-link` or `not-open`.
    """
    if view.stage in possible:
        return
    if view.stage is Stage.UNKNOWN:
        raise RefusedError("unknown-link", "no such link")
    if view.stage is Stage.OLD_LINK:
        raise RefusedError("old-link", "this link can only withdraw; use the management link")
    raise RefusedError("not-open", "this is not possible with this link now")


def presented(case: Case, request: str, *, requester: str | None) -> Contact:
    """Return the one contact request with this id that the origin has presented.

    Raises:
        RefusedError: `unknown-request`.
    """
    found = [
        one
        for one in case.contacts
        if one.request == request and one.presented_seq >= 0 and requester in (None, one.requester)
    ]
    if len(found) != 1:
        raise RefusedError("unknown-request", "no such contact request is open here")
    return found[0]
