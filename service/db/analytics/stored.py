"""The stored copy of the judged pairs, which the views read where there are many judgements."""

from sqlalchemy import Connection, text

# With fewer, the views answer within a second from the judgements themselves.
MANY = 200_000


def written(conn: Connection) -> int:
    """How many rows of judgements were written, changed or removed so far, as statistics know."""
    return int(
        conn.execute(
            text(
                """
                SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)
                  FROM pg_stat_user_tables
                 WHERE schemaname = 'public'
                   AND relname IN ('expert_grades', 'crowd_votes', 'judges')
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


def last_written(conn: Connection) -> int | None:
    """What `written` was at the last refresh; None where the views read the judgements."""
    found = conn.scalar(text("SELECT written FROM analytics_base.reading WHERE is_stored"))
    return None if found is None else int(found)


def refresh(conn: Connection) -> None:
    """Bring the copy up to date; readers go on with the old one until the commit."""
    conn.execute(text("REFRESH MATERIALIZED VIEW CONCURRENTLY analytics_base.stored_pairs"))


def read_from(conn: Connection, *, stored: bool, written: int) -> None:
    """Say where the views read from now on."""
    conn.execute(
        text(
            "UPDATE analytics_base.reading"
            " SET is_stored = :stored, written = :written, refreshed_at = now()"
        ),
        {"stored": stored, "written": written},
    )
