"""Texts that a browser saves as a file, and no cache keeps."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

# A cell that begins like this would be run as a formula by a spreadsheet.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_download(text: str, name: str, media_type: str) -> Response:
    """A text as a file of that name."""
    answer = Response(text, content_type=f"{media_type}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV that no spreadsheet takes for formulas."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(columns)
    table.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def harmless(cell: object) -> object:
    """A cell that is shown and never run."""
    if isinstance(cell, str) and cell.startswith(FORMULAS):
        return f"'{cell}"
    return cell
