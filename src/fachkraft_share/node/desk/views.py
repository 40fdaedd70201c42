"""What the desk shows: frozen values, ready to be put on a page in one language."""

from enum import StrEnum

import attrs

from fachkraft_share.model.alliance import ListName
from fachkraft_share.model.consent import Category, Consent
from fachkraft_share.model.organisation import Organisation, Role
from fachkraft_share.node.desk.notices import Notice
from fachkraft_share.node.desk.terms import Term
from fachkraft_share.protocol.payloads import ReceiptItem


class Stage(StrEnum):
    """Where the person stands with this link."""

    ASKED = "asked"
    OPEN = "open"
    CLOSED = "closed"
    DECLINED = "declined"
    OLD_LINK = "old_link"  # granted; this link can only withdraw now
    FOREIGN = "foreign"  # of a partner alliance: its node is the person's, here she can withdraw
    UNKNOWN = "unknown"  # never made, or over: both look alike


@attrs.frozen
class Shown:
    """One category of the profile as others read it."""

    category: Category
    lines: tuple[str, ...] = attrs.field(repr=False)
    optional: bool
    closer: str = attrs.field(default="", repr=False)  # for whoever reads more closely


@attrs.frozen
class PartnerView:
    """A partner alliance: its node, its name, who is behind it, how long the agreement runs."""

    node: str
    name: str
    members: tuple[str, ...]
    until: int


@attrs.frozen
class ContactView:
    """A member's wish to meet the person, and what came of it."""

    request: str
    requester: Organisation
    asked_at: int
    job: str = attrs.field(repr=False)
    message: str = attrs.field(repr=False)
    notice: str
    answer: str | None  # accepted | declined
    disclosed: bool
    outcome: str | None
    answerable: bool
    since: int | None = None  # when the requester was first stated as a member here
    served_at: int | None = None  # when it was given the profile
    earlier: tuple["ContactView", ...] = ()  # its other requests about this person

    @property
    def state(self) -> str:
        """How it stands: none | accepted | declined | disclosed."""
        return "disclosed" if self.disclosed else self.answer or "none"


class Standing(StrEnum):
    """How a holder stands."""

    HOLDS = "holds"
    ASKED = "asked"  # told to erase; no receipt yet, still in time
    OVERDUE = "overdue"
    UNSETTLED = "unsettled"  # a receipt came, but it does not settle
    ERASED = "erased"
    RETAINED = "retained"


@attrs.frozen
class HolderView:
    """Who has the data: what, since when, until when, and what it signed."""

    organisation: Organisation
    role: str  # origin | reader | partner (another alliance's node) | node
    what: tuple[str, ...]  # application | profile | request | dossier | exchange
    since: int
    custody_at: int | None
    until: int | None
    days_left: int
    standing: Standing
    due: int | None = None
    due_left: int = 0  # days
    alarm: str | None = None
    receipt: ReceiptItem | None = None
    withdrawable: bool = False
    recalled_at: int | None = None  # when the alliance's authority called the data back from here
    alliance: str = ""  # the partner alliance by which it has the data

    @property
    def settled(self) -> bool:
        """Whether it has erased, and signed for it."""
        return self.standing in (Standing.ERASED, Standing.RETAINED)


@attrs.frozen
class Wish:
    """A right the person used: when, what it is about, until when an answer is due."""

    kind: str
    at: int
    due: int
    categories: tuple[str, ...] = ()


@attrs.frozen
class Ending:
    """The closure of the whole referral."""

    reason: str
    at: int
    durable: bool  # a second party holds it: "withdrawn"; before: "received"


_ASKS_PARENTS = frozenset({Role.EDUCATION, Role.ADVICE})


@attrs.frozen
class View:
    """Everything a page may show for one link."""

    stage: Stage
    language: str = "de"
    limited: bool = False  # an old link after the end: no names, only that it is over
    referral: str = ""
    assurance: str = ""
    origin: Organisation | None = None
    profile: tuple[Shown, ...] = attrs.field(default=(), repr=False)
    list: ListName | None = None
    fresh: bool = False
    readers: tuple[Organisation, ...] = ()
    partners: tuple[PartnerView, ...] = ()  # asked: on offer; preview: chosen; open: allowed
    barred: tuple[PartnerView, ...] = attrs.field(default=(), repr=False)  # by an exclusion
    excluded: tuple[Organisation, ...] = attrs.field(default=(), repr=False)
    exclusions: tuple[str, ...] = attrs.field(default=(), repr=False)  # names as typed
    newcomers: tuple[Organisation, ...] = ()  # on the newest list, not reached by the consent
    open_until: int = 0  # when an unanswered draft goes
    terms: tuple[Term, ...] = ()
    proposed: Term | None = None
    notice: Notice | None = None
    consent: Consent | None = None
    days_left: int = 0
    renewable: bool = False
    contacts: tuple[ContactView, ...] = ()
    holders: tuple[HolderView, ...] = ()
    rights: tuple[Wish, ...] = ()
    later: int | None = None  # the day the person put the decision off to
    ending: Ending | None = None
    bundle: bool = False
    home: str = ""  # where the node is reached that this person's link belongs to

    @property
    def for_minors(self) -> bool:
        """Whether the origin lets people present themselves, and asks a parent of minors (R21)."""
        return self.origin is not None and bool(_ASKS_PARENTS.intersection(self.origin.roles))

    @property
    def presented(self) -> bool:
        """Whether the person presented themselves: there was no choice and no rejection (R2)."""
        ranked = any(one.category is Category.RANK and one.lines for one in self.profile)
        return self.for_minors and not ranked

    @property
    def settled(self) -> int:
        """How many have erased and signed for it."""
        return sum(one.settled for one in self.holders)

    @property
    def waiting(self) -> tuple[ContactView, ...]:
        """The requests without an answer."""
        return tuple(one for one in self.contacts if one.answerable and not one.answer)

    @property
    def asked(self) -> tuple[ContactView, ...]:
        """All requests, first those that wait for an answer."""
        waiting = self.waiting
        return (*waiting, *(one for one in self.contacts if one not in waiting))


UNKNOWN = View(Stage.UNKNOWN)
