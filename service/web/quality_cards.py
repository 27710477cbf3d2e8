"""The charts of the page of quality: how each is named, explained, drawn, and given as a file."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_date, format_datetime, format_time
from markupsafe import Markup

from service.db.scorers import StoredScorer
from service.quality.overview import Event, Overview
from service.web.charts.bars import bars
from service.web.charts.errors import errors
from service.web.charts.frame import number
from service.web.charts.history import Moment, history
from service.web.charts.intervals import intervals
from service.web.charts.reliability import reliability
from service.web.quality_words import Column, bounds, capital, columns, scorer_words, told
from service.web.words import say as _

# The figures that have a chart with intervals; the others stand in the table.
DRAWN = ("rmse", "tau_c", "recall_at_1")
CONSTANT = "constant"
RETRIEVAL = (
    ("R@1", "recall_at_1"),
    ("R@5", "recall_at_5"),
    ("R@10", "recall_at_10"),
    ("MRR", "mrr"),
    ("nDCG@10", "ndcg_at_10"),
)


@dataclass(frozen=True, slots=True)
class Card:
    """A chart with its words and its rows; one that is empty has no drawing."""

    name: str
    title: str
    says: str
    drawing: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def all_cards(found: Overview) -> dict[str, Card]:
    """Every card by its name."""
    cards = [*compared(found), *(looked_at(found.looked_at) if found.looked_at else ())]
    if found.events:
        cards.append(over_time(found.events))
    return {card.name: card for card in cards}


def compared(found: Overview) -> list[Card]:
    """A dot and an interval for each scorer, for the figures that say most."""
    return [
        compared_by(column, found.compared, found.serving)
        for column in columns()
        if column.key in DRAWN
        and any(told(one, column).value is not None for one in found.compared)
    ]


def compared_by(
    column: Column, scorers: Sequence[StoredScorer], serving: StoredScorer | None
) -> Card:
    """One figure of several scorers; what serves stands out."""
    title = {
        "rmse": _("Error"),
        "tau_c": _("Agreement with experts"),
        "recall_at_1": _("Found first"),
    }[column.key]
    rows = []
    for one in scorers:
        figure = told(one, column)
        # The constant lies so far off that the others could not be told apart beside it.
        if figure.value is not None and (one.kind != CONSTANT or one == serving):
            rows.append((scorer_words(one), figure.value, figure.low, figure.high, one == serving))
    says = _("Whiskers: where it lies in 95 of 100 resamples of the pictures.")
    return Card(
        name=column.key,
        title=f"{title} ({column.name})",
        says=f"{column.says} {says}",
        drawing=intervals(f"{title} ({column.name})", rows, says=summary(rows)),
        columns=("scorer", column.key, "low", "high"),
        rows=tuple(row[:4] for row in rows),
    )


def summary(rows: Sequence[Sequence[object]]) -> str:
    """Every value in a sentence, for those who cannot see the chart."""
    return "; ".join(f"{row[0]}: {number(row[1])}" for row in rows)


def looked_at(scorer: StoredScorer) -> list[Card]:
    """What one scorer does: its probabilities, its errors, and what it changes in searches."""
    made = (calibration(scorer), residuals(scorer), by_target(scorer), before_and_after(scorer))
    return [card for card in made if card is not None]


def calibration(scorer: StoredScorer) -> Card | None:
    """Predicted beside said."""
    curve = scorer.figures.get("reliability") or []
    if not curve:
        return None
    title = _("Is a probability what it says?")
    drawing = reliability(
        title,
        curve,
        names=(_("said"), _("was so"), _("pairs")),
        says=_("%(steps)s steps; the table has them all.", steps=len(curve)),
    )
    return Card(
        "reliability",
        title,
        _(
            "Across: what it said of pairs it had not seen. Up: what people said. On the dashed"
            " line both are the same. Below: how many pairs."
        ),
        drawing,
        ("pairs", "predicted", "target"),
        tuple(tuple(row) for row in curve),
    )


def residuals(scorer: StoredScorer) -> Card | None:
    """How many errors of which size."""
    steps = (scorer.figures.get("residuals") or {}).get("steps") or []
    used = [place for place, (_start, pairs) in enumerate(steps) if pairs]
    if not used:
        return None
    rows = [tuple(row) for row in steps[used[0] : used[-1] + 1]]
    title = _("Its errors")
    return Card(
        "residuals",
        title,
        _("What it said less what people said: left of 0 it said too little. Pairs by error."),
        bars(title, rows, joined=True, says=_("%(steps)s steps.", steps=len(rows))),
        ("error_from", "pairs"),
        tuple(rows),
    )


def by_target(scorer: StoredScorer) -> Card | None:
    """Where it errs: with bad matches, good ones, or between."""
    parts = (scorer.figures.get("residuals") or {}).get("by_target") or []
    if not parts:
        return None
    title = _("Where it errs")
    rows = [(f"{number(start)}–{number(end)}", *rest) for start, end, *rest in parts]
    names = (_("middle half"), _("median"), _("mean"), _("pairs"))
    return Card(
        "errors_by_target",
        title,
        _("Across: what people said, from no match to a perfect one. Above 0 it said too much."),
        errors(title, rows, names=names, says=summary([(row[0], row[5]) for row in rows])),
        ("target", "pairs", "lower_quartile", "median", "upper_quartile", "mean"),
        tuple(rows),
    )


def before_and_after(scorer: StoredScorer) -> Card | None:
    """What rescoring does to the test questions."""
    found = scorer.retrieval
    if not found:
        return None
    title = _("Test questions before and after rescoring")
    before, after = found["before"], found["after"]
    rows = [
        (name, after[key], *bounds(found["intervals"], key), True, before[key])
        for name, key in RETRIEVAL
    ]
    low, high = found["gained"].get("recall_at_1") or (0.0, 0.0)
    verdict = (
        _("Rescoring surely finds more.")
        if low > 0
        else _("Rescoring surely finds less.")
        if high < 0
        else _("The difference is within chance.")
    )
    says = _(
        "%(queries)s questions to %(gallery)s pictures, %(refused)s left out by law.",
        queries=number(after["queries"]),
        gallery=number(after["gallery"]),
        refused=number(after["refused"]),
    )
    signs = _("Ring: by similarity; dot: rescored.")
    change = _("R@1 changes by %(low)s to %(high)s.", low=signed(low), high=signed(high))
    return Card(
        "retrieval",
        title,
        f"{signs} {says} {change} {verdict}",
        intervals(title, rows, says=summary(rows)),
        ("figure", "by_similarity", "rescored", "low", "high"),
        tuple((row[0], row[5], *row[1:4]) for row in rows),
    )


def signed(value: float) -> str:
    """A change with its sign."""
    return f"+{number(value)}" if value > 0 else number(value).replace("-", "−")


def over_time(events: Sequence[Event]) -> Card:
    """Every training and publish."""
    title = _("The error over time")
    one_day = len({event.at.date() for event in events}) == 1
    moments = [
        Moment(
            label=str(
                format_time(event.at, "short") if one_day else format_date(event.at, "d MMM")
            ),
            says=f"{format_datetime(event.at, 'short')}: {event_words(event)}",
            figures=tuple(
                float(one.figures["rmse"])
                for one in event.scorers
                if event.kind == "trained" and "rmse" in one.figures and one.kind != CONSTANT
            ),
            serves=float(event.serves.figures["rmse"])
            if event.serves and "rmse" in event.serves.figures
            else None,
            published=event.kind != "trained",
        )
        for event in events
    ]
    rows = tuple(
        (
            event.at.isoformat(timespec="seconds"),
            event.kind,
            one.name,
            one.figures.get("rmse"),
            event.serves.name if event.serves else None,
            event.who,
            event.reason,
        )
        for event in events
        for one in event.scorers
    )
    return Card(
        "history",
        title,
        _("Each column is a training, a publish or a taking back. RMSE, without the constant."),
        history(
            title,
            moments,
            names=(_("trained"), _("serves"), _("published or taken back")),
            says=_("%(events)s events; the table below has them all.", events=len(events)),
        ),
        ("at", "event", "scorer", "rmse", "serves", "who", "reason"),
        rows,
    )


def event_words(event: Event) -> str:
    """What happened."""
    names = ", ".join(scorer_words(one) for one in event.scorers) or "–"
    return {
        "trained": _("trained: %(names)s", names=names),
        "published": _("published: %(names)s", names=names),
        "taken back": _("taken back: %(names)s", names=names),
    }[event.kind]


def serves_words(event: Event) -> str:
    """What serves after it."""
    return scorer_words(event.serves) if event.serves else _("nothing")


__all__ = ["Card", "all_cards", "capital", "event_words", "serves_words"]
