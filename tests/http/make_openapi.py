"""Writes `openapi.json`, which the node serves, from `openapi.yaml`, which people read and edit.

Run it after a change: `python tests/http/make_openapi.py`. A test compares the two.
"""

import json
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[2] / "src" / "fachkraft_share" / "node" / "http"


def make() -> str:
    """Return the JSON that belongs to the YAML."""
    read = yaml.safe_load((FOLDER / "openapi.yaml").read_text("utf-8"))
    return json.dumps(read, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    (FOLDER / "openapi.json").write_text(make(), "utf-8")
