"""A system in memory that can be in trouble, and how its adapter takes what it then answers."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, ParamSpec, TypeVar

from fachkraft_share.errors import (
    CredentialsError,
    InvalidRecordError,
    PermanentAdapterError,
    TemporaryAdapterError,
)

P = ParamSpec("P")
T = TypeVar("T")


class StatusError(Exception):
    """What the system's own library raises: a status and an answer that quotes the person."""

    def __init__(self, status: int, answer: str = "", *, retry_after: int = 0) -> None:
        super().__init__(f"{status} {answer}")
        self.status = status
        self.retry_after = retry_after


class TroubledSystem:
    """Answers as it is told; every call to it goes through `answer`."""

    trouble: int | None = None  # status of every answer; 0: no answer at all
    retry_after: int = 0
    calls_left: int | None = None  # after them it fails inside
    expired: bool = False  # the token is; `login` gets another

    def quoted(self) -> str:
        """Return what a talkative vendor puts into every error."""
        raise NotImplementedError

    def answer(self) -> None:
        """Raise what the system is told to answer."""
        if self.trouble == 0:
            raise ConnectionError("no route to the host of person@mail.example")
        if self.trouble is not None:
            raise StatusError(self.trouble, self.quoted(), retry_after=self.retry_after)
        if self.expired:
            raise StatusError(401, self.quoted())
        if self.calls_left == 0:
            raise StatusError(500, self.quoted())
        if self.calls_left is not None:
            self.calls_left -= 1

    def login(self) -> None:
        """Get a new token."""
        self.expired = False


class TroubledHarness:
    """The parts of a harness that make such a system be in trouble."""

    system: TroubledSystem

    def down(self) -> AbstractContextManager[None]:
        """Answer nothing."""
        return self._set(trouble=0)

    def forbidding(self) -> AbstractContextManager[None]:
        """Answer 403."""
        return self._set(trouble=403)

    def talking_nonsense(self) -> AbstractContextManager[None]:
        """Answer 599 with everything it knows."""
        return self._set(trouble=599)

    def failing_inside(self) -> AbstractContextManager[None]:
        """Answer 500 with everything it knows."""
        return self._set(trouble=500)

    def limiting(self, *, retry_after: int | None) -> AbstractContextManager[None]:
        """Answer 429."""
        return self._set(trouble=429, retry_after=retry_after or 0)

    def failing_after(self, calls: int) -> AbstractContextManager[None]:
        """Answer so many calls, then 500."""
        return self._set(calls_left=calls)

    def expire_token(self) -> None:
        """Let the token be over."""
        self.system.expired = True

    @contextmanager
    def _set(self, **values: Any) -> Iterator[None]:
        vars(self.system).update(values)
        try:
            yield
        finally:
            for name in values:
                vars(self.system).pop(name, None)


def called(system: TroubledSystem, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the system as an adapter does: a new token once, and its errors as ours."""
    try:
        try:
            return method(*args, **kwargs)
        except StatusError as error:
            if error.status != 401:
                raise
            system.login()
            return method(*args, **kwargs)
    except StatusError as error:
        raise _TRANSLATED.get(error.status, _final)(error) from error


def _temporary(error: StatusError) -> Exception:
    return TemporaryAdapterError("cannot now", retry_after=error.retry_after)


def _final(_: StatusError) -> Exception:
    return PermanentAdapterError("an answer nobody understands")


_TRANSLATED: Final[Mapping[int, Callable[[StatusError], Exception]]] = {
    202: lambda _: TemporaryAdapterError("accepted, not there yet"),
    401: lambda _: CredentialsError("the token is not taken"),
    403: lambda _: CredentialsError("rights are missing"),
    404: lambda _: FileNotFoundError(),
    409: lambda _: FileExistsError(),
    410: lambda _: InvalidRecordError("the link has expired"),
    422: lambda _: PermanentAdapterError("the create was refused later"),
    429: _temporary,
    500: _temporary,
}
