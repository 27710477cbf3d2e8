"""Advisory locks, so that what must happen once happens once."""

from enum import IntEnum

from sqlalchemy import Connection, text


class Lock(IntEnum):
    """The keys in use, in one place so that no two collide."""

    MIGRATE = 0x676C_0001
    REGISTER_ENCODER = 0x676C_0002
    BUILD_INDEX = 0x676C_0003
    MERGE_DATASET = 0x676C_0004
    IMPORT_DATASET = 0x676C_0005
    EDIT_POLICY = 0x676C_0006
    ENCODER_ORDER = 0x676C_0030
    REFRESH_ANALYTICS = 0x676C_0010
    PUBLISH_SCORER = 0x676C_0040
    TRAIN_SCORER = 0x676C_0041
    ASK_TRAINING = 0x676C_0042
    ASK_COMPARISON = 0x676C_0043
    RUN_COMPARISON = 0x676C_0044
    READ_CAPTIONS = 0x676C_0045
    EDIT_TARGET_FORMULA = 0x676C_0011


def hold(conn: Connection, lock: Lock) -> None:
    """Wait for the lock and keep it until the transaction ends."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(lock)})


def hold_for_session(conn: Connection, lock: Lock) -> None:
    """Wait for the lock and keep it until the connection closes."""
    conn.execute(text("SELECT pg_advisory_lock(:key)"), {"key": int(lock)})


def try_for_session(conn: Connection, lock: Lock) -> bool:
    """Take the lock until the connection closes, unless somebody else holds it."""
    return bool(conn.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": int(lock)}))


def try_one_for_session(conn: Connection, lock: Lock, key: int) -> bool:
    """As try_for_session, for one thing among many of a kind; a killed holder lets go at once."""
    return bool(
        conn.scalar(
            text("SELECT pg_try_advisory_lock(:kind, :key)"), {"kind": int(lock), "key": key}
        )
    )


def release_one(conn: Connection, lock: Lock, key: int) -> None:
    """Let go of what try_one_for_session took: the pool would keep it with the connection."""
    conn.execute(text("SELECT pg_advisory_unlock(:kind, :key)"), {"kind": int(lock), "key": key})
