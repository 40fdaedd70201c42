"""The web component as a file, and the hash by which a page may insist on exactly it (SRI)."""

import base64
import hashlib
from importlib.resources import files
from typing import Final

NAME: Final = "fachkraft-share.js"


def component() -> bytes:
    """Return the script."""
    return files("fachkraft_share_feed").joinpath("web", NAME).read_bytes()


def integrity() -> str:
    """Return what belongs into the attribute `integrity` of the `script` element."""
    digest = hashlib.sha384(component()).digest()
    return f"sha384-{base64.b64encode(digest).decode('ascii')}"
