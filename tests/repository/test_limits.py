"""Every maximum stands in `limits` once: a second value would silently replace the first."""

import ast
from collections import Counter
from pathlib import Path

from fachkraft_share import limits


def test_no_limit_is_named_twice() -> None:
    """A later line under the same name would change what an earlier one promised."""
    tree = ast.parse(Path(limits.__file__).read_text(encoding="utf-8"))
    named = Counter(
        name.id
        for line in tree.body
        if isinstance(line, ast.Assign | ast.AnnAssign)
        for name in (line.targets if isinstance(line, ast.Assign) else [line.target])
        if isinstance(name, ast.Name)
    )
    assert len(named) > 100
    assert [name for name, times in named.items() if times > 1] == []
