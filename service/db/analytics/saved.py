"""Questions in SQL that analysts keep, and those that they asked last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, text

KEPT_ASKED = 200


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A kept question; shared is no, link (whoever has it) or list (every analyst's list)."""

    question_id: str
    user_id: int
    author: str
    name: str
    statement: str
    shared: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it was asked: how long it took for how many rows, or what was wrong."""

    asked_id: int
    statement: str
    took_ms: float | None
    rows: int | None
    problem: str | None
    asked_at: datetime


SAVED = """
    SELECT s.id, s.user_id, u.name AS author, s.name, s.statement, s.shared, s.updated_at
      FROM saved_questions s JOIN users u ON u.id = s.user_id
"""
ASKED = "SELECT id, statement, took_ms, rows, problem, asked_at FROM asked_questions"


def insert(
    conn: Connection, *, question_id: str, user_id: int, name: str, statement: str, shared: str
) -> None:
    """Keep a question."""
    conn.execute(
        text(
            """
            INSERT INTO saved_questions (id, user_id, name, statement, shared)
            VALUES (:question_id, :user_id, :name, :statement, :shared)
            """
        ),
        {
            "question_id": question_id,
            "user_id": user_id,
            "name": name,
            "statement": statement,
            "shared": shared,
        },
    )


def update(
    conn: Connection, *, question_id: str, user_id: int, name: str, statement: str, shared: str
) -> bool:
    """Change a question of one's own; False when there is none of that id."""
    result = conn.execute(
        text(
            """
            UPDATE saved_questions
               SET name = :name, statement = :statement, shared = :shared, updated_at = now()
             WHERE id = :question_id AND user_id = :user_id AND deleted_at IS NULL
            """
        ),
        {
            "question_id": question_id,
            "user_id": user_id,
            "name": name,
            "statement": statement,
            "shared": shared,
        },
    )
    return result.rowcount == 1


def mark_deleted(conn: Connection, *, question_id: str, user_id: int, deleted: bool) -> bool:
    """Take a question of one's own out, or bring it back; False when nothing changed."""
    result = conn.execute(
        text(
            """
            UPDATE saved_questions SET deleted_at = CASE WHEN :deleted THEN now() END
             WHERE id = :question_id AND user_id = :user_id
               AND (deleted_at IS NULL) = :deleted
            """
        ),
        {"question_id": question_id, "user_id": user_id, "deleted": deleted},
    )
    return result.rowcount == 1


def read(conn: Connection, *, question_id: str, user_id: int) -> SavedQuestion | None:
    """A question that the person may read: an own one, or one that is shared."""
    row = conn.execute(
        text(
            f"""
            {SAVED} WHERE s.id = :question_id AND s.deleted_at IS NULL
                      AND (s.user_id = :user_id OR s.shared <> 'no')
            """
        ),
        {"question_id": question_id, "user_id": user_id},
    ).one_or_none()
    return None if row is None else SavedQuestion(*row)


def listed(conn: Connection, *, user_id: int) -> list[SavedQuestion]:
    """One's own questions by name, then those on everybody's list."""
    rows = conn.execute(
        text(
            f"""
            {SAVED} WHERE s.deleted_at IS NULL AND s.name <> ''
                      AND (s.user_id = :user_id OR s.shared = 'list')
             ORDER BY s.user_id <> :user_id, lower(s.name), s.id
            """
        ),
        {"user_id": user_id},
    )
    return [SavedQuestion(*row) for row in rows]


def note_asked(
    conn: Connection,
    *,
    user_id: int,
    statement: str,
    took_ms: float | None,
    rows: int | None,
    problem: str | None,
) -> None:
    """Write down that a person asked something."""
    conn.execute(
        text(
            """
            INSERT INTO asked_questions (user_id, statement, took_ms, rows, problem)
            VALUES (:user_id, :statement, :took_ms, :rows, :problem)
            """
        ),
        {
            "user_id": user_id,
            "statement": statement,
            "took_ms": took_ms,
            "rows": rows,
            "problem": problem,
        },
    )


def drop_oldest_asked(conn: Connection, *, user_id: int) -> None:
    """Keep the last ones only."""
    conn.execute(
        text(
            """
            DELETE FROM asked_questions
             WHERE user_id = :user_id
               AND id <= (SELECT id FROM asked_questions WHERE user_id = :user_id
                           ORDER BY id DESC OFFSET :kept LIMIT 1)
            """
        ),
        {"user_id": user_id, "kept": KEPT_ASKED},
    )


def asked(conn: Connection, *, user_id: int, limit: int) -> list[AskedQuestion]:
    """A person's last questions, the newest first."""
    rows = conn.execute(
        text(f"{ASKED} WHERE user_id = :user_id ORDER BY id DESC LIMIT :limit"),
        {"user_id": user_id, "limit": limit},
    )
    return [from_row(row) for row in rows]


def one_asked(conn: Connection, *, user_id: int, asked_id: int) -> AskedQuestion | None:
    """One of a person's last questions."""
    row = conn.execute(
        text(f"{ASKED} WHERE user_id = :user_id AND id = :asked_id"),
        {"user_id": user_id, "asked_id": asked_id},
    ).one_or_none()
    return None if row is None else from_row(row)


def forget_asked(conn: Connection, *, user_id: int) -> int:
    """Delete what a person asked; answers how many questions that were."""
    return conn.execute(
        text("DELETE FROM asked_questions WHERE user_id = :user_id"), {"user_id": user_id}
    ).rowcount


def from_row(
    row: Row[tuple[int, str, float | None, int | None, str | None, datetime]],
) -> AskedQuestion:
    """A row of ASKED as a value."""
    return AskedQuestion(row.id, row.statement, row.took_ms, row.rows, row.problem, row.asked_at)


def purge(conn: Connection, *, days: int) -> int:
    """Delete for good what was deleted so many days ago."""
    return conn.execute(
        text("DELETE FROM saved_questions WHERE deleted_at < now() - :days * interval '1 day'"),
        {"days": days},
    ).rowcount
