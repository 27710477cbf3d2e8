"""What judges answered, in order: to take the last answer back, to count, and to compare checks."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

TABLES = {"expert": "expert_grades", "crowd": "crowd_votes"}


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """One answer of a judge: a grade, a vote, or why he skipped."""

    annotation_id: int
    image_key: int
    query_key: int
    mode: str
    is_check: bool
    answer: int | None
    skipped: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a judge is, and how often he answered a check as he did before."""

    today: int
    total: int
    checks: int
    checks_same: int
    last_id: int | None


def lock(conn: Connection, *, judge_id: int) -> None:
    """Let one judge's answers come one after another, also from two windows."""
    conn.execute(text("SELECT id FROM judges WHERE id = :id FOR UPDATE"), {"id": judge_id})


def add(
    conn: Connection,
    *,
    judge_id: int,
    image_key: int,
    query_key: int,
    mode: str,
    is_check: bool,
    answer: int | None,
    skipped: str | None,
) -> bool:
    """Note an answer; False where this judge has answered the pair already."""
    result = conn.execute(
        text(
            """
            INSERT INTO annotations
                   (judge_id, image_id, query_key, mode, is_check, answer, skipped)
            VALUES (:judge_id, :image_key, :query_key, :mode, :is_check, :answer, :skipped)
            ON CONFLICT (judge_id, image_id, query_key, is_check) DO NOTHING
            """
        ),
        {
            "judge_id": judge_id,
            "image_key": image_key,
            "query_key": query_key,
            "mode": mode,
            "is_check": is_check,
            "answer": answer,
            "skipped": skipped,
        },
    )
    return result.rowcount == 1


def find(
    conn: Connection, *, judge_id: int, image_key: int, query_key: int, is_check: bool
) -> StoredAnswer | None:
    """What the judge answered about this pair, first or when checked."""
    row = conn.execute(
        text(
            """
            SELECT id, image_id, query_key, mode, is_check, answer, skipped FROM annotations
             WHERE judge_id = :judge_id AND image_id = :image_key AND query_key = :query_key
               AND is_check = :is_check
            """
        ),
        {
            "judge_id": judge_id,
            "image_key": image_key,
            "query_key": query_key,
            "is_check": is_check,
        },
    ).first()
    return None if row is None else StoredAnswer(*row)


def last(conn: Connection, *, judge_id: int) -> StoredAnswer | None:
    """The judge's last answer."""
    row = conn.execute(
        text(
            """
            SELECT id, image_id, query_key, mode, is_check, answer, skipped FROM annotations
             WHERE judge_id = :judge_id ORDER BY id DESC LIMIT 1
            """
        ),
        {"judge_id": judge_id},
    ).first()
    return None if row is None else StoredAnswer(*row)


def forget(conn: Connection, *, judge_id: int, answer: StoredAnswer) -> None:
    """Take an answer back."""
    conn.execute(
        text("DELETE FROM annotations WHERE id = :id AND judge_id = :judge_id"),
        {"id": answer.annotation_id, "judge_id": judge_id},
    )


def forget_judgement(conn: Connection, *, judge_id: int, answer: StoredAnswer) -> None:
    """Take back what the answer made of the judgements."""
    conn.execute(
        text(
            f"""
            DELETE FROM {TABLES[answer.mode]}
             WHERE judge_id = :judge_id AND image_id = :image_key AND query_key = :query_key
            """
        ),
        {"judge_id": judge_id, "image_key": answer.image_key, "query_key": answer.query_key},
    )


def has_judged(conn: Connection, *, judge_id: int, least: int) -> bool:
    """Whether the judge has judged at least that many pairs."""
    return bool(
        conn.scalar(
            text(
                """
                SELECT count(*) >= :least
                  FROM (SELECT FROM annotations
                         WHERE judge_id = :judge_id AND answer IS NOT NULL LIMIT :least) judged
                """
            ),
            {"judge_id": judge_id, "least": least},
        )
    )


def progress(conn: Connection, *, judge_id: int | None) -> Progress:
    """How many pairs the judge judged today (UTC) and in all, and how his checks came out."""
    row = conn.execute(
        text(
            """
            SELECT count(*) FILTER (WHERE a.answer IS NOT NULL
                       AND a.created_at >= date_trunc('day', now(), 'UTC')) AS today,
                   count(a.answer) AS total,
                   count(*) FILTER (WHERE a.is_check AND a.answer IS NOT NULL) AS checks,
                   count(*) FILTER (WHERE a.is_check AND a.answer = f.answer) AS checks_same,
                   max(a.id) AS last_id
              FROM annotations a
              LEFT JOIN annotations f ON a.is_check AND f.judge_id = a.judge_id
                    AND f.image_id = a.image_id AND f.query_key = a.query_key AND NOT f.is_check
             WHERE a.judge_id = :judge_id
            """
        ),
        {"judge_id": judge_id},
    ).one()
    return Progress(*row)
