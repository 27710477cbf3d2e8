"""What pictures are like, as bits, and which others differ from them in few."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import Connection, text

# Differing bits of 64; docs/duplicates.md tells what these find and what they take for the same.
MOST_WAVES = 10
MOST_GRADIENTS = 12
# A burst of a hundred frames is told by a chain of pairs, not by all 4,950 of them.
MOST_NEAR = 5

_BANDS = tuple(
    f"((SUBSTRING(waves FROM {start} FOR 16))::bit(16))::integer" for start in (1, 17, 33, 49)
)
# Two hashes that differ in at most 11 bits differ in at most two of one of their four bands: these
# are the changes to a band that have to be looked up. Indexes ix_images_waves_1 to _4.
_CHANGES = [
    sum(1 << bit for bit in chosen)
    for count in (0, 1, 2)
    for chosen in combinations(range(16), count)
]


@dataclass(frozen=True, slots=True)
class Near:
    """A picture that looks nearly the same: in how many bits of 64 it differs."""

    image_key: int
    public_id: str
    deleted: bool
    distance: int


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """A picture that nobody has looked at yet, and where its bytes lie."""

    image_key: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How many pictures have been compared with all others, of how many."""

    done: int
    total: int


def bits(value: int) -> str:
    """A hash as PostgreSQL writes it."""
    return f"{value:064b}"


def near(conn: Connection, *, image_key: int) -> list[Near]:
    """The pictures most like one, removed ones too, the most alike first."""
    statement, values = asking(conn, image_key=image_key)
    return [Near(*row) for row in conn.execute(text(statement), values)] if values else []


def asking(conn: Connection, *, image_key: int) -> tuple[str, dict[str, object]]:
    """The statement that finds them with its values; no values where nothing is like it."""
    waves = conn.scalar(
        text("SELECT CAST(waves AS text) FROM images WHERE id = :key"), {"key": image_key}
    )
    if waves is None:
        return NEAR, {}
    banded = {
        f"band_{number}": [int(waves[start : start + 16], 2) ^ change for change in _CHANGES]
        for number, start in enumerate((0, 16, 32, 48))
    }
    return NEAR, {"key": image_key, "waves": waves, **banded}


NEAR = f"""
    SELECT o.id, o.public_id, o.deleted_at IS NOT NULL AS deleted,
           bit_count(o.waves # CAST(:waves AS bit(64))) AS distance
      FROM images o
     WHERE ({" OR ".join(f"{band} = ANY(:band_{n})" for n, band in enumerate(_BANDS))})
       AND bit_count(o.waves # CAST(:waves AS bit(64))) <= {MOST_WAVES}
       AND bit_count(o.gradients # (SELECT gradients FROM images WHERE id = :key))
           <= {MOST_GRADIENTS}
       AND o.id <> :key
     ORDER BY distance, o.id LIMIT {MOST_NEAR}
"""


def unseen(conn: Connection, *, most: int) -> list[ToLookAt]:
    """Pictures from before anybody looked, the oldest first."""
    rows = conn.execute(
        text("SELECT id, sha256 FROM images WHERE likeness = 'waiting' ORDER BY id LIMIT :most"),
        {"most": most},
    )
    return [ToLookAt(*row) for row in rows]


def keep(conn: Connection, *, image_key: int, waves: int | None, gradients: int | None) -> None:
    """Note what a picture is like; without bits it is like nothing."""
    conn.execute(
        text(
            """
            UPDATE images
               SET waves = CAST(:waves AS bit(64)), gradients = CAST(:gradients AS bit(64)),
                   likeness = CASE WHEN CAST(:waves AS text) IS NULL THEN 'none' ELSE 'hashed' END
             WHERE id = :key AND likeness = 'waiting'
            """
        ),
        {
            "key": image_key,
            "waves": None if waves is None else bits(waves),
            "gradients": None if gradients is None else bits(gradients),
        },
    )


def lock_uncompared(conn: Connection, *, most: int) -> list[int]:
    """Some pictures that are still to be compared, locked; others' are left to them."""
    rows = conn.execute(
        text(
            "SELECT id FROM images WHERE likeness = 'hashed'"
            " ORDER BY id LIMIT :most FOR NO KEY UPDATE SKIP LOCKED"
        ),
        {"most": most},
    )
    return list(rows.scalars())


def mark_compared(conn: Connection, image_keys: Sequence[int]) -> None:
    """These have been compared with every other picture."""
    conn.execute(
        text("UPDATE images SET likeness = 'compared' WHERE id = ANY(:keys)"),
        {"keys": list(image_keys)},
    )


def progress(conn: Connection) -> Progress:
    """How far the comparison is."""
    row = conn.execute(
        text(
            """
            SELECT (SELECT count(*) FROM images) AS total,
                   (SELECT count(*) FROM images WHERE likeness IN ('waiting', 'hashed')) AS waiting
            """
        )
    ).one()
    return Progress(done=row.total - row.waiting, total=row.total)
