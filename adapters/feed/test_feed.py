"""What the folder promises beyond the shared suite: times, caches, names, crashes."""

import json
import os
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs
import pytest
import requests
from feed_harness import FeedHarness
from feed_server import served

from fachkraft_share import limits
from fachkraft_share.errors import (
    CredentialsError,
    PermanentAdapterError,
    SetupError,
    TemporaryAdapterError,
)
from fachkraft_share.ports.erasure_evidence import (
    Outcome,
    ResidueKind,
    look_again_at,
    receipt_state,
)
from fachkraft_share.testing.cms_harness import activity, leave_to_show, teaser
from fachkraft_share_feed import FeedAdapter, integrity
from fachkraft_share_feed.component import component
from fachkraft_share_feed.contents import NOTHING, current, with_item
from fachkraft_share_feed.folder import MARKER, NAMES

REFERRAL = "r" * 22
POSIX = os.name == "posix"
posix = pytest.mark.skipif(not POSIX, reason="links and rights as POSIX has them")


def feed_of(harness):
    """Return what feed.json says."""
    return json.loads((harness.folder / "feed.json").read_bytes())


def show(harness, *, at=None):
    """Publish a teaser and return its key."""
    at = harness.at if at is None else at
    permit = leave_to_show(REFERRAL, at=at)
    return harness.fresh().publish(teaser(REFERRAL, at=harness.at), permit=permit, at=at)


# Times -----------------------------------------------------------------------------------------


def test_a_teaser_is_offered_until_its_end_and_the_end_can_be_moved(harness):
    """An engine that is alive moves it on; one that stands still lets it run out."""
    key = show(harness)
    own = feed_of(harness)["items"][0]["_fks"]
    assert own == {"key": key, "kind": "teaser", "valid_until": harness.at + limits.DAY}
    later = attrs.evolve(teaser(REFERRAL, at=harness.at), valid_until=harness.at + 2 * limits.DAY)
    permit = leave_to_show(REFERRAL, at=harness.at)
    harness.fresh().publish(later, permit=permit, at=harness.at)
    assert feed_of(harness)["items"][0]["_fks"]["valid_until"] == later.valid_until
    assert harness.fresh().find(key) == key


def test_a_profile_stands_where_times_are_kept_and_nowhere_else(harness):
    """Not in the list without script, nor where archives and search engines read."""
    key = show(harness)
    spelled = feed_of(harness)["items"][0]["id"].removeprefix("urn:uuid:")
    title = feed_of(harness)["items"][0]["title"]
    for text in (key, spelled, title):
        assert harness.places_holding(text.encode()) == ("feed.json",)


def test_what_is_over_goes_with_the_next_call_whatever_it_is(harness):
    """And is stated as deleted: its key and when, nothing else."""
    ref = harness.put(harness.fresh())
    later = harness.at + limits.DAY
    harness.fresh().check(at=later)
    feed = feed_of(harness)
    assert feed["items"] == []
    assert feed["_fks"]["deleted"] == [{"key": ref, "at": later}]
    assert feed["_fks"]["generated"] == later
    assert harness.places_holding(b"qzxcanary") == ()


def test_deleted_items_are_stated_for_two_days(harness):
    """Long enough for whoever fetches and for an erasure done again; then nothing is left."""
    adapter, at = harness.fresh(), harness.at
    ref = harness.put(adapter)
    adapter.unpublish(ref, at=at)
    adapter.check(at=at + 2 * limits.DAY - 1)
    assert [one["key"] for one in feed_of(harness)["_fks"]["deleted"]] == [ref]
    adapter.check(at=at + 2 * limits.DAY)
    assert feed_of(harness)["_fks"]["deleted"] == []
    assert ref.encode() not in (harness.folder / "feed.json").read_bytes()


