"""Ranges: from the lower to the upper quartile, with the median and the mean."""

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
    words,
)

MARKS = (0.0, 0.25, 0.5, 0.75, 1.0)
LEAST = 3


def ranges(title: str, rows: Sequence[Sequence[object]]) -> Markup:
    """One range a row of (label, lower, median, upper, mean, …), all between 0 and 1."""
    if not rows:
        return Markup("")
    slot = INNER_WIDTH / len(rows)
    parts = grid(MARKS)
    for place, row in enumerate(rows):
        lower, median, upper, mean = (TOP + INNER_HEIGHT * (1 - amount(cell)) for cell in row[1:5])
        middle = LEFT + slot * (place + 0.5)
        half = min(44, slot * 0.33)
        tall = max(lower - upper, LEAST)
        parts += [
            (
                f'<rect class="chart-range" x="{middle - half:.1f}" y="{lower - tall:.1f}" rx="4"'
                f' width="{2 * half:.1f}" height="{tall:.1f}"><title>{escape(number(row[0]))}: '
                f"{escape(number(row[1]))} – {escape(number(row[3]))}</title></rect>"
            ),
            (
                f'<line class="chart-median" x1="{middle - half:.1f}" x2="{middle + half:.1f}"'
                f' y1="{median:.1f}" y2="{median:.1f}"/>'
            ),
            (
                f'<circle class="chart-mean" cx="{middle:.1f}" cy="{mean:.1f}" r="5">'
                f"<title>{escape(number(row[4]))}</title></circle>"
            ),
            words(middle, HEIGHT - BOTTOM + 20, number(row[0])),
        ]
    return drawing(title, parts)
