"""How each figure of the analytics page is named, explained and drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from service.db.analytics.figures import Figure
from service.db.target_formulas import StoredFormula
from service.web.charts.bars import bars, histogram
from service.web.charts.dots import dots
from service.web.charts.frame import amount, number
from service.web.charts.heat import heat
from service.web.charts.lines import lines
from service.web.charts.lying import lying
from service.web.charts.ranges import ranges
from service.web.words import say as _

# The figures of each part of the page, in order.
PARTS = {
    "judgements": ("grades", "experts_and_crowd", "matrix", "agreement", "judges", "noise"),
    "targets": ("target", "balance", "coverage"),
    "pictures": ("per_picture", "captions", "words"),
    "use": ("searches", "latency", "refusals"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A figure as the page shows it; one that is empty has no drawing."""

    figure: Figure
    title: str
    says: str
    drawing: Markup


def card(figure: Figure, formula: StoredFormula) -> Card:
    """The figure with its words and its chart."""
    title, says = words(formula)[figure.name]
    if not any(amount(cell) for row in figure.rows for cell in row[1:]):
        return Card(figure, title, says, Markup(""))
    return Card(figure, title, says, DRAWN[figure.name](title, named(figure)))


def part_words() -> dict[str, str]:
    """The headings of the page's parts."""
    return {
        "judgements": _("Judgements"),
        "targets": _("Targets"),
        "pictures": _("Pictures"),
        "use": _("Use"),
    }


def totals(figure: Figure) -> list[tuple[str, str]]:
    """The figures at the top of the page, each with its name."""
    pairs, pictures, grades, votes, mean = figure.rows[0]
    known = (
        (pairs, _("judged pairs")),
        (pictures, _("pictures judged")),
        (grades, _("grades of experts")),
        (votes, _("votes of the crowd")),
        (mean, _("mean target")),
    )
    return [(number(value), name) for value, name in known]


def named(figure: Figure) -> Figure:
    """The figure with labels in the reader's language."""
    if figure.name != "coverage":
        return figure
    known = {"experts": _("experts"), "crowd": _("crowd"), "experts + crowd": _("experts + crowd")}
    rows = tuple((known.get(str(label), label), *rest) for label, *rest in figure.rows)
    return replace(figure, rows=rows)


def summary(rows: Sequence[Sequence[object]]) -> str:
    """A chart in a sentence, for those who cannot see it."""
    most = max(rows, key=lambda row: amount(row[1]))
    return _(
        "%(count)s values; the largest is %(most)s, at %(label)s. The table below has all of them.",
        count=len(rows),
        most=number(most[1]),
        label=number(most[0]),
    )


Draw = Callable[[str, Figure], Markup]


def plain_bars(title: str, figure: Figure) -> Markup:
    """Bars of one amount."""
    return bars(title, figure.rows, says=summary(figure.rows))


def joined_bars(title: str, figure: Figure) -> Markup:
    """Bars that touch."""
    return bars(title, figure.rows, joined=True, says=summary(figure.rows))


def spread(title: str, figure: Figure) -> Markup:
    """How often each stretch of a scale occurs."""
    return histogram(title, figure.rows, says=summary(figure.rows))


def spread_by_judges(title: str, figure: Figure) -> Markup:
    """The same for pairs that experts judged, beside those that only the crowd did."""
    return histogram(title, figure.rows, names=by_whom(), says=summary(figure.rows))


def by_judges(title: str, figure: Figure) -> Markup:
    """Bars of pairs with experts, and above them those that only the crowd judged."""
    return bars(title, figure.rows, names=by_whom(), says=summary(figure.rows))


def by_whom() -> tuple[str, str]:
    """What the two colours of pairs mean."""
    return _("judged by experts"), _("by the crowd alone")


def words_lying(title: str, figure: Figure) -> Markup:
    """Lying bars."""
    return lying(title, figure.rows, says=summary(figure.rows))


