"""Texts of answered searches, where the operator keeps them, to try new rules on."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "kept_queries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("query_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_queries"),
        comment="Texts of answered searches of the last 30 days with the asking countries (empty: unknown), only where GLIMPSE_LOG_QUERIES allows; for admins who try new rules on them.",
    )
    op.create_index("ix_kept_queries_created_at", "kept_queries", ["created_at"])


def downgrade() -> None:
    op.drop_table("kept_queries")
