"""Judgements of imported files: told apart by what they change, and merged by one statement.

Statuses of a row: added, updated, unchanged; and the refusals unknown (no such picture), foreign
(the query id is another picture's) and contradicts (an earlier row says otherwise).
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from service.db.staging import Merging, settle_repeated


@dataclass(frozen=True, slots=True)
class Judgements:
    """One kind of imported judgements: where they are kept and what a row of them says."""

    table: str
    judge: str
    columns: tuple[str, ...]

    # What a row must be to replace a stored one: votes that are counted outweigh a mere share.
    replaces: str = "true"

    @property
    def differs(self) -> str:
        """Whether the staged row says something else than the stored one."""
        return " OR ".join(f"s.{name} IS DISTINCT FROM e.{name}" for name in self.columns)


GRADES = Judgements("expert_grades", "panel", ("grades",))
VOTES = Judgements(
    "crowd_votes", "crowd", ("yes", "no", "share"), "(s.yes IS NOT NULL OR t.yes IS NULL)"
)


def resolve(conn: Connection, merging: Merging, kind: Judgements) -> None:
    """Find keys and status of each row, in the order of the table: a row judges one pair.

    Stored rows are found whichever data set brought them, for the same file imported under another
    name must not count twice.
    """
    conn.execute(
        text(
            f"""
            INSERT INTO resolved
            SELECT s.file, s.line, s.image_id, s.query_key, NULL, s.grades, s.yes, s.no, s.share,
                   s.mute, s.file, s.first_line,
                   CASE WHEN s.image_id IS NULL THEN 'unknown'
                        WHEN s.is_foreign THEN 'foreign'
                        WHEN s.nth > 1 THEN 'again'
                        WHEN e.image_id IS NULL THEN 'added'
                        WHEN {kind.differs} THEN 'updated'
                        ELSE 'unchanged' END
              FROM (SELECT s.*, p.image_id, q.id AS query_key, q.text IS NULL AS mute,
                           o.id IS NOT NULL AS is_foreign, row_number() OVER same AS nth,
                           first_value(s.line) OVER same AS first_line
                      FROM staged s
                      LEFT JOIN dataset_pictures p
                             ON p.dataset_id = :dataset_id AND p.name = s.image
                      LEFT JOIN queries q ON q.query_id = s.query_id
                      LEFT JOIN foreign_queries o ON o.id = q.id
                     WHERE s.fault IS NULL
                    WINDOW same AS (PARTITION BY p.image_id, q.id ORDER BY s.line)) s
              LEFT JOIN {kind.table} e ON e.image_id = s.image_id AND e.query_key = s.query_key
                   AND e.judge_id IN (SELECT id FROM judges WHERE kind = '{kind.judge}')
            """
        ),
        merging.values(),
    )
    settle_repeated(conn)


def merge(conn: Connection, merging: Merging, kind: Judgements) -> None:
    """Write what is new or says something else; a row is one imported judge's word on one pair."""
    names = ", ".join(kind.columns)
    values = ", ".join(f"s.{name}" for name in kind.columns)
    changes = ", ".join(f"{name} = s.{name}" for name in kind.columns)
    conn.execute(
        text(
            f"""
            MERGE INTO {kind.table} t
            USING (SELECT image_id, query_key, {names} FROM resolved s
                    WHERE status IN ('added', 'updated')
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
        merging.values(),
    )
