"""The role of analysts and their own logins."""

import psycopg
import pytest
from sqlalchemy import Engine, text

from service.db.analytics import roles
from service.services import Services


def test_an_analyst_reads_the_views_and_nothing_else(services: Services) -> None:
    """The printed connection works, and only for reading schema analytics."""
    where = services.analyst_login(name="Ann")
    with psycopg.connect(where, autocommit=True) as conn:
        assert conn.execute("SELECT count(*) FROM pairs").fetchone() == (0,)
        assert conn.execute("SHOW statement_timeout").fetchone() == ("30s",)
        conn.execute("SET default_transaction_read_only = off")
        for attack in (
            "SELECT * FROM public.users",
            "SELECT lo_create(0)",
            "SELECT pg_advisory_lock(1)",
            "CREATE TEMP TABLE t (a int)",
            "CREATE TABLE public.t (a int)",
            "SET ROLE glimpse",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(attack)


def test_a_login_is_made_once(services: Services) -> None:
    """A name that the server knows already is refused, so that nobody's password changes."""
    services.analyst_login(name="twice")
    with pytest.raises(roles.LoginTaken, match="analyst_twice"):
        services.analyst_login(name="Twice")


def test_an_account_without_the_right_is_told_what_to_run(engine: Engine) -> None:
    """Where roles cannot be made, the error names the statements."""
    with engine.begin() as conn:
        conn.execute(text("DROP ROLE IF EXISTS weak"))
        conn.execute(text("CREATE ROLE weak"))
        conn.execute(text("SET LOCAL ROLE weak"))
        assert not roles.may_make(conn)
        assert "CREATE ROLE glimpse_analyst" in roles.RolesNotMade(account="weak").message


def test_a_very_long_name_has_a_login(services: Services) -> None:
    """A name longer than the database keeps still gives a login that works."""
    with psycopg.connect(services.analyst_login(name="я" * 64)) as conn:
        assert conn.execute("SELECT count(*) FROM images").fetchone() == (0,)
