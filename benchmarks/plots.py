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
LEFT, RIGHT, TOP, BOTTOM = 190, 24, 34, 46
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
    known = [
        (name, row["rmse"], row["bounds"]) for name, row in by_name.items() if name not in plain
    ]
    return intervals(
        "RMSE out of fold, grouped by picture, with 95 % intervals", known, (0.12, 0.3), 0.03
    )


def ablation(rows: Sequence[dict[str, Any]]) -> str:
    """How much more boosting errs without each group, or with captions."""
    known = [
        (str(row["features"]), row["more"], row["bounds"])
        for row in rows
        if row["scorer"] == "boosting" and not row["features"].endswith(("alone", "of these"))
    ]
    return intervals(
        "RMSE of boosting, more than with all features of the two vectors, with 95 % intervals",
        known, (-0.06, 0.02), 0.02, at=0.0,
    )  # fmt: skip


def intervals(
    title: str,
    rows: Sequence[tuple[str, float, Sequence[float]]],
    ends: tuple[float, float],
    step: float,
    at: float | None = None,
) -> str:
    """A point and a line for each row."""
    height = TOP + ROW * len(rows) + BOTTOM
    across = Scale(*ends, LEFT, WIDTH - RIGHT)
    parts = list(ticks(across, step, TOP - 8, height - BOTTOM + 4))
    if at is not None:
        parts.append(line(across(at), TOP - 8, across(at), height - BOTTOM + 4, INK))
    for number, (name, value, bounds) in enumerate(rows):
        y = TOP + ROW * (number + 0.5)
        low, high = (max(ends[0], min(ends[1], one)) for one in bounds)
        parts.append(word(LEFT - 10, y + 4, name, "end"))
        parts.append(line(across(low), y, across(high), y, BLUE, 2))
        parts.append(f'<circle cx="{across(value):.1f}" cy="{y:.1f}" r="4" fill="{BLUE}"/>')
    return drawing(title, height, parts)


def reliability(curves: dict[str, Sequence[Sequence[float]]]) -> str:
    """What is predicted and what people said, before and after calibration."""
    height, names = 420, {"raw": "before calibration", "calibrated": "after calibration"}
    across, up = Scale(0, 1, 60, WIDTH - 200), Scale(0, 1, height - BOTTOM, TOP)
    parts = [*ticks(across, 0.2, TOP, height - BOTTOM), *side(up, 0.2, 60, WIDTH - 200)]
    parts.append(line(across(0), up(0), across(1), up(1), INK, 1, dashed=True))
    for number, (name, colour) in enumerate(zip(names, (ORANGE, BLUE), strict=True)):
        points = [(across(said), up(so)) for _, said, so in curves[name]]
        parts.append(path(points, colour))
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
        y = TOP + 20 + 22 * number
        parts.append(line(WIDTH - 180, y - 4, WIDTH - 158, y - 4, colour, 2))
        parts.append(word(WIDTH - 150, y, names[name]))
    parts.append(word((60 + WIDTH - 200) / 2, height - 8, "predicted", "middle"))
    return drawing("Reliability of boosting: predicted, and what experts said", height, parts)


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
    parts.append(word(WIDTH / 2, height - 8, "predicted, from; above: pairs", "middle"))
    return drawing("Residuals of boosting: middle half, median, and nine tenths", height, parts)


def ticks(across: Scale, step: float, top: float, bottom: float) -> Iterable[str]:
    """Upright lines with their values below."""
    for value in steps(across, step):
        yield line(across(value), top, across(value), bottom, FAINT)
        yield word(across(value), bottom + 16, f"{value:.2f}", "middle")


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


def path(points: Sequence[tuple[float, float]], colour: str) -> str:
    """A line through points."""
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>'


def word(x: float, y: float, text: str, anchor: str = "start") -> str:
    """Some words."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'


def drawing(title: str, height: float, parts: Iterable[str]) -> str:
    """The whole drawing, with a title for whoever cannot see it."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="{INK}">'
    )
    return "\n".join([head, f"<title>{title}</title>", *parts, "</svg>", ""])


PLOTS: Mapping[str, Callable[[Any], str]] = {
    "comparison": comparison,
    "ablation": ablation,
    "reliability": reliability,
    "residuals": residuals,
}
