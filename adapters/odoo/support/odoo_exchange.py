"""What stands between adapter and Odoo in the tests: passes on, records, plays back, makes trouble.

A recording holds, for each test, which answer followed which request. A request is known by what
it calls and a hash of all it says; database, user and key are left out of it. What is asked and was
not recorded, and what was recorded and is not asked any more, fail the test.
"""

import hashlib
import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attrs
import requests

HARNESS = "/harness"  # what the tests themselves do in Odoo goes this way, past all trouble


@attrs.frozen
class Exchanged:
    """One test: the time it believed in, and which answer followed which request."""

    at: int
    calls: tuple[tuple[str, str], ...]


class Recording:
    """The exchanges of one Odoo version; each request and answer is kept once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
        self.odoo: str = kept.get("odoo", "")
        self.date: str = kept.get("date", "")
        requests_, answers = kept.get("requests", []), kept.get("answers", [])
        self.tests: dict[str, Exchanged] = {
            name: Exchanged(
                one["at"], tuple((requests_[ask], answers[say]) for ask, say in one["calls"])
            )
            for name, one in kept.get("tests", {}).items()
        }

    def save(self) -> None:
        """Write it, one line for each thing, so that a change can be read."""
        asked: dict[str, int] = {}
        said: dict[str, int] = {}
        tests = []
        for name, test in sorted(self.tests.items()):
            calls = [
                [asked.setdefault(ask, len(asked)), said.setdefault(say, len(said))]
                for ask, say in test.calls
            ]
            tests.append(f"{_line(name)}:{_line({'at': test.at, 'calls': calls})}")
        head = f'"odoo":{_line(self.odoo)},"date":{_line(self.date)}'
        lists = [",\n".join(map(_line, one)) for one in (asked, said)]
        text = f'{{{head},\n"requests":[\n{lists[0]}],\n"answers":[\n{lists[1]}],\n"tests":{{\n'
        self.path.write_text(text + ",\n".join(tests) + "}}\n", "utf-8")


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Exchange:
    """One test's exchange with Odoo; `target` is its address, "" plays back."""

    def __init__(self, recording: Recording, test: str, *, target: str, at: int) -> None:
        self.recording = recording
        self.test = test
        self.target = target
        known = recording.tests.get(test)
        self.at = at if target else known.at if known else 0
        self.calls: list[tuple[str, str]] = []
        self.unknown: list[str] = []  # asked, and not in the recording
        self.read: list[str] = []  # fields the adapter asked for
        self.trouble: Callable[[str], tuple[int, dict[str, str], str] | None] | None = None
        self.forbidding = False
        self.kept = True  # what follows is worth recording
        self._left: dict[str, deque[str]] = defaultdict(deque)
        for request, answer in () if target or not known else known.calls:
            self._left[request].append(answer)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def live(self) -> bool:
        """Tell whether there is an Odoo behind."""
        return bool(self.target)

    def close(self, *, record: bool) -> None:
        """Stop; keep what was exchanged, or check that all that was recorded has been asked."""
        self._server.shutdown()
        self._server.server_close()
        if record:
            self.recording.tests[self.test] = Exchanged(self.at, tuple(self.calls))
            self.recording.save()

    def unasked(self) -> list[str]:
        """Return what was recorded and has not been asked."""
        return sorted(request for request, answers in self._left.items() if answers)

    def remember(self, request: str, make: Callable[[], str]) -> str:
        """Return an answer: made now and recorded, or the recorded one."""
        if self.live:
            answer = make()
            with self._lock:
                self.calls += [(request, answer)] if self.kept else []
            return answer
        with self._lock:
            if not self._left[request]:
                self.unknown.append(request)
                return json.dumps([501, "not recorded"])
            return self._left[request].popleft()

    def answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], str] | None:
        """Return status, headers and body; None for no answer at all."""
        ours = path.startswith(HARNESS)
        said = json.loads(body) if body else {}
        label = _label(path, said)
        if not ours:
            self.read += _fields(said)
            told = self.trouble(label) if self.trouble else (0, {}, "pass")
            if told is None or told[0]:
                return told
        wrong = self.forbidding and not ours
        request = f"{'!' if wrong else ''}{label} {_digest(said)}"
        sent = json.dumps(_with_key(said, "wrong")).encode() if wrong and body else body
        shown = {**headers, "Authorization": "bearer wrong"} if wrong else headers
        made = self.remember(request, lambda: self._forward(method, path, shown, sent))
        status, text = json.loads(made)
        return status, {"Content-Type": "application/json"}, text

    def _forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> str:
        passed = ("authorization", "content-type", "x-odoo-database", "accept")
        shown = {name: one for name, one in headers.items() if name.lower() in passed}
        where = self.target + path.removeprefix(HARNESS)
        answer = requests.request(
            method, where, data=body, headers=shown, timeout=120, allow_redirects=False
        )
        text = answer.text
        if '"error"' in text or answer.status_code >= 400:
            text = _without_trace(text)
        return json.dumps([answer.status_code, text], ensure_ascii=False)


def _handler(exchange: Exchange) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told = exchange.answer(self.command, self.path, dict(self.headers), body)
            if told is None:
                self.close_connection = True
                return
            status, headers, text = told
            content = text.encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _call(said: Any) -> tuple[Any, ...]:
    params = said.get("params", {}) if isinstance(said, dict) else {}
    return tuple(params.get("args", ())) if isinstance(params, dict) else ()


def _label(path: str, said: Any) -> str:
    args = _call(said)
    called = f" {args[3]}.{args[4]}" if len(args) > 4 else ""
    return path + called


def _digest(said: Any) -> str:
    bare = _with_key(said, "KEY")
    return hashlib.sha256(json.dumps(bare, sort_keys=True).encode()).hexdigest()[:16]


def _with_key(said: Any, key: str) -> Any:
    args = _call(said)
    if len(args) < 3:
        return said
    # Of `login`: database, user, key; of `execute_kw`: database, number of the user, key, ...
    who = "USER" if isinstance(args[1], str) and key == "KEY" else args[1]
    database = "DB" if key == "KEY" else args[0]
    return {**said, "params": {**said["params"], "args": [database, who, key, *args[3:]]}}


def _fields(said: Any) -> list[str]:
    args = _call(said)
    named = args[6] if len(args) > 6 else said
    return list(named.get("fields", ())) if isinstance(named, dict) else []


def _without_trace(text: str) -> str:
    """Leave out what an error tells of the machine it happened on, and its words."""
    try:
        said = json.loads(text)
    except ValueError:
        return "<html>an error page</html>"
    error = said.get("error", said) if isinstance(said, dict) else {}
    data = error.get("data", error) if isinstance(error, dict) else {}
    for part in (error, data):
        if isinstance(part, dict):
            part.pop("debug", None)
            part.update({"message": ""} if "message" in part else {})
    return json.dumps(said, ensure_ascii=False)
