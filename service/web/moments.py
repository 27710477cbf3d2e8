"""Days and points in time, as pages tell them."""

import re
from datetime import UTC, date, datetime

from flask_babel import format_date, format_time

# As facts of the audit trail keep one.
POINT_IN_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*\+\d\d:\d\d")


def month_words(month: date) -> str:
    """A month with its year."""
    return str(format_date(month, "LLLL yyyy"))


def moment(when: datetime) -> str:
    """A point in time, to the minute, in UTC."""
    there = when.astimezone(UTC)
    day, clock = (
        format_date(there, "medium", rebase=False),
        format_time(there, "short", rebase=False),
    )
    return f"{day}, {clock}"
