"""The embedded PostgreSQL: closed to others, fit for Unicode, and back after any kill."""

import contextlib
import os
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from service.stack.home import Home, open_home
from service.stack.postgres import EmbeddedPostgres, OtherPostgres
from service.stack.server import Server, ServerDidNotStart
from tests.servers import place
from tests.stack.processes import kill, wait_until


@pytest.fixture
def opened(home: Path) -> Home:
    """An opened home."""
    return open_home(home)


@pytest.fixture
def postgres(opened: Home) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL that answers."""
    server = EmbeddedPostgres(place(opened.folder, "postgres"))
    begin(server)
    yield server
    server.stop()


def begin(server: Server) -> None:
    """Start and wait."""
    server.start()
    server.wait()


def connect(server: EmbeddedPostgres) -> psycopg.Connection:
    """As any client connects."""
    return psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True)


def test_data_outlives_a_restart(postgres: EmbeddedPostgres) -> None:
    """What was written is there after stop and start."""
    with connect(postgres) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    postgres.stop()
    begin(postgres)
    with connect(postgres) as connection:
        assert connection.execute("SELECT seven FROM kept").fetchone() == (7,)


def test_only_with_the_password(postgres: EmbeddedPostgres) -> None:
    """Without the password file nobody gets in, not even through the socket."""
    assert stat.S_IMODE(postgres.passfile.stat().st_mode) == 0o600
    assert stat.S_IMODE(postgres.place.sockets.stat().st_mode) == 0o700
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(host=str(postgres.place.sockets), user="glimpse", passfile="/dev/null")


def test_no_network(postgres: EmbeddedPostgres) -> None:
    """It listens on the socket alone."""
    with connect(postgres) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_letters_of_every_language(postgres: EmbeddedPostgres) -> None:
    """Upper case, words and stems work beyond ASCII, and vectors are at hand."""
    with connect(postgres) as connection:
        found = connection.execute(
            "SELECT lower('ДЕТИ Ёлка ÉTÉ'), 'ДЕТИ' ~* 'дети', to_tsvector('russian', 'Дети')::text"
        ).fetchone()
        assert found == ("дети ёлка été", True, "'дет':1")
        connection.execute("CREATE EXTENSION vector")


def test_a_killed_server_comes_back(postgres: EmbeddedPostgres, home: Path) -> None:
    """After kill -9 of the server while a backend is busy, the next start finds the data."""
    with connect(postgres) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    with contextlib.closing(connect(postgres)) as busy:
        busy.execute("BEGIN")
        busy.execute("INSERT INTO kept VALUES (8)")
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 20000000000)")
        kill(home, "postgres")
        assert postgres.process is not None
        assert postgres.process.wait() == -signal.SIGKILL
        begin(postgres)
    with connect(postgres) as connection:
        assert connection.execute("SELECT * FROM kept").fetchall() == [(7,)]


def test_a_killed_backend_is_survived(postgres: EmbeddedPostgres) -> None:
    """After kill -9 of one backend the server recovers without help."""
    with connect(postgres) as victim:
        pid = victim.info.backend_pid
        with connect(postgres) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
        os.kill(pid, signal.SIGKILL)
    wait_until(postgres.answers)
    with connect(postgres) as connection:
        assert connection.execute("SELECT seven FROM kept").fetchone() == (7,)
    assert not postgres.has_ended()


def test_a_lock_file_with_a_living_number(postgres: EmbeddedPostgres) -> None:
    """A lock file left by a killed server is no obstacle when its number is in use again."""
    postgres.stop()
    lock = postgres.place.data / "postmaster.pid"
    lock.write_text(f"1\n{postgres.place.data}\n0\n5432\n\n\n")
    postgres.place.account.give(lock)
    begin(postgres)
    assert postgres.answers()


def test_an_interrupted_first_start(opened: Home) -> None:
    """A data folder that was only half made is made anew."""
    server = EmbeddedPostgres(place(opened.folder, "postgres"), durable=False)
    server.place.account.own(server.place.data)
    (server.place.data / "base").mkdir()
    (server.place.data / "half").write_text("")
    begin(server)
    server.stop()


def test_data_of_another_version(postgres: EmbeddedPostgres) -> None:
    """Data of another PostgreSQL is not touched."""
    postgres.stop()
    (postgres.place.data / "PG_VERSION").write_text("19\n")
    with pytest.raises(OtherPostgres, match="belongs to PostgreSQL 19; this Glimpse brings"):
        postgres.start()


def test_the_log_is_quoted(postgres: EmbeddedPostgres) -> None:
    """A server that cannot start is an error with its own last words."""
    postgres.stop()
    (postgres.place.data / "global" / "pg_control").unlink()
    with pytest.raises(ServerDidNotStart, match=r"PostgreSQL did not start; .*pg_control"):
        begin(postgres)


def test_texts_stay_out_of_the_log(postgres: EmbeddedPostgres) -> None:
    """A failing statement leaves neither its text nor its values in the log."""
    with connect(postgres) as connection:
        connection.execute("CREATE TABLE words (word text UNIQUE)")
        connection.execute("INSERT INTO words VALUES (%s)", ["private-word"])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO words VALUES (%s)", ["private-word"])
        with pytest.raises(psycopg.errors.DivisionByZero):
            connection.execute('SELECT 1/0 AS "private-word"')
    assert "private-word" not in postgres.place.log.read_text()


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can bound another process")
def test_one_connection_cannot_take_the_machine_s_memory(postgres: EmbeddedPostgres) -> None:
    """A statement that wants too much gets an error, and everybody else goes on."""
    wide = ", ".join(["repeat('x', 1000000000)"] * 5)
    with connect(postgres) as greedy, connect(postgres) as other:
        with pytest.raises(psycopg.errors.OutOfMemory):
            greedy.execute(f"SELECT length(concat_ws(',', {wide}))")
        assert greedy.execute("SELECT 1").fetchone() == (1,)
        assert other.execute("SELECT 2").fetchone() == (2,)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can bound another process")
def test_every_process_is_bounded(postgres: EmbeddedPostgres) -> None:
    """The kernel knows the bound."""
    with connect(postgres) as connection:
        limits = Path(f"/proc/{connection.info.backend_pid}/limits").read_text()
    assert 2**30 < int(limits.split("Max address space")[1].split()[0]) < 4 * 2**30
