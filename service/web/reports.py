"""The monthly report of the law: a page to read and a file to keep."""

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from service.domain import Role
from service.law.report import COLUMNS, Report, following, month_of
from service.web.auth import requires
from service.web.charts.bars import bars
from service.web.context import services
from service.web.downloads import as_csv, as_download
from service.web.words import say as _

blueprint = Blueprint("reports", __name__, url_prefix="/admin/report")
MOST_NAMED = 25


@blueprint.get("")
@requires(Role.ADMIN)
def page() -> str:
    """One month in figures."""
    month = _month()
    found = services().trail.report(month)
    return render_template(
        "report.html",
        report=found,
        by_rule=found.by(lambda one: one.rule)[:MOST_NAMED],
        by_country=found.by(lambda one: one.country)[:MOST_NAMED],
        by_version=found.by(lambda one: one.policy_version),
        days=daily(found),
        earlier=(month - timedelta(days=1)).replace(day=1),
        later=following(month) if following(month) <= _today() else None,
    )


@blueprint.get("/month.csv")
@requires(Role.ADMIN)
def download() -> Response:
    """The same month as rows."""
    month = _month()
    text = as_csv(COLUMNS, services().trail.report(month).rows())
    return as_download(text, f"glimpse-law-{month:%Y-%m}.csv", "text/csv")


def daily(report: Report) -> Markup:
    """A bar for each day of the month, those without refusals too."""
    counted = dict(report.by_day())
    if not counted:
        return Markup("")
    length = (following(report.month) - report.month).days
    days = [report.month + timedelta(days=number) for number in range(length)]
    return bars(_("Refusals a day"), [(day.day, counted.get(day, 0)) for day in days])


def _month() -> date:
    return month_of(request.args.get("month", ""), today=_today())


def _today() -> date:
    return datetime.now(UTC).date()
