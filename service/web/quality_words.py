"""Scorers in the reader's words: names, figures with their bounds, what serves in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from flask_babel import format_decimal

from service.db.scorers import StoredScorer
from service.learn.drift import Advice
from service.web.moments import moment
from service.web.view_words import percent
from service.web.words import say as _


@dataclass(frozen=True, slots=True)
class Told:
    """A figure with its bounds, in words; unknown ones are dashes."""

    value: float | None
    low: float | None = None
    high: float | None = None
    digits: int = 3

    @property
    def words(self) -> str:
        """The figure."""
        return written(self.value, self.digits)

    @property
    def bounds(self) -> str:
        """Between what it surely lies."""
        if self.low is None or self.high is None:
            return ""
        between = "…" if self.low < 0 else "–"
        return f"{written(self.low, self.digits)}{between}{written(self.high, self.digits)}"


@dataclass(frozen=True, slots=True)
class Column:
    """A figure that scorers are compared by."""

    name: str
    key: str
    says: str
    digits: int = 3
    less_is_better: bool = False


def columns() -> list[Column]:
    """The figures of the comparison, in order; the last ones are of test questions."""
    return [
        Column("RMSE", "rmse", _("The usual error; less is better."), less_is_better=True),
        Column("MAE", "mae", _("The mean error; less is better."), less_is_better=True),
        Column("R²", "r2", _("The share of the judgements' differences that it explains.")),
        Column("τ-c", "tau_c", _("Agreement with the order that experts give, at most 100."), 1),
        Column("AUC", "auc", _("How often a matching pair is ranked above another one.")),
        Column("ECE", "ece", _("How far its probabilities are off; less is better."), 3, True),  # noqa: FBT003 - a column in a table
        Column("R@1", "recall_at_1", _("How often a test question finds its picture first.")),
        Column("MRR", "mrr", _("How far up the picture stands: 1 for the first place.")),
    ]


def kind_words(kind: str) -> str:
    """A kind of scorer."""
    known = {
        "constant": _("constant"),
        "cosine": _("cosine"),
        "linear": _("linear"),
        "network": _("neural network"),
        "boosting": _("boosting"),
        "blend": _("blend"),
        "all": _("all of them"),
    }
    return known.get(kind, kind)


def scorer_words(scorer: StoredScorer) -> str:
    """A scorer by its kind and number."""
    return f"{kind_words(scorer.kind)} {scorer.scorer_id}"


def scorer_state_words(state: str) -> str:
    """What a scorer does or did."""
    return {"trained": _("trained"), "published": _("serves"), "retired": _("served before")}[state]


def written(value: float | None, digits: int) -> str:
    """A number with so many places, in the reader's writing."""
    if value is None:
        return "–"
    # A rounded nothing is neither above nor below it.
    return str(format_decimal(round(value, digits) + 0.0, f"0.{'0' * digits}"))


def told(scorer: StoredScorer, column: Column) -> Told:
    """One figure of one scorer."""
    figures = scorer.figures
    if column.key in figures:
        low, high = bounds(figures.get("intervals"), column.key)
        return Told(figures[column.key], low, high, column.digits)
    found = scorer.retrieval or {}
    low, high = bounds(found.get("intervals"), column.key)
    return Told((found.get("after") or {}).get(column.key), low, high, column.digits)


def bounds(intervals: Any, key: str) -> Sequence[float | None]:
    """The bounds of a figure, if they were stored."""
    found: Sequence[float] | None = (intervals or {}).get(key)
    return found or (None, None)


def guess(scorer: StoredScorer) -> float | None:
    """The error of whoever always says the mean, which R² is measured against."""
    rmse, r2 = scorer.figures.get("rmse"), scorer.figures.get("r2")
    if rmse is None or r2 is None or r2 >= 1:
        return None
    return float(rmse) / sqrt(1 - float(r2))


def serving_words(scorer: StoredScorer | None) -> str:
    """What gives the scores now."""
    if scorer is None:
        return _(
            "No scorer is published: searches go by similarity, and nothing is cut off."
            " Train one below."
        )
    said = _(
        "%(scorer)s gives every search its probabilities since %(since)s. It learnt from %(pairs)s"
        " judged pairs, and pictures below %(cutoff)s are not shown.",
        scorer=capital(scorer_words(scorer)),
        since=moment(scorer.published_at) if scorer.published_at else "–",
        pairs=format_decimal(scorer.pairs),
        cutoff=percent(scorer.cutoff),
    )
    error = error_words(scorer)
    return f"{said} {error}" if error else said


def error_words(scorer: StoredScorer) -> str:
    """How far it is off, beside whoever guesses."""
    mean = guess(scorer)
    if mean is None:
        return ""
    return _(
        "On pictures it had not seen it errs by %(rmse)s, where guessing the mean errs by"
        " %(mean)s.",
        rmse=written(scorer.figures["rmse"], 3),
        mean=written(mean, 3),
    )


def advice_words(advice: Advice) -> str:
    """What to do about what came since; nothing to say where nothing is to do."""
    return {
        Advice.TRAIN: _(
            "Many judgements are newer than the published scorer: a new training pays."
        ),
        Advice.JUDGE: _(
            "Searches find other things than in training. Judge some of what they find now, then"
            " train."
        ),
        Advice.WATCH: _("Searches begin to find other things than in training: look again soon."),
    }.get(advice, "")


def capital(words: str) -> str:
    """With a capital at the beginning."""
    return words[:1].upper() + words[1:]
