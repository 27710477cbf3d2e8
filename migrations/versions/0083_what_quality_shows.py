"""What the pages of quality show: retrieval of each scorer, and comparisons that were asked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0083"
down_revision = "0082"

SCORERS = "Trained scorers; at most one is published. 'artefact' is what was learnt, with its SHA-256; 'trained_pairs' are the pairs it learnt from, compressed; 'reason' says why it was published although another did better."


def upgrade() -> None:
    op.add_column("scorers", sa.Column("retrieval", postgresql.JSONB(), nullable=True))
    op.create_table_comment(
        "scorers",
        f"{SCORERS} 'retrieval' is what it did to the test questions when they were last asked.",
        existing_comment=SCORERS,
    )
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cells", postgresql.JSONB(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')",
            name="ck_comparisons_state",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comparisons"),
        comment="Comparisons of towers and scorers that were asked for: what was 'asked', how far each is, and the 'cells' of the grid once it is done. At most one is open.",
    )


def downgrade() -> None:
    op.drop_table("comparisons")
    op.create_table_comment("scorers", SCORERS)
    op.drop_column("scorers", "retrieval")
