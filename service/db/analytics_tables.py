"""The tables of analysts: formulas of targets, and questions that were kept or asked."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
)

from service.db.policy_tables import metadata
from service.db.tables import moment

__all__ = ["metadata"]

target_formulas = Table(
    "target_formulas",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("expert_weight", Double, nullable=False),
    Column("crowd_weight", Double, nullable=False),
    Column("min_grades", Integer, nullable=False),
    Column("min_votes", Integer, nullable=False),
    Column("weigh_judges", Boolean, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    moment("created_at"),
    CheckConstraint(
        "expert_weight >= 0 AND crowd_weight >= 0 AND expert_weight + crowd_weight > 0"
        " AND expert_weight <= 1000 AND crowd_weight <= 1000",
        name="weights",
    ),
    CheckConstraint("min_grades >= 1 AND min_votes >= 1", name="least"),
    comment=(
        "Every formula of targets that was in force; the highest version is. Rows never change."
    ),
)

saved_questions = Table(
    "saved_questions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("statement", Text, nullable=False),
    Column("shared", Text, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("deleted_at", nullable=True),
    CheckConstraint("shared IN ('no', 'link', 'list')", name="shared"),
    comment=(
        "Questions in SQL that analysts keep: for themselves, for whoever has the link, or on "
        "everybody's list."
    ),
)

asked_questions = Table(
    "asked_questions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("statement", Text, nullable=False),
    Column("took_ms", Double),
    Column("rows", Integer),
    Column("problem", Text),
    moment("asked_at"),
    Index("ix_asked_questions_user_id", "user_id", "id"),
    comment="The last questions of each analyst, for nobody else's eyes.",
)
