"""What is answered below the prefix: health, hooks, and people only behind the host's sign-in."""

import json
import time
from pathlib import Path
from typing import Any

import attrs
import pytest

import fachkraft_share
from fachkraft_share import limits
from fachkraft_share.embed.answering import LOCKED, REFUSED, Call
from fachkraft_share.embed.embedded import Embedded
from fachkraft_share.errors import SetupError
from fachkraft_share.member.settings import Settings
from fachkraft_share.ports.capabilities import Changes, Notify
from fachkraft_share.ports.runtime import Response
from fachkraft_share.protocol.records import Task
from fachkraft_share.testing.memory_ats import MemoryAdapter, MemorySystem, local, sign
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter, MemorySite, Page
from fachkraft_share.testing.memory_cms import sign as sign_site

from .conftest import CANDIDATE, Alliance


def tool(environ: Any, start_response: Any) -> list[bytes]:
    """A host."""
    start_response("200 OK", [])
    return [b""]


def embed(folder: Path, **settings: Any) -> Embedded:
    """Embed the member."""
    return fachkraft_share.init(tool, folder=folder, **settings)


def ask(embedded: Embedded, path: str, method: str = "GET", **more: Any) -> tuple[int, Any]:
    """Call a page; return status and JSON."""
    response: Response = embedded.respond(Call(method, path, more.pop("host", None), **more))
    return response.status, json.loads(response.body)


def hook(
    embedded: Embedded, name: str = "memory", *, sender: Any = sign, **changes: Any
) -> tuple[int, Any]:
    """Send a genuine hook, unless `changes` says otherwise."""
    event = {"id": "e1", "sent": int(time.time()), "record": "a1", **changes}
    signed = json.dumps(event).encode()
    return ask(embedded, f"/hooks/{name}", "POST", headers=sender(signed), body=signed)


def waiting(embedded: Embedded) -> list[Task]:
    """Return the notes that hooks left."""
    with embedded.member.engine.store.begin(write=False) as transaction:
        return [one for one in transaction.every(Task) if one.kind == "read"]


@pytest.fixture
def system() -> MemorySystem:
    """Return an outside system with a runner-up."""
    system = MemorySystem()
    now = int(time.time())
    system.applications["a1"] = {
        "stage": "s-second",
        "person": attrs.evolve(CANDIDATE, documents=()),
        "changed": local(now - limits.HOUR),
    }
    return system


def test_health_tells_everybody_how_it_is_and_nothing_more(beispiel: Path) -> None:
    """Ids and levels; causes name partners and systems, so they are for those who may see."""
    embedded = embed(beispiel, allow=lambda host: host == "recruiter")
    embedded.member.engine.unusable = {"gone": "not installed"}
    status, said = ask(embedded, "/health")
    assert (status, said["status"]) == (200, "warn")
    assert "gone" not in json.dumps(said)
    _, full = ask(embedded, "/health", host="recruiter")
    assert "gone" in json.dumps(full)
    told = {one["id"] for one in full["checks"]} - {"FKS-012"}  # one for each plugin installed
    assert told == {f"FKS-{n:03}" for n in (*range(2, 12), *range(13, 17))}


def test_a_website_says_that_something_changed_and_is_compared(beispiel: Path) -> None:
    """The same note as for a system of applicants, worked off by the next synchronisation."""
    site = MemorySite()
    embedded = embed(beispiel, adapters=[MemoryCmsAdapter(site)])
    embedded.member.sync()
    site.create(Page(f"fks-{'0' * 32}", "Unknown", ""))
    embedded.member.sync()
    assert site.pages
    assert hook(embedded, "memory-cms", sender=sign_site)[0] == 202
    assert [one.about for one in waiting(embedded)] == ["memory-cms"]
    embedded.member.sync()
    assert waiting(embedded) == []
    assert not site.pages


def test_health_fails_loudly_for_monitors(beispiel: Path) -> None:
    """A participant that is missing here: 503, for every erasure will count as failed."""

    @attrs.frozen
    class Elsewhere:
        name: str = "elsewhere"

        def erase(self, referral: str, *, at: int) -> Any:
            """Nothing."""

    embed(beispiel, participants=[Elsewhere()])
    status, said = ask(embed(beispiel), "/health")
    assert (status, said["status"]) == (503, "fail")


