"""The hooks a plugin may implement: it can add, hold back or present, never permit.

No hook runs inside the gate, the states or the signatures. Wrappers are refused when loading. The
docstrings below are the reference, `docs/hooks.md`: when, given, answer, on error, used for.
"""

from collections.abc import Iterable, Mapping

import pluggy

from fachkraft_share.model.candidate import Document
from fachkraft_share.model.profile import Profile
from fachkraft_share.plugins.given import Fact, News, Staff
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.erasure_evidence import ErasureParticipant
from fachkraft_share.ports.health import HealthCheck
from fachkraft_share.rules.terms import Term

PROJECT = "fachkraft_share"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

# What all add ---------------------------------------------------------------------------------


@hookspec
def adapters() -> Iterable[type[Adapter]]:  # type: ignore[empty-body]
    """Return the classes of the adapters this plugin brings.

    When: a member's folder is opened, or a system is connected (`connect`).
    Given: nothing.
    Answer: classes with a name of their own; two of one name are both left out, nobody guesses.
    On error: passed over. An adapter that the settings name and nobody brings refuses to open.
    Used for: systems from which runner-ups come and into which received persons are filed.
    """


@hookspec
def erasure_participants() -> Iterable[ErasureParticipant]:  # type: ignore[empty-body]
    """Return what stores personal data beside our own store and must erase them too.

    When: a member's folder is opened.
    Given: nothing.
    Answer: each is asked at every erasure from then on and remembered by name.
    On error: passed over; what was remembered before and is absent counts as failed in receipts.
    Used for: a host application's own tables: without it a receipt would say too much.
    """


@hookspec
def health_checks() -> Iterable[HealthCheck]:  # type: ignore[empty-body]
    """Return checks for `doctor` and `/-/health`.

    When: `doctor` runs, at a member or a node; `/-/health` of a node is opened.
    Given: nothing.
    Answer: checks with ids of their own, such as `FILES-001`; ids of ours are left out.
    On error: passed over; a check that raises while it runs counts as failed, the others go on.
    Used for: whether what the plugin needs is there: a folder, a login, a scanner.
    """


@hookspec
def vocabularies() -> Iterable[Term]:  # type: ignore[empty-body]
    """Return further words for occupations and skills.

    When: a member's folder or a node is opened.
    Given: nothing.
    Answer: job titles and names of skills that people write, each with a code there is already,
    and what an occupation without a title is called. Nothing shipped or loaded is changed.
    On error: passed over; a term whose code nobody else would understand is left out and named.
    Used for: the firm's or the region's own job titles, when titles are coded and profiles shown.
    """


@hookspec
def match_reasons(profile: Profile, language: str) -> Iterable[str]:  # type: ignore[empty-body]
    """Return what else speaks for a profile.

    When: a member's inbox is read, after the matches were found and put in order.
    Given: the profile as this member may see it, and the reader's language.
    Answer: a few short plain sentences, shown beside our own reasons and told apart from them.
    They change neither order nor score and hide nobody.
    On error: passed over; the match is shown without them.
    Used for: hints a firm's own knowledge gives: a team that works in the person's language.
    """


# Any objection holds back -----------------------------------------------------------------------


@hookspec
def review_profile(profile: Profile) -> str | None:
    """Return why this profile must not leave, or None.

    When: a runner-up is recommended, before the node is asked for a link and anything is kept.
    Given: the profile exactly as others would see it.
    Answer: one plain sentence for whoever recommends; any objection refuses it with `objection`.
    None allows nothing: consent and the gate decide as ever.
    On error: refused with `review-failed`, as it is while a plugin the settings name is not there.
    Used for: house rules: no profile of an occupation by which everybody here knows the person.
    """


@hookspec
def scan_document(document: Document, leaving: bool) -> str | None:  # noqa: FBT001
    """Return why this document must not be passed on, or None.

    When: the origin is about to seal a dossier (`leaving`), or a received one is about to be filed
    into the own system; once for each document.
    Given: the document with its content.
    Answer: one plain sentence; the document is left out, the rest goes on, and `doctor` and
    `explain REFERRAL` say that a plugin held a document back.
    On error: the whole hand-over waits and is tried again, as it does while a plugin the settings
    name is not there.
    Used for: a virus scanner, or types of file a firm does not take.
    """


# The first answer wins --------------------------------------------------------------------------


@hookspec
def notify(news: News) -> bool | None:
    """Tell somebody, and return True once they will get it.

    When: the origin has shown a contact request at the desk (the person is told), or a new profile
    fits a search (the member's own staff is told).
    Given: the wording and to whom it goes; never anything of a profile.
    Answer: True ends it; with None the next plugin is asked. If nobody takes it, it lapses: the
    person's page and the inbox show it anyway.
    On error: the next plugin is asked; if nobody took it, all are asked again later. Somebody may
    therefore be told twice.
    Used for: mail through the applicant-tracking system, which knows the person, or a chat.
    """


@hookspec
def texts(language: str) -> Mapping[str, str]:  # type: ignore[empty-body]
    """Return own wording by the id a text has in `web/texts`.

    When: a node is opened, for its letters and the pages of desk and operator; a member, for news.
    Given: `de` or `en`.
    Answer: plain text with exactly the placeholders of the original; the first plugin that words an
    id wins. The privacy notice and what a consent or a receipt means stay as they are.
    On error: passed over; an unknown id, markup or other placeholders are left out and named.
    Used for: a chamber's own tone, names and salutation.
    """


@hookspec
def authenticate(headers: Mapping[str, str]) -> Staff | None:
    """Return who of the office sends this request, or None.

    When: a page of the operator's (`/-/mail`, `/-/agreements`, `/-/health`) or of the office is
    opened at a node by somebody who is not signed in there.
    Given: the request's headers, names in lower case, as whoever sent them wrote them: believe only
    what is signed, or what a proxy sets that removes it from foreign requests.
    Answer: the role `coordinator` sees the operator's pages without the token and from elsewhere;
    in the office the roles are `administrator`, `coordinator` and `reader`. No role gives a right
    over a person's data.
    On error: nobody was recognised; the token is asked for as ever.
    Used for: the office's single sign-on.
    """


# After the commit -------------------------------------------------------------------------------


@hookspec
def committed(fact: Fact) -> None:
    """Hear what this member said or heard.

    When: `sync`, after the commit that made it a fact; each plugin has a queue of its own.
    Given: type, referral and time of an event; nothing about a person.
    Answer: none.
    On error: told again later with growing pauses, for at most 30 days; nothing waits for it. At
    least once: a plugin that counts must look at the fact's id.
    Used for: telling a host application to look again, or a firm's own figures.
    """
