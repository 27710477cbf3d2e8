"""That a search was answered, and how fast; never what was asked."""

from datetime import datetime

from sqlalchemy import Connection, text


def record(conn: Connection, *, took_ms: float, results: int, best: float | None = None) -> None:
    """Count a search; losing the last ones with a crash costs less than waiting for the disk."""
    conn.execute(text("SET LOCAL synchronous_commit = off"))
    conn.execute(
        text("INSERT INTO searches (took_ms, results, best) VALUES (:took_ms, :results, :best)"),
        {"took_ms": took_ms, "results": results, "best": best},
    )


def best_since(conn: Connection, moment: datetime, *, most: int) -> list[float]:
    """The best probability of each of the last searches since then; 0 where nothing was shown."""
    rows = conn.execute(
        text(
            """
            SELECT coalesce(best, 0) FROM searches
             WHERE asked_at > :moment AND (best IS NOT NULL OR results = 0)
             ORDER BY id DESC LIMIT :most
            """
        ),
        {"moment": moment, "most": most},
    )
    return [float(one) for one in rows.scalars()]


def answered_lately(conn: Connection) -> int:
    """How many searches were answered in the last 24 hours."""
    return int(
        conn.scalar(
            text("SELECT count(*) FROM searches WHERE asked_at > now() - interval '24 hours'")
        )
        or 0
    )
