"""Formulas of targets: each row whole and final, the highest version holds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from service.db import locks
from service.domain import TargetFormula


@dataclass(frozen=True, slots=True)
class StoredFormula:
    """A formula with who put it in force, when and why."""

    version: int
    formula: TargetFormula
    who: str
    why: str
    created_at: datetime


FORMULAS = """
    SELECT version, who, why, created_at, expert_weight, crowd_weight, min_grades, min_votes,
           weigh_judges
      FROM target_formulas
"""


def all_of_them(conn: Connection) -> list[StoredFormula]:
    """Every formula that was ever in force, the one that is now first."""
    rows = conn.execute(text(f"{FORMULAS} ORDER BY version DESC"))
    return [
        StoredFormula(row.version, TargetFormula(*row[4:]), row.who, row.why, row.created_at)
        for row in rows
    ]


def in_force(conn: Connection) -> StoredFormula:
    """The formula that targets follow now."""
    return all_of_them(conn)[0]


def put_in_force(conn: Connection, formula: TargetFormula, *, who: str, why: str) -> int:
    """Add a version, which holds from the commit on; answers its number."""
    locks.hold(conn, locks.Lock.EDIT_TARGET_FORMULA)
    return int(
        conn.execute(
            text(
                """
                INSERT INTO target_formulas (version, expert_weight, crowd_weight, min_grades,
                                             min_votes, weigh_judges, who, why)
                SELECT max(version) + 1, :expert_weight, :crowd_weight, :min_grades, :min_votes,
                       :weigh_judges, :who, :why
                  FROM target_formulas
                RETURNING version
                """
            ),
            {
                "expert_weight": formula.expert_weight,
                "crowd_weight": formula.crowd_weight,
                "min_grades": formula.min_grades,
                "min_votes": formula.min_votes,
                "weigh_judges": formula.weigh_judges,
                "who": who,
                "why": why,
            },
        ).scalar_one()
    )
