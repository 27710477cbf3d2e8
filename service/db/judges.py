"""Who judges: persons with accounts, and the unnamed panel and crowd of each data set."""

from dataclasses import dataclass
from datetime import datetime

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


def judge_of(conn: Connection, user_id: int) -> int | None:
    """The judge that a person is, who may not have judged yet."""
    key: int | None = conn.scalar(
        text("SELECT id FROM judges WHERE user_id = :user_id"), {"user_id": user_id}
    )
    return key


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


def exclude(conn: Connection, *, judge_id: int, reason: str, who: str | None = None) -> bool:
    """Let a judge's words not count any more; False when there is no such judge."""
    result = conn.execute(
        text(
            "UPDATE judges SET excluded_at = now(), excluded_reason = :reason, excluded_by = :who"
            " WHERE id = :id"
        ),
        {"id": judge_id, "reason": reason, "who": who},
    )
    return result.rowcount == 1


def include(conn: Connection, *, judge_id: int) -> bool:
    """Let a judge's words count again; False when there is no such judge."""
    result = conn.execute(
        text(
            "UPDATE judges SET excluded_at = NULL, excluded_reason = NULL, excluded_by = NULL"
            " WHERE id = :id"
        ),
        {"id": judge_id},
    )
    return result.rowcount == 1


def named(conn: Connection, name: str) -> list[tuple[int, str]]:
    """Keys and names of the judges of this name, or of the one with this number."""
    rows = conn.execute(
        text("SELECT id, name FROM judges WHERE name = :name OR id::text = :name ORDER BY id"),
        {"name": name},
    )
    return [(row.id, row.name) for row in rows]


@dataclass(frozen=True, slots=True)
class StoredJudge:
    """A judge with what he did; agreement is known of those who count and share pairs."""

    judge_id: int
    kind: str
    name: str
    pairs: int
    judgements: int
    last_at: datetime | None
    exact_agreement: float | None
    within_one_grade: float | None
    kappa: float | None
    excluded_at: datetime | None
    excluded_reason: str | None
    excluded_by: str | None


def listed(conn: Connection) -> list[StoredJudge]:
    """All judges with what they graded and voted, and how they agree, the busiest first."""
    rows = conn.execute(
        text(
            """
            SELECT j.id, j.kind, j.name,
                   coalesce(g.pairs, 0) + coalesce(v.pairs, 0) AS pairs,
                   coalesce(g.judgements, 0) + coalesce(v.judgements, 0) AS judgements,
                   greatest(g.last_at, v.last_at) AS last_at,
                   a.exact_agreement, a.within_one_grade, a.quadratic_weighted_kappa,
                   j.excluded_at, j.excluded_reason, j.excluded_by
              FROM judges j
              LEFT JOIN (SELECT judge_id, count(*) AS pairs, sum(cardinality(grades)) AS judgements,
                                max(coalesce(updated_at, created_at)) AS last_at
                           FROM expert_grades GROUP BY judge_id) g ON g.judge_id = j.id
              LEFT JOIN (SELECT judge_id, count(*) AS pairs, sum(yes + no) AS judgements,
                                max(coalesce(updated_at, created_at)) AS last_at
                           FROM crowd_votes GROUP BY judge_id) v ON v.judge_id = j.id
              LEFT JOIN analytics.expert_agreement a ON a.source = j.name AND a.kind = j.kind
             ORDER BY judgements DESC, j.name, j.id
            """
        )
    )
    return [StoredJudge(*row) for row in rows]
