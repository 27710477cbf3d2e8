"""Tables as files to keep."""

from collections.abc import Sequence

from flask import Response

from service.analytics.export import MEDIA, exported


def as_file(
    name: str, kind: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> Response:
    """A download that no cache keeps."""
    return Response(
        exported(kind, columns, rows),
        content_type=MEDIA[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{kind}"',
            "Cache-Control": "no-store",
        },
    )
