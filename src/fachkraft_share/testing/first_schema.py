"""Write the first migrations from the record classes; run it until the first release, then never.

`python -m fachkraft_share.testing.first_schema` writes both files; a test compares them.
"""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from fachkraft_share.member.store.sql import create
from fachkraft_share.ports.columns import Column, Table, records_of, tables_of
from fachkraft_share.web.login import records as login

MEMBER = Path("member/store/schema/0001.sql")
NODE = Path("node/store/migrations/versions/v0001_records.py")
_NODE_HEAD = '''"""The first tables, written from the record classes; frozen once released."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BYTES = sa.LargeBinary()


def _column(name: str, kind: Any) -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def _optional(name: str, kind: Any) -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=True)


def upgrade() -> None:
    """Make every table."""
'''


def tables_for(party: str) -> tuple[Table, ...]:
    """Return the tables of the protocol and of one party, `member` or `node`.

    Both have those of a login: the office's staff signs in at the node, a hosted firm's at the
    firm's own store.
    """
    module = f"fachkraft_share.{party}.records"
    own = records_of(import_module(module)) if find_spec(module) else ()
    return tables_of((*own, *records_of(login)))


def write_member() -> str:
    """Return the member's first script."""
    made = (f"{line};\n" for table in tables_for("member") for line in create(table))
    head = "-- The tables of the record classes, written from them; never changed once released.\n"
    return head + "".join(made)


def write_node() -> str:
    """Return the node's first migration: a function a table."""
    tables = tables_for("node")
    calls = "".join(f"    _{table.name}()\n" for table in tables)
    return _NODE_HEAD + calls + "".join(_node_table(table) for table in tables)


def _node_table(table: Table) -> str:
    lines = [f"        {_node_column(column)},\n" for column in table.columns]
    indexes = [
        f'    op.create_index("{table.index_name(fields)}", "{table.name}", [{_names(fields)}])\n'
        for fields in table.indexes
    ]
    return (
        f'\n\ndef _{table.name}() -> None:\n    op.create_table(\n        "{table.name}",\n'
        f"{''.join(lines)}        sa.PrimaryKeyConstraint({_names(table.key)}),\n    )\n"
        f"{''.join(indexes)}"
    )


def _node_column(column: Column) -> str:
    call = "_optional" if column.optional else "_column"
    return f'{call}("{column.name}", {column.type.upper()})'


def _names(fields: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in fields)


if __name__ == "__main__":
    package = Path(__file__).parents[1]
    (package / MEMBER).write_text(write_member(), encoding="utf-8")
    (package / NODE).write_text(write_node(), encoding="utf-8")
