"""The table of what signed-in judges answered, in order: undo, progress and checks read it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Table,
    Text,
    text,
)

from service.db.scorer_tables import metadata
from service.db.tables import moment

__all__ = ["metadata"]

annotations = Table(
    "annotations",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("judge_id", ForeignKey("judges.id", ondelete="CASCADE"), nullable=False),
    Column("image_id", ForeignKey("images.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("query_key", ForeignKey("queries.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("mode", Text, nullable=False),
    Column("is_check", Boolean, nullable=False, server_default=text("false")),
    Column("answer", SmallInteger),
    Column("skipped", Text),
    moment("created_at"),
    CheckConstraint("mode IN ('expert', 'crowd')", name="mode"),
    CheckConstraint("(answer IS NULL) <> (skipped IS NULL)", name="answered"),
    CheckConstraint(
        "answer BETWEEN CASE mode WHEN 'expert' THEN 1 ELSE 0 END"
        " AND CASE mode WHEN 'expert' THEN 4 ELSE 1 END",
        name="answer",
    ),
    Index(
        "uq_annotations_pair",
        "judge_id",
        "image_id",
        "query_key",
        "is_check",
        unique=True,
    ),
    Index("ix_annotations_judge_id_id", "judge_id", "id"),
    comment=(
        "What judges answered one by one: a grade 1 to 4, a vote 0 or 1, or why they skipped. A "
        "check asks about a pair again and changes no judgement."
    ),
)
