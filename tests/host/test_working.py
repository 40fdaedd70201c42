"""Every firm in turn: bounded threads, and one that hangs keeps nobody waiting."""

import threading
from pathlib import Path

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import UnreachableError
from fachkraft_share.host.checking import Health, node_runs_here
from fachkraft_share.host.mailing import Post, send_due
from fachkraft_share.host.opened import Opened
from fachkraft_share.host.records import HostLetter
from fachkraft_share.host.settings import Settings
from fachkraft_share.host.working import Turn, Worker, chosen, ended
from fachkraft_share.node.settings import MailSettings
from fachkraft_share.ports.health import Level
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.login.mail import Mail


@pytest.mark.parametrize(
    ("turns", "threads", "expected"),
    [
        ([Turn("a", 5), Turn("b", 3)], 2, ("b", "a")),  # who waits longest comes first
        ([Turn("a", 5), Turn("b", 3)], 1, ("b",)),
        ([Turn("a", 11)], 2, ()),  # not due
        ([Turn("a", 0, since=1), Turn("b")], 1, ()),  # no thread is free
        ([Turn("a", 0, since=1), Turn("b")], 2, ("b",)),  # nobody is worked on twice
        ([Turn("a", 0, slow=True), Turn("b", 1, slow=True), Turn("c", 2)], 2, ("a", "c")),
        ([Turn("a", 0, since=1, slow=True), Turn("b", slow=True), Turn("c", 2)], 2, ("c",)),
    ],
)
def test_who_waits_longest_is_next_and_slow_ones_share_half(
    turns: list[Turn], threads: int, expected: tuple[str, ...]
) -> None:
    """However many hang, half of the threads are for the others."""
    assert chosen(turns, at=10, threads=threads) == expected


def test_what_fails_is_tried_again_later_and_later() -> None:
    """Up to a limit below the hour in which a withdrawal must arrive."""
    turn, pauses = Turn("a"), []
    for _ in range(8):
        turn = ended(attrs.evolve(turn, since=0), at=0, code="unreachable")
        pauses.append(turn.next_at)
    assert pauses == sorted(pauses)
    assert pauses[-1] == limits.HOST_RETRY_LAST < limits.HOST_LATE
    mended = ended(attrs.evolve(turn, since=0), at=100)
    assert (mended.failures, mended.code, mended.done_at) == (0, "", 100)
    assert ended(attrs.evolve(turn, since=0), at=limits.HOST_SLOW).slow
    assert ended(turn, at=5, wait=7).next_at == 12


@attrs.define
class Hanging:
    """A way to the node on which the calls of one firm never end."""

    true: object
    who: str
    gate: threading.Event = attrs.field(factory=threading.Event)

    def call(self, node: str, request: Request) -> Response:
        """Wait, or hand on."""
        if threading.current_thread().name == f"fks-{self.who}":
            self.gate.wait()
            raise UnreachableError("ended at last")
        return self.true.call(node, request)  # type: ignore[attr-defined]


def test_a_firm_whose_node_hangs_keeps_no_other_waiting(town) -> None:
    """The others have their turns, again and again, while it hangs; then it fails by itself."""
    names = [town.add(f"{one} GmbH") for one in ("Anton", "Berta", "Caesar")]
    for one in names:
        town.accepted(one)
    hanging = Hanging(town.host.runtime.transport, names[0])
    town.host.runtime = attrs.evolve(town.host.runtime, transport=hanging)
    opened = Opened(town.host)
    worker = Worker(opened, threads=2)
    begun = {one.name: one for one in worker.tick()}
    stuck = begun.pop(f"fks-{names[0]}")
    for thread in begun.values():
        thread.join()
    for _ in range(6):
        town.alliance.world.clock.pass_time(limits.HOST_SYNC)
        for thread in worker.tick():
            thread.join()
    turns = worker.turns()
    assert turns[names[0]].since is not None
    for one in names[1:]:
        assert turns[one].done_at >= town.host.now() - 2 * limits.HOST_SYNC
    hanging.gate.set()
    stuck.join()
    assert worker.turns()[names[0]].code
    [bad] = [
        one
        for one in Health(opened, worker).checks()
        if one.run().level is not Level.OK and one.id == "FKS-209"
    ]
    assert names[0] in bad.run().cause
    opened.close()


