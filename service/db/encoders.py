"""Encoders whose vectors are stored, and which of them serves."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, text

from service.db import locks
from service.db.tables import encoders


@dataclass(frozen=True, slots=True)
class StoredEncoder:
    """An encoder as the database knows it."""

    encoder_id: int
    spec: str
    fingerprint: str
    dimension: int
    state: str
    paused: bool = False


def from_row(row: RowMapping) -> StoredEncoder:
    """A row as a value."""
    return StoredEncoder(
        encoder_id=row["id"],
        spec=row["spec"],
        fingerprint=row["fingerprint"],
        dimension=row["dimension"],
        state=row["state"],
        paused=row["paused"],
    )


def serving(conn: Connection) -> StoredEncoder | None:
    """The encoder that answers searches, or None before the first one is registered."""
    row = conn.execute(select(encoders).where(encoders.c.state == "serving")).mappings().first()
    return None if row is None else from_row(row)


def all_of_them(conn: Connection) -> list[StoredEncoder]:
    """Every encoder that has vectors here, oldest first."""
    rows = conn.execute(select(encoders).order_by(encoders.c.id)).mappings()
    return [from_row(row) for row in rows]


def all_keys(conn: Connection) -> list[int]:
    """The keys of every encoder, whatever else its table holds at this revision."""
    return list(conn.execute(text("SELECT id FROM encoders ORDER BY id")).scalars())


def find(conn: Connection, encoder_id: int) -> StoredEncoder | None:
    """The encoder with that key."""
    row = conn.execute(select(encoders).where(encoders.c.id == encoder_id)).mappings().first()
    return None if row is None else from_row(row)


def with_work(conn: Connection, *, but: Sequence[int] = ()) -> StoredEncoder | None:
    """The encoder that pictures wait for: the serving one first, then the oldest.

    Whoever failed a moment ago can be left out, so that the others get their turn.
    """
    row = (
        conn.execute(
            text(
                """
                SELECT e.* FROM encoders e
                 WHERE e.state <> 'retired' AND NOT e.paused AND e.id <> ALL(:but)
                   AND EXISTS (SELECT FROM encodings p
                                WHERE p.encoder_id = e.id AND p.state = 'pending'
                                  AND (p.leased_until IS NULL OR p.leased_until < now()))
                 ORDER BY e.state = 'serving' DESC, e.id LIMIT 1
                """
            ),
            {"but": list(but)},
        )
        .mappings()
        .first()
    )
    return None if row is None else from_row(row)


def register_first(
    conn: Connection, *, spec: str, fingerprint: str, dimension: int
) -> StoredEncoder:
    """Make this the serving encoder unless there is one already; answer which one serves.

    Pictures that came before any encoder are queued for it.
    """
    locks.hold(conn, locks.Lock.REGISTER_ENCODER)
    present = serving(conn)
    if present is not None:
        return present
    first = register(conn, spec=spec, fingerprint=fingerprint, dimension=dimension, state="serving")
    conn.execute(
        text("UPDATE encoders SET served_at = now() WHERE id = :id"), {"id": first.encoder_id}
    )
    return first


def register(
    conn: Connection, *, spec: str, fingerprint: str, dimension: int, state: str = "building"
) -> StoredEncoder:
    """A new encoder with a partition for its vectors, and every picture queued for it."""
    row = (
        conn.execute(
            insert(encoders)
            .values(spec=spec, fingerprint=fingerprint, dimension=dimension, state=state)
            .returning(encoders)
        )
        .mappings()
        .one()
    )
    encoder = from_row(row)
    make_partition(conn, encoder.encoder_id)
    queue_missing(conn, encoder_id=encoder.encoder_id)
    return encoder


def keep_origin(conn: Connection, encoder_id: int, origin: Mapping[str, Any]) -> None:
    """Remember which commit of which repository an encoder's files are."""
    conn.execute(
        text("UPDATE encoders SET origin = CAST(:origin AS jsonb) WHERE id = :id"),
        {"id": encoder_id, "origin": json.dumps(origin)},
    )


def commit_of(conn: Connection, *, repository: str, revision: str) -> str | None:
    """The commit that the oldest encoder from there was made with; None where there is none."""
    found: str | None = conn.scalar(
        text(
            """
            SELECT origin ->> 'commit' FROM encoders
             WHERE origin ->> 'repository' = :repository AND origin ->> 'revision' = :revision
             ORDER BY id LIMIT 1
            """
        ),
        {"repository": repository, "revision": revision},
    )
    return found


def renew(
    conn: Connection, *, former: StoredEncoder, fingerprint: str, dimension: int
) -> StoredEncoder | None:
    """Put an encoder's next edition into its place: same name, other files, other vectors.

    The former is retired under a name of its own, with its vectors: nobody can ask by it without
    its files, and where they come back it takes its place again without embedding anything anew.
    None where it was renewed already.
    """
    locks.hold(conn, locks.Lock.REGISTER_ENCODER)
    present = find(conn, former.encoder_id)
    if present is None or present.spec != former.spec or present.fingerprint == fingerprint:
        return None
    state = "building" if present.state == "ready" else present.state
    conn.execute(
        text("UPDATE encoders SET spec = :spec, state = 'retired' WHERE id = :id"),
        {"id": former.encoder_id, "spec": f"{former.spec}@{former.fingerprint[:12]}"},
    )
    again = conn.scalar(
        text("SELECT id FROM encoders WHERE fingerprint = :fingerprint"),
        {"fingerprint": fingerprint},
    )
    if again is None:
        again = register(
            conn, spec=former.spec, fingerprint=fingerprint, dimension=dimension, state=state
        ).encoder_id
    conn.execute(
        text(
            """
            UPDATE encoders SET spec = :spec, state = :state, paused = false, error = NULL,
                   served_at = CASE WHEN :state = 'serving' THEN now() ELSE served_at END
             WHERE id = :id
            """
        ),
        {"id": again, "spec": former.spec, "state": state},
    )
    queue_missing(conn, encoder_id=again)
    return find(conn, again)


def queue_missing(conn: Connection, *, encoder_id: int) -> int:
    """Queue the pictures that the encoder was never told of; answers how many.

    A picture whose upload was under way while the encoder was added knows nothing of it.
    """
    result = conn.execute(
        text(
            """
            INSERT INTO encodings (encoder_id, image_id)
            SELECT :encoder_id, i.id FROM images i
             WHERE NOT EXISTS (SELECT FROM encodings e
                                WHERE e.encoder_id = :encoder_id AND e.image_id = i.id)
            ON CONFLICT DO NOTHING
            """
        ),
        {"encoder_id": encoder_id},
    )
    return result.rowcount


def make_partition(conn: Connection, encoder_id: int) -> None:
    """The partition for an encoder's vectors, attached without blocking readers of the others."""
    name = partition(encoder_id)
    conn.execute(text(f"CREATE TABLE {name} (LIKE image_vectors INCLUDING ALL)"))
    conn.execute(
        text(f"ALTER TABLE image_vectors ATTACH PARTITION {name} FOR VALUES IN ({encoder_id:d})")
    )


def partition(encoder_id: int) -> str:
    """The name of the partition that holds an encoder's vectors."""
    return f"image_vectors_{encoder_id:d}"
