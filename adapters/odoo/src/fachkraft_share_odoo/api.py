"""How Odoo is called: JSON-2 where it is there (19), JSON-RPC else; which one is found by asking.

1. What an Odoo answers is never quoted; the class of its exception says which error of ours it is.
2. Archived records are always found: Odoo archives an applicant when refusing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from fachkraft_share.errors import (
    AdapterError,
    CredentialsError,
    InvalidRecordError,
    PermanentAdapterError,
    TemporaryAdapterError,
)
from fachkraft_share.ports.rest import Rest
from fachkraft_share.ports.rest_address import path_of
from fachkraft_share.ports.rest_answer import Answer
from fachkraft_share.ports.rest_auth import Headers
from fachkraft_share.ports.runtime import Pause

Row = dict[str, Any]
Domain = Sequence[object]

# No mail to anybody, no follower, no line about us in the record's history.
_QUIET: Final = {
    "active_test": False,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
}
_JSON2: Final = 19  # the first version that has it, and that calls JSON-RPC deprecated
_MOST: Final = 100_000  # ids of one search
_ERRORS: Final[Mapping[str, type[AdapterError]]] = {
    "AccessDenied": CredentialsError,
    "AccessError": CredentialsError,
    "MissingError": InvalidRecordError,
    "UserError": InvalidRecordError,
    "ValidationError": InvalidRecordError,
    "OperationalError": TemporaryAdapterError,
    "SerializationFailure": TemporaryAdapterError,
    "LockNotAvailable": TemporaryAdapterError,
    "PoolError": TemporaryAdapterError,
}


@attrs.frozen
class Version:
    """Which Odoo it is, and its clock minus ours in seconds."""

    text: str
    major: int
    clock_difference: int


class Api:
    """One Odoo database, as one user."""

    def __init__(self, base: str, *, database: str, user: str, key: str, pause: Pause) -> None:
        shown = {"Authorization": f"bearer {key}", "X-Odoo-Database": database}
        self._rest = Rest(base, auth=Headers(shown), pause=pause)
        self._database = database
        self._user = user
        self._key = key
        self._uid = 0  # of JSON-RPC; 0: not logged in
        self._version: Version | None = None

    def version(self, *, at: int) -> "Version":
        """Ask which Odoo this is; nobody needs to be logged in for that."""
        answer = self._rest.get("/web/version", expect={404})  # from 19 on
        if answer.ok:
            found = answer.json()
        else:
            found, answer = self._rpc("common", "version", [], again=True)
            found = {
                "version": found["server_version"],
                "version_info": found["server_version_info"],
            }
        major = int(str(found["version_info"][0]).rpartition("~")[2])
        self._version = Version(str(found["version"]), major, answer.clock_difference(at=at))
        return self._version

    def fields(self, model: str) -> frozenset[str]:
        """Return the names of a model's fields: this is how the data model is told."""
        return frozenset(self.call(model, "fields_get", again=True, attributes=["type"]))

    def search(self, model: str, domain: Domain) -> list[int]:
        """Return the ids, oldest change first."""
        order = "write_date,id"
        return [
            int(one)
            for one in self.call(
                model, "search", again=True, domain=list(domain), order=order, limit=_MOST
            )
        ]

    def rows(self, model: str, domain: Domain, fields: Iterable[str]) -> list[Row]:
        """Return these fields of what is there; nothing else is asked for."""
        found = self.call(
            model, "search_read", again=True, domain=list(domain), fields=sorted(fields), order="id"
        )
        return list(found)

    def names(self, model: str, ids: Sequence[int]) -> dict[int, str]:
        """Return the ids under which records came with Odoo itself, "" for the customer's own."""
        if not ids:
            return {}
        found = self.call(model, "get_external_id", ids=ids, again=True)
        return {int(key): str(one) for key, one in found.items()}

    def create(self, model: str, **values: object) -> int:
        """Create one record."""
        [made] = self.call(model, "create", vals_list=[values])
        return int(made)

    def write(self, model: str, record: int, **values: object) -> None:
        """Change one record."""
        self.call(model, "write", ids=[record], vals=values)

    def unlink(self, model: str, ids: Sequence[int]) -> None:
        """Delete records."""
        self.call(model, "unlink", ids=ids)

    def load(self, model: str, key: str, values: Mapping[str, object]) -> int | None:
        """Create or update under an external id of ours in one transaction, as an import does.

        None means that it was not taken, perhaps because another one was faster.
        """
        columns = {"id": f"__import__.{key}", **values}
        answer = self.call(model, "load", fields=list(columns), data=[list(columns.values())])
        ids = answer.get("ids")
        return int(ids[0]) if ids else None

    def may(self, model: str, operation: str) -> bool:
        """Tell whether the user may do this with the model."""
        if self._major() < 18:
            return bool(
                self.call(model, "check_access_rights", operation=operation, raise_exception=False)
            )
        return bool(self.call(model, "has_access", ids=[], operation=operation))

    def call(
        self,
        model: str,
        method: str,
        *,
        ids: Sequence[int] | None = None,
        again: bool = False,
        **named: Any,
    ) -> Any:
        """Call a method of a model with named arguments; `again` says that it only reads."""
        named["context"] = _QUIET
        if self._major() >= _JSON2:
            body = named if ids is None else {"ids": list(ids), **named}
            return self._rest.post(
                path_of("json", "2", model, method), json=body, again=again
            ).json()
        # What is written goes by place: its name is not the same in every model.
        placed = [named.pop(one) for one in ("vals_list", "vals") if one in named]
        args = placed if ids is None else [list(ids), *placed]
        who = [self._database, self._logged_in(), self._key]
        return self._rpc("object", "execute_kw", [*who, model, method, args, named], again=again)[0]

    def _major(self) -> int:
        version = self._version or self.version(at=0)
        return version.major

    def _logged_in(self) -> int:
        if not self._uid:
            arguments = [self._database, self._user, self._key]
            uid, _ = self._rpc("common", "login", arguments, again=True)
            if not isinstance(uid, int) or not uid:
                raise CredentialsError("Odoo refuses user and key, or has no such database")
            self._uid = uid
        return self._uid

    def _rpc(
        self, service: str, method: str, arguments: list[Any], *, again: bool
    ) -> tuple[Any, Answer]:
        params = {"service": service, "method": method, "args": arguments}
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self._rest.post("/jsonrpc", json=body, again=again)
        found = answer.json()
        if not isinstance(found, dict):
            raise PermanentAdapterError("an answer that is no JSON-RPC")
        if "error" in found:
            raise error_of(found["error"])
        return found.get("result"), answer  # a method that returns nothing sends no `result`


def error_of(error: Any) -> AdapterError:
    """Return the error of ours that an exception of Odoo's means."""
    data = error.get("data") if isinstance(error, dict) else None
    name = str(data.get("name") if isinstance(data, dict) else "").rpartition(".")[2]
    known = _ERRORS.get(name, PermanentAdapterError)
    return known(f"Odoo answered {name if name in _ERRORS else 'an error nobody expects here'}")
