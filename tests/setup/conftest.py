"""A chamber's node, served, and the codes it hands out."""

from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

from fachkraft_share.node.folder import Founding, init
from fachkraft_share.node.http.serve import serving
from fachkraft_share.node.service import Node

from .servers import HERE, free_port


@attrs.frozen
class Chamber:
    """A served node and what it can invite with."""

    node: Node
    url: str

    def code(self, name: str = "Muster GmbH") -> str:
        """Return a new code."""
        return self.node.enrolment.invite(name, ["employer"])


@pytest.fixture
def chamber(tmp_path: Path) -> Iterator[Chamber]:
    """Serve a new node."""
    port = free_port()
    url = f"http://{HERE}:{port}"
    founding = Founding(url, f"{url}/authority", name="Fachkräfteallianz Harz", region="plz:38")
    (tmp_path / "away").mkdir()
    node = init(tmp_path / "chamber", founding, root=tmp_path / "away" / "root.json")
    with serving(node, port=port):
        yield Chamber(node, url)
    node.exchange.store.close()  # type: ignore[attr-defined]


@pytest.fixture
def chambers_answers(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """What a chamber answers that tries it out on one machine."""

    def answered(**more: str) -> dict[str, str]:
        port = str(free_port())
        return {
            "who": "chamber",
            "name": "Fachkräfteallianz Harz",
            "region": "plz:38",
            "operator": "IHK Harz, Markt 1, 38100 Harz",
            "contact": "Frau Beispiel",
            "represented_by": "Dr. Erika Beispiel",
            "email": "info@harz.example",
            "authority": "Die Landesbeauftragte, Hannover",
            "land": "NI",
            "url": f"http://{HERE}:{port}",
            "port": port,
            "root_key": str(tmp_path / "safe" / "root.json"),
            **more,
        }

    return answered


@pytest.fixture
def firms_answers(chamber: Chamber, tmp_path: Path) -> dict[str, str]:
    """What a firm answers that connects a folder."""
    return {
        "who": "firm",
        "code": chamber.code(),
        "name": "Muster GmbH",
        "id": "https://muster.example",
        "contact": "Personalabteilung, 05321 0000",
        "ats": "files",
        "setting.files.folder": str(tmp_path / "ats"),
    }
