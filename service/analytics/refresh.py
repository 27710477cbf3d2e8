"""Keeps the stored copy of the judged pairs in step where there are many judgements."""

from sqlalchemy import Connection

from service.db import locks
from service.db.analytics import stored


def refresh(conn: Connection, *, many: int = stored.MANY) -> bool:
    """Refresh the copy if it pays and something was written since; answers whether it did."""
    locks.hold(conn, locks.Lock.REFRESH_ANALYTICS)
    before, now = stored.last_written(conn), stored.written(conn)
    if not stored.are_many(conn, many=many):
        if before is not None:
            stored.read_from(conn, stored=False, written=now)
        return False
    if before == now:
        return False
    stored.refresh(conn)
    stored.read_from(conn, stored=True, written=now)
    return True
