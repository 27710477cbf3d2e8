"""A line over days."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from service.web.charts.frame import (
    BOTTOM,
    HEIGHT,
    INNER_HEIGHT,
    INNER_WIDTH,
    LEFT,
    TOP,
    amount,
    drawing,
    grid,
    number,
    ticks,
    words,
)

MOST_LABELS = 6


def line(title: str, rows: Sequence[Sequence[object]]) -> Markup:
    """One point a row of (day, amount, …), from the oldest to the newest."""
    if not rows:
        return Markup("")
    days = sorted(rows, key=lambda row: str(row[0]))
    marks = ticks(max(amount(row[1]) for row in days))
    step = INNER_WIDTH / max(len(days) - 1, 1)
    points = [
        (LEFT + step * place, TOP + INNER_HEIGHT * (1 - amount(row[1]) / marks[-1]))
        for place, row in enumerate(days)
    ]
    every = -(-len(days) // MOST_LABELS)
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts = [*grid(marks), f'<polyline class="chart-line" points="{path}"/>']
    for place, ((x, y), row) in enumerate(zip(points, days, strict=True)):
        said = f"{escape(row[0])}: {escape(number(row[1]))}"
        parts.append(
            f'<circle class="chart-point" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{said}</title>'
            "</circle>"
        )
        if place % every == 0:
            anchor = "start" if place == 0 else "middle"
            parts.append(words(x, HEIGHT - BOTTOM + 20, row[0], anchor=anchor))
    return drawing(title, parts)
