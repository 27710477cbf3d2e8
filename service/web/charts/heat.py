"""A heat map: how often two things met, darker for more."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from service.web.charts.frame import HEIGHT, WIDTH, Row, amount, box, drawing, number, words

EDGE = 44
DARK = 0.55


def heat(
    title: str, rows: Sequence[Row], *, across: str = "", up: str = "", says: str = ""
) -> Markup:
    """A cell for each row of (column, line, amount), with its share of the column."""
    if not rows:
        return Markup("")
    marks = sorted({amount(row[0]) for row in rows})
    total = {x: sum(amount(row[2]) for row in rows if amount(row[0]) == x) for x in marks}
    met = {(amount(row[0]), amount(row[1])): amount(row[2]) for row in rows}
    wide, tall = (WIDTH - EDGE - 8) / len(marks), (HEIGHT - EDGE) / len(marks)
    middle = (HEIGHT - EDGE) / 2
    parts = [
        words(EDGE + (WIDTH - EDGE) / 2, HEIGHT - 6, across, kind="chart-axis"),
        (
            f'<text class="chart-words chart-axis" text-anchor="middle" x="12" y="{middle:.0f}"'
            f' transform="rotate(-90 12 {middle:.0f})">{escape(up)}</text>'
        ),
    ]
    for i, x in enumerate(marks):
        left = EDGE + i * wide
        parts.append(words(left + wide / 2, HEIGHT - 24, number(x)))
        parts.append(words(EDGE - 12, (len(marks) - i - 0.5) * tall + 4, number(x)))
        for k, y in enumerate(marks):
            share = met.get((x, y), 0) / (total[x] or 1)
            top = (len(marks) - 1 - k) * tall
            cell = left + 1.5, top + 1.5, wide - 3, tall - 3
            parts.append(box("chart-cell", cell, "").replace("<rect", shade(share), 1))
            dark = " chart-on-dark" if share > DARK else ""
            said = f"{share:.0%}" if share >= 0.005 or not share else "<1%"  # noqa: PLR2004 - half a percent
            parts.append(
                words(left + wide / 2, top + tall / 2 + 5, said, kind=f"chart-share{dark}")
            )
            told = f"{number(x)} × {number(y)}: {number(met.get((x, y), 0))} ({share:.1%})"
            parts.append(box("chart-slot", cell, told))
    return drawing(title, parts, says=says)


def shade(share: float) -> str:
    """How strong a cell's colour is."""
    return f'<rect fill-opacity="{0.05 + 0.95 * share:.3f}"'
