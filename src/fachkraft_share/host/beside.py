"""What a firm's start page offers beside its inbox: colleagues, and inviting where it may."""

from fachkraft_share.host.opened import Firm
from fachkraft_share.host.presenting.keeping import Presentations
from fachkraft_share.host.presenting.staff_pages import LIST
from fachkraft_share.host.presenting.staff_rows import state_of
from fachkraft_share.member.inbox.entries import Beside, Entry, Step
from fachkraft_share.member.inbox.room import MANAGE
from fachkraft_share.member.recommending import may_present


def beside_of(firm: Firm, *, people: int) -> Beside:
    """Return the firm's additions; `people` is how many accounts it has."""
    steps = (Step("colleagues", "/accounts", people > 1, MANAGE),)
    if not may_present(firm.member.engine):
        return Beside(steps)
    wishes = sum(state_of(one) == "wish" for one in Presentations(firm).all())
    asked = Entry("host.present.wishes_open", LIST, "host.present.wishes", wishes)
    return Beside(steps, (asked, Entry("host.present.invite_go", f"{LIST}/invite")))
