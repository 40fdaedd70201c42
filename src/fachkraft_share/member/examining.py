"""Before a received document is handed out: is it what it says, and does it do nothing by itself?

A plugin that scans documents is asked first (hook `scan_document`); then a process of its own looks
inside (`member.examiner`). Neither changes the file: it is handed out whole, or not at all.
"""

import json
import os
import subprocess
import sys
from enum import StrEnum
from typing import Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import BusyError
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.plugged import heard
from fachkraft_share.member.scanning import HOOK
from fachkraft_share.model.candidate import Document

CODES: Final = frozenset(
    {
        *("kind", "other", "empty", "broken", "locked", "too-much", "too-large"),
        *("script", "launch", "embedded", "no-tool", "opaque", "gave-up", "plugin"),
    }
)
_KEPT: Final = ("SYSTEMROOT", "PATH", "TEMP", "TMP")  # what Windows needs to start a process


class Verdict(StrEnum):
    """What is to be done with a document."""

    OK = "ok"
    WARN = "warn"  # handed out to whoever wants it all the same
    REFUSE = "refuse"


@attrs.frozen
class Examined:
    """What was found; `code` is one of `CODES`, or empty when nothing was."""

    verdict: Verdict
    code: str = ""
    by: tuple[str, ...] = ()  # plugins that object


def look_at(engine: Engine, document: Document) -> Examined:
    """Return whether a document may be handed out.

    Raises:
        BusyError: a plugin could not scan it now.
    """
    if engine.plugins.objecting(HOOK):
        answers = engine.plugins.scan_document(document, leaving=False)
        objections = heard(engine, answers)
        if objections:
            named = tuple(sorted({plugin for plugin, _ in objections}))
            return Examined(Verdict.REFUSE, "plugin", named)
        if answers.failures:
            raise BusyError("a plugin could not scan a document; see doctor")
    return examine(document)


def examine(document: Document) -> Examined:
    """Return what a process of its own finds in a document."""
    if len(document.content) > limits.BLOB_BYTES:
        return Examined(Verdict.REFUSE, "too-large")
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the type is data, not a command
            [sys.executable, "-I", "-m", "fachkraft_share.member.examiner", document.media_type],
            input=document.content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.EXAMINE_PATIENCE,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            check=True,
        )
        said = json.loads(done.stdout)
        return Examined(Verdict(said["verdict"]), str(said["code"]))
    except (subprocess.SubprocessError, OSError, ValueError, KeyError, TypeError):
        return Examined(Verdict.REFUSE, "gave-up")
