"""Encoders live side by side: how far each is, what it measured, and what is ordered from workers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0021"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "encoders",
        sa.Column("paused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("encoders", sa.Column("served_at", MOMENT, nullable=True))
    op.add_column("encoders", sa.Column("error", sa.Text(), nullable=True))
    op.add_column(
        "encoders", sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    )
    op.create_unique_constraint("uq_encoders_spec", "encoders", ["spec"])
    op.execute("UPDATE encoders SET served_at = created_at WHERE state = 'serving'")
    op.create_table(
        "encoder_orders",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('add', 'measure')", name="ck_encoder_orders_kind"),
        sa.CheckConstraint("state IN ('waiting', 'failed')", name="ck_encoder_orders_state"),
        sa.PrimaryKeyConstraint("id", name="pk_encoder_orders"),
        sa.UniqueConstraint("kind", "spec", name="uq_encoder_orders_kind_spec"),
        comment="What a person ordered on the page and a worker is to do: load an encoder, measure it.",
    )
    op.create_table_comment(
        "encoders",
        "Encoders whose vectors are stored; at most one serves the search. A paused one's pictures wait. 'served_at' is when it last began to serve, 'figures' what it last measured.",
        existing_comment="Encoders whose vectors are stored; at most one serves the search.",
    )


def downgrade() -> None:
    op.create_table_comment(
        "encoders",
        "Encoders whose vectors are stored; at most one serves the search.",
        existing_comment=None,
    )
    op.drop_table("encoder_orders")
    op.drop_constraint("uq_encoders_spec", "encoders", type_="unique")
    for column in ("figures", "error", "served_at", "paused"):
        op.drop_column("encoders", column)
