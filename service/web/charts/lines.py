"""Lines over ordered values, one a series."""

from collections.abc import Sequence

from markupsafe import Markup

from service.web.charts.bars import labels, pointed_at, roof
from service.web.charts.frame import INNER_WIDTH, LEFT, Row, amount, drawing, grid, legend, linear

FEW_POINTS = 45


def lines(
    title: str, rows: Sequence[Row], *, names: Sequence[str] = ("",), says: str = ""
) -> Markup:
    """One point a row and name, in the order of the rows."""
    if not rows:
        return Markup("")
    most = max(amount(cell) for row in rows for cell in row[1 : len(names) + 1])
    scale, step = linear(most, top=roof(names)), INNER_WIDTH / len(rows)
    parts = [*legend(names), *grid(scale)]
    for series in range(1, len(names) + 1):
        points = [
            (LEFT + step * (place + 0.5), scale.ground - scale.tall(amount(row[series])))
            for place, row in enumerate(rows)
            if row[series] is not None
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="chart-line line-{series}" points="{path}"/>')
        if len(points) <= FEW_POINTS:
            parts += [
                f'<circle class="chart-point line-{series}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
                for x, y in points
            ]
    slots = pointed_at(rows, names, scale)
    return drawing(title, [*parts, *slots, *labels(rows, edge=False)], says=says)
