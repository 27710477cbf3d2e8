"""Logins of the database for people: an analyst's own, with how to connect."""

import hashlib
import secrets

from sqlalchemy import URL, Connection

from service.db.analytics import roles

MOST_CONNECTIONS = 5
LONGEST_LOGIN = 63


def make_login(conn: Connection, *, name: str, port: int) -> str:
    """Make an analyst's login; answers its connection string, password included, once."""
    login, password = login_of(name), secrets.token_urlsafe(18)
    if roles.exists(conn, login):
        raise roles.LoginTaken(login=login)
    roles.make_login(conn, login=login, password=password, connections=MOST_CONNECTIONS)
    found = as_user(conn.engine.url, login, password)
    # A unix socket lies in a folder that only the owner opens; other accounts come over TCP.
    if port and "host" in found.query:
        found = found.set(host="127.0.0.1", port=port).difference_update_query(["host", "port"])
    return found.render_as_string(hide_password=False)


def login_of(name: str) -> str:
    """The login's name, no longer than PostgreSQL keeps."""
    whole = f"analyst_{name.lower()}"
    if len(whole.encode()) <= LONGEST_LOGIN:
        return whole
    return f"analyst_{hashlib.sha256(whole.encode()).hexdigest()[:24]}"


def as_user(url: URL, login: str, password: str) -> URL:
    """The same database as somebody else."""
    url = url.set(drivername="postgresql", username=login, password=password)
    return url.difference_update_query(["passfile"])
