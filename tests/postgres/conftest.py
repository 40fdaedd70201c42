"""A PostgreSQL database of its own for each test, if there is a server to test with."""

from collections.abc import Iterator

import pytest

from fachkraft_share.testing.databases import URL, fresh_database, server_url


@pytest.fixture
def database() -> Iterator[str]:
    """Give the URL of an empty database."""
    server = server_url()
    if server is None:
        pytest.skip(f"{URL} names no PostgreSQL database to test with")
    with fresh_database(server) as url:
        yield url
