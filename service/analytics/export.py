"""An answer as a file: CSV, JSON or Parquet."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}

Rows = Iterable[Sequence[object]]


def exported(kind: str, columns: Sequence[str], rows: Rows) -> bytes:
    """The file of one of the kinds of MEDIA."""
    return {"csv": as_csv, "json": as_json, "parquet": as_parquet}[kind](distinct(columns), rows)


def distinct(names: Sequence[str]) -> list[str]:
    """The names, with a number behind those that come again."""
    taken: list[str] = []
    for name in names:
        fresh, number = name, 1
        while fresh in taken:
            number += 1
            fresh = f"{name}_{number}"
        taken.append(fresh)
    return taken


def as_csv(columns: Sequence[str], rows: Rows) -> bytes:
    """Comma-separated, with a header; what is unknown is empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def as_json(columns: Sequence[str], rows: Rows) -> bytes:
    """A list of objects."""
    found = [dict(zip(columns, map(plain, row), strict=True)) for row in rows]
    return json.dumps(found, ensure_ascii=False, default=str).encode()


def as_parquet(columns: Sequence[str], rows: Rows) -> bytes:
    """Columns with types, compressed."""
    import pyarrow as pa
    from pyarrow import parquet

    cells = [[plain(cell) for cell in row] for row in rows]
    table = pa.table(
        {name: column([row[place] for row in cells]) for place, name in enumerate(columns)}
    )
    out = io.BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


def column(values: list[object]) -> object:
    """The values as one type: numbers as they are, anything mixed as text."""
    import pyarrow as pa

    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None else str(value) for value in values])


def plain(value: object) -> object:
    """A value that every format knows; a number that is none is unknown."""
    if isinstance(value, Decimal):
        value = int(value) if value.is_finite() and value == int(value) else float(value)
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):  # noqa: PLR0124 - NaN
        return None
    return value
