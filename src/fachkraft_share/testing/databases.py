"""A PostgreSQL database of its own, for a test or the demo, where a server is named.

`FKS_POSTGRES_URL` names a database whose role may make others; without it there is none, and
`FKS_REQUIRE_POSTGRES=1` says that this is a fault, not a reason to skip.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa

from fachkraft_share.errors import SetupError

URL = "FKS_POSTGRES_URL"
REQUIRED = "FKS_REQUIRE_POSTGRES"


def server_url(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the URL of the server to use, or None where there is none.

    Raises:
        SetupError: there must be one.
    """
    url = environment.get(URL)
    if not url and environment.get(REQUIRED) == "1":
        raise SetupError(f"{REQUIRED} is set, but {URL} names no PostgreSQL database")
    return url or None


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Make an empty database, give its URL, and drop it with whatever is still connected."""
    name = f"fks_{secrets.token_hex(8)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    _say(engine, f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _say(engine, f'DROP DATABASE "{name}" WITH (FORCE)')


def _say(engine: sa.Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
