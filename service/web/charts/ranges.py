"""Ranges: from the lower to the upper quartile, with the median and the mean."""

from collections.abc import Sequence

from markupsafe import Markup

from service.web.charts.frame import (
    BOTTOM,
    HEIGHT,
    INNER_WIDTH,
    LEFT,
    LEGEND,
    LETTER,
    TOP,
    Row,
    Scale,
    amount,
    box,
    drawing,
    grid,
    number,
    words,
)

MARKS = 0.0, 0.25, 0.5, 0.75, 1.0
LEAST = 3


def ranges(title: str, rows: Sequence[Row], *, names: Sequence[str], says: str = "") -> Markup:
    """One range a row of (label, lower, median, upper, mean, …), all between 0 and 1.

    The names are those of the range, the median and the mean.
    """
    if not rows:
        return Markup("")
    scale = Scale(TOP + LEGEND, HEIGHT - BOTTOM, MARKS)
    ground = scale.ground
    slot = INNER_WIDTH / len(rows)
    parts = [*key(names), *grid(scale)]
    for place, row in enumerate(rows):
        lower, median, upper, mean = (ground - scale.tall(amount(cell)) for cell in row[1:5])
        middle = LEFT + slot * (place + 0.5)
        half = min(40, slot * 0.3)
        tall = max(lower - upper, LEAST)
        parts += [
            box("chart-range", (middle - half, lower - tall, 2 * half, tall), ""),
            line(middle, half, median),
            f'<circle class="chart-mean" cx="{middle:.1f}" cy="{mean:.1f}" r="6"/>',
            words(middle, ground + 18, number(row[0])),
        ]
        quartiles = f"{number(row[1])} – {number(row[3])}"
        said = f"{number(row[0])}: {names[0]} {quartiles}, {names[1]} {number(row[2])}"
        said = f"{said}, {names[2]} {number(row[4])}"
        whole = middle - slot / 2, scale.top, slot, ground - scale.top
        parts.append(box("chart-slot", whole, said))
    return drawing(title, parts, says=says)


def line(middle: float, half: float, y: float) -> str:
    """The median's line."""
    return (
        f'<line class="chart-median" x1="{middle - half:.1f}" x2="{middle + half:.1f}"'
        f' y1="{y:.1f}" y2="{y:.1f}"/>'
    )


def key(names: Sequence[str]) -> list[str]:
    """What the three signs mean."""
    xs = [LEFT]
    for name in names[:-1]:
        xs.append(xs[-1] + 40 + round(LETTER * len(name)))
    return [
        box("chart-range", (xs[0], 4, 16, 12), ""),
        line(xs[1] + 8, 8, 10),
        f'<circle class="chart-mean" cx="{xs[2] + 8}" cy="10" r="6"/>',
        *(
            words(x + 22, 14, name, anchor="start", kind="chart-key")
            for x, name in zip(xs, names, strict=True)
        ),
    ]