def test_an_erasure_is_settled_an_hour_later_by_the_second_look(harness):
    """Until then the receipt says so; the copies at sites are named with their time."""
    adapter, at = harness.fresh(), harness.at
    erasure = adapter.erase(harness.put(adapter), at=at)
    [copies] = erasure.residue
    assert (erasure.outcome, copies.kind) == (Outcome.ERASED, ResidueKind.OLD_COPY)
    assert receipt_state(erasure, at=at) == "requested"
    again = look_again_at(erasure)
    assert again == at + limits.FEED_OLD
    settled = attrs.evolve(erasure, residue=adapter.look(copies_of(erasure), at=again))
    assert receipt_state(settled, at=again) == "erased"
    done_again = adapter.erase(copies_of(erasure), at=at + limits.DAY)
    assert receipt_state(done_again, at=at + limits.DAY) == "erased"
    later = adapter.erase(copies_of(erasure), at=at + 2 * limits.DAY + 1)
    assert later.outcome is Outcome.ERASED  # the last time it is known
    assert adapter.erase(copies_of(erasure), at=later.looked_at).outcome is Outcome.NEVER_HELD


def copies_of(erasure):
    """Return the key the evidence names."""
    [evidence] = erasure.evidence
    return evidence.removeprefix("item:")


def test_the_time_of_the_feed_never_goes_back_by_a_little():
    """Sites refuse an older feed; but a clock that was far ahead does not rule for ever."""
    first = current(NOTHING, at=10_000)
    assert current(first, at=9_900).generated == 10_000
    assert current(first, at=9_000).generated == 9_000


def test_more_items_than_a_site_holds_are_refused():
    """An engine that never stops publishing is stopped here."""
    full = NOTHING
    item = activity(1, at=0)
    entries = with_item(full, item, at=0).entries * limits.ITEMS_PUBLISHED
    with pytest.raises(PermanentAdapterError, match="more than"):
        with_item(attrs.evolve(full, entries=entries), activity(2, at=0), at=0)


# Caches ----------------------------------------------------------------------------------------


def test_a_cache_that_shows_what_was_taken_away_is_noticed(harness):
    """Unpublishing has not succeeded while a reader gets the old list."""
    adapter = harness.fresh()
    ref = harness.put(adapter)
    harness.site.frozen["items.html"] = (harness.folder / "items.html").read_bytes()
    with pytest.raises(TemporaryAdapterError, match="anonymous"):
        adapter.unpublish(ref, at=harness.at + 1)
    assert adapter.shown(ref)
    erasure = adapter.erase(ref, at=harness.at + 1)
    assert {one.where for one in erasure.residue} == {"sites", "cache/items.html"}
    again = look_again_at(erasure)
    assert [one.goes for one in adapter.look(ref, at=again)] == [None]  # a task for a person
    harness.site.frozen.clear()
    adapter.unpublish(ref, at=harness.at + 2)
    assert adapter.look(ref, at=again) == ()


def test_a_cached_feed_that_states_an_item_as_deleted_shows_it_no_more(harness):
    """The key alone is no item."""
    adapter = harness.fresh()
    ref = harness.put(adapter)
    adapter.unpublish(ref, at=harness.at)
    assert ref.encode() in (harness.folder / "feed.json").read_bytes()
    assert not adapter.shown(ref)


def test_two_versions_of_one_second_are_told_apart(harness):
    """Whoever asks a web server by date whether anything is new gets what was written last."""
    url, adapter = f"{harness.site.url}/feed.json", harness.fresh()
    for number in range(3):
        answer = requests.get(url, timeout=10)
        asked = {"If-Modified-Since": answer.headers["Last-Modified"]}
        assert requests.get(url, headers=asked, timeout=10).status_code == 304
        harness.put(adapter, number=number)
        answer = requests.get(url, headers=asked, timeout=10)
        assert answer.status_code == 200
        assert len(answer.json()["items"]) == number + 1