@pytest.mark.parametrize("path", ["/inbox", "/received"])
def test_people_are_shown_to_nobody_unless_the_host_says_so(path: str, beispiel: Path) -> None:
    """Without `allow` there is no way in; with it, its answer counts."""
    status, said = ask(embed(beispiel), path)
    assert (status, said["title"]) == (403, LOCKED)
    embedded = embed(beispiel, allow=lambda host: host == "recruiter")
    status, said = ask(embedded, path, host="visitor")
    assert (status, said["title"]) == (403, REFUSED)
    assert ask(embedded, path, host="recruiter")[0] == 200


def test_only_true_lets_in(beispiel: Path) -> None:
    """A name, a number or a coroutine is true in an `if`, and lets nobody in here."""
    for said in ("aylin", 1, object()):
        embedded = embed(beispiel, allow=lambda _, said=said: said)
        assert ask(embedded, "/received")[0] == 503
        with pytest.raises(SetupError, match="True or False"):
            embedded.allows(None)


def test_inbox_and_dossiers_come_as_json(harz: Alliance) -> None:
    """Matches with their reasons; dossiers as JSON Resume, of documents only what they are."""
    muster, beispiel = harz.join("muster"), harz.join("beispiel")
    _, referral = harz.hand_over(muster, beispiel)
    embedded = embed(beispiel, allow=lambda _: True)
    _, inbox = ask(embedded, "/inbox")
    [match] = [one for one in inbox["matches"] if one["referral"] == referral]
    assert match["profile"]["occupation"].startswith("43")
    assert match["status"] == "disclosed"
    assert "Aylin" not in json.dumps(inbox)
    _, received = ask(embedded, "/received")
    [dossier] = received["received"]
    assert dossier["candidate"]["basics"]["name"] == "Aylin Beispiel"
    assert [one["bytes"] for one in dossier["documents"]] == [18]
    assert "%PDF" not in json.dumps(received)


def test_no_answer_is_kept_or_sniffed(beispiel: Path) -> None:
    """Neither by browsers nor by proxies."""
    response = embed(beispiel).respond(Call("GET", "/health", None))
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health/more", 404),
        ("GET", "/../inbox", 404),
        ("POST", "/health", 405),
        ("GET", "/hooks/memory", 405),
        ("POST", "/hooks", 404),
        ("DELETE", "/inbox", 405),
        ("HEAD", "/health", 200),
    ],
)
def test_what_is_not_there_is_said(method: str, path: str, status: int, beispiel: Path) -> None:
    """Pages, and what may be done with them."""
    assert ask(embed(beispiel), path, method)[0] == status


def test_a_hook_is_read_with_the_next_synchronisation(system: MemorySystem, beispiel: Path) -> None:
    """It only leaves a note, which another process finds; then the runner-up is proposed."""
    adapters = [MemoryAdapter(system)]
    assert hook(embed(beispiel, adapters=adapters)) == (202, {"noted": True})
    later = embed(beispiel, adapters=adapters)
    assert [one.about for one in waiting(later)] == ["memory"]
    assert not later.member.proposals()
    later.member.sync()
    [proposal] = later.member.proposals()
    assert proposal.application == "a1"
    assert not waiting(later)


def test_a_hook_that_is_repeated_or_a_test_call_notes_nothing(
    system: MemorySystem, beispiel: Path
) -> None:
    """A vendor tries again and again; each event counts once."""
    embedded = embed(beispiel, adapters=[MemoryAdapter(system)])
    assert hook(embedded, kind="ping") == (200, {"noted": False})
    hook(embedded, id="e2")
    assert hook(embedded, id="e2") == (200, {"noted": False})


def test_many_hooks_are_one_note(system: MemorySystem, beispiel: Path) -> None:
    """Whoever calls a thousand times fills no store."""
    embedded = embed(beispiel, adapters=[MemoryAdapter(system)])
    for number in range(20):
        hook(embedded, id=f"e{number}")
    assert len(waiting(embedded)) == 1


