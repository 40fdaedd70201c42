"""Change settings of a member's folder while it runs: in its file, and in this process."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from fachkraft_share.errors import SetupError
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.folder import CONFIG, write_private
from fachkraft_share.member.settings import Settings, read_settings
from fachkraft_share.member.settings_file import with_changes


def change(engine: Engine, folder: Path, changes: Mapping[str, str]) -> None:
    """Set texts (`notice`, `legal.phone`) in `config.toml`; what else stands there stays.

    Other processes of this member use it once they start anew.

    Raises:
        ByHandError: one of them must be changed by hand; all stays.
        SetupError: it cannot be written, or would not be valid settings; all stays.
    """
    path = (folder / CONFIG).resolve()  # a link stays one
    try:
        text = with_changes(path.read_text("utf-8"), changes)
        said = read_settings(text)
        write_private(path, text.encode())
    except OSError as error:
        raise SetupError("config.toml: it cannot be written") from error
    engine.settings = attrs.evolve(engine.settings, **_only(said, changes))


def _only(said: Settings, changes: Mapping[str, str]) -> dict[str, Any]:
    names = {name.partition(".")[0] for name in changes}
    return {name: getattr(said, name) for name in names}
