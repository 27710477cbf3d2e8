"""Advisory locks, so that what must happen once happens once."""

from enum import IntEnum

from sqlalchemy import Connection, text


class Lock(IntEnum):
    """The keys in use, in one place so that no two collide."""

    MIGRATE = 0x676C_0001
    REGISTER_ENCODER = 0x676C_0002
    BUILD_INDEX = 0x676C_0003
    REFRESH_ANALYTICS = 0x676C_0010


def hold(conn: Connection, lock: Lock) -> None:
    """Wait for the lock and keep it until the transaction ends."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(lock)})


def hold_for_session(conn: Connection, lock: Lock) -> None:
    """Wait for the lock and keep it until the connection closes."""
    conn.execute(text("SELECT pg_advisory_lock(:key)"), {"key": int(lock)})


def try_for_session(conn: Connection, lock: Lock) -> bool:
    """Take the lock until the connection closes, unless somebody else holds it."""
    return bool(conn.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": int(lock)}))
