"""One trial of a connection before it is relied on: how it went, as a code and a few values.

The sentences stand in the catalogue (`trial.<code>.cause`, `trial.<code>.fix`), so that set-up
says them in German and `doctor` in English. A value that is a tuple holds ids of words that stand
there, too. No value is a secret or quotes an answer.
"""

from collections.abc import Mapping

import attrs

from fachkraft_share.ports.health import Level


@attrs.frozen
class Trial:
    """How a trial ended; `code` names the sentences."""

    code: str
    level: Level = Level.OK
    values: Mapping[str, object] = attrs.field(factory=dict)

    @property
    def passed(self) -> bool:
        """Whether it may be relied on."""
        return self.level is not Level.FAIL


def passed(code: str, **values: object) -> Trial:
    """Return a trial that went well."""
    return Trial(code, Level.OK, values)


def doubtful(code: str, **values: object) -> Trial:
    """Return a trial after which one may go on, and should know."""
    return Trial(code, Level.WARN, values)


def failed(code: str, **values: object) -> Trial:
    """Return a trial that did not go well."""
    return Trial(code, Level.FAIL, values)
