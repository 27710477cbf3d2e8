"""An encoder remembers which commit its files are; towers' own vectors remember their age."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0082"
down_revision = "0081"

BEFORE = (
    "Encoders whose vectors are stored; at most one serves the search. A paused one's pictures "
    "wait. 'served_at' is when it last began to serve, 'figures' what it last measured."
)
AFTER = (
    "Encoders whose vectors are stored; at most one serves the search. A paused one's pictures "
    "wait. 'served_at' is when it last began to serve, 'figures' what it last measured, "
    "'origin' which commit of which repository its files are, where they were fetched."
)


def upgrade() -> None:
    op.add_column(
        "encoders", sa.Column("origin", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    )
    op.create_table_comment("encoders", AFTER, existing_comment=BEFORE)
    op.add_column(
        "tower_vectors",
        sa.Column(
            "kept_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    op.drop_column("tower_vectors", "kept_at")
    op.create_table_comment("encoders", BEFORE, existing_comment=AFTER)
    op.drop_column("encoders", "origin")
