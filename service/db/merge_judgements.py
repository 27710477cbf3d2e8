"""Judgements of imported files, merged by one statement; coded.py tells what they change.

Statuses of a row: added, updated, unchanged; and the refusals unknown (no such picture), foreign
(the query id is another picture's) and contradicts (an earlier row says otherwise).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from service.db.staging import Merging


@dataclass(frozen=True, slots=True)
class Judgements:
    """One kind of imported judgements: where they are kept and what a row of them says."""

    table: str
    judge: str
    columns: tuple[str, ...]
    # The table that tells what codes mean, and its columns (coded.py).
    coded: str
    coded_columns: tuple[str, ...]
    # What a row must be to replace a stored one: votes that are counted outweigh a mere share.
    replaces: str = "true"

    @property
    def differs(self) -> str:
        """Whether a row 'w' of the table of codes says something else than the stored row 'e'."""
        told = {
            name: f"w.{name}" if name in self.coded_columns else "NULL" for name in self.columns
        }
        return " OR ".join(f"{word} IS DISTINCT FROM e.{name}" for name, word in told.items())


GRADES = Judgements("expert_grades", "panel", ("grades",), "coded_grades", ("grades",))
VOTES = Judgements(
    "crowd_votes", "crowd", ("yes", "no", "share"), "coded_votes", ("yes", "no"),
    "(s.yes IS NOT NULL OR t.yes IS NULL)",
)  # fmt: skip


def merge(
    conn: Connection,
    merging: Merging,
    kind: Judgements,
    *,
    statuses: Sequence[str] = ("added", "updated"),
) -> None:
    """Write what is new or says something else; a row is one imported judge's word on one pair."""
    names = ", ".join(kind.columns)
    values = ", ".join(f"s.{name}" for name in kind.columns)
    changes = ", ".join(f"{name} = s.{name}" for name in kind.columns)
    conn.execute(
        text(
            f"""
            MERGE INTO {kind.table} t
            USING (SELECT image_id, query_key, {names} FROM resolved s
                    WHERE status = ANY(:statuses)
                      AND NOT ({" AND ".join(f"s.{name} IS NULL" for name in kind.columns)})) s
               ON t.image_id = s.image_id AND t.query_key = s.query_key
                  AND t.judge_id IN (SELECT id FROM judges WHERE kind = '{kind.judge}')
             WHEN MATCHED AND {kind.replaces} THEN
                  UPDATE SET {changes}, import_id = :import_id, updated_at = now()
             WHEN NOT MATCHED THEN
                  INSERT (image_id, query_key, judge_id, {names}, import_id)
                  VALUES (s.image_id, s.query_key, :{kind.judge}_id, {values}, :import_id)
            """
        ),
        merging.values() | {"statuses": list(statuses)},
    )
