"""Data sets by name, and the names under which they know their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class NamedPicture:
    """A picture under the name by which a data set knows it."""

    name: str
    split: str
    image_id: str


def ensure(conn: Connection, name: str) -> int:
    """The key of a data set, which is made if it is not there."""
    conn.execute(
        text("INSERT INTO datasets (name) VALUES (:name) ON CONFLICT DO NOTHING"), {"name": name}
    )
    return int(
        conn.execute(
            text("SELECT id FROM datasets WHERE name = :name"), {"name": name}
        ).scalar_one()
    )


def find(conn: Connection, name: str) -> int | None:
    """The key of a data set."""
    found = conn.scalar(text("SELECT id FROM datasets WHERE name = :name"), {"name": name})
    return None if found is None else int(found)


def was_brought_by(conn: Connection, *, import_id: int, image_id: str) -> bool:
    """Whether an earlier try of this import took the picture in, as far as that can be told.

    It noted so, or died before it could: then nobody knows the picture by any name yet.
    """
    return bool(
        conn.scalar(
            text(
                """
                SELECT EXISTS (SELECT FROM dataset_pictures d
                                WHERE d.image_id = i.id AND d.import_id = :import_id)
                    OR (i.source = 'import'
                        AND i.created_at >= (SELECT created_at FROM imports WHERE id = :import_id)
                        AND NOT EXISTS (SELECT FROM dataset_pictures d WHERE d.image_id = i.id))
                  FROM images i WHERE i.public_id = :image_id
                """
            ),
            {"import_id": import_id, "image_id": image_id},
        )
    )


def pictures_of_import(
    conn: Connection, *, dataset_id: int, import_id: int, names: Sequence[str]
) -> list[int]:
    """The keys of the data set's pictures of these names, and of those that the import brought."""
    rows = conn.execute(
        text(
            """
            SELECT DISTINCT d.image_id FROM dataset_pictures d JOIN images i ON i.id = d.image_id
             WHERE d.dataset_id = :dataset_id AND i.deleted_at IS NULL
               AND (d.import_id = :import_id OR d.name = ANY(:names))
             ORDER BY d.image_id
            """
        ),
        {"dataset_id": dataset_id, "import_id": import_id, "names": list(names)},
    )
    return list(rows.scalars())


def name_pictures(
    conn: Connection, *, dataset_id: int, import_id: int | None, pictures: Sequence[NamedPicture]
) -> None:
    """Remember under which names the data set knows these pictures.

    The import that first brought a picture under a name stays noted; a file that changed leads its
    name to another picture, and is this import's.
    """
    if not pictures:
        return
    conn.execute(
        text(
            """
            INSERT INTO dataset_pictures AS d (dataset_id, name, image_id, split, import_id)
            SELECT :dataset_id, n.name, i.id, n.split, :import_id
              FROM unnest(CAST(:names AS text[]), CAST(:splits AS text[]), CAST(:ids AS text[]))
                   AS n (name, split, public_id)
              JOIN images i ON i.public_id = n.public_id
            ON CONFLICT (dataset_id, name) DO UPDATE
               SET image_id = excluded.image_id, split = excluded.split,
                   import_id = excluded.import_id
             WHERE (d.image_id, d.split) <> (excluded.image_id, excluded.split)
            """
        ),
        {
            "dataset_id": dataset_id,
            "import_id": import_id,
            "names": [one.name for one in pictures],
            "splits": [one.split for one in pictures],
            "ids": [one.image_id for one in pictures],
        },
    )


def adopt_named_in_staged(conn: Connection, *, dataset_id: int, import_id: int) -> None:
    """Know pictures that are here already by the names they were uploaded under.

    For data sets that come without pictures; a name that several pictures have stays unknown.
    """
    conn.execute(
        text(
            """
            INSERT INTO dataset_pictures (dataset_id, name, image_id, split, import_id)
            SELECT :dataset_id, i.name, min(i.id), 'train', :import_id
              FROM images i
             WHERE i.deleted_at IS NULL
               AND i.name IN (SELECT image FROM staged WHERE fault IS NULL
                              UNION SELECT name FROM coded_images)
             GROUP BY i.name HAVING count(*) = 1
            ON CONFLICT DO NOTHING
            """
        ),
        {"dataset_id": dataset_id, "import_id": import_id},
    )
