"""Keeps the stored copy of what judgements say in step where there are many of them."""

from time import perf_counter

from sqlalchemy import Connection

from service.db import locks
from service.db.analytics import stored


def refresh(conn: Connection, *, many: int = stored.MANY) -> bool:
    """Refresh the copy if it pays and something was written since; answers whether it did."""
    began = perf_counter()
    locks.hold(conn, locks.Lock.REFRESH_ANALYTICS)
    before, now = stored.reading(conn), stored.written(conn)
    if not stored.are_many(conn, many=many):
        if before.is_stored:
            stored.empty(conn)
            stored.note(conn, is_stored=False, written=now, seconds=0)
        return False
    if before.is_stored and (before.written == now or before.is_recent):
        return False
    stored.refresh(conn)
    stored.note(conn, is_stored=True, written=now, seconds=perf_counter() - began)
    return True
