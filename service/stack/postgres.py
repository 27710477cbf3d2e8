"""The embedded PostgreSQL: its data folder, its settings and its life."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import psycopg

from service.errors import Unavailable
from service.stack.leftovers import can_be_seen
from service.stack.private import write_once, write_private
from service.stack.programs import reachable_postgres
from service.stack.server import Place, Server, launch_argv

USER = "glimpse"
DATABASE = "glimpse"
MAJOR = "18"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - looked at, never written
ROOMY_SHARED_MEMORY = 2**30
DEFAULT_PORT = 5432
# Address space of its code, libraries and the memory that its processes share, in MB.
PROGRAM_ITSELF = 512
# Over TCP only analysts come in; a superuser is no member of a role that he was not given.
WHO_MAY_CONNECT = """\
local  all          all                              scram-sha-256
local  replication  all                              scram-sha-256
host   all          +glimpse_analyst  127.0.0.1/32   scram-sha-256
"""


class OtherPostgres(Unavailable):
    """The data in {data} belongs to PostgreSQL {found}; this Glimpse brings PostgreSQL {ours}.

    Make a backup with the Glimpse that made it and restore it here.
    """


class PostgresNotMade(Unavailable):
    """The database could not be made in {data}: {reason}."""


class EmbeddedPostgres(Server):
    """PostgreSQL on a unix socket in an owner-only folder; clients sign in with a password.

    The password lies in a file that the URL names, so that it appears in no
    environment, command line or log. durable=False gives up every guarantee
    against power loss: for tests only.
    """

    name: ClassVar[str] = "PostgreSQL"
    program: ClassVar[str] = "postgres"
    stop_signals: ClassVar[tuple[tuple[signal.Signals, float], ...]] = (
        (signal.SIGINT, 20.0),
        (signal.SIGQUIT, 5.0),
    )

    def __init__(self, place: Place, *, durable: bool = True, analyst_port: int = 0) -> None:
        """Only remember; nothing is touched before start."""
        super().__init__(place)
        self.durable = durable
        self.analyst_port = analyst_port
        # It names the socket too.
        self.port = analyst_port or DEFAULT_PORT
        self.database_exists = False

    @property
    def passfile(self) -> Path:
        """Where libpq finds the password."""
        return self.place.secrets / "postgres.pass"

    @property
    def url(self) -> str:
        """The URL for SQLAlchemy."""
        sockets, passfile = quote(str(self.place.sockets)), quote(str(self.passfile))
        port = f"&port={self.analyst_port}" if self.analyst_port else ""
        return f"postgresql+psycopg://{USER}@/{DATABASE}?host={sockets}{port}&passfile={passfile}"

    @property
    def socket(self) -> Path:
        """The file on which it listens."""
        return self.place.sockets / f".s.PGSQL.{self.port}"

    def prepare(self) -> list[str]:
        """Make the data folder at the first start; clear what a killed server left."""
        folder = reachable_postgres(self.place.account, self.place.home)
        version = self.place.data / "PG_VERSION"
        if not version.exists():
            self._make(folder / "bin" / "initdb")
        elif (found := version.read_text().strip()) != MAJOR:
            raise OtherPostgres(data=self.place.data, found=found, ours=MAJOR)
        if can_be_seen():
            # Nobody serves this folder now, so its lock files are stale. PostgreSQL
            # would believe them whenever the number of the dead process is in use again.
            (self.place.data / "postmaster.pid").unlink(missing_ok=True)
            self.socket.with_name(f"{self.socket.name}.lock").unlink(missing_ok=True)
        (self.place.data / "pg_hba.conf").write_text(WHO_MAY_CONNECT)
        settings = [
            part for key, value in self._settings().items() for part in ("-c", f"{key}={value}")
        ]
        postgres = str(folder / "bin" / "postgres")
        return bounded([postgres, "-D", self.reachable_data(), *settings], _memory())

    def answers(self) -> bool:
        """Whether the database takes connections; makes it when it is not there yet."""
        if not self.socket.exists():
            return False
        try:
            with self._connect("postgres") as connection:
                self._ensure_database(connection)
        except psycopg.OperationalError:
            return False
        return True

    def _make(self, initdb: Path) -> None:
        for leftover in self.place.data.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        password = self.place.sockets / "password"
        write_private(password, self._password(), account=self.place.account)
        argv = [
            *(str(initdb), "-D", self.reachable_data(), "-U", USER, f"--pwfile={password}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"),
            # The built-in locale knows Unicode's letters on every platform, and no update
            # of the system's libraries can change its order and so break an index.
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *([] if self.durable else ["--no-sync"]),
        ]
        try:
            done = subprocess.run(  # noqa: S603 - our own launcher and initdb
                launch_argv(argv, account=self.place.account, number=signal.SIGTERM),
                cwd=self.place.data,
                env=self._environment(),
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            password.unlink()
        if done.returncode:
            reason = " | ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
            raise PostgresNotMade(data=self.place.data, reason=reason)

    def _password(self) -> str:
        line = write_once(self.passfile, f"*:*:*:{USER}:{secrets.token_urlsafe(32)}\n")
        return line.strip().rpartition(":")[2]

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.place.sockets),
            port=self.port,
            user=USER,
            dbname=database,
            passfile=str(self.passfile),
            connect_timeout=5,
            autocommit=True,
        )

    def _ensure_database(self, connection: psycopg.Connection) -> None:
        if self.database_exists:
            return
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        self.database_exists = True

    def _settings(self) -> dict[str, str]:
        memory = _memory()
        durability = {} if self.durable else dict.fromkeys(UNSAFE, "off")
        return {
            "listen_addresses": "127.0.0.1" if self.analyst_port else "",
            "port": str(self.port),
            "unix_socket_directories": str(self.place.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": f"{_shared_buffers(memory)}MB",
            "effective_cache_size": f"{max(64, memory // 2)}MB",
            # Building an index of neighbours is many times faster while its graph fits in here.
            "maintenance_work_mem": f"{_maintenance(memory)}MB",
            "work_mem": "16MB",
            "random_page_cost": "1.1",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            # Texts that people search for must not reach the log with a failing statement.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "dynamic_shared_memory_type": _shared_memory_type(),
            **durability,
        }


UNSAFE = ("fsync", "synchronous_commit", "full_page_writes")


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20


def _shared_memory_type() -> str:
    # Containers often have 64 MB of /dev/shm, where a parallel index build fails.
    if not SHARED_MEMORY.is_dir():
        return "posix"
    room = os.statvfs(SHARED_MEMORY)
    return "posix" if room.f_bavail * room.f_frsize >= ROOMY_SHARED_MEMORY else "mmap"


def _shared_buffers(memory: int) -> int:
    return min(512, max(32, memory // 8))


def _maintenance(memory: int) -> int:
    return min(512, max(64, memory // 16))


def bounded(argv: list[str], memory: int) -> list[str]:
    """The command with a bound on what each of its processes may take; it then gets an error.

    A statement of an analyst must not end everybody else's. Only Linux keeps such a bound.
    """
    if sys.platform != "linux":
        return argv
    own = min(2048, max(512, memory // 8))
    kilobytes = (PROGRAM_ITSELF + _shared_buffers(memory) + _maintenance(memory) + own) * 1024
    return ["/bin/sh", "-c", 'ulimit -v "$0" && exec "$@"', str(kilobytes), *argv]
