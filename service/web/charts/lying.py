"""Lying bars for labels that are words; several amounts a row share its bar."""

from collections.abc import Sequence

from markupsafe import Markup

from service.web.charts.frame import (
    HEIGHT,
    LEGEND,
    LETTER,
    WIDTH,
    Row,
    amount,
    box,
    drawing,
    legend,
    number,
    told,
    words,
)

LEAST_LINE, MOST_LINE = 20, 44
LONGEST = 20
WIDEST_LABEL = 150
VALUES = 58


def lying(
    title: str,
    rows: Sequence[Row],
    *,
    names: Sequence[str] = ("",),
    whole: bool = False,
    first: int = 1,
    says: str = "",
) -> Markup:
    """One bar a line; whole ones all have the same length and show shares."""
    if not rows:
        return Markup("")
    count = len(names)
    totals = [sum(map(amount, row[1 : count + 1])) for row in rows]
    room = min(max(len(clipped(row[0])) for row in rows) * LETTER + 14, WIDEST_LABEL)
    down = LEGEND if count > 1 else 2
    line = min(MOST_LINE, max(LEAST_LINE, (HEIGHT - down) / len(rows)))
    thick, foot = line * 0.62, line / 2 + 4
    parts = legend(names, first=first)
    for place, (row, total) in enumerate(zip(rows, totals, strict=True)):
        y, x = down + line * place, room
        parts.append(words(room - 10, y + foot, clipped(row[0]), anchor="end"))
        unit = (WIDTH - room - VALUES) / ((total if whole else max(totals)) or 1)
        for series, value in enumerate(row[1 : count + 1], start=first):
            long = unit * amount(value)
            parts.append(box(f"series-{series}", (x, y + (line - thick) / 2, long, thick), ""))
            x += long
        parts.append(words(x + 8, y + foot, number(total), anchor="start", kind="chart-value"))
        said = told(row[0], names, row[1 : count + 1])
        parts.append(box("chart-slot", (0, y, WIDTH, line), said))
    return drawing(title, parts, height=down + line * len(rows) + 4, says=says)


def clipped(label: object) -> str:
    """A label that leaves room for its bar."""
    said = number(label)
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
