"""The questions behind the analytics page's charts; each reads the views as an analyst would."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

STATEMENTS = {
    "grades": """SELECT grade, count(*) AS judgements
  FROM analytics.pairs, unnest(expert_grades) AS grade
 GROUP BY grade
 ORDER BY grade""",
    "experts_and_crowd": """SELECT grade, lower_quartile, median, upper_quartile, mean_crowd_score,
       pairs
  FROM analytics.expert_vs_crowd
 ORDER BY grade""",
    "matrix": """SELECT x.grade AS one_expert, y.grade AS another_expert, count(*) AS meetings
  FROM analytics.pairs,
       unnest(expert_grades) WITH ORDINALITY AS x (grade, place),
       unnest(expert_grades) WITH ORDINALITY AS y (grade, place)
 WHERE x.place <> y.place
 GROUP BY x.grade, y.grade
 ORDER BY x.grade, y.grade""",
    "agreement": """SELECT source, judgements, exact_agreement, within_one_grade,
       quadratic_weighted_kappa, krippendorff_alpha
  FROM analytics.expert_agreement
 ORDER BY krippendorff_alpha DESC NULLS LAST
 LIMIT 20""",
    "target": """SELECT least(floor(target * 20), 19) / 20 AS target_from, count(*) AS pairs
  FROM analytics.pairs
 WHERE target IS NOT NULL
 GROUP BY target_from
 ORDER BY target_from""",
    "balance": """SELECT CASE WHEN target < 0.25 THEN '0 – ¼' WHEN target < 0.5 THEN '¼ – ½'
            WHEN target < 0.75 THEN '½ – ¾' ELSE '¾ – 1' END AS target, count(*) AS pairs
  FROM analytics.pairs
 WHERE target IS NOT NULL
 GROUP BY 1
 ORDER BY min(pairs.target)""",
    "coverage": """SELECT CASE WHEN crowd_score IS NULL THEN 'experts'
            WHEN expert_mean IS NULL THEN 'crowd'
            ELSE 'experts + crowd' END AS judged_by, count(*) AS pairs
  FROM analytics.pairs
 GROUP BY judged_by
 ORDER BY pairs DESC""",
    "noise": """SELECT floor(noise * 20) / 20 AS noise_from, count(*) AS pairs
  FROM analytics.noisy_pairs
 GROUP BY noise_from
 ORDER BY noise_from""",
    "captions": """SELECT caption_count, count(*) AS pictures
  FROM analytics.images
 GROUP BY caption_count
 ORDER BY caption_count""",
    "words": """SELECT word, count(*) AS times
  FROM analytics.images, unnest(captions) AS caption,
       regexp_split_to_table(lower(caption), '[^[:alpha:]]+') AS word
 WHERE length(word) > 3
 GROUP BY word
 ORDER BY times DESC, word
 LIMIT 20""",
    "searches": """SELECT day, searches, empty_results
  FROM analytics.searches_daily
 ORDER BY day DESC
 LIMIT 60""",
    "refusals": """SELECT day, sum(decisions)::integer AS refusals
  FROM analytics.policy_decisions_daily
 GROUP BY day
 ORDER BY day DESC
 LIMIT 60""",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """What a chart shows: column names and rows."""

    name: str
    statement: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def figures(conn: Connection, names: Sequence[str] = tuple(STATEMENTS)) -> list[Figure]:
    """The answers to these questions, from one moment."""
    conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
    return [figure(conn, name) for name in names]


def figure(conn: Connection, name: str) -> Figure:
    """The answer to one of the questions."""
    found = conn.exec_driver_sql(STATEMENTS[name])
    return Figure(name, STATEMENTS[name], tuple(found.keys()), tuple(map(tuple, found)))
