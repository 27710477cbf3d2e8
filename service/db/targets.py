"""Targets of judged pairs in SQL: the same formula as service/learn/targets.py, for many pairs."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from service.domain import TargetFormula

# One row a judged pair, with what experts and crowd say of it. Excluded judges are left out; a
# judge counts by his reliability, 1 unless told. A share without counts stands for three votes.
SUMS = """
    SELECT image_id, query_key,
           sum(weight * grade_sum) / nullif(sum(weight * grades), 0) AS expert_mean,
           coalesce(sum(grades), 0) AS grades,
           sum(weight * yes) / nullif(sum(weight * votes), 0) AS crowd_score,
           coalesce(sum(votes), 0) AS votes
      FROM (SELECT g.image_id, g.query_key, {weight} AS weight,
                   (SELECT sum(x) FROM unnest(g.grades) x)::float8 AS grade_sum,
                   cardinality(g.grades) AS grades, NULL::float8 AS yes, NULL::integer AS votes
              FROM expert_grades g JOIN judges j ON j.id = g.judge_id {reliability}
             WHERE j.excluded_at IS NULL
            UNION ALL
            SELECT v.image_id, v.query_key, {weight}, NULL, NULL,
                   coalesce(v.yes, 3 * v.share), coalesce(v.yes + v.no, 3)
              FROM crowd_votes v JOIN judges j ON j.id = v.judge_id {reliability}
             WHERE j.excluded_at IS NULL) one_judge
     GROUP BY image_id, query_key
"""
ALL_ALIKE = SUMS.format(weight="1::float8", reliability="")
BY_RELIABILITY = SUMS.format(
    weight="coalesce(r.weight, 1)",
    reliability="LEFT JOIN unnest(CAST(:judge_ids AS integer[]), CAST(:weights AS float8[]))"
    " AS r (judge_id, weight) ON r.judge_id = j.id",
)


@dataclass(frozen=True, slots=True)
class PairTarget:
    """A judged pair, what experts and crowd say of it, and what is learnt from that."""

    image_key: int
    query_key: int
    expert_mean: float | None
    grades: int
    crowd_score: float | None
    votes: int
    target: float | None


def target_sql(formula: TargetFormula) -> str:
    """The target as an expression over expert_mean, grades, crowd_score and votes."""
    experts = f"CASE WHEN grades >= {formula.min_grades} THEN {formula.expert_weight} ELSE 0 END"
    crowd = f"CASE WHEN votes >= {formula.min_votes} THEN {formula.crowd_weight} ELSE 0 END"
    return (
        f"((({experts})::float8 * coalesce((expert_mean - 1) / 3, 0)"
        f" + ({crowd})::float8 * coalesce(crowd_score, 0))"
        f" / nullif(({experts})::float8 + ({crowd})::float8, 0))"
    )


def targets(
    conn: Connection, formula: TargetFormula, *, reliability: Mapping[int, float] | None = None
) -> list[PairTarget]:
    """The target of every judged pair, by picture and query."""
    sums = ALL_ALIKE if reliability is None else BY_RELIABILITY
    values = (
        {}
        if reliability is None
        else {"judge_ids": list(reliability), "weights": list(reliability.values())}
    )
    rows = conn.execute(
        text(
            f"SELECT s.*, {target_sql(formula)} AS target FROM ({sums}) s"
            " ORDER BY image_id, query_key"
        ),
        values,
    )
    return [PairTarget(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class JudgeError:
    """How far one judge's grades are from everybody else's, over the pairs they share."""

    judge_id: int
    pairs: int
    mean_square: float


def judge_errors(conn: Connection) -> list[JudgeError]:
    """Each expert judge against the mean of all others, in units of a target (0..1)."""
    rows = conn.execute(
        text(
            """
            WITH one AS (
                SELECT g.image_id, g.query_key, g.judge_id,
                       (SELECT sum(x) FROM unnest(g.grades) x)::float8 AS total,
                       cardinality(g.grades) AS grades
                  FROM expert_grades g JOIN judges j ON j.id = g.judge_id
                 WHERE j.excluded_at IS NULL),
            whole AS (
                SELECT *, sum(total) OVER pair AS all_total, sum(grades) OVER pair AS all_grades
                  FROM one WINDOW pair AS (PARTITION BY image_id, query_key))
            SELECT judge_id, count(*) AS pairs,
                   avg(power((total / grades - (all_total - total) / (all_grades - grades)) / 3, 2))
              FROM whole WHERE all_grades > grades GROUP BY judge_id ORDER BY judge_id
            """
        )
    )
    return [JudgeError(*row) for row in rows]
