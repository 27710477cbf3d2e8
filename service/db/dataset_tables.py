"""The tables of imported data sets and of people's judgements."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from service.db.tables import metadata, moment

__all__ = ["metadata"]

datasets = Table(
    "datasets",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    moment("created_at"),
    comment="Data sets that were imported, by name; their pictures are in <name>/train and /test.",
)

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("dataset_id", ForeignKey("datasets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("folder", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    Column("cancel_requested", Boolean, nullable=False, server_default=text("false")),
    Column("reason", Text),
    Column("started_by", ForeignKey("users.id", ondelete="SET NULL"), index=True),
    Column("pictures_total", Integer, nullable=False, server_default=text("0")),
    Column("pictures_added", Integer, nullable=False, server_default=text("0")),
    Column("pictures_duplicates", Integer, nullable=False, server_default=text("0")),
    Column("pictures_restricted", Integer, nullable=False, server_default=text("0")),
    Column("pictures_rejected", Integer, nullable=False, server_default=text("0")),
    moment("created_at"),
    moment("finished_at", nullable=True),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
    Index(
        "uq_imports_open",
        "dataset_id",
        unique=True,
        postgresql_where=text("state IN ('waiting', 'running')"),
    ),
    comment=(
        "Imports of data sets; at most one of a data set is open, and whoever runs it holds a lock."
    ),
)

import_files = Table(
    "import_files",
    metadata,
    Column("import_id", ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("position", SmallInteger, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    Column("sha256", Text),
    Column("size_bytes", BigInteger, nullable=False),
    Column("bytes_read", BigInteger, nullable=False, server_default=text("0")),
    Column("added", BigInteger, nullable=False, server_default=text("0")),
    Column("updated", BigInteger, nullable=False, server_default=text("0")),
    Column("unchanged", BigInteger, nullable=False, server_default=text("0")),
    Column("rejected", BigInteger, nullable=False, server_default=text("0")),
    Column("without_text", BigInteger, nullable=False, server_default=text("0")),
    CheckConstraint("state IN ('waiting', 'loading', 'done')", name="state"),
    comment="How far an import is in each of its files, and what became of the file's rows.",
)

import_errors = Table(
    "import_errors",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("import_id", ForeignKey("imports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("file", Text, nullable=False),
    Column("line", BigInteger),
    Column("column", Text),
    Column("value", Text),
    Column("reason", Text, nullable=False),
    comment="What an import refused: which row or picture, and why.",
)

dataset_pictures = Table(
    "dataset_pictures",
    metadata,
    Column("dataset_id", ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("image_id", ForeignKey("images.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("split", Text, nullable=False),
    Column("import_id", ForeignKey("imports.id", ondelete="SET NULL"), index=True),
    moment("created_at"),
    CheckConstraint("split IN ('train', 'test')", name="split"),
    comment=(
        "Under which file name a data set knows a picture; the files of a data set name pictures "
        "this way, and two names can mean one picture. 'import_id' is the import that brought it."
    ),
)

queries = Table(
    "queries",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("query_id", Text, nullable=False, unique=True),
    Column("text", Text),
    Column("language", Text),
    Column("image_id", ForeignKey("images.id", ondelete="SET NULL"), index=True),
    Column("import_id", ForeignKey("imports.id", ondelete="SET NULL"), index=True),
    moment("created_at"),
    moment("updated_at", nullable=True),
    comment=(
        "Texts that pictures are judged against, by their public id (<image file>#<n>); the text "
        "is NULL until a file brings it. 'image_id' is the picture the text was written for."
    ),
)

test_queries = Table(
    "test_queries",
    metadata,
    Column("query_id", Text, primary_key=True),
    Column("image_id", ForeignKey("images.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("text", Text, nullable=False),
    Column("dataset_id", ForeignKey("datasets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("import_id", ForeignKey("imports.id", ondelete="SET NULL"), index=True),
    moment("created_at"),
    moment("updated_at", nullable=True),
    comment=(
        "Evaluation questions with their known answers. Never captions, never retrieved by, never "
        "trained on."
    ),
)

training_pairs = Table(
    "training_pairs",
    metadata,
    Column("image_id", BigInteger, primary_key=True),
    Column("query_key", BigInteger, primary_key=True),
    Column("import_id", Integer),
    moment("created_at"),
    comment="Pairs of a picture and a query (queries.id) that a data set lists for training.",
)

judges = Table(
    "judges",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("dataset_id", ForeignKey("datasets.id", ondelete="CASCADE")),
    Column("user_id", ForeignKey("users.id", ondelete="SET NULL"), unique=True),
    Column("excluded_reason", Text),
    moment("excluded_at", nullable=True),
    moment("created_at"),
    Column("excluded_by", Text),
    CheckConstraint("kind IN ('panel', 'crowd', 'person')", name="kind"),
    CheckConstraint("(kind = 'person') = (dataset_id IS NULL)", name="dataset"),
    CheckConstraint("kind = 'person' OR user_id IS NULL", name="person"),
    CheckConstraint("(excluded_at IS NULL) = (excluded_reason IS NULL)", name="excluded"),
    UniqueConstraint("dataset_id", "kind"),
    comment=(
        "Who judged: a person with an account, the unnamed panel of experts of a data set, or its "
        "crowd. Judgements of an excluded judge stay, and do not count."
    ),
)

expert_grades = Table(
    "expert_grades",
    metadata,
    Column("image_id", BigInteger, primary_key=True),
    Column("query_key", BigInteger, primary_key=True),
    Column("judge_id", Integer, primary_key=True),
    Column("grades", ARRAY(SmallInteger), nullable=False),
    Column("import_id", Integer),
    moment("created_at"),
    moment("updated_at", nullable=True),
    CheckConstraint(
        "grades <@ '{1,2,3,4}'::smallint[] AND cardinality(grades) BETWEEN 1 AND 9", name="grades"
    ),
    comment=(
        "Grades 1 to 4 of one judge for one picture and query (queries.id): a person's one grade, "
        "or the sorted grades of a panel, whose places are not persons."
    ),
)

crowd_votes = Table(
    "crowd_votes",
    metadata,
    Column("image_id", BigInteger, primary_key=True),
    Column("query_key", BigInteger, primary_key=True),
    Column("judge_id", Integer, primary_key=True),
    Column("yes", Integer),
    Column("no", Integer),
    Column("share", Double),
    Column("import_id", Integer),
    moment("created_at"),
    moment("updated_at", nullable=True),
    CheckConstraint(
        "(yes >= 0 AND no >= 0 AND yes + no > 0 AND share IS NULL)"
        " OR (yes IS NULL AND no IS NULL AND share BETWEEN 0 AND 1)",
        name="votes",
    ),
    comment=(
        "Votes of a crowd, or of one person, whether a query (queries.id) fits a picture: counts, "
        "or the share of yes where a file tells no counts."
    ),
)
