"""What signed-in judges answered, in order."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0060"


def upgrade() -> None:
    op.create_table(
        "annotations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("query_key", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("is_check", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("answer", sa.SmallInteger(), nullable=True),
        sa.Column("skipped", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("mode IN ('expert', 'crowd')", name="ck_annotations_mode"),
        sa.CheckConstraint("(answer IS NULL) <> (skipped IS NULL)", name="ck_annotations_answered"),
        sa.CheckConstraint(
            "answer BETWEEN CASE mode WHEN 'expert' THEN 1 ELSE 0 END"
            " AND CASE mode WHEN 'expert' THEN 4 ELSE 1 END",
            name="ck_annotations_answer",
        ),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["judges.id"], name="fk_annotations_judge_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name="fk_annotations_image_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["query_key"], ["queries.id"], name="fk_annotations_query_key", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_annotations"),
        comment="What judges answered one by one: a grade 1 to 4, a vote 0 or 1, or why they skipped. A check asks about a pair again and changes no judgement.",
    )
    op.create_index("ix_annotations_image_id", "annotations", ["image_id"])
    op.create_index("ix_annotations_query_key", "annotations", ["query_key"])
    op.create_index("ix_annotations_judge_id_id", "annotations", ["judge_id", "id"])
    op.create_index(
        "uq_annotations_pair",
        "annotations",
        ["judge_id", "image_id", "query_key", "is_check"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("annotations")