def test_the_reader_shows_no_credentials(harness):
    """It asks as anybody does."""
    harness.fresh().unpublish(harness.put(harness.fresh()), at=harness.at)
    assert harness.site.asked
    for _, headers in harness.site.asked:
        assert not {"authorization", "cookie"} & {name.lower() for name in headers}


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"Access-Control-Allow-Origin": ""}, "Access-Control-Allow-Origin"),
        ({"Cache-Control": "public, max-age=86400"}, "Cache-Control"),
        ({"Cache-Control": ""}, "Cache-Control"),
        ({"Cache-Control": "max-age=30"}, ""),
        ({}, ""),
    ],
)
def test_check_says_what_the_web_server_lacks(harness, changes, warning):
    """The headers other sites and caches need, each by its name."""
    harness.site.headers.update(changes)
    warnings = harness.fresh().check(at=harness.at).warnings
    assert [one for one in warnings if warning in one] == list(warnings)
    assert len(warnings) == bool(warning)


def test_check_notices_an_address_that_leads_elsewhere(harness, tmp_path):
    """Another folder, or nothing."""
    with served(tmp_path) as elsewhere:
        adapter = FeedAdapter.connect({**harness.settings, "url": elsewhere.url})
        [warning] = adapter.check(at=harness.at).warnings
        assert "no feed.json" in warning
        other = FeedHarness(tmp_path / "other", elsewhere, url="")
        other.fresh().check(at=harness.at - 3600)
        (tmp_path / "feed.json").write_bytes((tmp_path / "other" / "feed.json").read_bytes())
        [warning] = adapter.check(at=harness.at).warnings
        assert "another feed.json" in warning


def test_without_an_address_only_the_files_are_asked(folder, site):
    """And nothing is called."""
    harness = FeedHarness(folder, site, url="")
    adapter = harness.fresh()
    adapter.unpublish(harness.put(adapter), at=harness.at)
    assert adapter.check(at=harness.at).warnings == ()
    assert site.asked == []


# The folder ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_with_files_of_others_under_our_names_is_refused(folder, name):
    """Nothing is overwritten and nothing is left there."""
    (folder / name).write_text("somebody's")
    with pytest.raises(PermanentAdapterError, match=name):
        FeedAdapter.connect({"folder": str(folder)}).set_up(at=0)
    assert [one.name for one in folder.iterdir()] == [name]
    assert (folder / name).read_text() == "somebody's"


@posix
def test_links_under_our_names_are_refused_and_not_followed(harness, tmp_path):
    """What a link leads to is neither written nor read."""
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for name in ("feed.json", "items.html", "fachkraft-share.js"):
        file = harness.folder / name
        before = file.read_bytes()
        file.unlink()
        file.symlink_to(victim)
        with pytest.raises(PermanentAdapterError, match="link"):
            harness.put(harness.fresh())
        assert victim.read_text() == "mine"
        file.unlink()
        file.write_bytes(before)


@posix
def test_a_link_in_place_of_the_marker_is_refused(harness, tmp_path):
    """The lock is taken on our file alone."""
    marker = harness.folder / MARKER
    marker.rename(tmp_path / "marker")
    marker.symlink_to(tmp_path / "marker")
    with pytest.raises(TemporaryAdapterError):
        harness.put(harness.fresh())


@posix
def test_the_web_server_may_read_every_file_whatever_the_umask(tmp_path):
    """0644 in a folder it may pass through, and nobody else may write."""
    before = os.umask(0o077)
    try:
        folder = tmp_path / "new" / "feed"
        FeedAdapter.connect({"folder": str(folder)}).set_up(at=0)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert {one.name for one in folder.iterdir()} == {*NAMES, MARKER}
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in NAMES} == {0o644}


def test_only_the_names_we_own_are_touched(harness):
    """An editor's page, a copy of somebody, a folder: all stay as they are."""
    (harness.folder / "index.html").write_text("mine")
    (harness.folder / "old").mkdir()
    harness.fresh().unpublish(harness.put(harness.fresh()), at=harness.at)
    names = {one.name for one in harness.folder.iterdir()}
    assert names == {*NAMES, MARKER, "index.html", "old"}


