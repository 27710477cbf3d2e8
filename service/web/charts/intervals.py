"""A dot and an interval a line, on a scale that begins where the figures do."""

from collections.abc import Callable, Sequence
from math import ceil, floor, log10

from markupsafe import Markup

from service.web.charts.frame import LETTER, WIDTH, Row, amount, box, drawing, number, words
from service.web.charts.lying import WIDEST_LABEL, clipped

LINE, HEAD, FOOT = 34, 6, 26
RIGHT, RADIUS, CAP = 22, 6, 5
ABOUT = 4


def intervals(title: str, rows: Sequence[Row], *, says: str = "") -> Markup:
    """One line a row of (label, value, low, high, marked); what is marked stands out.

    A sixth cell is the value of before, a ring.
    """
    known = [row for row in rows if row[1] is not None]
    if not known:
        return Markup("")
    marks = between(
        min(amount(each) for row in known for each in (low_of(row), *row[5:])),
        max(amount(each) for row in known for each in (high_of(row), *row[5:])),
    )
    room = min(max(len(clipped(row[0])) for row in known) * LETTER + 16, WIDEST_LABEL)
    ground = HEAD + LINE * len(known)
    unit = (WIDTH - room - RIGHT) / (marks[-1] - marks[0])

    def at(value: object) -> float:
        return room + unit * (amount(value) - marks[0])

    parts = []
    for mark in marks:
        parts.append(
            f'<line class="chart-grid" x1="{at(mark):.1f}" x2="{at(mark):.1f}" y1="{HEAD}"'
            f' y2="{ground}"/>'
        )
        parts.append(words(at(mark), ground + 18, number(mark)))
    for place, row in enumerate(known):
        parts += line(row, at, HEAD + LINE * (place + 0.5), room)
    return drawing(title, parts, height=ground + FOOT, says=says)


def line(row: Row, at: Callable[[object], float], y: float, room: float) -> list[str]:
    """One label with its dot and whiskers."""
    label, value = row[0], row[1]
    low, high = at(low_of(row)), at(high_of(row))
    series = "1" if row[4] else "6"
    said = f"{label}: {number(value)}"
    if row[2] is not None:
        said = f"{said} ({number(row[2])} – {number(row[3])})"
    if row[5:]:
        said = f"{label}: {number(row[5])} → {said.partition(': ')[2]}"
    kind = "chart-value" if row[4] else ""
    whiskers = (
        f"M{low:.1f} {y - CAP}v{2 * CAP}M{low:.1f} {y}H{high:.1f}M{high:.1f} {y - CAP}v{2 * CAP}"
    )
    return [
        words(room - 12, y + 5, clipped(label), anchor="end", kind=kind),
        f'<path class="chart-whisker line-{series}" d="{whiskers}"/>',
        *(
            f'<circle class="chart-point line-2" cx="{at(was):.1f}" cy="{y}" r="{RADIUS + 3}"/>'
            for was in row[5:]
        ),
        f'<circle class="chart-dot series-{series}" cx="{at(value):.1f}" cy="{y}" r="{RADIUS}"/>',
        box("chart-slot", (0, y - LINE / 2, WIDTH, LINE), said),
    ]


def low_of(row: Row) -> object:
    """Where the interval begins; at the value where there is none."""
    return row[1] if row[2] is None else row[2]


def high_of(row: Row) -> object:
    """Where it ends."""
    return row[1] if row[3] is None else row[3]


def between(low: float, high: float) -> list[float]:
    """Round numbers from one that is not above the low end to one that is not below the high."""
    rough = max(high - low, abs(high) * 0.02, 1e-6) / ABOUT
    magnitude = 10 ** floor(log10(rough))
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= rough * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(step * count, 10) for count in range(first, max(last, first + 1) + 1)]
