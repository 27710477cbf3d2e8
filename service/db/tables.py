"""The tables as the migrations leave them; a test holds the two against each other."""

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import BIT, JSONB, UUID

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """A point in time; one that must be there is now unless told otherwise."""
    default = None if nullable else func.now()
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default)


facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", JSONB, nullable=False),
    moment("updated_at"),
    comment="What this installation knows of itself, such as how far its sample collection is.",
)

users = Table(
    "users",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text),
    Column("one_time_password", Boolean, nullable=False, server_default=text("false")),
    moment("created_at"),
    moment("disabled_at", nullable=True),
    moment("last_seen_at", nullable=True),
    Column("sessions", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("role IN ('viewer', 'annotator', 'analyst', 'admin')", name="role"),
    Index("uq_users_lower_name", text("lower(name)"), unique=True),
    comment=(
        "People with an account. 'sessions' is raised to end every session begun before; "
        "'last_seen_at' is right to a few minutes."
    ),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, server_default=text("''")),
    Column("role", Text),
    moment("created_at"),
    moment("revoked_at", nullable=True),
    moment("last_used_at", nullable=True),
    CheckConstraint("role IN ('viewer', 'annotator', 'analyst', 'admin')", name="role"),
    comment=(
        "Keys of the API, kept only as SHA-256. 'role' is the most that a key may do; without one "
        "that is what its person may do. A revoked one can come back for 30 days."
    ),
)

searches = Table(
    "searches",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    moment("asked_at"),
    Column("took_ms", Double, nullable=False),
    Column("results", Integer, nullable=False),
    Column("best", REAL),
    Index("ix_searches_asked_at", "asked_at", postgresql_using="brin"),
    comment=(
        "Searches that were answered: when and how fast, never what was asked. 'best' is the "
        "highest probability that was shown, where a scorer judged and something was."
    ),
)

images = Table(
    "images",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("suffix", Text, nullable=False),
    Column("served_media_type", Text, nullable=False),
    Column("served_suffix", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("placeholder", Text, nullable=False),
    Column("source", Text, nullable=False, server_default=text("'upload'")),
    Column("uploaded_by", ForeignKey("users.id", ondelete="SET NULL"), index=True),
    Column("judged_version", Integer, nullable=False, server_default=text("0")),
    moment("created_at"),
    moment("deleted_at", nullable=True),
    Column("waves", BIT(64)),
    Column("gradients", BIT(64)),
    Column("likeness", Text, nullable=False, server_default=text("'waiting'")),
    CheckConstraint("likeness IN ('waiting', 'hashed', 'compared', 'none')", name="likeness"),
    CheckConstraint("width > 0 AND height > 0", name="size"),
    CheckConstraint("source IN ('upload', 'import', 'sample')", name="source"),
    Index("ix_images_judged_version", "judged_version", "id"),
    comment=(
        "Pictures, each once by content; the bytes lie in the store under their SHA-256. "
        "'judged_version' is the version of the rules that last judged the picture's texts, 0 "
        "when these have changed since. 'waves' and 'gradients' tell what the picture is like, "
        "and 'likeness' how far that is: 'none' where it cannot be told."
    ),
)

collections = Table(
    "collections",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    moment("created_at"),
    comment="Named sets of pictures.",
)

image_collections = Table(
    "image_collections",
    metadata,
    Column("collection_id", ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True),
    Column("image_id", ForeignKey("images.id", ondelete="CASCADE"), primary_key=True, index=True),
    moment("created_at"),
    comment="Which picture is in which collection.",
)

captions = Table(
    "captions",
    metadata,
    Column("image_id", ForeignKey("images.id", ondelete="CASCADE"), primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("text", Text, nullable=False),
    moment("created_at"),
    Index(
        "ix_captions_words",
        text("to_tsvector('russian'::regconfig, translate(text, 'ёЁ'::text, 'еЕ'::text))"),
        postgresql_using="gin",
    ),
    comment="A picture's own descriptions, in order.",
)

encoders = Table(
    "encoders",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("spec", Text, nullable=False, unique=True),
    Column("fingerprint", Text, nullable=False, unique=True),
    Column("dimension", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    Column("error", Text),
    Column("figures", JSONB),
    Column("origin", JSONB),
    moment("created_at"),
    moment("served_at", nullable=True),
    CheckConstraint("state IN ('building', 'ready', 'serving', 'retired')", name="state"),
    CheckConstraint("dimension BETWEEN 1 AND 4000", name="dimension"),
    Index(
        "uq_encoders_serving",
        "state",
        unique=True,
        postgresql_where=text("state = 'serving'"),
    ),
    comment=(
        "Encoders whose vectors are stored; at most one serves the search. A paused one's pictures "
        "wait. 'served_at' is when it last began to serve, 'figures' what it last measured, "
        "'origin' which commit of which repository its files are, where they were fetched."
    ),
)

encoder_orders = Table(
    "encoder_orders",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    Column("reason", Text),
    moment("created_at"),
    CheckConstraint("kind IN ('add', 'measure')", name="kind"),
    CheckConstraint("state IN ('waiting', 'failed')", name="state"),
    UniqueConstraint("kind", "spec"),
    comment=(
        "What a person ordered on the page and a worker is to do: load an encoder, measure it."
    ),
)

encodings = Table(
    "encodings",
    metadata,
    Column("encoder_id", ForeignKey("encoders.id", ondelete="CASCADE"), primary_key=True),
    Column("image_id", ForeignKey("images.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("state", Text, nullable=False, server_default=text("'pending'")),
    Column("alone", Boolean, nullable=False, server_default=text("false")),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("lease_token", UUID(as_uuid=True)),
    moment("leased_until", nullable=True),
    Column("error", Text),
    moment("updated_at"),
    CheckConstraint("state IN ('pending', 'done', 'quarantined')", name="state"),
    Index(
        "ix_encodings_pending",
        "encoder_id",
        "image_id",
        postgresql_where=text("state = 'pending'"),
    ),
    Index("ix_encodings_done_at", "updated_at", postgresql_where=text("state = 'done'")),
    Index(
        "ix_encodings_quarantined",
        "encoder_id",
        "updated_at",
        postgresql_where=text("state = 'quarantined'"),
    ),
    comment=(
        "What is still to do for a picture under an encoder. 'alone' marks a picture whose "
        "batch died, 'attempts' counts the tries made with it alone."
    ),
)

image_vectors = Table(
    "image_vectors",
    metadata,
    Column("image_id", ForeignKey("images.id", ondelete="CASCADE"), primary_key=True),
    Column("encoder_id", ForeignKey("encoders.id"), primary_key=True),
    Column("embedding", HALFVEC(), nullable=False),
    postgresql_partition_by="LIST (encoder_id)",
    comment="Unit vectors of pictures; one partition an encoder, made when it is registered.",
)

tower_vectors = Table(
    "tower_vectors",
    metadata,
    Column("tower", Text, primary_key=True),
    Column("image_id", ForeignKey("images.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("embedding", HALFVEC(), nullable=False),
    moment("kept_at"),
    comment=(
        "Pictures' vectors as a picture tower itself makes them, before any alignment, by the "
        "tower's fingerprint: learning an alignment again asks no network about a picture twice."
    ),
)