def test_copies_of_our_files_are_named(harness):
    """Packed ones a web server prefers would show what was taken away."""
    (harness.folder / "feed.json.gz").write_bytes(b"")
    [warning] = harness.fresh().check(at=harness.at).warnings
    assert "feed.json.gz" in warning


def test_every_copy_below_the_folder_is_found_by_the_second_look(harness):
    """In a folder below, under another name, spelled as an id; larger than what is read at once."""
    adapter, below = harness.fresh(), harness.folder / "alt" / "2026"
    ref = harness.put(adapter)
    below.mkdir(parents=True)
    spelled = feed_of(harness)["items"][0]["id"].removeprefix("urn:uuid:")
    (below / "kopie.txt").write_bytes(b"x" * ((1 << 20) - 7) + spelled.encode())
    (below / "Größe und Ä.html").write_text(ref)
    found = adapter.erase(ref, at=harness.at).residue
    places = {one.where for one in found if one.kind is ResidueKind.FILE}
    assert places == {"alt/2026/kopie.txt", "alt/2026/Gr--e-und--.html"}
    assert all(one.goes is None for one in found if one.kind is ResidueKind.FILE)


def test_what_a_crash_left_is_found_and_goes_with_the_next_writing(harness):
    """A process is killed in the middle of writing the list."""
    ref = harness.put(harness.fresh())
    left = harness.folder / ".fks-unfinished-abc"
    left.write_bytes((harness.folder / "items.html").read_bytes())
    found = harness.fresh().look(ref, at=harness.at)
    assert ".fks-unfinished-abc" in {one.where for one in found}
    assert not left.exists()
    assert harness.fresh().erase(ref, at=harness.at).residue[1:] == ()


@posix
def test_a_folder_that_cannot_be_read_below_is_no_proof_of_gone(harness):
    """Where the look cannot look, it raises."""
    ref = harness.put(harness.fresh())
    locked = harness.folder / "locked"
    locked.mkdir()
    locked.chmod(0)
    owner = os.geteuid()
    if owner == 0:
        for path in (harness.folder, *harness.folder.iterdir()):
            os.chown(path, 65534, 65534)
        os.seteuid(65534)
    try:
        with pytest.raises(CredentialsError):
            harness.fresh().erase(ref, at=harness.at)
    finally:
        os.seteuid(owner)
        locked.chmod(0o700)


def test_ids_that_are_no_keys_touch_nothing(harness):
    """They are of nothing of ours."""
    adapter = harness.fresh()
    ref = harness.put(adapter)
    assert adapter.erase("a", at=harness.at).outcome is Outcome.NEVER_HELD
    assert adapter.look("a", at=harness.at) == ()
    assert not adapter.shown("a")
    adapter.unpublish("a", at=harness.at)
    assert harness.stored() == (ref,)


def test_a_feed_somebody_removed_is_written_again(harness):
    """A watchdog may remove files of an engine that stands still; publishing goes on."""
    adapter = harness.fresh()
    harness.put(adapter)
    for name in ("feed.json", "items.html", "atom.xml"):
        (harness.folder / name).unlink()
    assert adapter.published() == ()
    ref = harness.put(adapter)
    assert harness.stored() == (ref,)
    assert harness.seen(ref)


def test_what_was_published_by_many_at_once_is_all_there(harness):
    """Every writer waits for the one before; none loses what another wrote."""
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(harness.put, harness.fresh(), number=one) for one in range(24)]
        refs = {job.result() for job in jobs}
    assert set(harness.stored()) == refs
    assert len(refs) == 24


