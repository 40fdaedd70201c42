"""The protocol's operations over HTTP: their paths, and how much body each may bring."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import attrs
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, FachkraftShareError, MalformedError, RefusedError
from fachkraft_share.node.callers import demand_member
from fachkraft_share.node.calls import problem, refusal
from fachkraft_share.node.http.answers import send_response
from fachkraft_share.node.http.bodies import Allowance, check_headers
from fachkraft_share.node.http.shell import Shell
from fachkraft_share.node.security_log import refused
from fachkraft_share.ports.runtime import Request, Response

PUT_BLOB: Final = "PUT /blobs"
RESOURCES: Final = frozenset(
    {"/blobs", "/vocabulary"}
)  # paths that go on with the name of one resource


@attrs.frozen
class Operation:
    """One operation; `name` is what request tokens sign, without the resource."""

    name: str
    allowance: Allowance

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.name.partition(" ")[0]

    @property
    def path(self) -> str:
        """The path as Starlette routes it."""
        path = self.name.partition(" ")[2]
        return f"{path}/{{resource}}" if path in RESOURCES else path


def operation_routes(shell: Shell) -> list[Route]:
    """Return one route for each path of the node's operations; it knows all its methods."""
    paths: dict[str, list[Operation]] = {}
    for name, one in shell.node.operations.items():
        seconds = limits.BLOB_SECONDS if name == PUT_BLOB else limits.BODY_SECONDS
        operation = Operation(name, Allowance(one.limit, seconds))
        paths.setdefault(operation.path, []).append(operation)
    return [
        Route(path, Endpoint(shell, {one.method: one for one in found}))
        for path, found in paths.items()
    ]


@attrs.frozen
class Endpoint:
    """One path as an ASGI application: a body within its limits in, an answer out."""

    shell: Shell
    methods: Mapping[str, Operation]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        try:
            response = await self._answer(scope, receive)
        except FachkraftShareError as error:
            response = refusal(error, at=self.shell.node.exchange.now())
        except ClientDisconnect:
            return
        if response.problem:
            refused(self._name(scope["method"]), response.problem)
        await send_response(response, send)

    def _name(self, method: str) -> str:
        """Return the operation's name, or the path's where it has no such method."""
        known = self.methods.get(method)
        return known.name if known is not None else next(iter(self.methods.values())).path

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        operation = self.methods.get(scope["method"])
        if operation is None:
            refused = problem("method", at=self.shell.node.exchange.now())
            return attrs.evolve(refused, headers={"Allow": ", ".join(sorted(self.methods))})
        headers = Headers(scope=scope)
        request = _request(operation, scope, headers)
        if operation.name != PUT_BLOB:
            return await self._read(operation, request, headers, receive)
        check_headers(headers, allowance=operation.allowance)
        async with self._admitted(request):
            return await self._read(operation, request, headers, receive)

    async def _read(
        self, operation: Operation, request: Request, headers: Headers, receive: Receive
    ) -> Response:
        reading = self.shell.bodies.read(headers, receive, allowance=operation.allowance)
        async with reading as body:
            return await self.shell.answer(attrs.evolve(request, body=body), receive)

    @asynccontextmanager
    async def _admitted(self, request: Request) -> AsyncIterator[None]:
        """Let only members send large bodies, and few at once: they are held in memory."""
        await self.shell.run(demand_member, request, self.shell.node.exchange)
        if self.shell.blobs.locked():
            raise BusyError("too many dossiers at once", retry_after=limits.TICK)
        async with self.shell.blobs:
            yield


def _request(operation: Operation, scope: Scope, headers: Headers) -> Request:
    if sum(len(name) + len(value) for name, value in headers.raw) > limits.HEADER_BYTES:
        raise RefusedError("too-large", f"at most {limits.HEADER_BYTES} bytes of headers")
    try:
        query = scope["query_string"].decode("ascii")
    except UnicodeDecodeError as error:
        raise MalformedError("the query is not ASCII") from error
    return Request(
        operation.name,
        scope.get("path_params", {}).get("resource", ""),
        query,
        authorization=headers.get("authorization", ""),
        content_type=headers.get("content-type", ""),
        digest=headers.get("content-digest", ""),
    )
