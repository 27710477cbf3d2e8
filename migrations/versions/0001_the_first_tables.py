"""The first tables: pictures, vectors, encoders and people."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.create_table(
        "collections",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_collections"),
        sa.UniqueConstraint("name", name="uq_collections_name"),
        comment="Named sets of pictures.",
    )
    op.create_table(
        "encoders",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('building', 'ready', 'serving', 'retired')", name="ck_encoders_state"
        ),
        sa.CheckConstraint("dimension BETWEEN 1 AND 4000", name="ck_encoders_dimension"),
        sa.PrimaryKeyConstraint("id", name="pk_encoders"),
        sa.UniqueConstraint("fingerprint", name="uq_encoders_fingerprint"),
        comment="Encoders whose vectors are stored; at most one serves the search.",
    )
    op.create_index(
        "uq_encoders_serving",
        "encoders",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'serving'"),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", JSONB(), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("name", name="pk_facts"),
        comment="What this installation knows of itself, such as how far its sample collection is.",
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column(
            "one_time_password", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('viewer', 'annotator', 'analyst', 'admin')", name="ck_users_role"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        comment="People with an account.",
    )
    op.create_index("uq_users_lower_name", "users", [sa.literal_column("lower(name)")], unique=True)
    op.create_table(
        "images",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("served_media_type", sa.Text(), nullable=False),
        sa.Column("served_suffix", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("placeholder", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default=sa.text("'upload'"), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("width > 0 AND height > 0", name="ck_images_size"),
        sa.CheckConstraint("source IN ('upload', 'import', 'sample')", name="ck_images_source"),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["users.id"], name="fk_images_uploaded_by", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_images"),
        sa.UniqueConstraint("public_id", name="uq_images_public_id"),
        sa.UniqueConstraint("sha256", name="uq_images_sha256"),
        comment="Pictures, each once by content; the bytes lie in the store under their SHA-256.",
    )
    op.create_index("ix_images_uploaded_by", "images", ["uploaded_by"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_tokens_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_tokens_token_hash"),
        comment="Keys of the API, kept only as SHA-256.",
    )
    op.create_index("ix_tokens_user_id", "tokens", ["user_id"], unique=False)
    op.create_table(
        "captions",
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name="fk_captions_image_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("image_id", "position", name="pk_captions"),
        comment="A picture's own descriptions, in order.",
    )
    op.create_table(
        "encodings",
        sa.Column("encoder_id", sa.Integer(), nullable=False),
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("alone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'done', 'quarantined')", name="ck_encodings_state"
        ),
        sa.ForeignKeyConstraint(
            ["encoder_id"], ["encoders.id"], name="fk_encodings_encoder_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name="fk_encodings_image_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("encoder_id", "image_id", name="pk_encodings"),
        comment="What is still to do for a picture under an encoder. 'alone' marks a picture whose batch died, 'attempts' counts the tries made with it alone.",
    )
    op.create_index("ix_encodings_image_id", "encodings", ["image_id"], unique=False)
    op.create_index(
        "ix_encodings_pending",
        "encodings",
        ["encoder_id", "image_id"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "image_collections",
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name="fk_image_collections_collection_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name="fk_image_collections_image_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("collection_id", "image_id", name="pk_image_collections"),
        comment="Which picture is in which collection.",
    )
    op.create_index(
        "ix_image_collections_image_id", "image_collections", ["image_id"], unique=False
    )
    op.create_table(
        "image_vectors",
        sa.Column("image_id", sa.BigInteger(), nullable=False),
        sa.Column("encoder_id", sa.Integer(), nullable=False),
        sa.Column("embedding", HALFVEC(), nullable=False),
        sa.ForeignKeyConstraint(
            ["encoder_id"], ["encoders.id"], name="fk_image_vectors_encoder_id"
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name="fk_image_vectors_image_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("image_id", "encoder_id", name="pk_image_vectors"),
        comment="Unit vectors of pictures; one partition an encoder, made when it is registered.",
        postgresql_partition_by="LIST (encoder_id)",
    )


def downgrade() -> None:
    op.drop_table("image_vectors")
    op.drop_table("image_collections")
    op.drop_table("encodings")
    op.drop_table("captions")
    op.drop_table("tokens")
    op.drop_table("images")
    op.drop_table("users")
    op.drop_table("facts")
    op.drop_table("encoders")
    op.drop_table("collections")
