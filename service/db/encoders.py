"""Encoders whose vectors are stored, and which of them serves."""

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, insert, select, text

from service.db import locks
from service.db.tables import encoders, encodings, images


@dataclass(frozen=True, slots=True)
class StoredEncoder:
    """An encoder as the database knows it."""

    encoder_id: int
    spec: str
    fingerprint: str
    dimension: int
    state: str


def from_row(row: RowMapping) -> StoredEncoder:
    """A row as a value."""
    return StoredEncoder(
        encoder_id=row["id"],
        spec=row["spec"],
        fingerprint=row["fingerprint"],
        dimension=row["dimension"],
        state=row["state"],
    )


def serving(conn: Connection) -> StoredEncoder | None:
    """The encoder that answers searches, or None before the first one is registered."""
    row = conn.execute(select(encoders).where(encoders.c.state == "serving")).mappings().first()
    return None if row is None else from_row(row)


def all_of_them(conn: Connection) -> list[StoredEncoder]:
    """Every encoder that has vectors here, oldest first."""
    rows = conn.execute(select(encoders).order_by(encoders.c.id)).mappings()
    return [from_row(row) for row in rows]


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
    row = (
        conn.execute(
            insert(encoders)
            .values(spec=spec, fingerprint=fingerprint, dimension=dimension, state="serving")
            .returning(encoders)
        )
        .mappings()
        .one()
    )
    encoder = from_row(row)
    make_partition(conn, encoder.encoder_id)
    conn.execute(
        insert(encodings).from_select(
            ["encoder_id", "image_id"], select(text(str(encoder.encoder_id)), images.c.id)
        )
    )
    return encoder


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
