"""`Member`: everything a company's developer needs; each method is one call inward.

A host pays for what it uses: importing this module loads no other room, each method loads its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from fachkraft_share import limits
from fachkraft_share.errors import SetupError

if TYPE_CHECKING:
    from fachkraft_share.member import checking, displaying, reading, recommending, syncing
    from fachkraft_share.member.engine import Engine
    from fachkraft_share.member.proposals import Proposal, Pulled
    from fachkraft_share.model.candidate import Candidate
    from fachkraft_share.model.profile import (
        Availability,
        Endorsement,
        LanguageSkill,
        Level,
        WorkModel,
        Years,
    )
    from fachkraft_share.plugins.asking import Plugins
    from fachkraft_share.ports.adapter import Adapter
    from fachkraft_share.ports.erasure_evidence import ErasureParticipant
    from fachkraft_share.ports.progress import Tell
    from fachkraft_share.ports.publishing import Item, ItemKind
    from fachkraft_share.ports.runtime import Runtime
    from fachkraft_share.protocol.payloads import OutcomeKind
    from fachkraft_share.protocol.records import PersonRequest
    from fachkraft_share.rules.coding import Coding
    from fachkraft_share.rules.deidentification import Draft
    from fachkraft_share.rules.matching import Search
    from fachkraft_share.rules.vocabulary import Vocabulary

_EVERYWHERE = "all"  # `protocol.facts.ALL`; a default is made before anything is loaded


class Member:
    """One member of an alliance, over one engine; any process may use it at the same time."""

    def __init__(self, engine: Engine, *, folder: Path | None = None) -> None:
        self.engine = engine
        self.folder = folder

    @classmethod
    def open(
        cls,
        folder: Path | str,
        *,
        runtime: Runtime | None = None,
        vocabulary: Vocabulary | None = None,
        adapters: Mapping[str, Adapter] | None = None,
        plugins: Plugins | None = None,
    ) -> Self:
        """Open the member's data directory; without `plugins` those that are installed are loaded.

        Raises:
            SetupError: it is none, readable by others, or an adapter named there is missing.
        """
        from fachkraft_share.member import folder as folders

        path = Path(folder).expanduser()
        opened = folders.open_engine(
            path,
            runtime=runtime or _real(),
            vocabulary=vocabulary,
            adapters=adapters,
            plugins=plugins,
        )
        return cls(opened, folder=path)

    @classmethod
    def join(
        cls,
        folder: Path | str,
        code: str,
        *,
        id: str,
        name: str,
        notice: str = "",
        contact: str = "",
        runtime: Runtime | None = None,
        **stated: Any,
    ) -> Self:
        """Join an alliance with a one-time code and make the data directory.

        `stated` may name `support`, `location`, `betriebsnummer`, `domains` and `group`.
        """
        from fachkraft_share.member import folder as folders
        from fachkraft_share.member.joining import Newcomer

        newcomer = Newcomer(id=id, name=name, **stated)
        path = Path(folder).expanduser()
        made = folders.create(
            path,
            code,
            newcomer,
            notice=notice,
            contact=contact,
            runtime=runtime or _real(),
        )
        return cls(made, folder=path)

    @classmethod
    def restore(
        cls,
        source: Path | str,
        folder: Path | str,
        *,
        journal: Path | str | None = None,
        runtime: Runtime | None = None,
        tell: Tell | None = None,
    ) -> Self:
        """Make a data directory from a backup; it hears its peers before it shows anything."""
        from fachkraft_share.member import backups
        from fachkraft_share.ports.progress import silent

        newest = Path(journal).expanduser() if journal is not None else None
        path = Path(folder).expanduser()
        made = backups.restore(
            Path(source).expanduser(),
            path,
            journal=newest,
            runtime=runtime or _real(),
            tell=tell or silent,
        )
        return cls(made, folder=path)

    def __enter__(self) -> Self:
        """Use the member within a `with` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what is open."""
        self.close_files()

    def close_files(self) -> None:
        """Close the store's and the keys' files; they are opened again when needed."""
        for part in (self.engine.store, self.engine.keys, self.engine.runtime.transport):
            shut = getattr(part, "close", None)
            if shut is not None:
                shut()

    @property
    def id(self) -> str:
        """The member's id."""
        return self.engine.id

    # Origin -----------------------------------------------------------------------------------

    def coding(
        self, candidate: Candidate, *, application: str = "", occupation: str = ""
    ) -> Coding:
        """Show how the occupation is coded and what else a person may choose (KldB 2010).

        Raises:
            RefusedError: `occupation` is no code.
        """
        from fachkraft_share.member import recommending

        return recommending.coded(
            self.engine, candidate, application=application, occupation=occupation
        )

    def preview(
        self,
        candidate: Candidate,
        endorsement: Endorsement | None = None,
        *,
        application: str = "",
        occupation: str = "",
    ) -> Draft:
        """Show exactly what others would see; nothing is stored or sent.

        `occupation` is a code a person would choose, `application` one it was chosen for before.
        """
        from fachkraft_share.member import recommending

        found = self.coding(candidate, application=application, occupation=occupation)
        person = recommending.with_occupation(recommending.prepared(candidate), found)
        return recommending.preview(self.engine, person, endorsement)

    def recommend(
        self,
        candidate: Candidate | Proposal,
        endorsement: Endorsement | None = None,
        *,
        application: str = "",
        rejected_on: dt.date | None = None,
        mail: bool = False,
        language: str = "de",
        person_asks: bool = False,
        self_presented: bool = False,
        occupation: str = "",
    ) -> recommending.Recommendation:
        """Prepare a referral; others see nothing before the person grants (R1, R2).

        With `mail` the node sends the link and forgets the address. `person_asks` says that the
        person wishes it although their data were erased before (R8). `self_presented`, for members
        for education or advice: no application was rejected, the person asked. `occupation` is a
        code that a person chose (see `coding`); it is kept for this application.

        Raises:
            RefusedError: not rejected yet, suppressed, or no profile is possible.
            StateError: recommended already, or the member list has expired.
            TemporaryError: the node cannot be reached; doing it again is fine.
        """
        from fachkraft_share.member import proposals as proposing
        from fachkraft_share.member import recommending

        if isinstance(candidate, proposing.Proposal):
            return proposing.recommend_proposal(
                self.engine,
                candidate,
                endorsement,
                rejected_on=rejected_on,
                mail=mail,
                language=language,
                occupation=occupation,
                person_asks=person_asks,
            )
        if not application or (rejected_on is None) is not self_presented:
            raise SetupError("name the application's id and the day of the rejection")
        return recommending.recommend(
            self.engine,
            candidate,
            endorsement,
            application=application,
            rejected_on=rejected_on,
            mail=mail,
            language=language,
            person_asks=person_asks,
            occupation=occupation,
        )

    def pull(self, adapter: str, *, tell: Tell | None = None) -> Pulled:
        """Read runner-ups of a connected system as proposals; people decide on each."""
        from fachkraft_share.member import proposals as proposing
        from fachkraft_share.ports.progress import silent

        found = self.engine.adapters.get(adapter)
        if found is None:
            raise SetupError(f"no system is connected as {adapter!r}")
        return proposing.pull(self.engine, found, tell=tell or silent)

    def proposals(self) -> tuple[Proposal, ...]:
        """Return runner-ups that wait for a person's decision."""
        from fachkraft_share.member import proposals as proposing

        return proposing.proposals(self.engine)

    def dismiss(self, proposal: Proposal) -> None:
        """Forget a proposal."""
        from fachkraft_share.member import proposals as proposing

        proposing.dismiss(self.engine, proposal)

    def close(self, referral: str, *, reason: str = "withdrawn", scope: str = _EVERYWHERE) -> None:
        """End a referral this member published: `withdrawn`, `filled`, `superseded`, `recalled`."""
        from fachkraft_share.member import asking

        asking.close(self.engine, referral, reason=reason, scope=scope)

    # Recipient --------------------------------------------------------------------------------

    def add_search(
        self,
        *,
        occupation: str | None = None,
        skills: Iterable[str] = (),
        wished: Iterable[str] = (),
        languages: Iterable[LanguageSkill] = (),
        near: str | None = None,
        within_km: int | None = None,
        level: Level | None = None,
        years: Years | None = None,
        work_model: WorkModel | None = None,
        availability: Availability | None = None,
        name: str = "",
    ) -> Search:
        """Save a search; it stays here, the node does not learn what a firm looks for."""
        from fachkraft_share.member import matching
        from fachkraft_share.rules.matching import Search

        search = Search(
            self.engine.voice.new_id(),
            occupation,
            tuple(skills),
            tuple(wished),
            tuple(languages),
            near,
            within_km,
            level,
            years,
            work_model,
            availability,
            name,
        )
        matching.add(self.engine, search)
        return search

    def searches(self) -> tuple[Search, ...]:
        """Return the saved searches."""
        from fachkraft_share.member import matching

        with self.engine.store.begin(write=False) as transaction:
            return matching.searches(transaction)

    def remove_search(self, search: Search | str) -> None:
        """Forget a search."""
        from fachkraft_share.member import matching

        matching.remove(self.engine, search if isinstance(search, str) else search.id)

    def inbox(self, *, language: str | None = None) -> list[reading.Match]:
        """Return referrals the searches apply to, with reasons, best first."""
        from fachkraft_share.member import reading

        return list(reading.inbox(self.engine, language=language))

    def request_contact(
        self, match: reading.Match | str, *, job: str, message: str = "", contact: str = ""
    ) -> str:
        """Ask to meet the person; return the request's id. Asking twice is asking once."""
        from fachkraft_share.member import asking

        referral = match if isinstance(match, str) else match.referral
        return asking.request_contact(
            self.engine, referral, job=job, message=message, contact=contact
        )

    def received(self) -> list[reading.Received]:
        """Return the dossiers persons agreed to hand over."""
        from fachkraft_share.member import reading

        return list(reading.received(self.engine))

    def report(self, referral: str, outcome: OutcomeKind | str) -> None:
        """Tell the origin what came of it: `hired`, `not_hired`, `no_contact`."""
        from fachkraft_share.member import asking
        from fachkraft_share.protocol.payloads import OutcomeKind

        asking.report(self.engine, referral, OutcomeKind(outcome))

    # Both -------------------------------------------------------------------------------------

    def teasers(self, *, language: str | None = None) -> tuple[displaying.Teaser, ...]:
        """Return what public pages may show now, own referrals and received ones.

        Ask at least every half hour and take away what is missing; nothing comes while it is
        uncertain what has ended.
        """
        from fachkraft_share.member import displaying

        return displaying.teasers(self.engine, language=language)

    def announce(
        self,
        *,
        title: str,
        body: str,
        until: dt.date,
        link: str = "",
        kind: ItemKind | str = "activity",
        key: str = "",
    ) -> str:
        """Show an activity or `invitation` on every connected website to the end of a day.

        Returns its key; with that key it is changed, and taken back by `take_back`. The next
        `sync` does it.

        Raises:
            SetupError: no website is connected, or a field must not be sent.
            StateError: no announcement has that key.
        """
        from fachkraft_share.member import announcing
        from fachkraft_share.ports.publishing import ItemKind

        given = {"title": title, "body": body, "link": link, "key": key}
        return announcing.announce(self.engine, until=until, kind=ItemKind(kind), **given)

    def announcements(self) -> tuple[Item, ...]:
        """Return what is announced and not over."""
        from fachkraft_share.member import announcing

        return announcing.announced(self.engine)

    def take_back(self, key: str) -> None:
        """Take an announcement from every website with the next `sync`."""
        from fachkraft_share.member import announcing

        announcing.take_back(self.engine, key)

    def sync(self, wait: int = 0, *, tell: Tell | None = None) -> syncing.SyncReport:
        """Send, receive and do what is due; `wait` seconds for news if there are none.

        `tell` hears how far it has come.

        Raises:
            BusyError: another process synchronises this member.
        """
        from fachkraft_share.member import syncing
        from fachkraft_share.ports.progress import silent

        hear = tell or silent
        return syncing.sync(self.engine, wait=min(wait, limits.POLL_WAIT), tell=hear)

    def person_requests(self) -> tuple[PersonRequest, ...]:
        """Return rights persons exercised that wait for an answer (one month each)."""
        from fachkraft_share.member import reading

        return reading.person_requests(self.engine)

    def answer_person(self, request: PersonRequest) -> None:
        """Note that a person's request was answered."""
        from fachkraft_share.member import reading

        reading.answer_person(self.engine, request)

    def export_for_person(self, referral: str) -> dict[str, Any]:
        """Return everything held about a referral's person (Art. 15, 20 GDPR)."""
        from fachkraft_share.member import export

        return export.export_for_person(self.engine, referral)

    def application_erased(self, referral: str) -> None:
        """Note that a person erased the application file after the AGG hold; a receipt follows."""
        from fachkraft_share.member import erasing

        erasing.confirm_application(self.engine, referral)

    def add_participant(self, participant: ErasureParticipant) -> None:
        """Let something that stores personal data take part in every erasure.

        Raises:
            SetupError: its name is that of a part of this library.
        """
        from fachkraft_share.member import participants

        participants.demand_own_name(participant.name)
        self.engine.remember(participant)

    def rotate_keys(self) -> int:
        """Make new keys and have them stated; return the list's number."""
        from fachkraft_share.member.joining import rotate_keys

        return rotate_keys(self.engine)

    def doctor(self) -> tuple[checking.Finding, ...]:
        """Check the installation; each finding says what is wrong and what to do."""
        from fachkraft_share.member import checking

        return checking.doctor(self.engine)

    def backup(self, folder: Path | str, *, tell: Tell | None = None) -> None:
        """Copy state, keys and journal into three parts below a new folder."""
        from fachkraft_share.member import backups
        from fachkraft_share.ports.progress import silent

        if self.folder is None:
            raise SetupError("this member has no data directory")
        target = Path(folder).expanduser()
        backups.backup(self.folder, target, at=self.engine.now(), tell=tell or silent)

    def needs_resync(self) -> bool:
        """Tell whether restored state waits for its peers."""
        from fachkraft_share.member import resync

        return resync.needed(self.engine)


def _real() -> Runtime:
    from fachkraft_share.member.machine import real_runtime

    return real_runtime()
