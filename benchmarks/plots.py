"""Draws the plots of docs/scoring.md from what was measured: `python -m benchmarks plots`.

`--json docs/scoring/measured.json` of the benchmarks scorers and ablation keeps the numbers. The
drawings have no ground of their own and are of middle tones, to be read on light and dark alike.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "docs" / "scoring"
WIDTH, ROW = 640, 26
LEFT, RIGHT, TOP, BOTTOM = 190, 24, 44, 52
INK, FAINT = "#7d8590", "#7d859055"
BLUE, ORANGE = "#3b82f6", "#e08a1e"


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values lie along a line."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def main() -> None:
    """Draw what was measured, and say what was not."""
    told = json.loads((FOLDER / "measured.json").read_text())
    told["comparison"] = [*told.get("grid", []), *told.get("comparison", [])]
    for name, draw in PLOTS.items():
        if not told.get(name):
            print(f"{name}: not measured yet")
            continue
        (FOLDER / f"{name}.svg").write_text(draw(told[name]), encoding="utf-8")
        print(f"docs/scoring/{name}.svg")


def comparison(rows: Sequence[dict[str, Any]]) -> str:
    """The error of each scorer with its interval."""
    by_name = {str(r["scorer"]): r for r in rows if r.get("split", "grouped") == "grouped"}
    plain = {name.removesuffix(", aligned") for name in by_name if name.endswith(", aligned")}
    left_out = plain | {"constant, concatenated"}
    known = [
        (name, [(row["rmse"], row["bounds"])])
        for name, row in by_name.items() if name not in left_out
    ]  # fmt: skip
    title = "Error on photographs that were not seen: RMSE with 95 % intervals"
    return intervals(title, known, (0.12, 0.3), 0.03)


def ablation(rows: Sequence[dict[str, Any]]) -> str:
    """How much more boosting and the linear scorer err without each group of features."""
    found: dict[str, list[Spread]] = {}
    for kind in ("boosting", "linear"):
        for row in rows:
            if row["scorer"] == kind and row["features"].startswith("without"):
                found.setdefault(str(row["features"]), []).append((row["more"], row["bounds"]))
    title = "RMSE more than with all features: blue boosting, orange linear"
    return intervals(title, list(found.items()), (-0.004, 0.01), 0.002, at=0.0, digits=3)


Spread = tuple[float, Sequence[float]]


def intervals(
    title: str,
    rows: Sequence[tuple[str, Sequence[Spread]]],
    ends: tuple[float, float],
    step: float,
    *,
    at: float | None = None,
    digits: int = 2,
) -> str:
    """A point and a line for each value of each row; those beside one another differ in colour."""
    height = TOP + ROW * len(rows) + BOTTOM - 16
    across = Scale(*ends, LEFT, WIDTH - RIGHT)
    ground = TOP + ROW * len(rows) + 4
    parts = list(ticks(across, step, TOP - 8, ground, digits))
    if at is not None:
        parts.append(line(across(at), TOP - 8, across(at), ground, INK))
    for number, (name, values) in enumerate(rows):
        middle = TOP + ROW * (number + 0.5)
        parts.append(word(LEFT - 10, middle + 4, name, "end"))
        for place, ((value, bounds), colour) in enumerate(
            zip(values, (BLUE, ORANGE), strict=False)
        ):
            y = middle + 8 * (place - (len(values) - 1) / 2)
            low, high = (max(ends[0], min(ends[1], one)) for one in bounds)
            parts.append(line(across(low), y, across(high), y, colour, 2))
            parts.append(dot(across(value), y, 4, colour))
    return drawing(title, height, parts)


def reliability(curves: dict[str, Sequence[Sequence[float]]]) -> str:
    """What is predicted and what people said, before and after calibration."""
    height, names = 420, {"raw": "before calibration", "calibrated": "after calibration"}
    across, up = Scale(0, 1, 60, WIDTH - 200), Scale(0, 1, height - BOTTOM, TOP)
    parts = [*ticks(across, 0.2, TOP, height - BOTTOM, 1), *side(up, 0.2, 60, WIDTH - 200)]
    parts.append(line(across(0), up(0), across(1), up(1), INK, 1, dashed=True))
    for number, (name, colour) in enumerate(zip(names, (ORANGE, BLUE), strict=True)):
        points = [(across(said), up(so)) for _, said, so in curves[name]]
        parts.append(path(points, colour))
        # As large as there are pairs: the last steps have few.
        sizes = [max(2.0, min(8.0, pairs**0.5 / 3)) for pairs, _, _ in curves[name]]
        parts += [dot(x, y, size, colour) for (x, y), size in zip(points, sizes, strict=True)]
        y = TOP + 20 + 22 * number
        parts.append(line(WIDTH - 180, y - 4, WIDTH - 158, y - 4, colour, 2))
        parts.append(word(WIDTH - 150, y, names[name]))
    parts.append(word((60 + WIDTH - 200) / 2, height - 8, "predicted", "middle"))
    parts.append(word(WIDTH - 180, TOP + 70, "larger: more pairs"))
    return drawing(
        "Reliability of boosting: what experts said, by what was predicted", height, parts
    )


def residuals(rows: Sequence[Sequence[float]]) -> str:
    """What experts said less what was predicted, by what was predicted."""
    height = 380
    across, up = Scale(0, len(rows), 60, WIDTH - RIGHT), Scale(-0.7, 0.7, height - BOTTOM, TOP)
    parts = list(side(up, 0.2, 60, WIDTH - RIGHT))
    parts.append(line(60, up(0), WIDTH - RIGHT, up(0), INK))
    for number, (pairs, *told) in enumerate(rows):
        low, first, middle, third, high = (up(max(-0.7, min(0.7, one))) for one in told)
        x, half = across(number + 0.5), 12
        parts.append(line(x, low, x, high, BLUE))
        parts.append(
            f'<rect x="{x - half:.1f}" y="{third:.1f}" width="{2 * half}" '
            f'height="{first - third:.1f}" fill="{BLUE}44" stroke="{BLUE}"/>'
        )
        parts.append(line(x - half, middle, x + half, middle, BLUE, 2))
        parts.append(word(x, height - BOTTOM + 16, f"{number / 10:.1f}", "middle"))
        parts.append(word(x, TOP - 4, f"{pairs:.0f}", "middle"))
    parts.append(
        word(WIDTH / 2, height - 8, "predicted, from; above each: how many pairs", "middle")
    )
    title = "What experts said less what boosting predicted: median, middle half, nine tenths"
    return drawing(title, height, parts)


def ticks(across: Scale, step: float, top: float, bottom: float, digits: int = 2) -> Iterable[str]:
    """Upright lines with their values below."""
    for value in steps(across, step):
        yield line(across(value), top, across(value), bottom, FAINT)
        yield word(across(value), bottom + 16, f"{value:.{digits}f}", "middle")


def side(up: Scale, step: float, left: float, right: float) -> Iterable[str]:
    """Level lines with their values to the left."""
    for value in steps(up, step):
        yield line(left, up(value), right, up(value), FAINT)
        yield word(left - 8, up(value) + 4, f"{value:.1f}", "end")


def steps(scale: Scale, step: float) -> list[float]:
    """The round values on a scale."""
    first = -(-round(scale.low / step, 6) // 1)
    found: list[float] = []
    while (first + len(found)) * step <= scale.high + 1e-9:
        found.append(round((first + len(found)) * step, 6) + 0.0)
    return found


def line(
    x: float, y: float, to_x: float, to_y: float, colour: str, wide: float = 1,
    *, dashed: bool = False,
) -> str:  # fmt: skip
    """A straight line."""
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{wide}"{dash}/>'


def dot(x: float, y: float, size: float, colour: str) -> str:
    """A point."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{colour}"/>'


def path(points: Sequence[tuple[float, float]], colour: str) -> str:
    """A line through points."""
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>'


def word(x: float, y: float, text: str, anchor: str = "start") -> str:
    """Some words."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'


def drawing(title: str, height: float, parts: Iterable[str]) -> str:
    """The whole drawing under its title, which is told to whoever cannot see it as well."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="{INK}">'
    )
    above = word(WIDTH / 2, 16, title, "middle")
    return "\n".join([head, f"<title>{title}</title>", above, *parts, "</svg>", ""])


PLOTS: Mapping[str, Callable[[Any], str]] = {
    "comparison": comparison,
    "ablation": ablation,
    "reliability": reliability,
    "residuals": residuals,
}
