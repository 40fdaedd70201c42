"""Write `docs/hooks.md` from the specifications: `python -m fachkraft_share.plugins.reference`."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from fachkraft_share.plugins import hooks

PARTS: Final = ("When", "Given", "Answer", "On error", "Used for")
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "All answers are added": (
        "adapters",
        "erasure_participants",
        "health_checks",
        "vocabularies",
        "match_reasons",
    ),
    "Any objection holds back": ("review_profile", "scan_document"),
    "The first answer wins": ("notify", "texts", "authenticate"),
    "After the commit": ("committed",),
}
_HEAD = """# Hooks

Written from the specifications in `plugins/hooks.py`; do not edit by hand:
`python -m fachkraft_share.plugins.reference > docs/hooks.md`.

A plugin is a package with an entry point in the group `fachkraft_share`. It can add, hold back or
present; it can never permit: no hook runs inside the gate, the states or the signatures.

- Each plugin is loaded by itself and each implementation is called by itself. What went wrong is
  kept for a week, by plugin, hook and the error's type, never its words; `fachkraft-share doctor`
  shows it, at a member (FKS-011, FKS-012, FKS-022) and at a node (FKS-114, FKS-115).
- Wrappers, misspelt hooks and unknown arguments are refused when loading. An implementation may
  take fewer arguments.
- Plugins are asked in the order of their names, or of the setting `plugins`
  ([settings](settings.md)), which also says that only these are loaded. While one that is named
  there is missing, `review_profile` and `scan_document` hold back everything: it might have
  objected.
- A plugin runs in the same process with the same rights. Load only what you trust; none of this is
  a sandbox.

[`examples/plugin`](../examples/plugin) implements every hook in a few lines, with its tests.
"""


def reference() -> str:
    """Return the whole page."""
    lines = [_HEAD, *_overview()]
    for group, names in GROUPS.items():
        lines.append(f"## {group}\n")
        for name in names:
            lines += _hook(name, specified()[name])
    return "\n".join(lines).rstrip("\n") + "\n"


def specified() -> Mapping[str, Callable[..., object]]:
    """Return the specifications of all hooks by name."""
    marked = f"{hooks.PROJECT}_spec"
    return {
        name: one
        for name, one in vars(hooks).items()
        if inspect.isfunction(one) and hasattr(one, marked)
    }


def told(hook: Callable[..., object]) -> tuple[str, Mapping[str, str]]:
    """Return what a hook does and the parts of its description."""
    summary, _, rest = inspect.cleandoc(hook.__doc__ or "").partition("\n\n")
    parts: dict[str, str] = {}
    for line in rest.splitlines():
        head, colon, text = line.partition(": ")
        if colon and head in PARTS:
            parts[head] = text
        else:
            parts[[*parts][-1]] += f" {line.strip()}"
    return summary, parts


def _overview() -> Iterator[str]:
    yield "| hook | answers | used for |\n|---|---|---|"
    for group, names in GROUPS.items():
        for name in names:
            use = told(specified()[name])[1]["Used for"]
            yield f"| [`{name}`](#{name}) | {group[0].lower()}{group[1:]} | {use} |"
    yield ""


def _hook(name: str, hook: Callable[..., object]) -> Iterator[str]:
    summary, parts = told(hook)
    yield f"### `{name}`\n"
    yield f"`{name}({', '.join(inspect.signature(hook).parameters)})` – {summary}\n"
    for part in PARTS:
        yield f"- **{part}:** {parts[part]}"
    yield ""


if __name__ == "__main__":
    print(reference(), end="")
