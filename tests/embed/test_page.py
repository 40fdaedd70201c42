"""`docs/embedding.md` shows what the examples do, and says what `init` takes."""

import inspect
import re
from pathlib import Path

import pytest

import fachkraft_share
from fachkraft_share.embed.answering import ROUTES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "embedding.md").read_text("utf-8")
SHOWN = re.findall(r"<!-- not run: shown from (\S+) -->\n```python\n(.*?)```", PAGE, re.S)


def lines(text: str) -> str:
    """Return the lines without indentation and blank ones, joined again."""
    return "\n" + "\n".join(one.strip() for one in text.splitlines() if one.strip()) + "\n"


@pytest.mark.parametrize(("path", "code"), SHOWN, ids=[path for path, _ in SHOWN])
def test_what_is_shown_stands_in_the_example(path: str, code: str) -> None:
    """Line by line, in one piece."""
    assert lines(code) in lines((ROOT / path).read_text("utf-8"))


def test_every_example_is_shown() -> None:
    """No block of the page is left out, and no framework's example."""
    assert len(SHOWN) == PAGE.count("```python")
    folders = {Path(path).parts[1] for path, _ in SHOWN}
    assert folders == {"flask_app", "fastapi_app", "wsgi_app", "asgi_app", "django_ats"}


def test_every_setting_and_page_is_told() -> None:
    """The two tables name what the code has, and nothing more."""
    settings = re.findall(r"^\| `(\w+)` \|", PAGE, re.M)
    assert set(settings) == set(inspect.signature(fachkraft_share.init).parameters) - {"app"}
    pages = re.findall(r"^\| `(GET|POST) (\w+)", PAGE, re.M)
    assert {name: method for method, name in pages} == {
        name: route.method for name, route in ROUTES.items()
    }
