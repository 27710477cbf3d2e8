"""How an encoder passes from building to ready, serving and retired, and at last away."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from service.db.encoders import StoredEncoder, from_row, partition
from service.errors import Unavailable

FORGET_AT_ONCE = 5_000
LOCK_NOT_AVAILABLE = "55P03"


class StillSearched(Unavailable):
    """Long searches or reports kept the vectors of encoder {encoder_id} in use. Try again later."""


def pause(conn: Connection, encoder_id: int, *, paused: bool) -> None:
    """Let the encoder's pictures wait, or go on with them."""
    conn.execute(
        text("UPDATE encoders SET paused = :paused, error = NULL WHERE id = :id"),
        {"id": encoder_id, "paused": paused},
    )


def revive(conn: Connection, encoder_id: int) -> None:
    """A retired encoder builds again what it has missed."""
    conn.execute(
        text("UPDATE encoders SET state = 'building' WHERE id = :id AND state = 'retired'"),
        {"id": encoder_id},
    )


def note_error(conn: Connection, encoder_id: int, error: str | None) -> None:
    """Why the encoder gets no further; None when it does."""
    conn.execute(
        text("UPDATE encoders SET error = :error WHERE id = :id AND error IS DISTINCT FROM :error"),
        {"id": encoder_id, "error": error},
    )


def built(conn: Connection) -> list[StoredEncoder]:
    """Building encoders for which no picture waits any more."""
    rows = conn.execute(
        text(
            """
            SELECT e.* FROM encoders e
             WHERE e.state = 'building' AND NOT e.paused
               AND NOT EXISTS (SELECT FROM encodings p
                                WHERE p.encoder_id = e.id AND p.state = 'pending')
             ORDER BY e.id
            """
        )
    ).mappings()
    return [from_row(row) for row in rows]


def mark_ready(conn: Connection, encoder_id: int) -> bool:
    """The encoder could serve from now on; False when it is not building any more."""
    result = conn.execute(
        text("UPDATE encoders SET state = 'ready' WHERE id = :id AND state = 'building'"),
        {"id": encoder_id},
    )
    return result.rowcount == 1


def would_vanish(conn: Connection, *, encoder_id: int) -> int:
    """How many pictures that can be found now still wait for this encoder."""
    return int(
        conn.scalar(
            text(
                """
                SELECT count(*) FROM encodings now_done
                  JOIN encoders s ON s.id = now_done.encoder_id AND s.state = 'serving'
                  JOIN images i ON i.id = now_done.image_id AND i.deleted_at IS NULL
                 WHERE now_done.state = 'done'
                   AND NOT EXISTS (SELECT FROM encodings e
                                    WHERE e.encoder_id = :encoder_id
                                      AND e.image_id = now_done.image_id
                                      AND e.state <> 'pending')
                """
            ),
            {"encoder_id": encoder_id},
        )
        or 0
    )


def switch(conn: Connection, *, encoder_id: int) -> None:
    """Let this ready encoder serve; the former one stays ready, so that one can go back at once.

    Those that served before the former are retired: kept, and no longer kept up to date.
    """
    conn.execute(
        text(
            "UPDATE encoders SET state = 'retired'"
            " WHERE state = 'ready' AND served_at IS NOT NULL AND id <> :id"
        ),
        {"id": encoder_id},
    )
    conn.execute(text("UPDATE encoders SET state = 'ready' WHERE state = 'serving'"))
    conn.execute(
        text("UPDATE encoders SET state = 'serving', served_at = now() WHERE id = :id"),
        {"id": encoder_id},
    )


def former(conn: Connection) -> StoredEncoder | None:
    """The encoder that served before the present one and could at once do so again."""
    row = (
        conn.execute(
            text(
                """
                SELECT * FROM encoders WHERE state = 'ready' AND served_at IS NOT NULL
                 ORDER BY served_at DESC, id DESC LIMIT 1
                """
            )
        )
        .mappings()
        .first()
    )
    return None if row is None else from_row(row)


def retire(conn: Connection, encoder_id: int) -> None:
    """No worker works for this encoder any more."""
    conn.execute(
        text("UPDATE encoders SET state = 'retired' WHERE id = :id AND state <> 'serving'"),
        {"id": encoder_id},
    )


def forget_some(conn: Connection, encoder_id: int) -> int:
    """Drop some of a retired encoder's encodings; answers how many were left to drop."""
    result = conn.execute(
        text(
            """
            DELETE FROM encodings WHERE encoder_id = :id AND image_id IN (
                SELECT image_id FROM encodings WHERE encoder_id = :id LIMIT :most)
            """
        ),
        {"id": encoder_id, "most": FORGET_AT_ONCE},
    )
    return result.rowcount


def remove(conn: Connection, encoder_id: int) -> bool:
    """Drop a retired encoder's vectors and its row; False when it is not retired, or gone.

    Dropping a partition waits for the searches under way and keeps the next ones waiting
    meanwhile, so it gives up soon: whoever asked tries again.
    """
    conn.execute(text("SET LOCAL lock_timeout = '1s'"))
    found = conn.scalar(
        text("SELECT id FROM encoders WHERE id = :id AND state = 'retired' FOR UPDATE"),
        {"id": encoder_id},
    )
    if found is None:
        return False
    try:
        conn.execute(text(f"DROP TABLE IF EXISTS {partition(encoder_id)}"))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise StillSearched(encoder_id=encoder_id) from error
        raise
    conn.execute(text("DELETE FROM encoders WHERE id = :id"), {"id": encoder_id})
    return True
