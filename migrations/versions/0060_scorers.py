"""Trained scorers, of which one is published."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0060"
down_revision = "0050"


def upgrade() -> None:
    op.create_table(
        "scorers",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("encoder_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'trained'"), nullable=False),
        sa.Column("artefact", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("cutoff", sa.Double(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("data_fingerprint", sa.Text(), nullable=False),
        sa.Column("trained_pairs", sa.LargeBinary(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('trained', 'published', 'retired')", name="ck_scorers_state"),
        sa.CheckConstraint("cutoff BETWEEN 0 AND 1", name="ck_scorers_cutoff"),
        sa.ForeignKeyConstraint(
            ["encoder_id"], ["encoders.id"], name="fk_scorers_encoder_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_scorers"),
        comment="Trained scorers; at most one is published. 'artefact' is what was learnt, with its SHA-256; 'trained_pairs' are the pairs it learnt from, compressed; 'reason' says why it was published although another did better.",
    )
    op.create_index("ix_scorers_encoder_id", "scorers", ["encoder_id"])
    op.create_index(
        "uq_scorers_published",
        "scorers",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'published'"),
    )


def downgrade() -> None:
    op.drop_table("scorers")
