"""A low row of bars, one a minute of the last hour: how fast pictures are embedded."""

from collections.abc import Sequence

from flask_babel import format_decimal, ngettext
from markupsafe import Markup, escape

from service.web.charts.frame import ticks
from service.web.words import say as _

WIDTH, HEIGHT, GROUND = 720, 108, 80
EDGE = 40


def pace(done: Sequence[int]) -> Markup:
    """The drawing; its summary tells the same in words."""
    most = ticks(max(done, default=0) or 1, about=2, whole=True)[-1]
    slot = (WIDTH - EDGE) / max(1, len(done))
    bars = [
        bar(EDGE + slot * place, slot, amount, most, minutes_ago=len(done) - 1 - place)
        for place, amount in enumerate(done)
    ]
    title = _("Pictures embedded in each minute")
    return Markup(  # noqa: S704 - every text in it went through escape
        f'<svg class="chart pace" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-labelledby="pace-title" aria-describedby="pace-says">'
        f'<title id="pace-title">{escape(title)}</title>'
        f'<desc id="pace-says">{escape(said(done))}</desc>'
        f"{frame(most)}{''.join(bars)}</svg>"
    )


def bar(x: float, width: float, amount: int, most: float, *, minutes_ago: int) -> str:
    """One minute; the present one, which is not over, is paler."""
    tall = (GROUND - 8) * amount / most
    kind = "series-6" if minutes_ago == 0 else "series-1"
    told = ngettext("%(num)s picture", "%(num)s pictures", amount)
    when = ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes_ago)
    return (
        f'<g><title>{escape(told)}, {escape(when)}</title><rect class="chart-slot" x="{x:.1f}"'
        f' y="0" width="{width:.1f}" height="{GROUND}"/><rect class="{kind}" x="{x + 1:.1f}"'
        f' y="{GROUND - tall:.1f}" width="{width - 2:.1f}" height="{tall:.1f}" rx="1.5"/></g>'
    )


def frame(most: float) -> str:
    """The ground, the highest mark, and the two ends of the hour in words."""
    first, last = _("an hour ago"), _("now")
    return (
        f'<path class="chart-grid" d="M{EDGE} 8H{WIDTH}"/>'
        f'<path class="chart-ground" d="M{EDGE} {GROUND}.5H{WIDTH}"/>'
        f'<text class="chart-words" x="{EDGE - 6}" y="12" text-anchor="end">'
        f"{escape(format_decimal(most))}</text>"
        f'<text class="chart-words" x="{EDGE - 6}" y="{GROUND}" text-anchor="end">0</text>'
        f'<text class="chart-words" x="{EDGE}" y="{HEIGHT - 4}">'
        f"{escape(first)}</text>"
        f'<text class="chart-words" x="{WIDTH}" y="{HEIGHT - 4}" text-anchor="end">'
        f"{escape(last)}</text>"
    )


def said(done: Sequence[int]) -> str:
    """The hour in a sentence."""
    return _(
        "%(total)s pictures in the last hour, %(most)s in its busiest minute.",
        total=format_decimal(sum(done)),
        most=format_decimal(max(done, default=0)),
    )
