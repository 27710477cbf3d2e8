"""Picture towers' own vectors, which outlive every alignment that is learned on top of them."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "tower_vectors",
        sa.Column("tower", sa.Text(), nullable=False),
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("embedding", HALFVEC(), nullable=False),
        sa.ForeignKeyConstraint(
            ["image_id"],
            ["images.id"],
            name="fk_tower_vectors_image_id_images",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tower", "image_id", name="pk_tower_vectors"),
        comment=(
            "Pictures' vectors as a picture tower itself makes them, before any alignment, by the "
            "tower's fingerprint: learning an alignment again asks no network about a picture twice."
        ),
    )
    op.create_index("ix_tower_vectors_image_id", "tower_vectors", ["image_id"])


def downgrade() -> None:
    op.drop_index("ix_tower_vectors_image_id", table_name="tower_vectors")
    op.drop_table("tower_vectors")
