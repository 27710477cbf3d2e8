"""That a search was answered, and how fast; never what was asked."""

from sqlalchemy import Connection, text


def record(conn: Connection, *, took_ms: float, results: int) -> None:
    """Count a search; losing the last ones with a crash costs less than waiting for the disk."""
    conn.execute(text("SET LOCAL synchronous_commit = off"))
    conn.execute(
        text("INSERT INTO searches (took_ms, results) VALUES (:took_ms, :results)"),
        {"took_ms": took_ms, "results": results},
    )


def answered_lately(conn: Connection) -> int:
    """How many searches were answered in the last 24 hours."""
    return int(
        conn.scalar(
            text("SELECT count(*) FROM searches WHERE asked_at > now() - interval '24 hours'")
        )
        or 0
    )
