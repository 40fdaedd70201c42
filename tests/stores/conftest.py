"""A PostgreSQL database, if there is one to test with."""

import os

import pytest


@pytest.fixture(scope="module")
def postgres() -> str:
    """Empty the database of `FKS_POSTGRES_URL` and return its URL."""
    return _emptied()


@pytest.fixture
def empty_postgres() -> str:
    """The same for each test."""
    return _emptied()


def _emptied() -> str:
    url = os.environ.get("FKS_POSTGRES_URL")
    if not url:
        pytest.skip("FKS_POSTGRES_URL names no PostgreSQL database to test with")
    import sqlalchemy as sa

    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return url
