"""Texts of imported files, told apart by what they change.

Statuses as in merge_judgements.py, and two more refusals: question (an evaluation question is no
caption and no pair for training) and stranger (a caption of one picture under another one's id).
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from service.db.staging import Merging, settle_repeated

# The rows with their keys; 'nth' counts rows about the same thing, 'said' is the first text that
# any file of this import gives to the query id.
KEYED = """
    SELECT s.*, p.image_id, q.id AS query_key, q.text AS stored, o.id IS NOT NULL AS is_foreign,
           t.text AS said, t.file AS said_file, t.line AS said_line,
           EXISTS (SELECT FROM test_queries x WHERE x.query_id = s.query_id) AS is_question,
           right(s.query_id, position('#' IN reverse(s.query_id)) - 1)::smallint AS place,
           left(s.query_id, -position('#' IN reverse(s.query_id))) AS written_for
      FROM staged s
      LEFT JOIN dataset_pictures p ON p.dataset_id = :dataset_id AND p.name = s.image
      LEFT JOIN queries q ON q.query_id = s.query_id
      LEFT JOIN foreign_queries o ON o.id = q.id
      LEFT JOIN said t ON t.query_id = s.query_id
     WHERE s.fault IS NULL AND s.file = ANY(:files)
"""


def find_said(conn: Connection) -> None:
    """Collect the first text given to each query id, over all files of this import."""
    conn.execute(
        text(
            """
            CREATE TEMPORARY TABLE said ON COMMIT DROP AS
            SELECT DISTINCT ON (query_id) query_id, text, file, line FROM staged
             WHERE fault IS NULL AND text IS NOT NULL ORDER BY query_id, file, line
            """
        )
    )


def resolve_captions(conn: Connection, merging: Merging, files: Sequence[int]) -> None:
    """Find keys and status of each caption: a row describes one picture in one place."""
    conn.execute(
        text(
            f"""
            INSERT INTO resolved
            SELECT s.file, s.line, s.image_id, s.query_key, s.text, NULL, NULL, NULL, NULL, false,
                   CASE WHEN s.nth > 1 THEN s.first_file ELSE s.said_file END,
                   CASE WHEN s.nth > 1 THEN s.first_line ELSE s.said_line END,
                   CASE WHEN s.image_id IS NULL THEN 'unknown'
                        WHEN s.written_for <> s.image THEN 'stranger'
                        WHEN s.is_question THEN 'question'
                        WHEN s.text <> s.said THEN 'contradicts'
                        WHEN s.nth > 1 THEN 'again'
                        WHEN c.text IS NULL THEN 'added'
                        WHEN c.text <> s.text THEN 'updated'
                        WHEN s.stored IS DISTINCT FROM s.text AND NOT s.is_foreign THEN 'updated'
                        ELSE 'unchanged' END
              FROM (SELECT k.*, row_number() OVER same AS nth,
                           first_value(file) OVER same AS first_file,
                           first_value(line) OVER same AS first_line FROM ({KEYED}) k
                    WINDOW same AS (PARTITION BY image_id, place, written_for <> image
                                    ORDER BY file, line)) s
              LEFT JOIN captions c ON c.image_id = s.image_id AND c.position = s.place
            """
        ),
        merging.values() | {"files": list(files)},
    )
    settle_repeated(conn)


def resolve_pairs(conn: Connection, merging: Merging, files: Sequence[int]) -> None:
    """Find keys and status of each pair for training, and perhaps of what was judged of it."""
    conn.execute(
        text(
            f"""
            INSERT INTO resolved
            SELECT s.file, s.line, s.image_id, s.query_key, s.text, s.grades, s.yes, s.no, s.share,
                   s.said IS NULL AND s.stored IS NULL,
                   CASE WHEN s.nth > 1 THEN s.file ELSE s.said_file END,
                   CASE WHEN s.nth > 1 THEN s.first_line ELSE s.said_line END,
                   CASE WHEN s.image_id IS NULL THEN 'unknown'
                        WHEN s.is_question THEN 'question'
                        WHEN s.is_foreign THEN 'foreign'
                        WHEN s.text <> s.said THEN 'contradicts'
                        WHEN s.nth > 1 THEN 'again'
                        WHEN t.image_id IS NULL THEN 'added'
                        WHEN s.said <> coalesce(s.stored, '')
                          OR (s.grades IS NOT NULL AND s.grades IS DISTINCT FROM e.grades)
                          OR (s.share IS NOT NULL AND v.yes IS NULL
                              AND s.share IS DISTINCT FROM v.share) THEN 'updated'
                        ELSE 'unchanged' END
              FROM (SELECT k.*, row_number() OVER same AS nth,
                           first_value(line) OVER same AS first_line FROM ({KEYED}) k
                    WINDOW same AS (PARTITION BY image_id, query_key ORDER BY file, line)) s
              LEFT JOIN training_pairs t ON t.image_id = s.image_id AND t.query_key = s.query_key
              LEFT JOIN expert_grades e ON e.image_id = s.image_id AND e.query_key = s.query_key
                   AND e.judge_id IN (SELECT id FROM judges WHERE kind = 'panel')
              LEFT JOIN crowd_votes v ON v.image_id = s.image_id AND v.query_key = s.query_key
                   AND v.judge_id IN (SELECT id FROM judges WHERE kind = 'crowd')
            """
        ),
        merging.values() | {"files": list(files)},
    )
    settle_repeated(conn)


def resolve_questions(conn: Connection, merging: Merging) -> None:
    """Find status of each evaluation question: a row is a question and one picture it asks for."""
    conn.execute(
        text(
            """
            INSERT INTO resolved
            SELECT s.file, s.line, s.image_id, NULL, s.text, NULL, NULL, NULL, NULL, false,
                   s.said_file, s.said_line,
                   CASE WHEN s.image_id IS NULL THEN 'unknown'
                        WHEN s.text <> s.said THEN 'contradicts'
                        WHEN s.nth > 1 THEN 'again'
                        WHEN t.text IS NULL THEN 'added'
                        WHEN t.text <> s.text THEN 'updated'
                        ELSE 'unchanged' END
              FROM (SELECT g.*, p.image_id, d.text AS said, d.file AS said_file,
                           d.line AS said_line,
                           row_number() OVER (PARTITION BY p.image_id, g.query_id
                                              ORDER BY g.line) AS nth
                      FROM staged g
                      LEFT JOIN dataset_pictures p
                             ON p.dataset_id = :dataset_id AND p.name = g.image
                      LEFT JOIN said d ON d.query_id = g.query_id
                     WHERE g.fault IS NULL) s
              LEFT JOIN test_queries t ON t.query_id = s.query_id AND t.image_id = s.image_id
            """
        ),
        merging.values(),
    )
    settle_repeated(conn)
