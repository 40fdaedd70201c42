"""P16, P21: what lies in an outside system's folder is read in little time and memory, or refused.

In a process of its own, which the system stops beyond 512 MB or ten seconds of CPU, and in which
any connection is a failure. Documents are never opened: they pass byte for byte.
"""

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """
import json, resource, sys

resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))

def alone(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.exec"):
        raise SystemExit(f"{event}: nothing here may call out")

from hashlib import sha256
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.ports.reading import Change, Problem
from fachkraft_share.testing.adapter_harness import reading
from fachkraft_share_files import FilesAdapter

sys.addaudithook(alone)
adapter = FilesAdapter.connect({"folder": sys.argv[1]})
told = {"read": 0, "problems": [], "documents": []}
for item in reading(adapter, at=1_795_305_600):
    if isinstance(item, Problem):
        told["problems"].append(item.what)
    elif isinstance(item, Change):
        told["read"] += 1
        for remote in adapter.documents(item.application.id):
            try:
                content = adapter.read_document(remote).content
            except FachkraftShareError as error:
                content = str(error).encode()
            told["documents"].append(sha256(content).hexdigest())
print(json.dumps(told))
"""


def _overlapping(entries: int = 300, size: int = 2**20) -> bytes:
    """Return a ZIP whose directory names one packed file hundreds of times (CVE-2024-0450)."""
    packed = zlib.compress(bytes(size), 9)[2:-4]
    crc = zlib.crc32(bytes(size))
    name = b"word/document.xml"
    sizes = struct.pack("<III", crc, len(packed), size)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes
    local += struct.pack("<HH", len(name), 0) + name + packed
    entry = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
    entry += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    directory = entry * entries
    end = struct.pack("<HHHHIIH", 0, 0, entries, entries, len(directory), len(local), 0)
    return local + directory + b"PK\x05\x06" + end


def _nested() -> bytes:
    """Return a ZIP in a ZIP in a ZIP, each a thousand times smaller than what it holds."""
    content = bytes(8 * 2**20)
    for level in range(4):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(4):
                archive.writestr(f"{level}-{copy}.zip", content)
        content = packed.getvalue()
    return content


def _entities() -> bytes:
    """Return a DOCX whose text is an XML bomb."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><x>&a9;</x>'
        )
    return packed.getvalue()


DOCUMENTS = {
    "overlapping.docx": _overlapping(),
    "nested.docx": _nested(),
    "entities.docx": _entities(),
    "script.pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>\n%%EOF",
    "launch.pdf": b"%PDF-1.7\n<</S/URI/URI(https://fremd.example)>>" + b"[" * 10_000 + b"\n%%EOF",
}
PROFILES = {
    "deep": b'{"basics": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "unclosed": b'{"basics": ' * 50_000,
    "a long number": b'{"basics": {"name": ' + b"9" * 400_000 + b"}}",
    "not a number": b'{"basics": {"name": NaN}}',
    "many members": b'{"basics": {' + b",".join(b'"%d":0' % n for n in range(200_000)) + b"}}",
    "many jobs": json.dumps(
        {"basics": {"name": "x"}, "work": [{"position": "x"}] * 50_000}
    ).encode(),
    "a long text": json.dumps({"basics": {"name": "x" * 10**6}}).encode(),
    "lone surrogates": b'{"basics": {"name": "\\ud800"}}',
    "too large": b'{"basics": "' + b"x" * (33 * 2**20) + b'"}',
    "an XML bomb": b'<!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>',
}


def read(folder: Path) -> dict[str, Any]:
    """Read the folder in a process of its own; it must end by itself and well."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder set up as a company's."""
    from fachkraft_share_files import FilesAdapter

    FilesAdapter.connect({"folder": str(tmp_path)}).set_up(at=0)
    return tmp_path


def test_documents_pass_unopened(folder: Path) -> None:
    """Bombs of packed files and active PDFs arrive byte for byte; nothing was unpacked."""
    from hashlib import sha256

    person = folder / "in/rejected/person"
    person.mkdir()
    (person / "lebenslauf.json").write_text(
        json.dumps({"basics": {"name": "Erika Mustermann", "label": "Bäckerin"}})
    )
    for name, content in DOCUMENTS.items():
        (person / name).write_bytes(content)
    told = read(folder)
    assert told["read"] == 1
    assert set(told["documents"]) == {sha256(one).hexdigest() for one in DOCUMENTS.values()}


def test_profiles_that_are_bombs_are_problems(folder: Path) -> None:
    """Each is refused by itself, and the honest one beside them is read."""
    for number, content in enumerate(PROFILES.values()):
        (folder / f"in/rejected/profil-{number}.json").write_bytes(content)
    honest = {"basics": {"name": "Erika Mustermann", "label": "Bäckerin"}}
    (folder / "in/rejected/honest.json").write_text(json.dumps(honest))
    told = read(folder)
    assert told["read"] >= 1
    assert told["read"] + len(told["problems"]) == len(PROFILES) + 1
    assert len(told["problems"]) >= len(PROFILES) - 1