def test_a_reader_never_gets_half_a_file(harness):
    """Another process writes while this one reads: what is read is whole every time."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from fachkraft_share_feed import FeedAdapter\n"
        "from fachkraft_share.testing.cms_harness import activity\n"
        "at = int(sys.argv[3])\n"
        "adapter = FeedAdapter.connect({'folder': sys.argv[2]})\n"
        "for number in range(60): adapter.publish(activity(number, at=at), at=at)\n"
    )
    support = str(Path(__file__).parent / "support")
    command = [sys.executable, "-c", script, support, str(harness.folder), str(harness.at)]
    with subprocess.Popen(command) as writer:
        counts = []
        while writer.poll() is None:
            counts.append(len(feed_of(harness)["items"]))
    assert writer.returncode == 0
    assert counts == sorted(counts)
    assert len(feed_of(harness)["items"]) == 60


def test_a_writer_that_is_killed_leaves_whole_files_and_the_next_one_tidies_up(harness):
    """Wherever it is struck: each file parses, and nothing unfinished outlives the next call."""
    script = (
        "import itertools, sys; sys.path.insert(0, sys.argv[1])\n"
        "from fachkraft_share_feed import FeedAdapter\n"
        "from fachkraft_share.testing.cms_harness import activity\n"
        "adapter, at = FeedAdapter.connect({'folder': sys.argv[2]}), int(sys.argv[3])\n"
        "print('ready', flush=True)\n"
        "for number in itertools.count():\n"
        "    ref = adapter.publish(activity(number % 7, at=at), at=at)\n"
        "    if number % 3 == 0: adapter.erase(ref, at=at)\n"
    )
    support = str(Path(__file__).parent / "support")
    command = [sys.executable, "-c", script, support, str(harness.folder), str(harness.at)]
    for turn in range(4):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            time.sleep(0.02 + turn * 0.017)
            writer.kill()
        feed_of(harness)
        json.loads((harness.folder / "items.jsonld").read_bytes())
        ref = harness.put(harness.fresh(), number=100 + turn)
        assert harness.seen(ref)
        assert {one.name for one in harness.folder.iterdir()} == {*NAMES, MARKER}


# The component ---------------------------------------------------------------------------------


def test_the_hash_beside_the_component_is_its_hash(harness):
    """What a page puts into `integrity` fits the file the folder serves."""
    assert (harness.folder / "integrity.txt").read_text().strip() == integrity()
    assert (harness.folder / "fachkraft-share.js").read_bytes() == component()


def test_another_version_of_the_component_is_replaced_only_when_connected_again(harness):
    """Pages that insist on its hash must not break on a Tuesday; check says that it is another."""
    script = harness.folder / "fachkraft-share.js"
    script.write_text("// last year's")
    harness.put(harness.fresh())
    assert script.read_text() == "// last year's"
    [warning] = harness.fresh().check(at=harness.at).warnings
    assert "component" in warning
    harness.fresh().set_up(at=harness.at)
    assert script.read_bytes() == component()


def test_setting_up_again_keeps_what_is_published(harness):
    """And the feed's own id, by which readers know it."""
    ref = harness.put(harness.fresh())
    before = (harness.folder / MARKER).read_bytes()
    harness.fresh().set_up(at=harness.at)
    assert harness.stored() == (ref,)
    assert (harness.folder / MARKER).read_bytes() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("recommend", "javascript:alert(1)"),
        ("recommend", "http://node.example/"),
        ("home", "node.example"),
        ("language", "deutsch"),
        ("url", "http://feeds.example"),
    ],
)
def test_settings_that_cannot_be_right_are_refused_when_connecting(tmp_path, name, value):
    """Before anything is written."""
    with pytest.raises(SetupError):
        FeedAdapter.connect({"folder": str(tmp_path), name: value})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("marker", ["", "{}", '{"layout": 2, "id": ""}', "[]", '{"layout": 1}'])
def test_a_folder_of_another_version_is_left_alone(harness, marker):
    """Its marker says which it is."""
    (harness.folder / MARKER).write_text(marker)
    with pytest.raises(PermanentAdapterError, match="version"):
        harness.put(harness.fresh())
