"""Captions' vectors and words, by what the captions say, for scorers that listen to them."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects import postgresql

revision = "0084"
down_revision = "0070"


def upgrade() -> None:
    op.create_table(
        "caption_vectors",
        sa.Column("encoder_id", sa.Integer(), nullable=False),
        sa.Column("digest", postgresql.UUID(), nullable=False),
        sa.Column("embedding", HALFVEC(), nullable=True),
        sa.Column("words", postgresql.TSVECTOR(), nullable=True),
        sa.ForeignKeyConstraint(
            ["encoder_id"],
            ["encoders.id"],
            name="fk_caption_vectors_encoder_id_encoders",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("encoder_id", "digest", name="pk_caption_vectors"),
        comment=(
            "What captions say, by the MD5 of their text: the vector under an encoder and the words "
            "without their places. Both are NULL where the law let the text through to no encoder."
        ),
    )


def downgrade() -> None:
    op.drop_table("caption_vectors")