def test_a_broken_firm_hurts_no_other(town) -> None:
    """It is named by its short name, and the others go on."""
    first, second = town.add("Anton GmbH"), town.add("Berta GmbH")
    town.opened.close()
    (town.host.folder_of(first) / "config.toml").write_text("no toml", encoding="utf-8")
    for thread in town.worker.tick():
        thread.join()
    turns = town.worker.turns()
    assert (turns[first].code, turns[second].code) == ("SetupError", "")
    found = {one.id: one.run() for one in Health(town.opened, town.worker).checks()}
    assert first in found["FKS-206"].cause
    assert found["FKS-208"].level is Level.OK


def test_a_worker_that_gives_no_sign_is_noticed(town) -> None:
    """Deadlines would pass in silence."""
    town.alliance.world.clock.pass_time(limits.WORKER_LATE + 1)
    health = {one.id: one.run().level for one in Health(town.opened, town.worker).checks()}
    assert health["FKS-208"] is Level.FAIL


def test_doctor_names_what_is_missing(town) -> None:
    """Each with cause and remedy; without a worker those of the folder alone."""
    town.add("Anton GmbH")
    town.host.settings = Settings(node_folder=str(town.folder))
    (town.folder / "node.toml").touch()
    town.folder.chmod(0o755)
    found = {one.id: one.run() for one in Health(town.opened).checks()}
    bad = {id for id, one in found.items() if one.level is not Level.OK}
    assert bad >= {"FKS-201", "FKS-202", "FKS-204", "FKS-205", "FKS-207"}
    assert "operator" in found["FKS-204"].cause
    assert all(one.fix for one in found.values() if one.level is not Level.OK)
    assert "FKS-208" not in found


def test_a_node_of_the_same_user_is_seen(tmp_path: Path) -> None:
    """Where the system shows who runs what."""
    process = tmp_path / "77"
    process.mkdir()
    assert not node_runs_here(tmp_path)
    (process / "cmdline").write_bytes(b"python\0/opt/bin/fachkraft-share\0node\0serve\0")
    assert node_runs_here(tmp_path)
    (process / "cmdline").write_bytes(b"python\0/opt/bin/fachkraft-share\0host\0serve\0")
    assert not node_runs_here(tmp_path)
    assert not node_runs_here(tmp_path / "none")


def test_a_letter_goes_after_a_day_whether_it_could_be_sent_or_not(town) -> None:
    """And with it the address."""
    store = town.opened.firm(town.add("Anton GmbH")).beside
    mailer = Post(MailSettings("127.0.0.1", 9, "x@x.example", tls="none"), town.host.runtime.ids)
    at = town.host.now()
    with store.begin() as transaction:
        mailer.post(transaction, Mail("a@a.example", "s", "t"), at=at)
    assert send_due(store, mailer.settings, at=at) == 0  # nobody listens
    with store.begin(write=False) as transaction:
        [waiting] = transaction.every(HostLetter)
    assert waiting.tries == 1
    assert waiting.next_at > at
    send_due(store, MailSettings(), at=at + limits.MAIL_HOURS * limits.HOUR)
    with store.begin(write=False) as transaction:
        assert transaction.every(HostLetter) == ()


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_check_is_said_in_the_readers_language(town, language: str) -> None:
    """What it is, what is wrong, what to do; the technical cause is for whoever runs it."""
    texts = catalogue(language)
    for one in Health(town.opened, town.worker).checks():
        assert all(
            texts.has(f"host.check.{one.id}.{part}") for part in ("title", "wrong", "remedy")
        )


def test_a_firm_without_a_contract_fetches_nothing(town) -> None:
    """Nobody is processor for it yet; from the acceptance on it hears its node."""
    slug = town.add("Neuling GmbH")
    member = town.opened.firm(slug).member
    asked = []
    handle = town.alliance.world.reachable["https://node.harz.example"]
    town.alliance.world.reachable["https://node.harz.example"] = lambda one: (
        asked.append(one) or handle(one)
    )
    _turn(town)
    assert asked == []
    town.accepted(slug)
    town.alliance.world.clock.pass_time(limits.HOST_SYNC)
    _turn(town)
    assert asked
    assert member.inbox() == []


def _turn(town) -> None:
    for thread in town.worker.tick():
        thread.join()
