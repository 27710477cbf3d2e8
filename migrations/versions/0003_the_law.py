"""The law: versions of the rules, restricted pictures, consents, audit trail, refusals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

PLAIN = ("captions", "test_queries", "expert_grades", "crowd_votes")
# A picture whose texts change is judged anew, whoever changes them. Its row is locked first, in
# the order of keys: a judgement that is under way must not hide one that is still uncommitted.
JUDGE_AGAIN = """
CREATE FUNCTION judge_again() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'queries' AND TG_OP = 'INSERT' THEN
        touched := ARRAY(SELECT image_id FROM changed WHERE image_id IS NOT NULL);
    ELSIF TG_TABLE_NAME = 'queries' THEN
        touched := ARRAY(
            WITH other AS (SELECT n.id, n.image_id FROM changed n JOIN before b ON b.id = n.id
                            WHERE (n.text, n.image_id) IS DISTINCT FROM (b.text, b.image_id))
            SELECT image_id FROM other WHERE image_id IS NOT NULL
            UNION SELECT g.image_id FROM expert_grades g JOIN other o ON o.id = g.query_key
            UNION SELECT v.image_id FROM crowd_votes v JOIN other o ON o.id = v.query_key);
    ELSIF TG_TABLE_NAME = 'judges' THEN
        touched := ARRAY(
            WITH other AS (SELECT n.id FROM changed n JOIN before b ON b.id = n.id
                            WHERE n.excluded_at IS DISTINCT FROM b.excluded_at)
            SELECT g.image_id FROM expert_grades g JOIN other o ON o.id = g.judge_id
            UNION SELECT v.image_id FROM crowd_votes v JOIN other o ON o.id = v.judge_id);
    ELSE
        touched := ARRAY(SELECT DISTINCT image_id FROM changed);
    END IF;
    IF cardinality(touched) > 0 THEN
        PERFORM 1 FROM images WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;
        UPDATE images SET judged_version = 0 WHERE id = ANY(touched) AND judged_version <> 0;
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.add_column(
        "images",
        sa.Column("judged_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )
    op.create_table_comment(
        "images",
        "Pictures, each once by content; the bytes lie in the store under their SHA-256. 'judged_version' is the version of the rules that last judged the picture's texts, 0 when these have changed since.",
    )
    op.create_table(
        "policy_versions",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rulesets", postgresql.JSONB(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_policy_versions_user_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("version", name="pk_policy_versions"),
        comment="Every version of the rules, whole; the highest one holds. Rows never change.",
    )
    op.create_index("ix_policy_versions_user_id", "policy_versions", ["user_id"])
    op.create_table(
        "restrictions",
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('caption', 'question', 'judgement', 'admin', 'review')",
            name="ck_restrictions_kind",
        ),
        sa.CheckConstraint("cardinality(countries) > 0", name="ck_restrictions_countries"),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name="fk_restrictions_image_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name="fk_restrictions_created_by", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("image_id", "kind", "countries", name="pk_restrictions"),
        comment="Why and where a picture is not shown; '*' is everywhere. The kinds caption, question and judgement are made and removed by the rules, the others by people.",
    )
    op.create_index("ix_restrictions_created_by", "restrictions", ["created_by"])
    op.create_index(
        "ix_restrictions_policy_version",
        "restrictions",
        ["policy_version"],
        postgresql_where=sa.text("policy_version IS NOT NULL"),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "valid_until",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("cardinality(countries) > 0", name="ck_consents_countries"),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name="fk_consents_image_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name="fk_consents_recorded_by", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        comment="Recorded consent of a parent or guardian: who, which document, where, until when.",
    )
    op.create_index("ix_consents_image_id", "consents", ["image_id"])
    op.create_index("ix_consents_recorded_by", "consents", ["recorded_by"])
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_audit_entries_user_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
        comment="Who did what under the law: edits of the rules, restrictions, consents, views.",
    )
    op.create_index("ix_audit_entries_user_id", "audit_entries", ["user_id"])
    op.create_table(
        "refusals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("query_digest", sa.Text(), nullable=False),
        sa.Column("query_text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_refusals"),
        comment="One refused search: the rule, the asking countries (empty: unknown), the version, and the text as a salted hash; the text itself only where GLIMPSE_LOG_QUERIES allows.",
    )
    op.create_index("ix_refusals_created_at", "refusals", ["created_at"])
    op.execute(JUDGE_AGAIN)
    for table in PLAIN:
        watch(table, "INSERT", "NEW TABLE AS changed")
        watch(table, "UPDATE", "NEW TABLE AS changed")
    watch("captions", "DELETE", "OLD TABLE AS changed")
    watch("queries", "INSERT", "NEW TABLE AS changed")
    watch("queries", "UPDATE", "OLD TABLE AS before NEW TABLE AS changed")
    watch("judges", "UPDATE", "OLD TABLE AS before NEW TABLE AS changed")
    # Not concurrently: a key of two numbers is sorted in a second a million rows, and committing in
    # between would let another instance begin this migration too.
    op.create_index("ix_images_judged_version", "images", ["judged_version", "id"])


def watch(table: str, event: str, rows: str) -> None:
    op.execute(
        f"CREATE TRIGGER judge_again_{event.lower()} AFTER {event} ON {table}"
        f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION judge_again()"
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION judge_again() CASCADE")
    op.drop_index("ix_images_judged_version", table_name="images")
    op.drop_table("refusals")
    op.drop_table("audit_entries")
    op.drop_table("consents")
    op.drop_table("restrictions")
    op.drop_table("policy_versions")
    op.drop_column("images", "judged_version")
    op.create_table_comment(
        "images",
        "Pictures, each once by content; the bytes lie in the store under their SHA-256.",
    )
