"""Analysts: one formula of targets, views by it, and the questions that they keep."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

VIEWS = Path(__file__).parents[1] / "views"
# As service/domain.py has them; docs/decisions/0011-targets.md argues them.
FIRST = "VALUES (1, 0.9, 0.1, 1, 3, false, 'Glimpse', 'The default.')"


def upgrade() -> None:
    op.create_table(
        "target_formulas",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("expert_weight", sa.Double(), nullable=False),
        sa.Column("crowd_weight", sa.Double(), nullable=False),
        sa.Column("min_grades", sa.Integer(), nullable=False),
        sa.Column("min_votes", sa.Integer(), nullable=False),
        sa.Column("weigh_judges", sa.Boolean(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        moment("created_at"),
        sa.CheckConstraint(
            "expert_weight >= 0 AND crowd_weight >= 0 AND expert_weight + crowd_weight > 0"
            " AND expert_weight <= 1000 AND crowd_weight <= 1000",
            name="ck_target_formulas_weights",
        ),
        sa.CheckConstraint("min_grades >= 1 AND min_votes >= 1", name="ck_target_formulas_least"),
        sa.PrimaryKeyConstraint("version", name="pk_target_formulas"),
        comment="Every formula of targets that was in force; the highest version is. Rows never change.",
    )
    op.execute(
        "INSERT INTO target_formulas (version, expert_weight, crowd_weight, min_grades, min_votes,"
        f" weigh_judges, who, why) {FIRST}"
    )
    keep_questions()
    replace_views("0012_base.sql", "0012.sql", "0012_comments.sql")


def keep_questions() -> None:
    op.create_table(
        "saved_questions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("shared", sa.Text(), nullable=False),
        moment("created_at"),
        moment("updated_at"),
        moment("deleted_at", nullable=True),
        sa.CheckConstraint("shared IN ('no', 'link', 'list')", name="ck_saved_questions_shared"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_saved_questions_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_questions"),
        comment="Questions in SQL that analysts keep: for themselves, for whoever has the link, or on everybody's list.",
    )
    op.create_index("ix_saved_questions_user_id", "saved_questions", ["user_id"])
    op.create_table(
        "asked_questions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("took_ms", sa.Double(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        moment("asked_at"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_asked_questions_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_asked_questions"),
        comment="The last questions of each analyst, for nobody else's eyes.",
    )
    op.create_index("ix_asked_questions_user_id", "asked_questions", ["user_id", "id"])


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    now = None if nullable else sa.text("now()")
    return sa.Column(name, sa.DateTime(timezone=True), server_default=now, nullable=nullable)


def replace_views(*names: str) -> None:
    op.execute("DROP SCHEMA IF EXISTS analytics CASCADE")
    op.execute("DROP SCHEMA IF EXISTS analytics_base CASCADE")
    conn = op.get_bind().execution_options(no_parameters=True)
    for name in names:
        conn.exec_driver_sql((VIEWS / name).read_text("utf-8"))


def downgrade() -> None:
    replace_views("0010.sql")
    op.drop_table("asked_questions")
    op.drop_table("saved_questions")
    op.drop_table("target_formulas")
