"""The member's store on SQLite of the standard library, and its keys apart."""

from fachkraft_share.member.store.keys import SqliteKeys
from fachkraft_share.member.store.sqlite import SqliteStore

__all__ = ["SqliteKeys", "SqliteStore"]
