"""A suite is passed unchanged: who goes round a rule must say why, and the rule must fail.

The only way is to override the test with `pytest.mark.xfail(strict=True, reason="...")`.
"""

from collections.abc import Iterable
from typing import Any


class _Marked(type):
    """Looks at marks that are put on a class after it was made."""

    def __setattr__(cls, name: str, value: Any) -> None:
        if name == "pytestmark":
            _check_marks(cls.__name__, value)
        super().__setattr__(name, value)


class Unchanged(metaclass=_Marked):
    """The base of all shared suites."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a class that overrides or skips a rule without a reason."""
        super().__init_subclass__(**kwargs)
        _check_marks(cls.__name__, vars(cls).get("pytestmark", ()))
        if vars(cls).get("__test__", True) is not True:
            raise TypeError(f"{cls.__name__}: a suite is not left out")
        for name, member in vars(cls).items():
            inherited = any(name in vars(base) for base in cls.__mro__[1:])
            if name.startswith("test_") and inherited:
                _check_override(f"{cls.__name__}.{name}", getattr(member, "pytestmark", ()))


def _check_override(where: str, marks: Iterable[Any]) -> None:
    _check_marks(where, marks)
    if not any(one.name == "xfail" for one in marks):
        raise TypeError(f'{where}: a rule is overridden only with xfail(strict=True, reason="...")')


def _check_marks(where: str, marks: Any) -> None:
    for one in marks if isinstance(marks, list | tuple) else (marks,):
        mark: Any = getattr(one, "mark", one)  # a decorator holds its mark
        if mark.name in ("skip", "skipif"):
            raise TypeError(f"{where}: a rule is not skipped")
        strict = mark.kwargs.get("strict") is True and mark.kwargs.get("reason")
        if mark.name == "xfail" and not strict:
            raise TypeError(f'{where}: xfail needs strict=True and reason="..."')
