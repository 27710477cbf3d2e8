"""Captions are searched for phrases: an index of their words, in English and Russian."""

from alembic import op

revision = "0050"
down_revision = "0031"


def upgrade() -> None:
    # Not built concurrently: that waits for every open transaction, and processes that start
    # together each hold one while they wait for this migration.
    op.execute(
        "CREATE INDEX ix_captions_words ON captions"
        " USING gin (to_tsvector('russian'::regconfig, translate(text, 'ёЁ', 'еЕ')))"
    )


def downgrade() -> None:
    op.drop_index("ix_captions_words", table_name="captions")
