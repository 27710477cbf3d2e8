"""How large things are: the database, its largest tables, the pictures, vectors by encoder."""

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class EncoderVectors:
    """An encoder's vectors: how many pictures have one, and what they take with their index."""

    spec: str
    state: str
    dimension: int
    vectors: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class TableSize:
    """A table with its indexes; the rows are the planner's estimate."""

    name: str
    rows: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Stored:
    """Pictures that are kept, those waiting for their removal included, and the originals' size."""

    pictures: int
    deleted: int
    size_bytes: int


def database(conn: Connection) -> int:
    """Everything that the database takes on its disk."""
    return int(conn.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def tables(conn: Connection, *, limit: int) -> list[TableSize]:
    """The largest tables, parts of a divided one taken together."""
    rows = conn.execute(
        text(
            """
            SELECT coalesce(parent.relname, c.relname) AS name,
                   sum(greatest(c.reltuples, 0))::bigint AS rows,
                   sum(pg_total_relation_size(c.oid))::bigint AS size
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_inherits h ON h.inhrelid = c.oid
              LEFT JOIN pg_class parent ON parent.oid = h.inhparent
             WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'm')
             GROUP BY 1 ORDER BY 3 DESC LIMIT :limit
            """
        ),
        {"limit": limit},
    )
    return [TableSize(*row) for row in rows]


def vectors(conn: Connection) -> list[EncoderVectors]:
    """Every encoder with its vectors, the serving one first; their number is an estimate."""
    rows = conn.execute(
        text(
            """
            SELECT e.spec, e.state, e.dimension,
                   greatest(coalesce(c.reltuples, 0), 0)::bigint,
                   coalesce(pg_total_relation_size(c.oid), 0)::bigint
              FROM encoders e
              LEFT JOIN pg_class c ON c.relname = 'image_vectors_' || e.id AND c.relkind = 'r'
             ORDER BY e.state = 'serving' DESC, e.id
            """
        )
    )
    return [EncoderVectors(*row) for row in rows]


def pictures(conn: Connection) -> Stored:
    """How many pictures are stored and what their originals take."""
    row = conn.execute(
        text("SELECT count(*), count(deleted_at), coalesce(sum(size_bytes), 0)::bigint FROM images")
    ).one()
    return Stored(*row)
