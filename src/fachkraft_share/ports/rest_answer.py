"""What a web interface answered, and which of our errors that is; nothing of it is ever quoted."""

import json
from collections.abc import Container, Mapping
from typing import Any, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import (
    AdapterError,
    CredentialsError,
    InvalidRecordError,
    PermanentAdapterError,
    TemporaryAdapterError,
)
from fachkraft_share.ports.moments import read_http_date

_REFUSED: Final = frozenset({401, 403, 407})
_RECORD: Final = frozenset({400, 413, 415, 422})  # this record will not do, the next may
_LATER: Final = frozenset({408, 423, 425, 429, 500, 502, 503, 504})


@attrs.frozen
class Answer:
    """An answer; `headers` by small letters."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    def json(self) -> Any:
        """Return what it says.

        Raises:
            PermanentAdapterError: it is not JSON.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise PermanentAdapterError("the system answered something other than JSON") from error

    @property
    def ok(self) -> bool:
        """Tell whether it did what was asked."""
        return 200 <= self.status < 300

    def clock_difference(self, *, at: int) -> int:
        """Return the system's clock minus ours by the `Date` header; 0 when there is none."""
        told = read_http_date(self.headers.get("date", ""))
        return 0 if told is None else told - at

    def retry_after(self, *, at: int) -> int:
        """Return the seconds the system asks to wait; 0 when it names no time."""
        text = self.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            seconds = int(text[:9])
        else:
            until = read_http_date(text)
            seconds = 0 if until is None else until - at - self.clock_difference(at=at)
        return max(0, min(seconds, limits.REST_RETRY_AFTER))


def error_of(answer: Answer, expect: Container[int], *, at: int, wait: int) -> AdapterError | None:
    """Return the error the answer means, if it is neither good nor expected."""
    status = answer.status
    if answer.ok or status in expect:
        return None
    what = f"the system answered {status}"
    if status in _REFUSED:
        return CredentialsError(f"{what}: it refuses us")
    if status in _LATER:
        after = answer.retry_after(at=at) or (wait if status == 429 else 0)
        return TemporaryAdapterError(what, retry_after=after)
    if status in _RECORD:
        return InvalidRecordError(f"{what}: it does not take the record")
    return PermanentAdapterError(what)
