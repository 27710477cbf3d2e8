"""Texts of imported files, brought in by one statement each."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from service.db.staging import Merging


def merge_queries(conn: Connection, merging: Merging) -> None:
    """Give queries their texts; judgements that waited for one are complete from now on."""
    conn.execute(
        text(
            """
            MERGE INTO queries t
            USING (SELECT q.id, s.text FROM said s JOIN queries q ON q.query_id = s.query_id
                    WHERE q.id NOT IN (SELECT id FROM foreign_queries)
                      AND NOT EXISTS (SELECT FROM test_queries x WHERE x.query_id = s.query_id)) s
               ON t.id = s.id
             WHEN MATCHED AND t.text IS DISTINCT FROM s.text THEN
                  UPDATE SET text = s.text, import_id = :import_id,
                             updated_at = CASE WHEN t.text IS NOT NULL THEN now() END
            """
        ),
        merging.values(),
    )


def merge_captions(conn: Connection, files: Sequence[int]) -> None:
    """Write captions that are new or changed; a row is a picture's text in one place."""
    conn.execute(
        text(
            """
            MERGE INTO captions t
            USING (SELECT r.image_id, r.text,
                          substring(q.query_id FROM '#([0-9]+)$')::smallint AS place
                     FROM resolved r JOIN queries q ON q.id = r.query_key
                    WHERE r.status IN ('added', 'updated')
                      AND r.file = ANY(:files)) s
               ON t.image_id = s.image_id AND t.position = s.place
             WHEN MATCHED THEN UPDATE SET text = s.text
             WHEN NOT MATCHED THEN
                  INSERT (image_id, position, text) VALUES (s.image_id, s.place, s.text)
            """
        ),
        {"files": list(files)},
    )


def merge_own_captions(conn: Connection, merging: Merging) -> None:
    """A judged text whose id names a picture for training is that picture's own description."""
    conn.execute(
        text(
            """
            INSERT INTO captions (image_id, position, text)
            SELECT p.image_id, substring(s.query_id FROM '#([0-9]+)$')::smallint, s.text
              FROM said s JOIN dataset_pictures p ON p.dataset_id = :dataset_id
                   AND p.name = regexp_replace(s.query_id, '#[0-9]+$', '') AND p.split = 'train'
             WHERE NOT EXISTS (SELECT FROM test_queries x WHERE x.query_id = s.query_id)
            ON CONFLICT DO NOTHING
            """
        ),
        merging.values(),
    )


def merge_pairs(conn: Connection, merging: Merging, files: Sequence[int]) -> None:
    """List pairs for training; a row is a picture and a query."""
    conn.execute(
        text(
            """
            INSERT INTO training_pairs (image_id, query_key, import_id)
            SELECT image_id, query_key, :import_id FROM resolved
             WHERE status IN ('added', 'updated') AND file = ANY(:files)
            ON CONFLICT DO NOTHING
            """
        ),
        merging.values() | {"files": list(files)},
    )


def merge_questions(conn: Connection, merging: Merging) -> None:
    """Write new and changed evaluation questions; a row is one and a picture it asks for."""
    conn.execute(
        text(
            """
            MERGE INTO test_queries t
            USING (SELECT s.query_id, r.image_id, r.text
                     FROM resolved r JOIN staged s ON s.file = r.file AND s.line = r.line
                    WHERE r.status IN ('added', 'updated')) s
               ON t.query_id = s.query_id AND t.image_id = s.image_id
             WHEN MATCHED THEN
                  UPDATE SET text = s.text, import_id = :import_id, updated_at = now()
             WHEN NOT MATCHED THEN
                  INSERT (query_id, image_id, text, dataset_id, import_id)
                  VALUES (s.query_id, s.image_id, s.text, :dataset_id, :import_id)
            """
        ),
        merging.values(),
    )


def withdraw_questions(conn: Connection, merging: Merging) -> None:
    """What became an evaluation question is no caption any more."""
    conn.execute(
        text(
            """
            DELETE FROM captions c USING test_queries x, dataset_pictures p
             WHERE x.dataset_id = :dataset_id AND p.dataset_id = :dataset_id
               AND p.name = regexp_replace(x.query_id, '#[0-9]+$', '')
               AND c.image_id = p.image_id
               AND c.position = substring(x.query_id FROM '#([0-9]+)$')::smallint
            """
        ),
        merging.values(),
    )


def withdraw_question_pairs(conn: Connection, merging: Merging) -> None:
    """What became an evaluation question is no pair for training any more."""
    conn.execute(
        text(
            """
            DELETE FROM training_pairs t USING queries q, test_queries x
             WHERE x.dataset_id = :dataset_id AND q.query_id = x.query_id AND t.query_key = q.id
            """
        ),
        merging.values(),
    )
