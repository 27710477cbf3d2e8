"""Upright bars over ordered values; where a row has several amounts, stacked or side by side."""

from collections.abc import Sequence

from markupsafe import Markup

from service.web.charts.frame import (
    BOTTOM,
    HEIGHT,
    INNER_WIDTH,
    LEFT,
    LEGEND,
    TOP,
    Row,
    Scale,
    amount,
    box,
    drawing,
    every,
    grid,
    legend,
    linear,
    number,
    powers,
    short,
    told,
    words,
)

FEW = 8
WIDEST = 56


def bars(
    title: str,
    rows: Sequence[Row],
    *,
    names: Sequence[str] = ("",),
    joined: bool = False,
    says: str = "",
) -> Markup:
    """One bar a row: its label in the first cell, then an amount a name, stacked; joined touch."""
    if not rows:
        return Markup("")
    totals = [sum(map(amount, row[1 : len(names) + 1])) for row in rows]
    whole = all(float(total).is_integer() for total in totals)
    scale = linear(max(totals), top=roof(names), whole=whole)
    slot = INNER_WIDTH / len(rows)
    width = slot - 1 if joined else min(WIDEST, slot * 0.72)
    parts = [*legend(names), *grid(scale)]
    for place, row in enumerate(rows):
        x, y = LEFT + slot * (place + 0.5) - width / 2, scale.ground
        for series, value in enumerate(row[1 : len(names) + 1], start=1):
            y -= (tall := scale.tall(amount(value)))
            parts += [box(f"series-{series}", (x, y, width, tall), "")] if tall else []
        if len(rows) <= FEW:
            parts.append(words(x + width / 2, y - 5, short(totals[place]), kind="chart-value"))
    slots = pointed_at(rows, names, scale)
    return drawing(title, [*parts, *slots, *labels(rows, edge=joined)], says=says)


def histogram(
    title: str, rows: Sequence[Row], *, names: Sequence[str] = ("",), says: str = ""
) -> Markup:
    """Bars that touch over powers of ten, those of a row side by side: none hides the others."""
    if not rows:
        return Markup("")
    most = max(amount(cell) for row in rows for cell in row[1 : len(names) + 1])
    scale = powers(most, top=roof(names))
    slot = INNER_WIDTH / len(rows)
    width = (slot - 2) / len(names)
    parts = [*legend(names), *grid(scale)]
    for place, row in enumerate(rows):
        for series, value in enumerate(row[1 : len(names) + 1], start=1):
            if tall := scale.tall(amount(value)):
                x = LEFT + slot * place + 1 + width * (series - 1)
                parts.append(box(f"series-{series}", (x, scale.ground - tall, width, tall), ""))
    slots = pointed_at(rows, names, scale)
    return drawing(title, [*parts, *slots, *labels(rows, edge=True)], says=says)


def roof(names: Sequence[str]) -> float:
    """Where the bars may begin: below the legend, or below their own numbers."""
    return TOP + (LEGEND if len(names) > 1 else 6)


def pointed_at(rows: Sequence[Row], names: Sequence[str], scale: Scale) -> list[str]:
    """The whole height of a row answers the pointer, for small bars are hard to meet."""
    slot = INNER_WIDTH / len(rows)
    return [
        box(
            "chart-slot",
            (LEFT + slot * place, scale.top, slot, scale.ground - scale.top),
            told(row[0], names, row[1 : len(names) + 1]),
        )
        for place, row in enumerate(rows)
    ]


def labels(rows: Sequence[Row], *, edge: bool) -> list[str]:
    """What stands under the bars; a histogram's stand where a bar begins."""
    slot = INNER_WIDTH / len(rows)
    shown = range(0, len(rows), every([row[0] for row in rows], slot))
    shift = 0.0 if edge else 0.5
    return [
        words(
            LEFT + slot * (place + shift),
            HEIGHT - BOTTOM + 18,
            number(rows[place][0]),
            kind="chart-second" if turn % 2 and len(shown) > 4 else "",  # noqa: PLR2004 - a phone's room
        )
        for turn, place in enumerate(shown)
    ]
