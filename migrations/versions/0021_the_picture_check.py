"""The picture check: operating points of encoders, and the pictures it flagged."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "operating_points",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("point", postgresql.JSONB(), nullable=False),
        sa.Column("checked_to", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_operating_points"),
        comment="How pictures are checked for children under an encoder, by its fingerprint. Pictures up to 'checked_to' that had a vector have been gone over since.",
    )
    op.create_table(
        "picture_flags",
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("score", sa.REAL(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name="fk_picture_flags_image_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("image_id", name="pk_picture_flags"),
        comment="Pictures that the picture check flagged, once each: an admin's decision stands.",
    )


def downgrade() -> None:
    # What is under review stays so: nothing is shown because a table goes.
    op.drop_table("picture_flags")
    op.drop_table("operating_points")
