"""What a browser saves as a file, and no cache keeps."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from service.analytics.export import MEDIA, exported

# A cell that begins like this would be run as a formula by a spreadsheet.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_file(
    name: str, kind: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> Response:
    """A table as a file of that kind, to go on working with."""
    return download(exported(kind, columns, rows), f"{name}.{kind}", MEDIA[kind])


def as_download(text: str, name: str, media_type: str) -> Response:
    """A text as a file of that name."""
    return download(text, name, f"{media_type}; charset=utf-8")


def download(content: bytes | str, name: str, content_type: str) -> Response:
    """Anything as a file of that name."""
    return Response(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


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
