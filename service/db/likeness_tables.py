"""The tables of near duplicates and of removed collections, and the indexes that find both."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from service.db.annotation_tables import metadata
from service.db.tables import images, moment

__all__ = ["metadata"]

near_duplicates = Table(
    "near_duplicates",
    metadata,
    Column("first_id", ForeignKey("images.id", ondelete="CASCADE"), primary_key=True),
    Column("second_id", ForeignKey("images.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("distance", SmallInteger, nullable=False),
    moment("found_at"),
    Column("decision", Text),
    Column("decided_by", Text),
    moment("decided_at", nullable=True),
    Column("removed_id", BigInteger),
    Column("given", JSONB),
    CheckConstraint("first_id < second_id", name="ordered"),
    CheckConstraint(
        "(decision = 'kept' AND removed_id IS NULL)"
        " OR (decision = 'removed' AND removed_id IN (first_id, second_id))"
        " OR (decision IS NULL AND removed_id IS NULL)",
        name="decision",
    ),
    Index(
        "ix_near_duplicates_open",
        "distance",
        "second_id",
        "first_id",
        postgresql_where=text("decision IS NULL"),
    ),
    comment=(
        "Pairs of pictures that look nearly the same, and what an admin decided. 'given' is what "
        "the kept picture got of the removed one's texts and judgements, to be taken back with it."
    ),
)

removed_collections = Table(
    "removed_collections",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("image_ids", ARRAY(BigInteger), nullable=False),
    Column("removed_by", Text, nullable=False),
    moment("removed_at"),
    comment=(
        "Collections that were removed, with the pictures they held, until they are forgotten."
    ),
)

Index(
    "ix_images_likeness",
    images.c.likeness,
    images.c.id,
    postgresql_where=text("likeness IN ('waiting', 'hashed')"),
)
Index(
    "ix_images_deleted_at",
    images.c.deleted_at,
    images.c.id,
    postgresql_where=text("deleted_at IS NOT NULL"),
)
# A band of 16 bits each: pictures whose waves differ in few bits agree nearly in one of them.
BANDS = tuple(
    f"((SUBSTRING(waves FROM {start} FOR 16))::bit(16))::integer" for start in (1, 17, 33, 49)
)
for number, band in enumerate(BANDS, 1):
    Index(f"ix_images_waves_{number}", text(f"({band})"), _table=images)
