"""Who judges: persons with accounts, and the unnamed panel and crowd of each data set."""

from sqlalchemy import Connection, text


def ensure_of_dataset(conn: Connection, *, dataset_id: int, kind: str, name: str) -> int:
    """The panel or the crowd of a data set, which is made if it is not there."""
    conn.execute(
        text(
            """
            INSERT INTO judges (kind, name, dataset_id) VALUES (:kind, :name, :dataset_id)
            ON CONFLICT (dataset_id, kind) DO NOTHING
            """
        ),
        {"kind": kind, "name": name, "dataset_id": dataset_id},
    )
    return int(
        conn.execute(
            text("SELECT id FROM judges WHERE dataset_id = :dataset_id AND kind = :kind"),
            {"dataset_id": dataset_id, "kind": kind},
        ).scalar_one()
    )


def ensure_person(conn: Connection, *, user_id: int) -> int:
    """A signed-in person as a judge."""
    conn.execute(
        text(
            """
            INSERT INTO judges (kind, name, user_id)
            SELECT 'person', name, id FROM users WHERE id = :user_id
            ON CONFLICT (user_id) DO NOTHING
            """
        ),
        {"user_id": user_id},
    )
    return int(
        conn.execute(
            text("SELECT id FROM judges WHERE user_id = :user_id"), {"user_id": user_id}
        ).scalar_one()
    )


def grade(conn: Connection, *, judge_id: int, image_key: int, query_key: int, grade: int) -> None:
    """A person's grade of a pair; a second one replaces the first."""
    conn.execute(
        text(
            """
            INSERT INTO expert_grades (image_id, query_key, judge_id, grades)
            VALUES (:image_key, :query_key, :judge_id, ARRAY[CAST(:grade AS smallint)])
            ON CONFLICT (image_id, query_key, judge_id)
            DO UPDATE SET grades = excluded.grades, updated_at = now()
            """
        ),
        {"judge_id": judge_id, "image_key": image_key, "query_key": query_key, "grade": grade},
    )


def vote(conn: Connection, *, judge_id: int, image_key: int, query_key: int, fits: bool) -> None:
    """A person's yes or no to a pair; a second one replaces the first."""
    conn.execute(
        text(
            """
            INSERT INTO crowd_votes (image_id, query_key, judge_id, yes, no)
            VALUES (:image_key, :query_key, :judge_id, :yes, 1 - :yes)
            ON CONFLICT (image_id, query_key, judge_id)
            DO UPDATE SET yes = excluded.yes, no = excluded.no, updated_at = now()
            """
        ),
        {"judge_id": judge_id, "image_key": image_key, "query_key": query_key, "yes": int(fits)},
    )


def exclude(conn: Connection, *, judge_id: int, reason: str) -> bool:
    """Let a judge's words not count any more; False when there is no such judge."""
    result = conn.execute(
        text("UPDATE judges SET excluded_at = now(), excluded_reason = :reason WHERE id = :id"),
        {"id": judge_id, "reason": reason},
    )
    return result.rowcount == 1


def include(conn: Connection, *, judge_id: int) -> bool:
    """Let a judge's words count again; False when there is no such judge."""
    result = conn.execute(
        text("UPDATE judges SET excluded_at = NULL, excluded_reason = NULL WHERE id = :id"),
        {"id": judge_id},
    )
    return result.rowcount == 1
