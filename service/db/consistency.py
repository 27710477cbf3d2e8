"""What in the rows does not go together: one question a function, each answered by counting."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from service.db.encoders import StoredEncoder, partition
from service.db.vector_index import index_name

SHOWN = 5
# A unit vector in half precision is this near to one.
ROUNDING = 0.02


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows are amiss, and the public ids of the first pictures among them."""

    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PictureFiles:
    """A picture's row as far as its files are concerned; lost tells that it is marked so."""

    image_key: int
    public_id: str
    name: str
    sha256: str
    suffix: str
    served_suffix: str
    size_bytes: int
    lost: bool


def pictures_after(
    conn: Connection, sha256: str, *, most: int, lost: str
) -> Sequence[PictureFiles]:
    """The next pictures in the order of their hashes; lost is the mark's words."""
    rows = conn.execute(
        text(
            """
            SELECT i.id, i.public_id, i.name, i.sha256, i.suffix, i.served_suffix, i.size_bytes,
                   EXISTS (SELECT FROM encodings e
                            WHERE e.image_id = i.id AND e.state = 'quarantined'
                              AND e.error = :lost) AS lost
              FROM images i WHERE i.sha256 COLLATE "C" > :after
             ORDER BY i.sha256 COLLATE "C" LIMIT :most
            """
        ),
        {"after": sha256, "most": most, "lost": lost},
    )
    return [PictureFiles(*row) for row in rows]


def count_pictures(conn: Connection) -> int:
    """How many pictures there are, those in the bin included."""
    return int(conn.scalar(text("SELECT count(*) FROM images")) or 0)


def has_row(conn: Connection, sha256: str) -> bool:
    """Whether a picture of this content is known."""
    return bool(
        conn.scalar(
            text("SELECT EXISTS (SELECT FROM images WHERE sha256 = :sha256)"), {"sha256": sha256}
        )
    )


def count_vectors(conn: Connection) -> int:
    """How many vectors there are, of all encoders."""
    return int(conn.scalar(text("SELECT count(*) FROM image_vectors")) or 0)


def has_partition(conn: Connection, encoder_id: int) -> bool:
    """Whether an encoder has a place for its vectors."""
    name = f"public.{partition(encoder_id)}"
    return bool(conn.scalar(text("SELECT to_regclass(:name) IS NOT NULL"), {"name": name}))


def stray_partitions(conn: Connection) -> list[str]:
    """Tables of vectors that belong to no encoder."""
    rows = conn.execute(
        text(
            """
            SELECT c.relname FROM pg_class c
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
               AND c.relname ~ '^image_vectors_[0-9]+$'
               AND NOT EXISTS (SELECT FROM encoders e
                                WHERE c.relname = 'image_vectors_' || e.id AND c.relispartition)
             ORDER BY c.relname
            """
        )
    )
    return list(rows.scalars())


def without_encoding(conn: Connection, encoder_id: int) -> Found:
    """Pictures that the encoder was never told of."""
    return _found(
        conn,
        """
        SELECT i.id, i.public_id FROM images i
         WHERE NOT EXISTS (SELECT FROM encodings e
                            WHERE e.encoder_id = :encoder_id AND e.image_id = i.id)
           AND i.created_at < now() - interval '1 minute'
        """,
        encoder_id,
    )


DONE_WITHOUT_VECTOR = """
    SELECT i.id, i.public_id FROM encodings e JOIN images i ON i.id = e.image_id
     WHERE e.encoder_id = :encoder_id AND e.state = 'done'
       AND NOT EXISTS (SELECT FROM image_vectors v
                        WHERE v.encoder_id = :encoder_id AND v.image_id = e.image_id)
    """
# What waits, or was set aside, may have a former vector; one that nobody knows of may not.
VECTOR_WITHOUT_ENCODING = """
    SELECT i.id, i.public_id FROM image_vectors v JOIN images i ON i.id = v.image_id
     WHERE v.encoder_id = :encoder_id
       AND NOT EXISTS (SELECT FROM encodings e
                        WHERE e.encoder_id = :encoder_id AND e.image_id = v.image_id)
    """
UNUSABLE_VECTOR = """
    SELECT i.id, i.public_id FROM image_vectors v JOIN images i ON i.id = v.image_id
     WHERE v.encoder_id = :encoder_id
       AND (vector_dims(v.embedding) <> :dimension
            OR NOT l2_norm(v.embedding) BETWEEN 1 - :rounding AND 1 + :rounding)
    """
LONG_EXPIRED = """
    SELECT i.id, i.public_id FROM encodings e JOIN images i ON i.id = e.image_id
     WHERE e.encoder_id = :encoder_id AND e.state = 'pending'
       AND e.leased_until < now() - interval '1 hour'
    """


def done_without_vector(conn: Connection, encoder_id: int) -> Found:
    """Pictures said to be embedded that have no vector: no search finds them."""
    return _found(conn, DONE_WITHOUT_VECTOR, encoder_id)


def vector_without_encoding(conn: Connection, encoder_id: int) -> Found:
    """Vectors of which nobody knows whether they are up to date."""
    return _found(conn, VECTOR_WITHOUT_ENCODING, encoder_id)


