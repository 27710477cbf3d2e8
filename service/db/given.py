"""What a kept picture gets of the near duplicate that goes, and how it is taken back.

Everything is copied, so the removed picture has all of it when it comes back; what the kept one has
already is not given twice, and only what was given is taken back.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

# By table of judgements and questions: what names a row besides the picture, and the rest.
COPIED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "expert_grades": (
        ("query_key", "judge_id"),
        ("grades", "import_id", "created_at", "updated_at"),
    ),
    "crowd_votes": (
        ("query_key", "judge_id"),
        ("yes", "no", "share", "import_id", "created_at", "updated_at"),
    ),
    "training_pairs": (("query_key",), ("import_id", "created_at")),
    "test_queries": (("query_id",), ("text", "dataset_id", "import_id", "created_at")),
    "image_collections": (("collection_id",), ("created_at",)),
}


def give(conn: Connection, *, removed_key: int, kept_key: int) -> dict[str, Any]:
    """Copy texts, judgements and collections to the kept picture; answers what was new to it."""
    both = {"removed": removed_key, "kept": kept_key}
    given: dict[str, Any] = {
        table: [list(row) for row in conn.execute(text(copying(table)), both)] for table in COPIED
    }
    given["captions"] = list(conn.execute(text(CAPTIONS), both).scalars())
    conn.execute(text(RESTRICTIONS), both)
    return given


def take_back(conn: Connection, *, kept_key: int, given: Mapping[str, Any]) -> None:
    """Take from the kept picture what it was given."""
    for table, (names, _) in COPIED.items():
        for row in given.get(table, ()):
            named = dict(zip(names, row, strict=True))
            same = " AND ".join(f"{name} = :{name}" for name in names)
            conn.execute(
                text(f"DELETE FROM {table} WHERE image_id = :kept AND {same}"),
                named | {"kept": kept_key},
            )
    conn.execute(
        text("DELETE FROM captions WHERE image_id = :kept AND text = ANY(:texts)"),
        {"kept": kept_key, "texts": list(given.get("captions", ()))},
    )


def copying(table: str) -> str:
    """The statement that copies one table's rows and answers the names of the new ones."""
    names, others = COPIED[table]
    columns = ", ".join((*names, *others))
    return f"""
        INSERT INTO {table} (image_id, {columns})
        SELECT :kept, {columns} FROM {table} WHERE image_id = :removed
        ON CONFLICT DO NOTHING RETURNING {", ".join(names)}
    """


CAPTIONS = """
    INSERT INTO captions (image_id, position, text)
    SELECT :kept,
           row_number() OVER (ORDER BY t.position)
           + coalesce((SELECT max(position) FROM captions WHERE image_id = :kept), -1),
           t.text
      FROM captions t
     WHERE t.image_id = :removed
       AND t.text NOT IN (SELECT k.text FROM captions k WHERE k.image_id = :kept)
    RETURNING text
"""

# Not taken back with the rest: what people hid stays hidden until somebody says otherwise.
RESTRICTIONS = """
    INSERT INTO restrictions (image_id, kind, countries, reason, created_by)
    SELECT :kept, kind, countries, reason, created_by FROM restrictions
     WHERE image_id = :removed AND kind IN ('admin', 'review')
    ON CONFLICT DO NOTHING
"""
