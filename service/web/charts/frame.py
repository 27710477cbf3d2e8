"""What all charts share: the drawing with its title, the scale, gridlines and words."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import ceil, floor, log10

from flask_babel import format_decimal
from markupsafe import Markup, escape

WIDTH, HEIGHT = 560, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 16, 40
INNER_WIDTH = WIDTH - LEFT - RIGHT
INNER_HEIGHT = HEIGHT - TOP - BOTTOM


def drawing(title: str, parts: Iterable[str], *, height: int = HEIGHT) -> Markup:
    """The finished picture; its title is what a screen reader says."""
    inside = "".join(parts)
    return Markup(  # noqa: S704 - every text in it went through escape
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-label="{escape(title)}" preserveAspectRatio="xMidYMid meet">{inside}</svg>'
    )


def ticks(most: float, *, about: int = 4) -> list[float]:
    """Round numbers from nothing to the first one that is not below the largest value."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / about
    magnitude = 10 ** floor(log10(rough))
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= rough * 0.999)
    return [step * number for number in range(ceil(most / step - 1e-9) + 1)]


def grid(marks: Sequence[float]) -> list[str]:
    """Horizontal lines with their numbers at the left."""
    top = marks[-1]
    lines = []
    for mark in marks:
        y = TOP + INNER_HEIGHT * (1 - mark / top)
        lines.append(
            f'<line class="chart-grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        lines.append(words(LEFT - 8, y + 4, number(mark), anchor="end"))
    return lines


def words(x: float, y: float, said: object, *, anchor: str = "middle", kind: str = "") -> str:
    """A few words at a place."""
    return (
        f'<text class="chart-words {kind}" x="{x:.1f}" y="{y:.1f}"'
        f' text-anchor="{anchor}">{escape(said)}</text>'
    )


def number(value: object) -> str:
    """A number as the reader writes it, with no more places than say something."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "–" if value is None else str(value)
    if value == int(value):
        return str(format_decimal(int(value)))
    return str(format_decimal(round(value, 3 if abs(value) < 1 else 2)))


def amount(value: object) -> float:
    """A cell as a length; what is unknown has none."""
    return float(value) if isinstance(value, (int, float, Decimal)) else 0.0