def unusable_vectors(conn: Connection, encoder: StoredEncoder) -> Found:
    """Vectors of another length, or that are no unit vectors: they would rank wrongly, or fail."""
    values = {"dimension": encoder.dimension, "rounding": ROUNDING}
    return _found(conn, UNUSABLE_VECTOR, encoder.encoder_id, **values)


def long_expired(conn: Connection, encoder_id: int) -> Found:
    """Pictures whose worker died more than an hour ago, and nobody took them up."""
    return _found(conn, LONG_EXPIRED, encoder_id)


def forget_unusable(conn: Connection, encoder: StoredEncoder) -> int:
    """Drop vectors that cannot be used: the pictures are to be embedded again."""
    result = conn.execute(
        text(
            f"""
            DELETE FROM image_vectors WHERE encoder_id = :encoder_id AND image_id IN (
                SELECT bad.id FROM ({UNUSABLE_VECTOR}) bad)
            """
        ),
        {
            "encoder_id": encoder.encoder_id,
            "dimension": encoder.dimension,
            "rounding": ROUNDING,
        },
    )
    return result.rowcount


def queue_again(conn: Connection, encoder_id: int) -> int:
    """Queue what has no vector although it is done, and what has one of which nobody knows."""
    again = conn.execute(
        text(
            f"""
            UPDATE encodings SET state = 'pending', alone = false, attempts = 0, error = NULL,
                   lease_token = NULL, leased_until = NULL, updated_at = now()
             WHERE encoder_id = :encoder_id AND image_id IN (
                   SELECT bad.id FROM ({DONE_WITHOUT_VECTOR}) bad)
            """
        ),
        {"encoder_id": encoder_id},
    )
    unknown = conn.execute(
        text(
            f"""
            INSERT INTO encodings (encoder_id, image_id)
            SELECT :encoder_id, bad.id FROM ({VECTOR_WITHOUT_ENCODING}) bad
            ON CONFLICT DO NOTHING
            """
        ),
        {"encoder_id": encoder_id},
    )
    return again.rowcount + unknown.rowcount


def has_broken_index(conn: Connection, encoder: StoredEncoder) -> bool:
    """Whether a build that was cut off left an index that nobody can use, and nobody builds it."""
    return bool(
        conn.scalar(
            text(
                """
                SELECT EXISTS (
                    SELECT FROM pg_index x WHERE x.indexrelid = to_regclass(:name)
                       AND NOT x.indisvalid
                       AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p
                                        WHERE p.index_relid = x.indexrelid))
                """
            ),
            {"name": f"public.{index_name(encoder)}"},
        )
    )


@dataclass(frozen=True, slots=True)
class BrokenScorer:
    """A trained scorer whose bytes are not those that were stored."""

    scorer_id: int
    kind: str
    state: str


def broken_scorers(conn: Connection) -> list[BrokenScorer]:
    """Scorers with another content than their SHA-256 says."""
    rows = conn.execute(
        text(
            """
            SELECT id, kind, state FROM scorers
             WHERE encode(sha256(artefact), 'hex') <> sha256 ORDER BY id
            """
        )
    )
    return [BrokenScorer(*row) for row in rows]


def unknown_policy_versions(conn: Connection) -> dict[str, int]:
    """Rows by table that name a version of the rules which is not kept."""
    statements = {
        "restrictions": "policy_version",
        "images": "nullif(judged_version, 0)",
        "refusals": "nullif(policy_version, 0)",
        "scorers": "nullif(policy_version, 0)",
    }
    counted = {
        table: int(
            conn.scalar(
                text(
                    f"""
                    SELECT count(*) FROM {table}
                     WHERE {version} IS NOT NULL
                       AND {version} NOT IN (SELECT version FROM policy_versions)
                    """
                )
            )
            or 0
        )
        for table, version in statements.items()
    }
    return {table: count for table, count in counted.items() if count}


def judge_again(conn: Connection) -> int:
    """Have pictures judged anew that were judged by rules which are not kept."""
    result = conn.execute(
        text(
            """
            UPDATE images SET judged_version = 0
             WHERE judged_version <> 0
               AND (judged_version NOT IN (SELECT version FROM policy_versions)
                    OR EXISTS (SELECT FROM restrictions r
                                WHERE r.image_id = images.id AND r.policy_version IS NOT NULL
                                  AND r.policy_version NOT IN
                                      (SELECT version FROM policy_versions)))
            """
        )
    )
    return result.rowcount


def mark_lost(conn: Connection, image_key: int, *, error: str) -> None:
    """Set a picture aside of which nothing is left to show: it is found no more, and says why."""
    conn.execute(
        text(
            """
            UPDATE encodings SET state = 'quarantined', error = :error, lease_token = NULL,
                   leased_until = NULL, updated_at = now()
             WHERE image_id = :key
            """
        ),
        {"key": image_key, "error": error},
    )
    conn.execute(text("DELETE FROM image_vectors WHERE image_id = :key"), {"key": image_key})


def _found(conn: Connection, statement: str, encoder_id: int, **values: object) -> Found:
    rows = conn.execute(
        text(
            f"""
            WITH bad AS ({statement})
            SELECT (SELECT count(*) FROM bad) AS bad_ones, public_id
              FROM (SELECT public_id FROM bad ORDER BY id LIMIT {SHOWN}) shown
            """
        ),
        {"encoder_id": encoder_id, **values},
    ).all()
    return Found(rows[0].bad_ones if rows else 0, tuple(row.public_id for row in rows))
