"""The tables of record classes as SQLAlchemy sees them."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from fachkraft_share.ports.columns import Column, ColumnType, Table

# Text sorts by code point in every database, as Python sorts it.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite's own row number is an INTEGER
BYTES = sa.LargeBinary()
_TYPES: dict[ColumnType, Any] = {
    ColumnType.TEXT: TEXT,
    ColumnType.INT: INT,
    ColumnType.BYTES: BYTES,
}


def metadata(tables: Iterable[Table]) -> sa.MetaData:
    """Return the tables with their keys and indexes."""
    found = sa.MetaData()
    for table in tables:
        columns = [_column(column, key=column.name in table.key) for column in table.columns]
        made = sa.Table(table.name, found, *columns)
        for fields in table.indexes:
            sa.Index(table.index_name(fields), *(made.c[name] for name in fields))
    return found


def _column(column: Column, *, key: bool) -> "sa.Column[Any]":
    return sa.Column(
        column.name,
        _TYPES[column.type],
        primary_key=key,
        nullable=column.optional,
        autoincrement=False,
    )
