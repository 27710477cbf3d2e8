"""Several measures from 0 to 1 of each line, as dots on one scale."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from service.web.charts.frame import (
    LEGEND,
    LETTER,
    WIDTH,
    Row,
    amount,
    box,
    drawing,
    legend,
    number,
    words,
)
from service.web.charts.lying import WIDEST_LABEL, clipped

LINE = 38
MARKS = (0.0, 0.25, 0.5, 0.75, 1.0)
RADIUS, RIGHT = 6, 20


def dots(title: str, rows: Sequence[Row], *, names: Sequence[str], says: str = "") -> Markup:
    """One line a row: its label, then a dot a name; what is below 0 stands at 0."""
    if not rows:
        return Markup("")
    room = min(max(len(clipped(row[0])) for row in rows) * LETTER + 16, WIDEST_LABEL)
    ground = LEGEND + LINE * len(rows)
    unit = WIDTH - room - RIGHT
    parts = legend(names)
    for mark in MARKS:
        x = room + unit * mark
        parts.append(
            f'<line class="chart-grid" x1="{x:.1f}" x2="{x:.1f}" y1="{LEGEND}" y2="{ground}"/>'
        )
        parts.append(words(x, ground + 18, number(mark)))
    for place, row in enumerate(rows):
        y = LEGEND + LINE * (place + 0.5)
        known = [
            (series, value)
            for series, value in enumerate(row[1 : len(names) + 1], start=1)
            if value is not None
        ]
        at = [room + unit * min(max(amount(value), 0), 1) for _, value in known]
        parts.append(words(room - 12, y + 5, clipped(row[0]), anchor="end"))
        if at:
            parts.append(
                f'<line class="chart-span" x1="{min(at):.1f}" x2="{max(at):.1f}"'
                f' y1="{y}" y2="{y}"/>'
            )
        for x, (series, value) in zip(at, known, strict=True):
            said = escape(f"{row[0]}: {names[series - 1]} {number(value)}")
            parts.append(
                f'<circle class="chart-dot series-{series}" cx="{x:.1f}" cy="{y}" r="{RADIUS}"'
                f' data-says="{said}"><title>{said}</title></circle>'
            )
        if not at:
            parts.append(box("chart-slot", (room, y - 8, unit, 16), f"{row[0]}: –"))
            parts.append(words(room + 14, y + 5, "–"))
    return drawing(title, parts, height=ground + 26, says=says)
