"""Data sets and judgements: imports, queries, judges, experts' grades and the crowd's votes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

PARENTS = ("images", "queries", "judges")
# Judgements have no foreign keys: checking three of them for each row took four times as long as
# writing the row. A picture that goes takes its judgements with it by one statement instead.
FORGET = """
CREATE FUNCTION forget_judgements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'images' THEN
        DELETE FROM expert_grades j USING gone WHERE j.image_id = gone.id;
        DELETE FROM crowd_votes j USING gone WHERE j.image_id = gone.id;
        DELETE FROM training_pairs j USING gone WHERE j.image_id = gone.id;
    ELSIF TG_TABLE_NAME = 'queries' THEN
        DELETE FROM expert_grades j USING gone WHERE j.query_key = gone.id;
        DELETE FROM crowd_votes j USING gone WHERE j.query_key = gone.id;
        DELETE FROM training_pairs j USING gone WHERE j.query_key = gone.id;
    ELSE
        DELETE FROM expert_grades j USING gone WHERE j.judge_id = gone.id;
        DELETE FROM crowd_votes j USING gone WHERE j.judge_id = gone.id;
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "crowd_votes",
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("query_key", sa.BigInteger(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=True),
        sa.Column("no", sa.Integer(), nullable=True),
        sa.Column("share", sa.Double(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(yes >= 0 AND no >= 0 AND yes + no > 0 AND share IS NULL) OR (yes IS NULL AND no IS NULL AND share BETWEEN 0 AND 1)",
            name="ck_crowd_votes_votes",
        ),
        sa.PrimaryKeyConstraint("image_id", "query_key", "judge_id", name="pk_crowd_votes"),
        comment="Votes of a crowd, or of one person, whether a query (queries.id) fits a picture: counts, or the share of yes where a file tells no counts.",
    )
    op.create_table(
        "datasets",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_datasets"),
        sa.UniqueConstraint("name", name="uq_datasets_name"),
        comment="Data sets that were imported, by name; their pictures are in <name>/train and /test.",
    )
    op.create_table(
        "training_pairs",
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("query_key", sa.BigInteger(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("image_id", "query_key", name="pk_training_pairs"),
        comment="Pairs of a picture and a query (queries.id) that a data set lists for training.",
    )
    op.create_table(
        "expert_grades",
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("query_key", sa.BigInteger(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("grades", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "grades <@ '{1,2,3,4}'::smallint[] AND cardinality(grades) BETWEEN 1 AND 9",
            name="ck_expert_grades_grades",
        ),
        sa.PrimaryKeyConstraint("image_id", "query_key", "judge_id", name="pk_expert_grades"),
        comment="Grades 1 to 4 of one judge for one picture and query (queries.id): a person's one grade, or the sorted grades of a panel, whose places are not persons.",
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column(
            "cancel_requested", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("pictures_total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pictures_added", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pictures_duplicates", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pictures_restricted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pictures_rejected", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')",
            name="ck_imports_state",
        ),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name="fk_imports_dataset_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["users.id"], name="fk_imports_started_by", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        comment="Imports of data sets; at most one of a data set is open, and whoever runs it holds a lock.",
    )
    op.create_index("ix_imports_dataset_id", "imports", ["dataset_id"], unique=False)
    op.create_index("ix_imports_started_by", "imports", ["started_by"], unique=False)
    op.create_index(
        "uq_imports_open",
        "imports",
        ["dataset_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_table(
        "judges",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("excluded_reason", sa.Text(), nullable=True),
        sa.Column("excluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("(kind = 'person') = (dataset_id IS NULL)", name="ck_judges_dataset"),
        sa.CheckConstraint("kind = 'person' OR user_id IS NULL", name="ck_judges_person"),
        sa.CheckConstraint("kind IN ('panel', 'crowd', 'person')", name="ck_judges_kind"),
        sa.CheckConstraint(
            "(excluded_at IS NULL) = (excluded_reason IS NULL)", name="ck_judges_excluded"
        ),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name="fk_judges_dataset_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_judges_user_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_judges"),
        sa.UniqueConstraint("dataset_id", "kind", name="uq_judges_dataset_id_kind"),
        sa.UniqueConstraint("user_id", name="uq_judges_user_id"),
        comment="Who judged: a person with an account, the unnamed panel of experts of a data set, or its crowd. Judgements of an excluded judge stay, and do not count.",
    )
    op.create_table(
        "dataset_pictures",
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("split", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("split IN ('train', 'test')", name="ck_dataset_pictures_split"),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["datasets.id"],
            name="fk_dataset_pictures_dataset_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name="fk_dataset_pictures_image_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_dataset_pictures_import_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("dataset_id", "name", name="pk_dataset_pictures"),
        comment="Under which file name a data set knows a picture; the files of a data set name pictures this way, and two names can mean one picture. 'import_id' is the import that brought it.",
    )
    op.create_index("ix_dataset_pictures_image_id", "dataset_pictures", ["image_id"], unique=False)
    op.create_index(
        "ix_dataset_pictures_import_id", "dataset_pictures", ["import_id"], unique=False
    )
    op.create_table(
        "import_errors",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=True),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_import_errors_import_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_errors"),
        comment="What an import refused: which row or picture, and why.",
    )
    op.create_index("ix_import_errors_import_id", "import_errors", ["import_id"], unique=False)
    op.create_table(
        "import_files",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("bytes_read", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("added", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("rejected", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("without_text", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'loading', 'done')", name="ck_import_files_state"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_import_files_import_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "name", name="pk_import_files"),
        comment="How far an import is in each of its files, and what became of the file's rows.",
    )
    op.create_table(
        "queries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("query_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("image_id", sa.BigInteger(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name="fk_queries_image_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_queries_import_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_queries"),
        sa.UniqueConstraint("query_id", name="uq_queries_query_id"),
        comment="Texts that pictures are judged against, by their public id (<image file>#<n>); the text is NULL until a file brings it. 'image_id' is the picture the text was written for.",
    )
    op.create_index("ix_queries_image_id", "queries", ["image_id"], unique=False)
    op.create_index("ix_queries_import_id", "queries", ["import_id"], unique=False)
    op.create_table(
        "test_queries",
        sa.Column("query_id", sa.Text(), nullable=False),
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["datasets.id"], name="fk_test_queries_dataset_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name="fk_test_queries_image_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_test_queries_import_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("query_id", "image_id", name="pk_test_queries"),
        comment="Evaluation questions with their known answers. Never captions, never retrieved by, never trained on.",
    )
    op.create_index("ix_test_queries_dataset_id", "test_queries", ["dataset_id"], unique=False)
    op.create_index("ix_test_queries_image_id", "test_queries", ["image_id"], unique=False)
    op.create_index("ix_test_queries_import_id", "test_queries", ["import_id"], unique=False)
    op.execute(FORGET)
    for parent in PARENTS:
        op.execute(
            f"CREATE TRIGGER forget_judgements AFTER DELETE ON {parent}"
            " REFERENCING OLD TABLE AS gone"
            " FOR EACH STATEMENT EXECUTE FUNCTION forget_judgements()"
        )


def downgrade() -> None:
    for parent in PARENTS:
        op.execute(f"DROP TRIGGER forget_judgements ON {parent}")
    op.execute("DROP FUNCTION forget_judgements()")
    op.drop_index("ix_test_queries_import_id", table_name="test_queries")
    op.drop_index("ix_test_queries_image_id", table_name="test_queries")
    op.drop_index("ix_test_queries_dataset_id", table_name="test_queries")
    op.drop_table("test_queries")
    op.drop_index("ix_queries_import_id", table_name="queries")
    op.drop_index("ix_queries_image_id", table_name="queries")
    op.drop_table("queries")
    op.drop_table("import_files")
    op.drop_index("ix_import_errors_import_id", table_name="import_errors")
    op.drop_table("import_errors")
    op.drop_index("ix_dataset_pictures_image_id", table_name="dataset_pictures")
    op.drop_table("dataset_pictures")
    op.drop_table("judges")
    op.drop_index(
        "uq_imports_open",
        table_name="imports",
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.drop_index("ix_imports_started_by", table_name="imports")
    op.drop_index("ix_imports_dataset_id", table_name="imports")
    op.drop_table("imports")
    op.drop_table("expert_grades")
    op.drop_table("training_pairs")
    op.drop_table("datasets")
    op.drop_table("crowd_votes")
