"""What analysts read: the views of schema analytics, and the searches they count."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0003"

VIEWS = Path(__file__).parents[1] / "views" / "0010.sql"


def upgrade() -> None:
    op.create_table(
        "searches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("took_ms", sa.Double(), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_searches"),
        comment="Searches that were answered: when and how fast, never what was asked.",
    )
    op.create_index(
        "ix_searches_asked_at", "searches", ["asked_at"], unique=False, postgresql_using="brin"
    )
    conn = op.get_bind().execution_options(no_parameters=True)
    conn.exec_driver_sql(VIEWS.read_text("utf-8"))


def downgrade() -> None:
    op.execute("DROP SCHEMA analytics CASCADE")
    op.execute("DROP SCHEMA analytics_base CASCADE")
    op.drop_index("ix_searches_asked_at", table_name="searches", postgresql_using="brin")
    op.drop_table("searches")
