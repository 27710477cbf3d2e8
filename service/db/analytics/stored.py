"""The stored copy of what the judgements say, which the views read where there are many of them."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

# With fewer, the views answer within a second from the judgements themselves.
MANY = 100_000
# What a view of schema analytics_base reads, and its copy; each copy is made from those before it.
COPIES = {
    "scored": ("live_pairs", "stored_pairs"),
    "meetings": ("live_meetings", "stored_meetings"),
}
# Of a busy day, at most so large a share is spent on keeping the copy in step.
SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Reading:
    """Whether the views read the copy, what it holds, and whether a new one would come too soon."""

    is_stored: bool
    written: int
    is_recent: bool


def written(conn: Connection) -> int:
    """How many rows that the copy follows from were written, changed or removed so far."""
    return int(
        conn.execute(
            text(
                """
                SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)
                  FROM pg_stat_user_tables
                 WHERE schemaname = 'public'
                   AND relname IN ('expert_grades', 'crowd_votes', 'judges', 'target_formulas')
                """
            )
        ).scalar_one()
    )


def are_many(conn: Connection, *, many: int = MANY) -> bool:
    """Whether there are more judgements than the views can read at once."""
    statement = """
        SELECT (SELECT count(*) FROM (SELECT FROM crowd_votes LIMIT :most) c)
             + (SELECT count(*) FROM (SELECT FROM expert_grades LIMIT :most) g) > :many
    """
    return bool(conn.scalar(text(statement), {"many": many, "most": many + 1}))


def reading(conn: Connection) -> Reading:
    """Where the views read now."""
    row = conn.execute(
        text(
            """
            SELECT is_stored, written,
                   coalesce(refreshed_at + seconds / :share * interval '1 second' > now(), false)
              FROM analytics_base.reading
            """
        ),
        {"share": SHARE},
    ).one()
    return Reading(*row)


def refresh(conn: Connection) -> None:
    """Bring the copies up to date; readers go on with the old ones until the commit."""
    for view, (_, copy) in COPIES.items():
        filled = "SELECT relispopulated FROM pg_class WHERE oid = CAST(:name AS regclass)"
        softly = conn.scalar(text(filled), {"name": f"analytics_base.{copy}"})
        manner = "CONCURRENTLY " if softly else ""
        conn.execute(text(f"REFRESH MATERIALIZED VIEW {manner}analytics_base.{copy}"))
        conn.execute(text(f"ANALYZE analytics_base.{copy}"))
        if not softly:
            read_from(conn, view, copy)


def empty(conn: Connection) -> None:
    """Have the views read the judgements themselves, and give the copies' space back."""
    for view, (live, copy) in COPIES.items():
        read_from(conn, view, live)
        conn.execute(text(f"REFRESH MATERIALIZED VIEW analytics_base.{copy} WITH NO DATA"))


def read_from(conn: Connection, view: str, source: str) -> None:
    """Let a view read something else from the commit on; gives up where readers are in the way."""
    conn.execute(text("SET LOCAL lock_timeout = '3s'"))
    conn.execute(
        text(
            f"CREATE OR REPLACE VIEW analytics_base.{view} AS SELECT * FROM analytics_base.{source}"
        )
    )


def note(conn: Connection, *, is_stored: bool, written: int, seconds: float) -> None:
    """Write down where the views read from now on, and what that took."""
    conn.execute(
        text(
            "UPDATE analytics_base.reading SET is_stored = :is_stored, written = :written,"
            " seconds = :seconds, refreshed_at = clock_timestamp()"
        ),
        {"is_stored": is_stored, "written": written, "seconds": seconds},
    )
