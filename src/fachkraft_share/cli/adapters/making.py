"""`adapters new`: a package whose suite passes at once, made from templates beside this file."""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from fachkraft_share import limits
from fachkraft_share.errors import SetupError

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_TEMPLATES: Final = {"shared": "", "ats": "an applicant-tracking system", "cms": "a website"}
_MARK: Final = re.compile(r"\{\{(\w+)\}\}")


def make(name: str, *, into: Path, kind: str) -> tuple[Path, tuple[Path, ...]]:
    """Write the package and return its folder and files.

    Raises:
        SetupError: the name does not fit, or the folder is there already.
    """
    words = _words(name, kind)
    folder = into / words["distribution"]
    texts = {path: _filled(text, words) for path, text in _templates(kind, words)}
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise SetupError(f"{folder} is there already; nothing was written") from error
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder, tuple(sorted(texts))


def _words(name: str, kind: str) -> Mapping[str, str]:
    if not _NAME.fullmatch(name) or len(name) > limits.ADAPTER_NAME:
        raise SetupError(
            f"{name!r} is no name for an adapter: small letters, digits and single dashes, "
            f"beginning with a letter, at most {limits.ADAPTER_NAME}; such as: sieve, acme-recruit"
        )
    module = name.replace("-", "_")
    return {
        "name": name,
        "module": module,
        "package": f"fachkraft_share_{module}",
        "distribution": f"fachkraft-share-{name}",
        "class": name.title().replace("-", ""),
        "title": name.replace("-", " ").title(),
        "what": _TEMPLATES[kind],
        "system": "system" if kind == "ats" else "site",
    }


def _templates(kind: str, words: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    home = files("fachkraft_share.cli.adapters") / "templates"
    for part in ("shared", kind):
        for path, found in _below(home / part, Path()):
            named = re.sub(r"__(name|module|package)__", lambda one: words[one[1]], str(path))
            yield Path(named.removesuffix(".in")), found.read_text(encoding="utf-8")


def _below(folder: Traversable, path: Path) -> Iterator[tuple[Path, Traversable]]:
    for one in sorted(folder.iterdir(), key=lambda each: each.name):
        if one.is_dir():
            yield from _below(one, path / one.name)
        elif one.name.endswith(".in"):
            yield path / one.name, one


def _filled(text: str, words: Mapping[str, str]) -> str:
    return _MARK.sub(lambda one: words[one[1]], text)
