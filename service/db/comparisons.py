"""Comparisons of towers and scorers that somebody asked for, and what came of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, text

OPEN = ("waiting", "running")
COLUMNS = "id, state, asked, who, done, total, cells, reason, created_at, finished_at"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: what was asked, how far it is, and the cells of the grid once it is done."""

    comparison_id: int
    state: str
    asked: Mapping[str, Any]
    who: str
    done: int
    total: int
    cells: tuple[Mapping[str, Any], ...]
    reason: str | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it is yet to end."""
        return self.state in OPEN


def from_row(row: RowMapping) -> Comparison:
    """A row as a value."""
    known = {name: value for name, value in row.items() if name != "id"}
    return Comparison(row["id"], **{**known, "cells": tuple(row["cells"] or ())})


def add(conn: Connection, *, asked: Mapping[str, Any], who: str) -> int:
    """Write down what is wanted; answers its key."""
    return int(
        conn.execute(
            text(
                "INSERT INTO comparisons (asked, who) VALUES (CAST(:asked AS jsonb), :who)"
                " RETURNING id"
            ),
            {"asked": json.dumps(asked), "who": who},
        ).scalar_one()
    )


def one(conn: Connection, comparison_id: int) -> Comparison | None:
    """One comparison."""
    row = (
        conn.execute(
            text(f"SELECT {COLUMNS} FROM comparisons WHERE id = :id"), {"id": comparison_id}
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else from_row(row)


def listed(conn: Connection, *, most: int) -> list[Comparison]:
    """The comparisons, the latest first."""
    rows = conn.execute(
        text(f"SELECT {COLUMNS} FROM comparisons ORDER BY id DESC LIMIT :most"), {"most": most}
    ).mappings()
    return [from_row(row) for row in rows]


def first_open(conn: Connection) -> Comparison | None:
    """The one that waits or is under way."""
    row = (
        conn.execute(
            text(f"SELECT {COLUMNS} FROM comparisons WHERE state = ANY(:open) ORDER BY id LIMIT 1"),
            {"open": list(OPEN)},
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else from_row(row)


def advance(conn: Connection, comparison_id: int, *, done: int, total: int) -> bool:
    """Note how far it is; False where it is wanted no more."""
    found = conn.execute(
        text(
            """
            UPDATE comparisons SET state = 'running', done = :done, total = :total
             WHERE id = :id AND state IN ('waiting', 'running') RETURNING id
            """
        ),
        {"id": comparison_id, "done": done, "total": total},
    )
    return found.first() is not None


def finish(
    conn: Connection,
    comparison_id: int,
    *,
    state: str,
    cells: Sequence[Mapping[str, Any]] | None = None,
    reason: str | None = None,
) -> bool:
    """End it, if it is open; answers whether it was."""
    found = conn.execute(
        text(
            """
            UPDATE comparisons SET state = :state, cells = CAST(:cells AS jsonb), reason = :reason,
                   finished_at = clock_timestamp()
             WHERE id = :id AND state IN ('waiting', 'running') RETURNING id
            """
        ),
        {
            "id": comparison_id,
            "state": state,
            "cells": None if cells is None else json.dumps(list(cells)),
            "reason": reason,
        },
    )
    return found.first() is not None
