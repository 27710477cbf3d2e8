"""Bars: upright for few or ordered values, lying for words."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from service.web.charts.frame import (
    BOTTOM,
    HEIGHT,
    INNER_HEIGHT,
    INNER_WIDTH,
    LEFT,
    TOP,
    WIDTH,
    amount,
    drawing,
    grid,
    number,
    ticks,
    words,
)

Row = Sequence[object]
MOST_LABELS = 12
FEW = 8
LINE = 22
NAMES = 120
VALUES = 64


def bars(title: str, rows: Sequence[Row], *, joined: bool = False) -> Markup:
    """One bar a row, its label in the first cell; joined ones are a histogram's."""
    if not rows:
        return Markup("")
    marks = ticks(max(amount(row[1]) for row in rows))
    slot = INNER_WIDTH / len(rows)
    width = slot - 1 if joined else min(72, slot * 0.66)
    every = -(-len(rows) // MOST_LABELS)
    parts = grid(marks)
    for place, row in enumerate(rows):
        tall = INNER_HEIGHT * amount(row[1]) / marks[-1]
        middle = LEFT + slot * (place + 0.5)
        top = TOP + INNER_HEIGHT - tall
        parts.append(
            f'<rect class="chart-bar" x="{middle - width / 2:.1f}" y="{top:.1f}" rx="2"'
            f' width="{width:.1f}" height="{max(tall, 0.5):.1f}">'
            f"<title>{escape(number(row[0]))}: {escape(number(row[1]))}</title></rect>"
        )
        if len(rows) <= FEW:
            parts.append(words(middle, top - 5, number(row[1]), kind="chart-value"))
        if place % every == 0:
            parts.append(words(middle, HEIGHT - BOTTOM + 20, number(row[0])))
    return drawing(title, parts)


def lying(title: str, rows: Sequence[Row]) -> Markup:
    """One bar a line, for labels that are words."""
    if not rows:
        return Markup("")
    most = max(amount(row[1]) for row in rows) or 1
    room = WIDTH - NAMES - VALUES
    parts = []
    for place, row in enumerate(rows):
        y = 4 + LINE * place
        long = room * amount(row[1]) / most
        said = f"{escape(row[0])}: {escape(number(row[1]))}"
        parts += [
            words(NAMES - 10, y + 14, str(row[0])[:18], anchor="end"),
            (
                f'<rect class="chart-bar" x="{NAMES}" y="{y + 3}" rx="2" width="{max(long, 1):.0f}"'
                f' height="{LINE - 7}"><title>{said}</title></rect>'
            ),
            words(NAMES + long + 8, y + 14, number(row[1]), anchor="start", kind="chart-value"),
        ]
    return drawing(title, parts, height=LINE * len(rows) + 8)
