"""A simple chart of an answer: the first column against the numbers beside it."""

from datetime import date

from markupsafe import Markup

from service.analytics.console import Answer
from service.web.charts.bars import bars
from service.web.charts.frame import amount
from service.web.charts.lines import lines
from service.web.charts.lying import lying
from service.web.words import say as _

KINDS = ("auto", "bars", "lying", "lines", "none")
MOST_ROWS = 400
MOST_LYING, MOST_BARS = 40, 60
MOST_SERIES = 4
ALIKE = 20


def chart(answer: Answer, kind: str = "auto") -> Markup:
    """The chart that was chosen, or that suits; nothing where there is nothing to draw."""
    names = series(answer)
    rows = answer.rows[:MOST_ROWS]
    if kind == "none" or not names or len(rows) < 2:  # noqa: PLR2004 - one point is no chart
        return Markup("")
    if kind not in KINDS or kind == "auto":
        kind = suits(answer)
    title = _("Chart of the answer")
    if kind == "lines":
        return lines(title, rows, names=names)
    if kind == "lying":
        return lying(title, rows[:MOST_LYING])
    return bars(title, rows[:MOST_BARS]) if kind == "bars" else Markup("")


def series(answer: Answer) -> list[str]:
    """The numbers behind the first column that share its neighbour's scale, by name."""
    found: list[str] = []
    tallest = 0.0
    for place, column in enumerate(answer.columns[1 : MOST_SERIES + 1], start=1):
        most = max((abs(amount(row[place])) for row in answer.rows), default=0.0)
        tallest = tallest or most
        if column.kind != "number" or not tallest / ALIKE <= most <= tallest * ALIKE:
            break
        found.append(column.name)
    return found


def suits(answer: Answer) -> str:
    """The kind for an answer: time runs along, words lie, numbers stand."""
    first = answer.columns[0].kind
    labels = [row[0] for row in answer.rows]
    if all(isinstance(label, date) or is_day(label) for label in labels) or (
        first == "number" and len(labels) > MOST_BARS and labels == sorted(labels, key=amount)
    ):
        return "lines"
    if first == "text":
        return "lying"
    return "bars" if len(labels) <= MOST_BARS else "none"


def is_day(label: object) -> bool:
    """Whether a cell is a day as the database writes it."""
    try:
        return bool(date.fromisoformat(str(label)[:10]))
    except ValueError:
        return False
