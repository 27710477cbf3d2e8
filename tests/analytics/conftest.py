"""Databases with judgements in them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from service.db.engine import make_engine
from service.stack.endpoints import Endpoints
from tests.analytics.judged import load_real, real_rows
from tests.conftest import new_database


@pytest.fixture(scope="session")
def real(servers: Endpoints, template: str) -> Iterator[Engine]:
    """A database with the real judgements, for reading only."""
    real_rows("ExpertAnnotations.tsv")
    with new_database(servers.database_url, "real_judgements", template=template) as url:
        engine = make_engine(url)
        with engine.begin() as conn:
            load_real(conn)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("ANALYZE"))
        yield engine
        engine.dispose()
