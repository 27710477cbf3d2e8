"""The tables of the law: versions of the rules, restricted pictures, consents, the audit trail."""

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from service.db.dataset_tables import metadata
from service.db.tables import moment

__all__ = ["metadata"]

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("rulesets", JSONB, nullable=False),
    Column("change", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("user_id", ForeignKey("users.id", ondelete="SET NULL"), index=True),
    Column("why", Text, nullable=False),
    moment("created_at"),
    comment="Every version of the rules, whole; the highest one holds. Rows never change.",
)

restrictions = Table(
    "restrictions",
    metadata,
    Column("image_id", ForeignKey("images.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("countries", ARRAY(Text), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("policy_version", Integer),
    Column("created_by", ForeignKey("users.id", ondelete="SET NULL"), index=True),
    moment("created_at"),
    CheckConstraint("kind IN ('caption', 'question', 'judgement', 'admin', 'review')", name="kind"),
    CheckConstraint("cardinality(countries) > 0", name="countries"),
    Index(
        "ix_restrictions_policy_version",
        "policy_version",
        postgresql_where=text("policy_version IS NOT NULL"),
    ),
    comment=(
        "Why and where a picture is not shown; '*' is everywhere. The kinds caption, question and "
        "judgement are made and removed by the rules, the others by people."
    ),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("image_id", ForeignKey("images.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("given_by", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("countries", ARRAY(Text), nullable=False),
    moment("valid_until"),
    Column("recorded_by", ForeignKey("users.id", ondelete="SET NULL"), index=True),
    moment("created_at"),
    moment("withdrawn_at", nullable=True),
    CheckConstraint("cardinality(countries) > 0", name="countries"),
    comment="Recorded consent of a parent or guardian: who, which document, where, until when.",
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    moment("created_at"),
    Column("user_id", ForeignKey("users.id", ondelete="SET NULL"), index=True),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSONB, nullable=False, server_default=text("'{}'")),
    Index("ix_audit_entries_subject_id", "subject", "id"),
    comment="Who did what under the law: edits of the rules, restrictions, consents, views.",
)

refusals = Table(
    "refusals",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    moment("created_at"),
    Column("rule", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("query_digest", Text, nullable=False),
    Column("query_text", Text),
    Index("ix_refusals_created_at", "created_at"),
    comment=(
        "One refused search: the rule, the asking countries (empty: unknown), the version, and the "
        "text as a salted hash; the text itself only where GLIMPSE_LOG_QUERIES allows."
    ),
)

kept_queries = Table(
    "kept_queries",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    moment("created_at"),
    Column("country", Text, nullable=False),
    Column("query_text", Text, nullable=False),
    Index("ix_kept_queries_created_at", "created_at"),
    comment=(
        "Texts of answered searches of the last 30 days with the asking countries (empty: "
        "unknown), only where GLIMPSE_LOG_QUERIES allows; for admins who try new rules on them."
    ),
)


operating_points = Table(
    "operating_points",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("point", JSONB, nullable=False),
    Column("checked_to", BigInteger, nullable=False, server_default=text("0")),
    moment("created_at"),
    comment=(
        "How pictures are checked for children under an encoder, by its fingerprint. Pictures up "
        "to 'checked_to' that had a vector have been gone over since."
    ),
)

picture_flags = Table(
    "picture_flags",
    metadata,
    Column("image_id", ForeignKey("images.id", ondelete="CASCADE"), primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("score", REAL, nullable=False),
    moment("created_at"),
    comment="Pictures that the picture check flagged, once each: an admin's decision stands.",
)
