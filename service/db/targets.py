"""Targets of judged pairs by any formula, worked out by the database."""

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
    reliability="LEFT JOIN analytics_base.judge_weights r ON r.judge_id = j.id",
)
BY_GIVEN_WEIGHTS = SUMS.format(
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


def targets(
    conn: Connection, formula: TargetFormula, *, reliability: Mapping[int, float] | None = None
) -> list[PairTarget]:
    """The target of every judged pair, by picture and query.

    A formula that weighs judges takes their weights from their errors, unless some are given.
    """
    sums = ALL_ALIKE
    if reliability is not None:
        sums = BY_GIVEN_WEIGHTS
    elif formula.weigh_judges:
        sums = BY_RELIABILITY
    given = reliability or {}
    rows = conn.execute(
        text(
            f"""
            SELECT s.*, analytics_base.target(expert_mean, grades, crowd_score, votes,
                       CAST(:expert_weight AS float8), CAST(:crowd_weight AS float8),
                       CAST(:min_grades AS integer), CAST(:min_votes AS integer)) AS target
              FROM ({sums}) s ORDER BY image_id, query_key
            """
        ),
        {
            "expert_weight": formula.expert_weight,
            "crowd_weight": formula.crowd_weight,
            "min_grades": formula.min_grades,
            "min_votes": formula.min_votes,
            "judge_ids": list(given),
            "weights": list(given.values()),
        },
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
            "SELECT judge_id, pairs, mean_square FROM analytics_base.judge_errors ORDER BY judge_id"
        )
    )
    return [JudgeError(*row) for row in rows]


def judge_weights(conn: Connection) -> dict[int, float]:
    """What each expert judge counts by his reliability, whatever formula is in force."""
    rows = conn.execute(text("SELECT judge_id, weight FROM analytics_base.judge_weights"))
    return {row.judge_id: float(row.weight) for row in rows}
