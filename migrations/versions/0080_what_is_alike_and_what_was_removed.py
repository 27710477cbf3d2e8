"""Pictures' likeness and near duplicates, and collections that were removed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0080"
down_revision = "0070"

BANDS = tuple(
    f"((substring(waves FROM {start} FOR 16))::bit(16))::integer" for start in (1, 17, 33, 49)
)


def upgrade() -> None:
    op.add_column("images", sa.Column("waves", postgresql.BIT(64), nullable=True))
    op.add_column("images", sa.Column("gradients", postgresql.BIT(64), nullable=True))
    op.add_column(
        "images",
        sa.Column("likeness", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
    )
    op.create_check_constraint(
        "ck_images_likeness", "images", "likeness IN ('waiting', 'hashed', 'compared', 'none')"
    )
    op.create_table_comment(
        "images",
        "Pictures, each once by content; the bytes lie in the store under their SHA-256. "
        "'judged_version' is the version of the rules that last judged the picture's texts, 0 "
        "when these have changed since. 'waves' and 'gradients' tell what the picture is like, "
        "and 'likeness' how far that is: 'none' where it cannot be told.",
    )
    make_near_duplicates()
    op.create_table(
        "removed_collections",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("image_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("removed_by", sa.Text(), nullable=False),
        sa.Column(
            "removed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_removed_collections"),
        comment="Collections that were removed, with the pictures they held, until they are forgotten.",
    )
    # Not built concurrently, for the reason that 0050 gives.
    op.create_index(
        "ix_images_likeness",
        "images",
        ["likeness", "id"],
        postgresql_where=sa.text("likeness IN ('waiting', 'hashed')"),
    )
    op.create_index(
        "ix_images_deleted_at",
        "images",
        ["deleted_at", "id"],
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index("ix_audit_entries_subject_id", "audit_entries", ["subject", "id"])
    for number, band in enumerate(BANDS, 1):
        op.execute(f"CREATE INDEX ix_images_waves_{number} ON images (({band}))")


def make_near_duplicates() -> None:
    op.create_table(
        "near_duplicates",
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("distance", sa.SmallInteger(), nullable=False),
        sa.Column(
            "found_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_id", sa.BigInteger(), nullable=True),
        sa.Column("given", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("first_id < second_id", name="ck_near_duplicates_ordered"),
        sa.CheckConstraint(
            "(decision = 'kept' AND removed_id IS NULL)"
            " OR (decision = 'removed' AND removed_id IN (first_id, second_id))"
            " OR (decision IS NULL AND removed_id IS NULL)",
            name="ck_near_duplicates_decision",
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["images.id"], name="fk_near_duplicates_first_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["images.id"], name="fk_near_duplicates_second_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_near_duplicates"),
        comment="Pairs of pictures that look nearly the same, and what an admin decided. 'given' is what the kept picture got of the removed one's texts and judgements, to be taken back with it.",
    )
    op.create_index("ix_near_duplicates_second_id", "near_duplicates", ["second_id"])
    op.create_index(
        "ix_near_duplicates_open",
        "near_duplicates",
        ["distance", "second_id", "first_id"],
        postgresql_where=sa.text("decision IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("removed_collections")
    op.drop_table("near_duplicates")
    op.drop_index("ix_audit_entries_subject_id", table_name="audit_entries")
    op.drop_index("ix_images_deleted_at", table_name="images")
    for column in ("likeness", "gradients", "waves"):
        op.drop_column("images", column)
    op.create_table_comment(
        "images",
        "Pictures, each once by content; the bytes lie in the store under their SHA-256. "
        "'judged_version' is the version of the rules that last judged the picture's texts, 0 "
        "when these have changed since.",
    )
