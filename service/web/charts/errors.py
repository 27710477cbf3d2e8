"""Errors around nothing: for each part of the truth the middle half, the median and the mean."""

from collections.abc import Sequence

from markupsafe import Markup

from service.web.charts.frame import (
    BOTTOM,
    HEIGHT,
    INNER_WIDTH,
    LEFT,
    LEGEND,
    RIGHT,
    TOP,
    WIDTH,
    Row,
    amount,
    box,
    drawing,
    number,
    words,
)
from service.web.charts.intervals import between
from service.web.charts.ranges import LEAST, key, line

WIDEST = 40.0


def errors(title: str, rows: Sequence[Row], *, names: Sequence[str], says: str = "") -> Markup:
    """One range a row of (label, pairs, lower, median, upper, mean), below and above nothing.

    The names are those of the range, the median, the mean and the pairs.
    """
    if not rows:
        return Markup("")
    ends = [amount(cell) for row in rows for cell in row[2:6]]
    marks = between(min(*ends, 0.0), max(*ends, 0.0))
    top, ground = TOP + LEGEND, HEIGHT - BOTTOM
    unit, slot = (ground - top) / (marks[-1] - marks[0]), INNER_WIDTH / len(rows)

    def at(value: object) -> float:
        return ground - unit * (amount(value) - marks[0])

    parts = [*key(names[:3])]
    for mark in marks:
        kind = "chart-ground" if mark == 0 else "chart-grid"
        parts.append(
            f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at(mark):.1f}"'
            f' y2="{at(mark):.1f}"/>'
        )
        parts.append(words(LEFT - 8, at(mark) + 4, number(mark), anchor="end"))
    for place, row in enumerate(rows):
        lower, median, upper, mean = (at(cell) for cell in row[2:6])
        middle, half = LEFT + slot * (place + 0.5), min(WIDEST, slot * 0.3)
        tall = max(lower - upper, LEAST)
        half_lies = f"{row[0]}: {names[0]} {number(row[2])} – {number(row[4])}"
        rest = zip(names[1:], (row[3], row[5], row[1]), strict=True)
        said = ", ".join([half_lies, *(f"{name} {number(value)}" for name, value in rest)])
        parts += [
            box("chart-range", (middle - half, lower - tall, 2 * half, tall), ""),
            line(middle, half, median),
            f'<circle class="chart-mean" cx="{middle:.1f}" cy="{mean:.1f}" r="6"/>',
            words(middle, HEIGHT - BOTTOM + 18, row[0]),
            box("chart-slot", (middle - slot / 2, top, slot, ground - top), said),
        ]
    return drawing(title, parts, says=says)
