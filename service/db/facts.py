"""What this installation knows of itself."""

import json

from sqlalchemy import Connection, text


def read(conn: Connection, name: str) -> object | None:
    """One fact, or None."""
    value: object = conn.scalar(text("SELECT value FROM facts WHERE name = :name"), {"name": name})
    return value


def write(conn: Connection, name: str, value: object) -> None:
    """Set one fact."""
    conn.execute(
        text(
            """
            INSERT INTO facts (name, value) VALUES (:name, CAST(:value AS jsonb))
            ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = now()
            """
        ),
        {"name": name, "value": json.dumps(value)},
    )
