"""The tables of trained scorers, and of what they are told of captions."""

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR, UUID

from service.db.analytics_tables import metadata
from service.db.tables import moment

__all__ = ["metadata"]

scorers = Table(
    "scorers",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("encoder_id", ForeignKey("encoders.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("state", Text, nullable=False, server_default=text("'trained'")),
    Column("artefact", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("figures", JSONB, nullable=False),
    Column("cutoff", Double, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("data_fingerprint", Text, nullable=False),
    Column("trained_pairs", LargeBinary, nullable=False),
    Column("pairs", Integer, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("code_version", Text, nullable=False),
    Column("reason", Text),
    moment("created_at"),
    moment("published_at", nullable=True),
    moment("retired_at", nullable=True),
    Column("retrieval", JSONB),
    CheckConstraint("state IN ('trained', 'published', 'retired')", name="state"),
    CheckConstraint("cutoff BETWEEN 0 AND 1", name="cutoff"),
    Index(
        "uq_scorers_published",
        "state",
        unique=True,
        postgresql_where=text("state = 'published'"),
    ),
    comment=(
        "Trained scorers; at most one is published. 'artefact' is what was learnt, with its "
        "SHA-256; 'trained_pairs' are the pairs it learnt from, compressed; 'reason' says why it "
        "was published although another did better. 'retrieval' is what it did to the test "
        "questions when they were last asked."
    ),
)

comparisons = Table(
    "comparisons",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    Column("asked", JSONB, nullable=False),
    Column("who", Text, nullable=False),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("total", Integer, nullable=False, server_default=text("0")),
    Column("cells", JSONB),
    Column("reason", Text),
    moment("created_at"),
    moment("finished_at", nullable=True),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
    comment=(
        "Comparisons of towers and scorers that were asked for: what was 'asked', how far each is, "
        "and the 'cells' of the grid once it is done. At most one is open."
    ),
)

caption_vectors = Table(
    "caption_vectors",
    metadata,
    Column("encoder_id", ForeignKey("encoders.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", UUID(as_uuid=True), primary_key=True),
    Column("embedding", HALFVEC()),
    Column("words", TSVECTOR),
    comment=(
        "What captions say, by the MD5 of their text: the vector under an encoder and the words "
        "without their places. Both are NULL where the law let the text through to no encoder."
    ),
)
