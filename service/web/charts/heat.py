"""A heat map: how often two things met, darker for more."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from service.web.charts.frame import HEIGHT, WIDTH, amount, drawing, number, words

EDGE = 40
DARK = 0.55


def heat(title: str, rows: Sequence[Sequence[object]]) -> Markup:
    """A cell for each row of (column, line, amount), with its share of the column."""
    if not rows:
        return Markup("")
    across = sorted({amount(row[0]) for row in rows})
    total = {x: sum(amount(row[2]) for row in rows if amount(row[0]) == x) for x in across}
    met = {(amount(row[0]), amount(row[1])): amount(row[2]) for row in rows}
    width, height = (WIDTH - EDGE - 8) / len(across), (HEIGHT - EDGE) / len(across)
    parts: list[str] = []
    for i, x in enumerate(across):
        left = EDGE + i * width
        parts.append(words(left + width / 2, HEIGHT - 14, number(x)))
        parts.append(words(EDGE - 12, (len(across) - i - 0.5) * height + 4, number(x)))
        for k, y in enumerate(across):
            share = met.get((x, y), 0) / (total[x] or 1)
            top = (len(across) - 1 - k) * height
            shade = " chart-on-dark" if share > DARK else ""
            parts.append(
                f'<rect class="chart-cell" x="{left + 1:.1f}" y="{top + 1:.1f}" rx="4"'
                f' width="{width - 2:.1f}" height="{height - 2:.1f}"'
                f' fill-opacity="{0.06 + 0.94 * share:.3f}"><title>{escape(number(x))} × '
                f"{escape(number(y))}: {escape(number(met.get((x, y), 0)))}</title></rect>"
            )
            parts.append(
                words(
                    left + width / 2,
                    top + height / 2 + 5,
                    f"{share:.0%}",
                    kind=f"chart-share{shade}",
                )
            )
    return drawing(title, parts)
