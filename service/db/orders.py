"""What pictures are ordered by when it is not how well they match."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from service.domain import Sort

VALUES = {
    Sort.NEWEST: "extract(epoch FROM created_at)",
    Sort.OLDEST: "-extract(epoch FROM created_at)",
    Sort.LARGEST: "width::bigint * height",
}


def of_pictures(conn: Connection, image_keys: Sequence[int], sort: Sort) -> dict[int, float]:
    """What each picture is ordered by, by key; the highest comes first."""
    rows = conn.execute(
        text(f"SELECT id, {VALUES[sort]} AS value FROM images WHERE id = ANY(:keys)"),
        {"keys": list(image_keys)},
    )
    return {row.id: float(row.value) for row in rows}
