"""The node's store on SQLAlchemy Core: SQLite by default, PostgreSQL by URL."""

from fachkraft_share.node.store.sql import SqlStore

__all__ = ["SqlStore"]
