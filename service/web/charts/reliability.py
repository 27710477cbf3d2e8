"""Is a probability what it says? Predicted beside what people said, with how many pairs each."""

from collections.abc import Sequence

from markupsafe import Markup

from service.web.charts.frame import (
    INNER_WIDTH,
    LEFT,
    TOP,
    Scale,
    box,
    drawing,
    grid,
    number,
    short,
    words,
)

MARKS = (0.0, 0.25, 0.5, 0.75, 1.0)
GROUND = 230
SCALE = Scale(TOP, GROUND, MARKS)
# The bars of pairs stand below, upside down, so that a thin step is not taken for a sure one.
BARS, TALLEST, FOOT = GROUND + 26, 46, 8
WIDEST = 26.0


def reliability(
    title: str, curve: Sequence[Sequence[float]], *, names: Sequence[str], says: str = ""
) -> Markup:
    """A point for each (pairs, predicted, said) and below it a bar of its pairs.

    The names are those of what was predicted, what was said, and the pairs.
    """
    if not curve:
        return Markup("")
    most = max(one[0] for one in curve)
    parts = grid(SCALE)
    parts += [words(across(mark), GROUND + 18, short(mark)) for mark in MARKS]
    parts.append(
        f'<line class="chart-ideal" x1="{across(0):.1f}" y1="{down(0):.1f}"'
        f' x2="{across(1):.1f}" y2="{down(1):.1f}"/>'
    )
    path = " ".join(f"{across(one[1]):.1f},{down(one[2]):.1f}" for one in curve)
    parts.append(f'<polyline class="chart-line line-1" points="{path}"/>')
    width = min(WIDEST, INNER_WIDTH / len(curve) * 0.7)
    for pairs, predicted, said in curve:
        x, tall = across(predicted), TALLEST * pairs / most
        told = (
            f"{names[0]} {number(predicted)}, {names[1]} {number(said)}, {names[2]} {number(pairs)}"
        )
        parts += [
            f'<circle class="chart-point line-1" cx="{x:.1f}" cy="{down(said):.1f}" r="4.5"/>',
            box("series-5", (x - width / 2, BARS, width, max(tall, 1)), ""),
            box("chart-slot", (x - width / 2, TOP, width, BARS + TALLEST - TOP), told),
        ]
    parts.append(words(LEFT - 8, BARS + 10, names[2], anchor="end", kind="chart-axis"))
    return drawing(title, parts, height=BARS + TALLEST + FOOT, says=says)


def across(share: float) -> float:
    """Where a prediction lies."""
    return LEFT + INNER_WIDTH * share


def down(share: float) -> float:
    """Where what people said lies."""
    return GROUND - SCALE.tall(share)
