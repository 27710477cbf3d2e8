"""How each figure of the analytics page is named, explained and drawn."""

from dataclasses import dataclass

from markupsafe import Markup

from service.db.analytics.figures import Figure
from service.web.charts.bars import bars, lying
from service.web.charts.heat import heat
from service.web.charts.lines import line
from service.web.charts.ranges import ranges
from service.web.words import say as _


@dataclass(frozen=True, slots=True)
class Card:
    """A figure as the page shows it; without a drawing it is a table."""

    figure: Figure
    title: str
    says: str
    drawing: Markup


def card(figure: Figure) -> Card:
    """The figure with its words and its chart."""
    title, says = words()[figure.name]
    return Card(figure, title, says, draw(figure, title))


def draw(figure: Figure, title: str) -> Markup:
    """The chart that suits the figure."""
    rows = figure.rows
    if figure.name == "agreement":
        return Markup("")
    if figure.name in {"words", "coverage"}:
        return lying(title, rows)
    if figure.name in {"searches", "refusals"}:
        return line(title, rows)
    if figure.name == "matrix":
        return heat(title, rows)
    if figure.name == "experts_and_crowd":
        return ranges(title, rows)
    return bars(title, rows, joined=figure.name in {"target", "noise"})


def words() -> dict[str, tuple[str, str]]:
    """Title and explanation of every figure."""
    return {
        "grades": (_("Grades that experts gave"), _("1: nothing fits, 4: everything does.")),
        "experts_and_crowd": (
            _("Experts against the crowd"),
            _("Share of yes by middle expert grade: quartiles, the median (line), the mean (dot)."),
        ),
        "matrix": (
            _("One expert against another"),
            _("What another expert said (up) where one gave this grade (across), in percent."),
        ),
        "agreement": (
            _("How far judges agree"),
            _("An imported panel among itself, a named judge with the rest; 1 is perfect."),
        ),
        "target": (_("Targets"), _("What a scorer learns from experts and crowd together.")),
        "balance": (_("Balance of classes"), _("Pairs by quarter of the target.")),
        "coverage": (_("Who judged the pairs"), _("Pairs that experts, the crowd or both judged.")),
        "noise": (
            _("Noise"),
            _("Pairs by how far their judges disagree, from one half on; 1 could not be more."),
        ),
        "captions": (_("Captions per picture"), _("Pictures by number of their own captions.")),
        "words": (_("Words"), _("The words that captions use most, from four letters on.")),
        "searches": (_("Searches a day"), _("Only numbers are kept, never the texts.")),
        "refusals": (_("Refusals a day"), _("Searches that the law forbade to answer.")),
    }
