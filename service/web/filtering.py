"""What the analytics page is narrowed to: out of its address, and back into it."""

from datetime import date

from flask import request

from service.db.analytics.figures import Filters
from service.errors import Invalid

LONGEST_NAME = 200
MOST_VOTES = 1000


class NoSuchDay(Invalid):
    """{given} is no day; write it as 2027-12-31."""


class NoSuchNumber(Invalid):
    """{given} is no number of votes; write one from 0 to 1000."""


def given_filters() -> Filters:
    """The filters that the address names; what is empty narrows nothing."""
    return Filters(
        collection=name("collection"),
        judge=name("judge"),
        least_votes=votes(),
        since=day("since"),
        until=day("until"),
    )


def as_parameters(filters: Filters) -> dict[str, str]:
    """The filters as an address names them."""
    found = {
        "collection": filters.collection or "",
        "judge": filters.judge or "",
        "least_votes": str(filters.least_votes or ""),
        "since": filters.since.isoformat() if filters.since else "",
        "until": filters.until.isoformat() if filters.until else "",
    }
    return {key: value for key, value in found.items() if value}


def name(field: str) -> str | None:
    """A name as it is written."""
    return request.args.get(field, "").replace("\0", "")[:LONGEST_NAME] or None


def day(field: str) -> date | None:
    """A day."""
    given = request.args.get(field, "").strip()
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise NoSuchDay(given=given) from error


def votes() -> int:
    """How many votes a pair must have at least."""
    given = request.args.get("least_votes", "").strip()
    if not given:
        return 0
    if not given.isdecimal() or int(given) > MOST_VOTES:
        raise NoSuchNumber(given=given)
    return int(given)
