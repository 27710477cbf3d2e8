"""A figure over time: every training a column of dots, what served a line, each publish a ring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.web.charts.frame import (
    BOTTOM,
    HEIGHT,
    INNER_WIDTH,
    LEFT,
    LEGEND,
    RIGHT,
    TOP,
    WIDTH,
    box,
    drawing,
    every,
    number,
    words,
)
from service.web.charts.intervals import between

GROUND = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Moment:
    """One event: its day, the figures of what was trained, and that of what serves from then on."""

    label: str
    says: str
    figures: tuple[float, ...]
    serves: float | None
    published: bool


def history(
    title: str, moments: Sequence[Moment], *, names: Sequence[str], says: str = ""
) -> Markup:
    """The events in order; the names are those of a dot, the line and a ring."""
    values = [one for moment in moments for one in (*moment.figures, *served(moment))]
    if not values:
        return Markup("")
    marks = between(min(values), max(values))
    top, slot = TOP + LEGEND, INNER_WIDTH / len(moments)
    unit = (GROUND - top) / (marks[-1] - marks[0])

    def at(value: float) -> float:
        return GROUND - unit * (value - marks[0])

    parts = key(names)
    for mark in marks:
        kind = "chart-ground" if mark == marks[0] else "chart-grid"
        parts.append(
            f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at(mark):.1f}"'
            f' y2="{at(mark):.1f}"/>'
        )
        parts.append(words(LEFT - 8, at(mark) + 4, number(mark), anchor="end"))
    xs = [LEFT + slot * (place + 0.5) for place in range(len(moments))]
    parts.append(f'<path class="chart-line line-1" d="{line(xs, moments, at)}"/>')
    step = every([one.label for one in moments], slot)
    for place, (x, moment) in enumerate(zip(xs, moments, strict=True)):
        parts += [
            f'<circle class="chart-dot series-6" cx="{x:.1f}" cy="{at(one):.1f}" r="4"/>'
            for one in moment.figures
        ]
        if moment.published and moment.serves is not None:
            parts.append(
                f'<circle class="chart-point line-1" cx="{x:.1f}" cy="{at(moment.serves):.1f}"'
                ' r="7"/>'
            )
        if place % step == 0:
            parts.append(words(x, GROUND + 18, moment.label))
        slot_box = (x - slot / 2, top, slot, GROUND - top)
        parts.append(box("chart-slot", slot_box, moment.says))
    return drawing(title, parts, says=says)


def line(xs: Sequence[float], moments: Sequence[Moment], at: Callable[[float], float]) -> str:
    """What serves from each event to the next, in steps; nothing while nothing serves."""
    steps = []
    for place, (x, moment) in enumerate(zip(xs, moments, strict=True)):
        if moment.serves is None:
            continue
        last = place + 1 == len(moments)
        step = f"M{x:.1f} {at(moment.serves):.1f}H{WIDTH - RIGHT if last else xs[place + 1]:.1f}"
        after = None if last else moments[place + 1].serves
        steps.append(step if after is None else f"{step}V{at(after):.1f}")
    return "".join(steps)


def served(moment: Moment) -> tuple[float, ...]:
    """The figure of what serves, if anything does."""
    return () if moment.serves is None else (moment.serves,)


def key(names: Sequence[str]) -> list[str]:
    """What dots, line and rings mean."""
    x, parts = float(LEFT), []
    signs = (
        '<circle class="chart-dot series-6" cx="{x}" cy="10" r="4"/>',
        '<path class="chart-line line-1" d="M{left} 10H{right}"/>',
        '<circle class="chart-point line-1" cx="{x}" cy="10" r="6"/>',
    )
    for sign, name in zip(signs, names, strict=True):
        parts.append(sign.format(x=x + 8, left=x, right=x + 16))
        parts.append(words(x + 22, 14, name, anchor="start", kind="chart-key"))
        x += 40 + 6.9 * len(name)
    return parts
