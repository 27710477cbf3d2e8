"""The pool, and the driver's errors in our words."""

import pytest
from sqlalchemy import create_engine

from service.db.engine import DatabaseBusy, connection, driver_url
from service.stack.endpoints import Endpoints


def test_an_exhausted_pool_asks_to_try_again(endpoints: Endpoints) -> None:
    """Who finds every connection taken is told to try again, not that something broke."""
    pool = create_engine(
        driver_url(endpoints.database_url), pool_size=1, max_overflow=0, pool_timeout=0.01
    )
    with connection(pool), pytest.raises(DatabaseBusy), connection(pool):
        pass
    pool.dispose()
