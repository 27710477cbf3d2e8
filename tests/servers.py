"""Starts a throw-away PostgreSQL and Redis for tests.

    with throwaway_servers() as endpoints:
        engine = sqlalchemy.create_engine(endpoints.database_url)

Nothing is written durably (fsync off), everything lies in one new folder under
the system's temporary folder, and both servers end with the block, or with the
process when it is killed.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.stack.account import server_account
from service.stack.endpoints import Endpoints
from service.stack.postgres import EmbeddedPostgres
from service.stack.redis_server import EmbeddedRedis
from service.stack.server import Place


@contextmanager
def throwaway_servers() -> Iterator[Endpoints]:
    """A PostgreSQL with an empty database and a Redis, both new and both fast."""
    home = Path(tempfile.mkdtemp(prefix="glimpse-"))
    postgres = EmbeddedPostgres(place(home, "postgres"), durable=False)
    redis = EmbeddedRedis(place(home, "redis"), durable=False)
    try:
        for server in (redis, postgres):
            server.start()
        for server in (redis, postgres):
            server.wait()
        yield Endpoints(database_url=postgres.url, redis_url=redis.url)
    finally:
        postgres.stop()
        redis.stop()
        shutil.rmtree(home, ignore_errors=True)


def place(home: Path, name: str) -> Place:
    """A server's folders under a home that its account can walk through."""
    data = home / name
    account = server_account(data)
    account.let_through(home)
    sockets = home / f"{name}-socket"
    account.own(sockets)
    return Place(
        home=home,
        data=data,
        sockets=sockets,
        secrets=home,
        log=home / f"{name}.log",
        account=account,
    )
