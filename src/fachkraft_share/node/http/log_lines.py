"""How a serving node writes its log: `name=value` lines in UTC, of allowed fields only, bounded.

A library never configures its host's logs: only the command that serves calls this.
"""

import logging
from collections import Counter
from typing import Final

import structlog

from fachkraft_share import limits
from fachkraft_share.node import security_log
from fachkraft_share.web.login import security_log as signing_in

FIELDS: Final = ("operation", "code", "issuer", "kind", "organisation", "list", "more")
_ORDER: Final = ["timestamp", "level", "logger", "event", *FIELDS]


def log_lines() -> None:
    """Write warnings of everything, and all of the security log, to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter())
    handler.addFilter(Sparing())
    root = logging.getLogger()
    root.addHandler(handler)
    for name in (security_log.NAME, signing_in.NAME):
        logging.getLogger(name).setLevel(logging.INFO)


class Sparing(logging.Filter):
    """Lets so many lines of one kind pass each minute; the next minute's first tells how many more.

    A stranger who is refused a million times fills neither the disk nor the reader's eyes.
    """

    def __init__(self) -> None:
        super().__init__()
        self._minute = -1
        self._passed: Counter[tuple[object, ...]] = Counter()
        self._left: Counter[tuple[object, ...]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the line is written."""
        self._turn(int(record.created) // limits.MINUTE)
        kind = (record.name, record.msg, getattr(record, "code", ""))
        if self._passed[kind] >= limits.LOG_LINES:
            self._left[kind] += 1
            return False
        self._passed[kind] += 1
        more = self._left.pop(kind, 0)
        if more:
            record.more = more
        return True

    def _turn(self, minute: int) -> None:
        if minute == self._minute:
            return
        self._minute = minute
        self._passed.clear()


def _formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(allow=FIELDS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.LogfmtRenderer(key_order=_ORDER, drop_missing=True),
        ],
    )
