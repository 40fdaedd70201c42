"""The tree of errors; a caller can tell *try again* from *will not work* by type alone.

FachkraftShareError
├── WireError                 bytes, text or signature that is not what the protocol demands
│   ├── MalformedError        not strict JSON, not the shape of its type, beyond a limit
│   └── SignatureError        unusable key, unknown key, wrong signature, wrong type
├── RefusedError              understood and refused; carries a stable problem code
│   ├── ConsentError          the gate said no
│   └── ConflictError         the same message id with other bytes; a newer list is known
├── StateError                this cannot happen now (closed, unknown, not yet)
├── TemporaryError            try again later; nothing was changed
│   ├── UnreachableError      the other side did not answer
│   └── BusyError             store, lease or limit is taken; carries `retry_after` seconds
├── StoreError                the store cannot be read or written
│   └── QuarantineError       restored state that must hear its peers first
├── SetupError                configuration or installation is incomplete; says what to do
└── AdapterError              the outside system
    ├── TemporaryAdapterError try again later; carries `retry_after` seconds if it was told
    ├── CredentialsError
    ├── UnsupportedCapabilityError
    ├── InvalidRecordError    one record cannot be read; names file and field
    └── PermanentAdapterError

No message carries personal data: references and codes only.
"""

from __future__ import annotations


class FachkraftShareError(Exception):
    """Root of all errors this library raises on purpose."""


class WireError(FachkraftShareError):
    """Bytes, text or a signature that is not what the protocol demands."""


class MalformedError(WireError):
    """Not strict JSON, not of the shape of its type, or beyond a limit."""


class SignatureError(WireError):
    """An unusable or unknown key, a wrong signature or a wrong document type."""


class RefusedError(FachkraftShareError):
    """Understood and refused; `code` is the stable part of `urn:fks:problem:<code>`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class ConsentError(RefusedError):
    """The gate `permits` said no; `code` tells which row of its table."""


class ConflictError(RefusedError):
    """What was sent contradicts something that stands already."""


class StateError(FachkraftShareError):
    """This cannot happen now: closed, unknown, or not yet."""


class TemporaryError(FachkraftShareError):
    """Try again later; nothing was changed."""


class UnreachableError(TemporaryError):
    """The other side did not answer, or answered that it cannot right now."""


class BusyError(TemporaryError):
    """Something is taken for the moment; `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StoreError(FachkraftShareError):
    """The store cannot be read or written."""


class QuarantineError(StoreError):
    """This state was restored and must hear its peers' closures before it works again."""


class SetupError(FachkraftShareError):
    """Configuration or installation is incomplete; the message says what to do."""


class AdapterError(FachkraftShareError):
    """Something went wrong with an outside system; `adapter` names which."""

    def __init__(self, message: str, *, adapter: str = "") -> None:
        super().__init__(f"{adapter}: {message}" if adapter else message)
        self.adapter = adapter


class TemporaryAdapterError(AdapterError):
    """Try again later; `retry_after` is in seconds, 0 when the system named no time."""

    def __init__(self, message: str, *, adapter: str = "", retry_after: int = 0) -> None:
        super().__init__(message, adapter=adapter)
        self.retry_after = retry_after


class CredentialsError(AdapterError):
    """The outside system refuses our credentials or rights."""


class UnsupportedCapabilityError(AdapterError):
    """The adapter does not declare this capability."""


class InvalidRecordError(AdapterError):
    """One record cannot be read; the message names file and field, never content."""


class PermanentAdapterError(AdapterError):
    """The outside system will not do this, however often it is asked."""
