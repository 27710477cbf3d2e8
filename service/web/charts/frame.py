"""What all charts share: the drawing with its title, the scale, gridlines, legend and words."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil, floor, log10

from babel.numbers import format_compact_decimal
from flask_babel import format_date, format_decimal, get_locale
from markupsafe import Markup, escape

Row = Sequence[object]
WIDTH, HEIGHT = 440, 244
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 12, 30
INNER_WIDTH = WIDTH - LEFT - RIGHT
LEGEND = 26
SWATCH, LETTER = 11, 6.9
THOUSANDS = 10_000


def drawing(title: str, parts: Iterable[str], *, height: float = HEIGHT, says: str = "") -> Markup:
    """The finished picture; title and summary are what a screen reader says."""
    key = hashlib.sha256(title.encode()).hexdigest()[:10]
    return Markup(  # noqa: S704 - every text in it went through escape
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
        f' aria-labelledby="t{key}" aria-describedby="d{key}" preserveAspectRatio="xMidYMid meet">'
        f'<title id="t{key}">{escape(title)}</title><desc id="d{key}">{escape(says)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def ticks(most: float, *, about: int = 4, whole: bool = False) -> list[float]:
    """Round numbers from nothing to the first one that is not below the largest value.

    What is counted comes in whole numbers, so its marks are whole too.
    """
    if most <= 0:
        return [0.0, 1.0]
    rough = most / about
    magnitude = 10 ** floor(log10(rough))
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= rough * 0.999)
    step = max(1, ceil(step)) if whole else step
    return [step * number for number in range(ceil(most / step - 1e-9) + 1)]


@dataclass(frozen=True, slots=True)
class Scale:
    """Where amounts stand between the top and the ground, with round marks between."""

    top: float
    ground: float
    marks: tuple[float, ...]
    by_powers: bool = False

    def tall(self, value: float) -> float:
        """How far above the ground an amount stands."""
        room, most = self.ground - self.top, self.marks[-1]
        if self.by_powers:
            return room * log10(1 + max(value, 0)) / log10(1 + most)
        return room * value / most


def linear(most: float, *, top: float = TOP, whole: bool = False) -> Scale:
    """Equal steps from nothing to the most."""
    return Scale(top, HEIGHT - BOTTOM, tuple(ticks(most, whole=whole)))


def powers(most: float, *, top: float = TOP) -> Scale:
    """Powers of ten, so that few are seen beside many."""
    marks = (0.0, *(10.0**power for power in range(ceil(log10(max(most, 10))) + 1)))
    return Scale(top, HEIGHT - BOTTOM, (*marks[:-1], max(most, 10.0)), by_powers=True)


def grid(scale: Scale) -> list[str]:
    """Horizontal lines with their numbers at the left; the lowest is the ground."""
    lines = []
    for mark in scale.marks:
        if scale.by_powers and mark in {1.0, scale.marks[-1]}:
            continue
        y = scale.ground - scale.tall(mark)
        kind = "chart-ground" if mark == scale.marks[0] else "chart-grid"
        lines.append(
            f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        lines.append(words(LEFT - 8, y + 4, short(mark), anchor="end"))
    return lines


def legend(names: Sequence[str], *, first: int = 1) -> list[str]:
    """What each colour means, in a line at the top; nothing where there is one colour."""
    if len(names) < 2:  # noqa: PLR2004 - one colour needs no key
        return []
    parts, x = [], float(LEFT)
    for place, name in enumerate(names):
        parts.append(
            f'<rect class="series-{place + first}" x="{x:.1f}" y="4" rx="3"'
            f' width="{SWATCH}" height="{SWATCH}"/>'
        )
        parts.append(words(x + SWATCH + 6, 14, name, anchor="start", kind="chart-key"))
        x += SWATCH + 22 + LETTER * len(name)
    return parts


def words(x: float, y: float, said: object, *, anchor: str = "middle", kind: str = "") -> str:
    """A few words at a place."""
    return (
        f'<text class="chart-words{" " if kind else ""}{kind}" x="{x:.1f}" y="{y:.1f}"'
        f' text-anchor="{anchor}">{escape(said)}</text>'
    )


def box(kind: str, place: tuple[float, float, float, float], says: str) -> str:
    """A rectangle; one with words says them when it is pointed at."""
    x, y, width, height = place
    where = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    if not says:
        return f'<rect class="{kind}" {where}/>'
    return (
        f'<rect class="{kind}" {where} data-says="{escape(says)}">'
        f"<title>{escape(says)}</title></rect>"
    )


def number(value: object) -> str:
    """A value as the reader writes it, with no more places than say something."""
    if isinstance(value, date):
        return str(format_date(value, "d MMM"))
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "–" if value is None else str(value)
    if value == int(value):
        return str(format_decimal(int(value)))
    return str(format_decimal(round(value, 3 if abs(value) < 1 else 2)))


def short(value: float) -> str:
    """A number on an axis, where there is little room."""
    if value < THOUSANDS:
        return number(value)
    return str(format_compact_decimal(value, locale=get_locale(), fraction_digits=1))


def amount(value: object) -> float:
    """A cell as a length; what is unknown has none."""
    return float(value) if isinstance(value, (int, float, Decimal)) else 0.0


def every(labels: Sequence[object], slot: float) -> int:
    """Every how many slots a label has room."""
    longest = max(len(number(label)) for label in labels)
    return max(1, ceil((longest * LETTER + 10) / slot))


def told(label: object, names: Sequence[str], values: Sequence[object]) -> str:
    """A row in words: its label, then each value with its name where there are several."""
    if len(values) == 1:
        return f"{number(label)}: {number(values[0])}"
    said = (f"{name} {number(value)}" for name, value in zip(names, values, strict=True))
    return f"{number(label)}: {', '.join(said)}"