def grades_of_judges(title: str, figure: Figure) -> Markup:
    """Each judge's grades as shares of a bar, in darker and darker steps."""
    names = [_("grade %(n)s", n=n) for n in (1, 2, 3, 4)]
    return lying(
        title, figure.rows, names=names, whole=True, first=GRADE_COLOURS, says=summary(figure.rows)
    )


def measures(title: str, figure: Figure) -> Markup:
    """Four measures of each source on one scale."""
    names = _("same grade"), _("within one"), _("kappa"), _("alpha")
    return dots(title, figure.rows, names=names, says=summary(figure.rows))


def quartiles(title: str, figure: Figure) -> Markup:
    """The crowd's share of yes by expert grade."""
    names = _("quartiles"), _("median"), _("mean")
    return ranges(title, figure.rows, names=names, says=summary(figure.rows))


def meetings(title: str, figure: Figure) -> Markup:
    """One expert's grade against another's."""
    sides = {"across": _("one expert"), "up": _("another expert")}
    return heat(title, figure.rows, **sides, says=summary(figure.rows))


def days(title: str, figure: Figure) -> Markup:
    """Searches of each day."""
    names = _("with results"), _("found nothing")
    return bars(title, figure.rows, names=names, says=summary(figure.rows))


def times(title: str, figure: Figure) -> Markup:
    """How long searches took each day."""
    names = _("half of them"), _("95 of 100")
    return lines(title, figure.rows, names=names, says=summary(figure.rows))


# The first of the style sheet's colours for grades 1 to 4.
GRADE_COLOURS = 5
DRAWN: dict[str, Draw] = {
    "grades": plain_bars,
    "experts_and_crowd": quartiles,
    "matrix": meetings,
    "agreement": measures,
    "judges": grades_of_judges,
    "noise": spread,
    "target": spread_by_judges,
    "balance": by_judges,
    "coverage": words_lying,
    "per_picture": joined_bars,
    "captions": plain_bars,
    "words": words_lying,
    "searches": days,
    "latency": times,
    "refusals": plain_bars,
}


def words(formula: StoredFormula) -> dict[str, tuple[str, str]]:
    """Title and explanation of every figure."""
    return {
        "grades": (_("Grades that experts gave"), _("1: nothing fits, 4: everything does.")),
        "experts_and_crowd": (
            _("Experts against the crowd"),
            _("The crowd's share of yes, by the middle grade of the experts."),
        ),
        "matrix": (
            _("One expert against another"),
            _("Where one gave the grade below, what another one gave."),
        ),
        "agreement": (
            _("How far judges agree"),
            _("Within a panel, and of each named judge with the rest; 1 is perfect."),
        ),
        "judges": (_("Grades by judge"), _("Who is strict and who is kind; number of grades.")),
        "noise": (
            _("Noise"),
            _("Pairs by how far judges disagree, from 0 to 1; the scale is in powers of ten."),
        ),
        "target": (
            _("What a scorer learns"),
            _(
                "Targets of pairs, by version %(version)s of the formula: experts %(experts)s,"
                " crowd %(crowd)s; the scale is in powers of ten.",
                version=formula.version,
                experts=number(formula.formula.expert_weight),
                crowd=number(formula.formula.crowd_weight),
            ),
        ),
        "balance": (_("Balance of classes"), _("Pairs by quarter of the target.")),
        "coverage": (_("Who judged the pairs"), _("Pairs that experts, the crowd or both judged.")),
        "per_picture": (
            _("How much pictures are judged"),
            _("Pictures by the number of texts they were judged against, in tens."),
        ),
        "captions": (_("Captions per picture"), _("Pictures by number of their own captions.")),
        "words": (_("Words"), _("The words that captions use most, from four letters on.")),
        "searches": (_("Searches a day"), _("Only numbers are kept, never the texts.")),
        "latency": (_("How long searches take"), _("Milliseconds, by day.")),
        "refusals": (_("Refusals a day"), _("Searches that the law forbade to answer.")),
    }
