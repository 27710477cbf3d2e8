"""Who excluded a judge, beside when and why."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("judges", sa.Column("excluded_by", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("judges", "excluded_by")
