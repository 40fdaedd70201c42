"""A PostgreSQL database, if there is one to test with."""

from collections.abc import Iterator

import pytest

from fachkraft_share.testing.databases import URL, fresh_database, server_url


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """Give an empty database to the tests of a file."""
    with fresh_database(_server()) as url:
        yield url


@pytest.fixture
def empty_postgres() -> Iterator[str]:
    """Give an empty database to each test."""
    with fresh_database(_server()) as url:
        yield url


def _server() -> str:
    url = server_url()
    if url is None:
        pytest.skip(f"{URL} names no PostgreSQL database to test with")
    return url
