"""The audit trail's page: who did what under the law, filtered, page by page, and as a file."""

import json
from datetime import UTC, date

from flask import Blueprint, Response, render_template, request

from service.db.audit import Wanted
from service.domain import Role
from service.errors import Invalid
from service.web.auth import requires
from service.web.context import services
from service.web.downloads import as_csv, as_download

blueprint = Blueprint("audit", __name__, url_prefix="/admin/audit")
PAGE = 100
MOST_DOWNLOADED = 100_000


class BadDate(Invalid):
    """{given} is no day; write it as 2027-12-31."""


class BadPlace(Invalid):
    """{given} is no place on the trail; begin at its first page."""


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """The latest entries that are wanted."""
    wanted = _wanted()
    entries = services().trail.entries(wanted, limit=PAGE, before=_before())
    return render_template(
        "audit.html",
        entries=entries,
        wanted=wanted,
        actions=services().trail.actions(),
        filters={name: value for name, value in request.args.items() if name != "before" and value},
        older=entries[-1].entry_id if len(entries) == PAGE else None,
    )


@blueprint.get("/entries.csv")
@requires(Role.ADMIN)
def download() -> Response:
    """The same entries as a file."""
    entries = services().trail.entries(_wanted(), limit=MOST_DOWNLOADED)
    rows = (
        (
            entry.entry_id,
            entry.created_at.astimezone(UTC).isoformat(timespec="seconds"),
            entry.who,
            entry.action,
            entry.subject,
            json.dumps(entry.detail, ensure_ascii=False),
        )
        for entry in entries
    )
    text = as_csv(["entry", "at", "who", "action", "subject", "detail"], rows)
    return as_download(text, "glimpse-audit.csv", "text/csv")


def _wanted() -> Wanted:
    args = request.args
    return Wanted(
        who=args.get("who", "").strip(),
        action=args.get("action", ""),
        subject=args.get("subject", "").strip(),
        since=_day(args.get("since", "")),
        until=_day(args.get("until", "")),
    )


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise BadDate(given=given) from None


def _before() -> int | None:
    given = request.args.get("before", "")
    try:
        return int(given) if given else None
    except ValueError:
        raise BadPlace(given=given) from None
