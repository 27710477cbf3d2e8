"""What captions say, for scorers that listen to them, and how sure the best answers were."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects import postgresql

revision = "0084"
down_revision = "0083"

SEARCHES = "Searches that were answered: when and how fast, never what was asked."
BEST = "'best' is the highest probability that was shown, where a scorer judged and something was."


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
    op.add_column("searches", sa.Column("best", sa.REAL(), nullable=True))
    op.create_table_comment("searches", f"{SEARCHES} {BEST}", existing_comment=SEARCHES)


def downgrade() -> None:
    op.create_table_comment("searches", SEARCHES, existing_comment=f"{SEARCHES} {BEST}")
    op.drop_column("searches", "best")
    op.drop_table("caption_vectors")
