"""What all adapters share: settings, translated errors, erasing with a second look, hooks.

1. A public method is final and guards; the adapter fills in the underscored twin.
2. What the declaration does not name raises `UnsupportedCapabilityError`; it never passes silently.
3. Only errors of our tree leave an adapter, and none quotes what the system answered.
"""

import re
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Self, final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import (
    AdapterError,
    ConsentError,
    CredentialsError,
    FachkraftShareError,
    InvalidRecordError,
    MalformedError,
    PermanentAdapterError,
    RefusedError,
    SetupError,
    TemporaryAdapterError,
    UnsupportedCapabilityError,
)
from fachkraft_share.ports.capabilities import Capabilities, EraseMethod, Notify
from fachkraft_share.ports.erasure_evidence import Erased, Erasure, Residue
from fachkraft_share.ports.hooks import Hint, Hook
from fachkraft_share.rules.consent import Action, Permit

_OPAQUE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.:=~-]{0,127}")  # no path, no blank, no mail address


@attrs.frozen
class Setting:
    """One thing an adapter must or may be told when it is connected."""

    name: str
    what: str
    secret: bool = False
    default: str | None = None  # None: must be given


@attrs.frozen
class Checked:
    """What `check` found; `clock_difference` is the system's clock minus ours, in seconds."""

    version: str
    clock_difference: int = 0
    warnings: tuple[str, ...] = ()


@attrs.frozen
class Provenance:
    """Where a filed person came from: source, referral and consent id, nothing personal."""

    source: str
    referral: str
    consent: str


