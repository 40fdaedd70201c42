"""The same checks as the Makefile, each in an environment of its own; optional."""

from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "tests", "coverage", "adapters", "docs"]
ADAPTERS = sorted(str(file.parent) for file in Path("adapters").glob("*/pyproject.toml"))


def install(session: nox.Session, extra: str) -> None:
    """Install the library with one extra, and every adapter, at the pinned versions."""
    editable = [
        part
        for path in [f".[{extra}]", *(f"./{name}" for name in ADAPTERS)]
        for part in ("-e", path)
    ]
    session.install("-c", "constraints.txt", *editable)


@nox.session
def lint(session: nox.Session) -> None:
    """Look at style and at the import contracts."""
    install(session, "dev")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the library."""
    install(session, "dev")
    session.run("mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the library's tests."""
    install(session, "test")
    session.run("pytest", "tests", "examples", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the core's tests; fail where they leave a branch of it untried."""
    install(session, "test")
    rooms = ("tests/rules", "tests/wire", "tests/protocol")
    session.run("pytest", "--cov", "--cov-config", "tests/core.coveragerc", *rooms)


@nox.session
def adapters(session: nox.Session) -> None:
    """Run every adapter's tests."""
    install(session, "test")
    session.run("pytest", "adapters", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Run the examples of the documentation and hold it against the code."""
    install(session, "test")
    session.run("pytest", "tests/docs", "tests/repository", *session.posargs)
