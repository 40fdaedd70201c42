"""The drill with a node on PostgreSQL: dumped and restored by its own tools (P6)."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fachkraft_share import limits
from fachkraft_share.node.history import backups as node_backups
from fachkraft_share.testing.world import NODE, address

JOURNAL = Path("journal") / "journal.jsonl"
HOLDERS = {address("beispiel"), address("dritte")}


def program(name: str) -> str:
    """Return one of PostgreSQL's own tools, the newest, or skip."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    path = str(found[0]) if found else shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def plain(url: str) -> str:
    """Return the URL as PostgreSQL's own tools read it."""
    return sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def database() -> Iterator[str]:
    """Return an empty database on the server."""
    from fachkraft_share.testing.databases import URL, fresh_database, server_url

    server = server_url()
    if server is None:
        pytest.skip(f"{URL} names no PostgreSQL database to test with")
    with fresh_database(server) as url:
        yield url


def emptied(url: str) -> None:
    """Lose the database's content; an empty one of the same name is there again."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


@pytest.mark.slow
@pytest.mark.parametrize("newest", [True, False], ids=["newest journal", "no journal"])
def test_an_erased_person_does_not_come_back_from_a_dump(
    received: Any, database: str, newest: bool
) -> None:
    """`pg_dump`, `node backup`, an erasure; then `pg_restore`, `node restore`, and a start."""
    site, dump, kept = received, received.root / "node.dump", received.root / "kept"
    tool = [program("pg_dump"), "--format=custom", f"--file={dump}", plain(database)]
    subprocess.run(tool, check=True)
    node_backups.backup(site.folder("node"), kept)
    assert not list((kept / "state").glob("*.db"))
    site.person.withdraw()
    for _ in range(3):
        site.clock.pass_time(limits.HOUR)
        site.sync("muster", "beispiel", "dritte")
    site.served.clear()
    site.stop("node")
    emptied(database)
    lost = site.root / "lost"
    site.folder("node").rename(lost)
    tool = [program("pg_restore"), "--clean", "--if-exists", f"--dbname={plain(database)}"]
    subprocess.run([*tool, str(dump)], check=True)
    made = node_backups.restore(
        site.folder("node"),
        kept,
        journal=lost / JOURNAL if newest else None,
        runtime=site.runtime(),
    )
    assert made.quarantine is not newest
    site.start("node")
    for name in ("spaet", "muster", "beispiel", "dritte"):
        site.sync(name)
        assert not any(site.readable(one) for one in site.members)
        assert site.served == []
    site.settle(rounds=6)
    assert site.served == []
    assert site.settled() >= HOLDERS | {NODE, address("muster")}
    assert site.person.bundle().verify()