class Adapter(ABC):
    """One outside system; nothing is asked of it before the first call."""

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    limitations: ClassVar[str]  # what the system cannot do, for people
    settings: ClassVar[tuple[Setting, ...]] = ()
    _clock_difference: int = 0

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a class that goes round a guard."""
        super().__init_subclass__(**kwargs)
        for name in vars(cls):
            if any(_is_final(vars(base).get(name)) for base in cls.__mro__[1:]):
                instead = "choose another name" if name.startswith("_") else f"fill in _{name}"
                raise TypeError(f"{cls.__name__}.{name}: guards stay; {instead}")

    @classmethod
    @final
    def connect(cls, settings: Mapping[str, str]) -> Self:
        """Make the adapter from its settings, without asking the system anything.

        Raises:
            SetupError: a setting is missing or unknown, or cannot be used.
        """
        known = {setting.name: setting.default for setting in cls.settings}
        for name in settings:
            if name not in known:
                raise SetupError(f"{cls.name}: no setting is called {name!r}")
        merged = {**known, **settings}
        missing = sorted(name for name, value in merged.items() if value is None)
        if missing:
            raise SetupError(f"{cls.name}: please set {', '.join(missing)}")
        try:
            return cls._connect(
                {name: value for name, value in merged.items() if value is not None}
            )
        except (OSError, ValueError, LookupError, TypeError) as error:
            what = type(error).__name__
            raise SetupError(f"{cls.name}: a setting cannot be used ({what})") from error

    @final
    def set_up(self, *, at: int) -> None:
        """Prepare the system once, when it is connected; doing it again changes nothing."""
        with self._own_errors_only():
            self._set_up(at=at)

    @final
    def check(self, *, at: int) -> Checked:
        """Ask the system for version, rights and clock, and remember the clocks' difference.

        Raises:
            CredentialsError: it refuses us.
            TemporaryAdapterError: it cannot be reached.
        """
        with self._own_errors_only():
            checked = self._check(at=at)
        self._clock_difference = checked.clock_difference
        return checked

    @final
    def erase(self, ref: str, *, at: int) -> Erasure:
        """Erase what we filed under the system's id, then look again, always.

        Raises:
            UnsupportedCapabilityError: it cannot erase; a person must.
            TemporaryAdapterError: erasing or looking did not succeed; doing it again is fine.
            CredentialsError: it refuses us, which proves nothing.
        """
        self._require(self.capabilities.erase is not EraseMethod.NONE, "erase")
        with self._own_errors_only():
            answer = self._erase(self._opaque(ref), at=at)
            residue = tuple(self._look(ref, at=at))
        return Erasure(answer.outcome, residue, at, answer.evidence)

    @final
    def look(self, ref: str, *, at: int) -> tuple[Residue, ...]:
        """Return what is left of the id in every store within reach."""
        with self._own_errors_only():
            return tuple(self._look(self._opaque(ref), at=at))

    @final
    def hint(self, headers: Mapping[str, str], body: bytes, *, at: int) -> Hint | None:
        """Verify a hook; return which record to read again, or None for nothing new.

        Raises:
            RefusedError: unsigned, wrongly signed, too old, too large.
        """
        self._require(self.capabilities.notify is not Notify.NONE, "send hooks")
        if len(body) > limits.HOOK_BYTES:
            raise RefusedError("hook-size")
        with self._own_errors_only():
            hook = self._read_hook({name.lower(): one for name, one in headers.items()}, body)
        if not hook.authentic and self.capabilities.notify is not Notify.UNSIGNED:
            raise RefusedError("hook-signature")
        if hook.sent_at is not None and abs(at - hook.sent_at) > limits.HOOK_AGE:
            raise RefusedError("hook-age")
        return None if self._repeated(hook.id) or hook.ping else Hint(hook.record)

    # What an adapter fills in -----------------------------------------------------------------

    @classmethod
    @abstractmethod
    def _connect(cls, settings: Mapping[str, str]) -> Self:
        """Make the adapter; every setting has a value."""

    def _set_up(self, *, at: int) -> None:  # noqa: B027 - most systems need nothing
        """Make what is needed once, such as folders or a source; most systems need nothing."""

    @abstractmethod
    def _check(self, *, at: int) -> Checked:
        """Ask for version, rights and clock."""

    def _erase(self, ref: str, *, at: int) -> Erased:  # noqa: ARG002
        """Erase; a second time is fine."""
        raise self._unable("erase")

    def _look(self, ref: str, *, at: int) -> Iterable[Residue]:  # noqa: ARG002
        """Find what is left of the id in every store within reach."""
        raise self._unable("look for residue")

    def _read_hook(self, headers: Mapping[str, str], body: bytes) -> Hook:  # noqa: ARG002
        """Verify the raw body and say which record it names; header names are lower case."""
        raise self._unable("send hooks")

    # Guards -----------------------------------------------------------------------------------

    @final
    def _require(self, able: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
        if not able:
            raise self._unable(what)

    @final
    def _unable(self, what: str) -> UnsupportedCapabilityError:
        return UnsupportedCapabilityError(f"cannot {what}", adapter=self.name)

    @final
    def _check_permit(
        self, permit: Permit | None, action: Action, *, referral: str, at: int
    ) -> None:
        if not isinstance(permit, Permit):
            raise ConsentError("permit-missing", "ask the gate")
        if permit.action is not action:
            raise ConsentError("permit-action", f"permits {permit.action}")
        if permit.referral != referral:
            raise ConsentError("permit-referral", "permits another referral")
        if not 0 <= at - permit.at <= limits.PERMIT_SECONDS:
            raise ConsentError("permit-stale", "ask the gate again")

    @final
    def _opaque(self, ref: str) -> str:
        if not _OPAQUE.fullmatch(ref):
            raise PermanentAdapterError("an id must be opaque", adapter=self.name)
        return ref

    @final
    def _repeated(self, event: str) -> bool:
        seen: deque[str] = self.__dict__.setdefault("_hook_ids", deque(maxlen=limits.HOOK_IDS))
        if event and event in seen:
            return True
        seen.append(event)
        return False

    @final
    @contextmanager
    def _own_errors_only(self) -> Iterator[None]:
        try:
            yield
        except MalformedError as error:
            raise InvalidRecordError(str(error), adapter=self.name) from error
        except AdapterError as error:
            if error.adapter:
                raise
            named = type(error)(str(error), adapter=self.name)
            if isinstance(error, TemporaryAdapterError):
                named = TemporaryAdapterError(
                    str(error), adapter=self.name, retry_after=error.retry_after
                )
            raise named from error
        except FachkraftShareError:
            raise
        except PermissionError as error:
            raise CredentialsError("access is refused", adapter=self.name) from error
        except OSError as error:  # the network's and the disk's errors alike
            raise TemporaryAdapterError("cannot be reached", adapter=self.name) from error
        except Exception as error:
            what = f"unexpected {type(error).__name__}"
            raise PermanentAdapterError(what, adapter=self.name) from error


def _is_final(member: object) -> bool:
    return getattr(getattr(member, "__func__", member), "__final__", False)
