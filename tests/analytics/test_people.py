"""`glimpse users add --role analyst` and `glimpse targets`, as people type them."""

import json
import re
import socket
from collections.abc import Iterator, Mapping

import psycopg
import pytest

from service.config import read_settings
from service.stack.servers import servers
from tests.command import glimpse
from tests.journeys.program import environment
from tests.journeys.up import new_home

LOGIN = re.compile(r"Database, for reading: (postgresql://\S+)")


@pytest.fixture(scope="module")
def port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def env(port: int) -> Iterator[Mapping[str, str]]:
    """A home whose servers run all the while, with the port open for analysts."""
    with new_home() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLIMPSE_ANALYST_PORT", str(port))
        with servers(read_settings(home=home)):
            yield environment(home, analyst_port=port)


def said(env: Mapping[str, str], *arguments: str) -> str:
    """What a command prints, which must go well."""
    done = glimpse(*arguments, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_analyst_comes_in_over_tcp(env: Mapping[str, str], port: int) -> None:
    """The printed login works over TCP with its password only, and reads the views alone."""
    found = LOGIN.search(said(env, "users", "add", "ann", "--role", "analyst"))
    assert found
    login = found[1]
    assert f"@127.0.0.1:{port}/" in login
    with psycopg.connect(login, autocommit=True) as conn:
        assert conn.execute("SELECT count(*) FROM analytics.pairs").fetchone() == (0,)
        assert conn.execute("SELECT count(*) FROM images").fetchone() == (0,)
        for table in ("public.users", "public.images", "analytics_base.scored"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"TABLE {table}".encode())
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            conn.execute("CREATE TABLE analytics.mine (a int)")
    wrong_password = re.sub(r":[^:@/]+@", ":wrong@", login)
    superuser = f"postgresql://glimpse:wrong@127.0.0.1:{port}/glimpse"
    for refused, why in ((wrong_password, "password"), (superuser, "pg_hba.conf")):
        with pytest.raises(psycopg.OperationalError, match=why):
            psycopg.connect(refused)


def test_a_password_is_kept_as_scram(env: Mapping[str, str], port: int) -> None:
    """What the server keeps of it is a scram verifier, and it asks for one."""
    found = LOGIN.search(said(env, "users", "add", "bob", "--role", "analyst"))
    assert found
    with psycopg.connect(found[1], require_auth="scram-sha-256") as conn:
        assert conn.info.host == "127.0.0.1"
        assert conn.info.port == port


def test_others_get_no_login_of_the_database(env: Mapping[str, str]) -> None:
    """Only analysts do."""
    assert "postgresql://" not in said(env, "users", "add", "cid", "--role", "annotator")


def test_the_formula_is_changed_on_the_command_line(env: Mapping[str, str]) -> None:
    """A change is printed and kept with its reason; what is not named stays; nonsense fails."""
    line = said(env, "targets", "change", "--crowd-weight", "0.2", "--weigh-judges", "--why", "A.")
    assert line.startswith("2: experts 0.9 from 1 grades, crowd 0.2 from 3 votes, judges by relia")
    shown = json.loads(said(env, "targets", "show", "--json"))
    assert [(one["version"], one["crowd_weight"], one["weigh_judges"]) for one in shown] == [
        (2, 0.2, True),
        (1, 0.1, False),
    ]
    assert "1: experts 0.9" in said(env, "targets", "show")
    failed = glimpse("targets", "change", "--min-votes", "0", "--why", "B.", env=env)
    assert failed.returncode == 1
    assert "Weights go from 0" in failed.stderr
    assert glimpse("targets", "change", "--min-votes", "2", env=env).returncode == 2
