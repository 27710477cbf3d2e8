"""A PostgreSQL and a Redis as a deployment has them: reached over TCP, with passwords."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from service.stack.port import check_port
from service.stack.postgres import DATABASE, USER, EmbeddedPostgres
from service.stack.redis_server import EmbeddedRedis
from tests.servers import place

LOOPBACK = "127.0.0.1"
REDIS_PASSWORD = "only for this test"


@dataclass(frozen=True, slots=True)
class OwnServers:
    """Where they answer, and a folder that ends with them."""

    database_url: str
    redis_url: str
    folder: Path


class TcpPostgres(EmbeddedPostgres):
    """The same programs, listening on a port; its passwords are checked by scram."""

    port = 0

    @property
    def url(self) -> str:
        """As it stands in a compose file: any driver's URL."""
        password = self.passfile.read_text().strip().rpartition(":")[2]
        return f"postgresql://{USER}:{password}@{LOOPBACK}:{self.port}/{DATABASE}"

    @property
    def server_url(self) -> str:
        """The database that every server has."""
        return self.url.removesuffix(DATABASE) + "postgres"

    def answers(self) -> bool:
        """Whether it takes connections over TCP."""
        try:
            with psycopg.connect(self.server_url, autocommit=True, connect_timeout=5) as connection:
                self._ensure_database(connection)
        except psycopg.OperationalError:
            return False
        return True

    def prepare(self) -> list[str]:
        """Let accounts with a password in over TCP."""
        argv = super().prepare()
        with (self.place.data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {LOOPBACK}/32 scram-sha-256\n")
        return argv

    def _settings(self) -> dict[str, str]:
        over_tcp = {"listen_addresses": LOOPBACK, "port": str(self.port)}
        return super()._settings() | over_tcp


class TcpRedis(EmbeddedRedis):
    """The same program, listening on a port, with a password."""

    port = 0

    @property
    def url(self) -> str:
        """As it stands in a compose file."""
        return f"redis://:{REDIS_PASSWORD.replace(' ', '%20')}@{LOOPBACK}:{self.port}/0"

    def prepare(self) -> list[str]:
        """Later settings win over earlier ones."""
        port = ["--port", str(self.port), "--bind", LOOPBACK]
        return [*super().prepare(), *port, "--requirepass", REDIS_PASSWORD]


@contextmanager
def own_servers() -> Iterator[OwnServers]:
    """Both, new and empty, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="glimpse-own-", dir="/tmp"))
    postgres = TcpPostgres(place(folder, "postgres"), durable=False)
    redis = TcpRedis(place(folder, "redis"), durable=False)
    try:
        for server in (postgres, redis):
            server.port = check_port(LOOPBACK, 0)
            server.start()
        for server in (postgres, redis):
            server.wait()
        yield OwnServers(postgres.url, redis.url, folder)
    finally:
        postgres.stop()
        redis.stop()
        shutil.rmtree(folder, ignore_errors=True)