def test_nothing_of_a_hook_is_kept(system: MemorySystem, beispiel: Path) -> None:
    """Not even which record it names: what it says may be a lie, or a person."""
    hook(embed(beispiel, adapters=[MemoryAdapter(system)]), record="xylophonia@mail.example")
    for path in (one for one in beispiel.rglob("*") if one.is_file()):
        assert b"xylophonia" not in path.read_bytes()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"headers": {}, "body": b"{}"}, 401),
        ({"headers": sign(b"{}"), "body": b"{ }"}, 401),
        ({"headers": sign(b"no json"), "body": b"no json"}, 502),
        ({"headers": {}, "body": b"x" * (limits.HOOK_BYTES + 1)}, 413),
    ],
)
def test_a_hook_that_cannot_be_believed_is_refused(
    more: dict[str, Any], status: int, system: MemorySystem, beispiel: Path
) -> None:
    """Unsigned, wrongly signed, not readable, too large: no note."""
    embedded = embed(beispiel, adapters=[MemoryAdapter(system)])
    assert ask(embedded, "/hooks/memory", "POST", **more)[0] == status
    assert not waiting(embedded)


def test_an_old_hook_is_a_replay(system: MemorySystem, beispiel: Path) -> None:
    """Its signature is genuine for ever; its date is not."""
    embedded = embed(beispiel, adapters=[MemoryAdapter(system)])
    assert hook(embedded, sent=int(time.time()) - 2 * limits.HOOK_AGE)[0] == 400
    assert not waiting(embedded)


class Silent(MemoryAdapter):
    """A system that announces nothing."""

    capabilities = attrs.evolve(MemoryAdapter.capabilities, notify=Notify.NONE)


class Blind(MemoryAdapter):
    """A system that calls, though nobody may read it."""

    capabilities = attrs.evolve(MemoryAdapter.capabilities, changes=Changes.NO_READ)


def test_a_system_that_is_not_there_or_announces_nothing_has_no_hook(
    system: MemorySystem, beispiel: Path
) -> None:
    """Both are answered alike: no such page."""
    assert hook(embed(beispiel), "memory")[0] == 404
    assert hook(embed(beispiel, adapters=[Silent(system)]), "memory")[0] == 404


def test_a_note_waits_for_a_process_that_knows_the_system(
    system: MemorySystem, beispiel: Path
) -> None:
    """A nightly job without the host's own adapter leaves it, and `doctor` says so."""
    embedded = embed(beispiel, adapters=[MemoryAdapter(system)])
    hook(embedded)
    with fachkraft_share.Member.open(beispiel) as nightly:
        nightly.sync()
        [tasks] = [one for one in nightly.doctor() if one.id == "FKS-006"]
    assert "read: setup" in tasks.health.cause
    assert [one.tries for one in waiting(embedded)] == [1]


def test_a_system_nobody_may_read_is_not_read(system: MemorySystem, beispiel: Path) -> None:
    """Its note goes without a word to it."""
    embedded = embed(beispiel, adapters=[Blind(system)])
    assert hook(embedded)[0] == 202
    embedded.member.sync()
    assert not waiting(embedded)
    assert not embedded.member.proposals()


def test_a_record_that_cannot_be_read_is_told(system: MemorySystem, beispiel: Path) -> None:
    """Nobody looks at a reading nobody asked for; so `doctor` says it, until it is mended."""
    embedded = embed(beispiel, adapters=[MemoryAdapter(system)])
    person = system.applications["a1"]["person"]
    system.applications["a1"]["person"] = "not understood"
    hook(embedded)
    embedded.member.sync()
    assert "record: unreadable" in _tasks(embedded)
    system.applications["a1"]["person"] = person
    hook(embedded, id="e2")
    embedded.member.sync()
    assert "record" not in _tasks(embedded)


def _tasks(embedded: Embedded) -> str:
    [found] = [one for one in embedded.member.doctor() if one.id == "FKS-006"]
    return found.health.cause


def test_an_expired_list_shows_nobody(beispiel: Path) -> None:
    """What is held may have ended: 409 and what to do."""
    embedded = embed(beispiel, allow=lambda _: True)
    engine = embedded.member.engine

    class Later:
        def now(self) -> int:
            return int(time.time()) + 30 * limits.DAY

    engine.runtime = attrs.evolve(engine.runtime, clock=Later())
    status, said = ask(embedded, "/inbox")
    assert status == 409
    assert "synchronise" in said["title"]


def test_a_folder_that_went_away_is_no_crash(beispiel: Path) -> None:
    """The host's page says in one sentence that it does not work now."""
    embedded = Embedded(folder=beispiel.parent / "gone", allow=lambda _: True)
    status, said = ask(embedded, "/inbox")
    assert status == 503
    assert "SetupError" in said["title"]
    assert isinstance(embed(beispiel).member.engine.settings, Settings)
