"""What the story plays on: the folder, the processes, the people, the claims, and who tells it."""

import random
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final

import attrs

from fachkraft_share.cli.demo import databases
from fachkraft_share.cli.demo.claims import Claims
from fachkraft_share.cli.demo.firms import FIRMS, NEIGHBOURS, Firm
from fachkraft_share.cli.demo.people import Person
from fachkraft_share.cli.demo.person import Visitor
from fachkraft_share.cli.demo.processes import Company, NodeProcess
from fachkraft_share.cli.demo.search import Hit, Searcher, disguise, search_bytes
from fachkraft_share.errors import FachkraftShareError, SetupError

_SETTLED: Final = 12  # rounds after which everybody must have said everything
PATIENCE: Final = 120.0  # seconds: a node calls again a minute after a call that came too early
_LOOK: Final = 0.3  # seconds between two looks at a page


@attrs.define
class Case:
    """One person's referral as the story follows it."""

    person: Person
    referral: str
    visitor: Visitor
    profile: dict[str, Any]
    ids: tuple[str, ...] = attrs.field(default=(), repr=False)  # what gives the referral away
    parts: tuple[str, ...] = attrs.field(default=(), repr=False)  # the profile as it travels

    @property
    def marks(self) -> tuple[str, ...]:
        """Everything by which somebody could learn that the person exists."""
        return (self.referral, *self.ids, *self.parts)

    def evidence(self) -> bytes:
        """Return the bundle; it is there once the node's worker has erased and signed.

        Raises:
            SetupError: the worker did not come to it.
        """
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = self.visitor.bundle()
            if found is not None:
                return found
            time.sleep(_LOOK)
        raise SetupError(f"the page of {self.person.key} offers no bundle")


@attrs.define
class Stage:
    """Everything the scenes share."""

    folder: Path
    language: str
    tell: Callable[[str, str], None]
    claims: Claims = attrs.field(factory=Claims)
    chance: random.Random = attrs.field(factory=random.Random)
    people: Sequence[Person] = ()
    cases: dict[str, Case] = attrs.field(factory=dict)
    firms: dict[str, Company] = attrs.field(factory=dict)
    node: NodeProcess | None = None
    neighbour: NodeProcess | None = None  # the node of the alliance next door
    database: str = attrs.field(default="", repr=False)  # the neighbour's, where it is no file
    rest: ExitStack = attrs.field(factory=ExitStack, repr=False)  # what else must be cleared away
    root_key: str = ""
    troubles: set[str] = attrs.field(factory=set)
    searcher: Searcher = attrs.field(factory=Searcher, repr=False)

    def firm(self, key: str) -> Company:
        """Return a company's process."""
        return self.firms[key]

    @property
    def url(self) -> str:
        """Where the node is reached."""
        return self.node.url if self.node else ""

    @property
    def nodes(self) -> list[NodeProcess]:
        """Return the nodes that were started."""
        return [one for one in (self.node, self.neighbour) if one is not None]

    @property
    def neighbour_url(self) -> str:
        """Where the node next door is reached."""
        return self.neighbour.url if self.neighbour else ""

    @property
    def neighbour_folder(self) -> Path:
        """Return where the node next door keeps everything."""
        return self.folder / "goslar"

    def folder_of(self, firm: Firm) -> Path:
        """Return where everything of one company lies."""
        return self.folder / "firms" / firm.key

    @property
    def node_folder(self) -> Path:
        """Return where the node keeps everything."""
        return self.folder / "node"

    @property
    def logs(self) -> Path:
        """Return where all processes write what they complain about."""
        return self.folder / "logs"

    @property
    def traffic(self) -> Path:
        """Return where every byte that reached a company is copied to, outside its folder."""
        return self.folder / "traffic"

    def settle(self, *keys: str) -> None:
        """Let companies synchronise until nothing moves any more; all by default."""
        chosen = [self.firms[key] for key in keys or self.firms]
        for _ in range(_SETTLED):
            told = {one.name: one.ask("sync") for one in chosen if one.pid}
            self._note(told)
            if not any(one["moved"] for one in told.values()):
                return

    def _note(self, told: Mapping[str, Any]) -> None:
        """Keep what the companies complained about: it explains a claim that does not hold."""
        for name, one in told.items():
            report = one["report"]
            codes = report["problems"] + ["parked"] * bool(report["parked"])
            self.troubles |= {f"{name}: {code}" for code in codes}

    def everywhere(self, *, but: Iterable[Path] = ()) -> list[Path]:
        """Return every folder in which something could have been left."""
        left = set(but)
        found = [self.node_folder, self.neighbour_folder, self.logs, self.traffic]
        found += [self.folder / "root-key", self.folder / "goslar-root-key"]
        found += [self.folder_of(firm) for firm in (*FIRMS, *NEIGHBOURS)]
        return [one for one in found if one not in left and one.exists()]

    def abroad(self, *, traffic: bool = True) -> list[Path]:
        """Return every folder of the alliance next door, with all it ever received or without."""
        found = [self.neighbour_folder, *map(self.folder_of, NEIGHBOURS)]
        found += [self.traffic / f"{firm.key}.log" for firm in NEIGHBOURS if traffic]
        return [one for one in found if one.exists()]

    def find(self, words: Iterable[str], folders: Iterable[Path]) -> list[Hit]:
        """Return where any of the words stands, in whatever disguise.

        What the neighbour's node keeps in a database server counts as part of its folder.
        """
        forms, places = disguise(words), list(folders)
        hits = self.searcher.search(forms, places)
        if self.database and self.neighbour_folder in places:
            hits += search_bytes(forms, databases.values(self.database), name="goslar's database")
        return hits

    def find_in(self, words: Iterable[str], file: Path) -> list[Hit]:
        """Return where any of the words stands in one file."""
        return self.searcher.in_file(disguise(words), file, name=file.name) if file.exists() else []

    def end(self, *, keep: bool) -> None:
        """Stop every process and, unless it shall be kept, delete the folder."""
        for company in self.firms.values():
            with suppress(FachkraftShareError):
                company.stop()
        for node in self.nodes:
            node.stop()
        self.rest.close()
        for case in self.cases.values():
            case.visitor.browser.close()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def places(hits: Iterable[Hit]) -> str:
    """Return where something was found, without saying what."""
    found = sorted({f"{hit.file} ({hit.how})" for hit in hits})
    return "; ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")


@attrs.define
class Teller:
    """Tells the story sentence by sentence, at a speed people can follow."""

    language: str
    say: Callable[[str], None]
    pause: float = 0.0

    def __call__(self, german: str, english: str) -> None:
        """Say it in the chosen language, then wait a moment."""
        self.say(german if self.language == "de" else english)
        time.sleep(self.pause)
