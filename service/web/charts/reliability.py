"""Is a probability what it says? Predicted beside what people said, step by step."""

from collections.abc import Sequence

from markupsafe import Markup

from service.web.charts.frame import (
    HEIGHT,
    INNER_WIDTH,
    LEFT,
    TOP,
    Scale,
    drawing,
    grid,
    short,
    words,
)

MARKS = (0.0, 0.25, 0.5, 0.75, 1.0)
GROUND = HEIGHT - 30
SCALE = Scale(TOP, GROUND, MARKS)
LEAST, MOST = 3.0, 9.0


def reliability(title: str, curve: Sequence[Sequence[float]]) -> Markup:
    """A point for each (pairs, predicted, said); larger ones stand for more pairs."""
    if not curve:
        return Markup("")
    largest = max(one[0] for one in curve)
    parts = grid(SCALE)
    parts += [words(across(mark), HEIGHT - 10, short(mark)) for mark in MARKS]
    parts.append(
        f'<line class="chart-grid" x1="{across(0):.1f}" y1="{down(0):.1f}"'
        f' x2="{across(1):.1f}" y2="{down(1):.1f}"/>'
    )
    path = " ".join(f"{across(one[1]):.1f},{down(one[2]):.1f}" for one in curve)
    parts.append(f'<polyline class="chart-line line-1" points="{path}"/>')
    for pairs, predicted, said in curve:
        size = LEAST + (MOST - LEAST) * (pairs / largest) ** 0.5
        told = f"{predicted:.2f} → {said:.2f} ({pairs:.0f})"
        parts.append(
            f'<circle class="chart-point line-1" cx="{across(predicted):.1f}"'
            f' cy="{down(said):.1f}" r="{size:.1f}"><title>{told}</title></circle>'
        )
    return drawing(title, parts)


def across(share: float) -> float:
    """Where a prediction lies."""
    return LEFT + INNER_WIDTH * share


def down(share: float) -> float:
    """Where what people said lies."""
    return GROUND - SCALE.tall(share)
