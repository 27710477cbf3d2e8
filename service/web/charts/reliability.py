"""Is a probability what it says? Predicted beside what people said, step by step."""

from collections.abc import Sequence

from markupsafe import Markup

from service.web.charts.frame import (
    HEIGHT,
    INNER_HEIGHT,
    INNER_WIDTH,
    LEFT,
    TOP,
    drawing,
    grid,
    number,
    words,
)

MARKS = (0.0, 0.25, 0.5, 0.75, 1.0)
LEAST, MOST = 3.0, 11.0


def reliability(title: str, curve: Sequence[Sequence[float]]) -> Markup:
    """A point for each (pairs, predicted, said); larger ones stand for more pairs."""
    if not curve:
        return Markup("")
    largest = max(one[0] for one in curve)
    parts = grid(MARKS)
    parts += [words(across(mark), HEIGHT - 18, number(mark)) for mark in MARKS]
    parts.append(
        f'<line class="chart-grid" x1="{across(0)}" y1="{down(0)}"'
        f' x2="{across(1)}" y2="{down(1)}"/>'
    )
    path = " ".join(f"{across(one[1]):.1f},{down(one[2]):.1f}" for one in curve)
    parts.append(f'<polyline class="chart-line" points="{path}"/>')
    for pairs, predicted, said in curve:
        size = LEAST + (MOST - LEAST) * (pairs / largest) ** 0.5
        told = f"{number(predicted)} → {number(said)} ({number(pairs)})"
        parts.append(
            f'<circle class="chart-point" cx="{across(predicted):.1f}" cy="{down(said):.1f}"'
            f' r="{size:.1f}"><title>{told}</title></circle>'
        )
    return drawing(title, parts)


def across(share: float) -> float:
    """Where a prediction lies."""
    return LEFT + INNER_WIDTH * share


def down(share: float) -> float:
    """Where what people said lies."""
    return TOP + INNER_HEIGHT * (1 - share)
