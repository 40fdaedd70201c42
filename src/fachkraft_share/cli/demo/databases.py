"""Where the neighbouring alliance keeps its state: PostgreSQL where a server is named, else SQLite.

The demo makes a database of its own there and drops it at the end.
"""

from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fachkraft_share.errors import SetupError

POSTGRES: Final = "PostgreSQL"
SQLITE: Final = "SQLite"
_HEADER: Final = b"SQLite format 3\x00"


def fresh(rest: ExitStack) -> str:
    """Return the URL of an empty database on the server that is named; "" stands for SQLite.

    Raises:
        SetupError: a server is named, and cannot be used.
    """
    from fachkraft_share.testing.databases import URL, fresh_database, server_url

    server = server_url()
    if server is None:
        return ""
    if find_spec("psycopg") is None:
        raise SetupError(
            f'{URL} names a PostgreSQL server; it needs: pip install "fachkraft-share[postgres]"'
        )
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return rest.enter_context(fresh_database(server))
    except SQLAlchemyError as error:
        kind = type(error).__name__
        raise SetupError(f"{URL}: no database can be made on that server ({kind})") from error


def kind_of(folder: Path, url: str) -> str:
    """Return what a node's state really lies in, by looking: its file, or the server's tables."""
    file = folder / "state" / "node.db"
    if file.exists():
        return SQLITE if file.read_bytes().startswith(_HEADER) else "an unknown file"
    return POSTGRES if url and values(url) else "nothing"


def values(url: str) -> bytes:
    """Return every value of every table, for looking through."""
    import sqlalchemy as sa

    engine = sa.create_engine(url, poolclass=sa.NullPool)
    out = bytearray()
    with engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            for row in connection.execute(sa.select(sa.text("*")).select_from(sa.table(table))):
                for value in row:
                    raw = value if isinstance(value, bytes | memoryview) else str(value).encode()
                    out += bytes(raw) + b"\0\n"
    return bytes(out)
