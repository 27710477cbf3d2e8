"""When people were seen last, sessions that end, tokens by name and role, quick looks at jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"

ROLES = "role IN ('viewer', 'annotator', 'analyst', 'admin')"


def upgrade() -> None:
    op.add_column("users", sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "users", sa.Column("sessions", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "tokens", sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("tokens", sa.Column("role", sa.Text(), nullable=True))
    op.add_column("tokens", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table_comment(
        "users",
        "People with an account. 'sessions' is raised to end every session begun before; "
        "'last_seen_at' is right to a few minutes.",
        existing_comment="People with an account.",
    )
    op.create_table_comment(
        "tokens",
        "Keys of the API, kept only as SHA-256. 'role' is the most that a key may do; without one "
        "that is what its person may do. A revoked one can come back for 30 days.",
        existing_comment="Keys of the API, kept only as SHA-256.",
    )
    op.create_check_constraint("ck_tokens_role", "tokens", ROLES)
    # Not built concurrently, for the reason that 0050 gives.
    op.create_index(
        "ix_encodings_done_at",
        "encodings",
        ["updated_at"],
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_index(
        "ix_encodings_quarantined",
        "encodings",
        ["encoder_id", "updated_at"],
        postgresql_where=sa.text("state = 'quarantined'"),
    )


def downgrade() -> None:
    op.drop_index("ix_encodings_quarantined", table_name="encodings")
    op.drop_index("ix_encodings_done_at", table_name="encodings")
    op.create_table_comment("tokens", "Keys of the API, kept only as SHA-256.")
    op.create_table_comment("users", "People with an account.")
    op.drop_constraint("ck_tokens_role", "tokens", type_="check")
    op.drop_column("tokens", "last_used_at")
    op.drop_column("tokens", "role")
    op.drop_column("tokens", "name")
    op.drop_column("users", "sessions")
    op.drop_column("users", "last_seen_at")
