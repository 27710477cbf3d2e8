"""The charts' questions (figures.sql) with the page's filters in them, and their answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from psycopg import sql
from sqlalchemy import Connection, text

QUESTIONS = Path(__file__).with_name("figures.sql")
NAMED = re.compile(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", re.MULTILINE | re.DOTALL)
STATEMENTS: dict[str, str] = {
    name: body.strip() for name, body in NAMED.findall(QUESTIONS.read_text("utf-8"))
}
NAMES = tuple(STATEMENTS)
DAYS, MOST_DAYS = 30, 366
SECONDS = 20


@dataclass(frozen=True, slots=True)
class Filters:
    """What the charts are narrowed to; days are those of the last judgement, both included."""

    collection: str | None = None
    judge: str | None = None
    least_votes: int = 0
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        """Whether anything is narrowed."""
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Figure:
    """What a chart shows: column names and rows; filters are those that it obeys."""

    name: str
    statement: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    obeys: frozenset[str]


def figures(conn: Connection, filters: Filters, names: Sequence[str] = NAMES) -> list[Figure]:
    """The answers to these questions, from one moment."""
    conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
    conn.execute(text(f"SET LOCAL statement_timeout = '{SECONDS}s'"))
    return [figure(conn, name, filters) for name in names]


def figure(conn: Connection, name: str, filters: Filters) -> Figure:
    """The answer to one of the questions."""
    statement = question(name, filters)
    found = conn.execution_options(no_parameters=True).exec_driver_sql(statement)
    return Figure(name, statement, tuple(found.keys()), tuple(map(tuple, found)), obeyed(name))


def question(name: str, filters: Filters) -> str:
    """The statement of a chart with the filters in it, as it can be asked on the console."""
    first, last = span(filters)
    return (
        STATEMENTS[name]
        .replace("{pairs}", also(pair_conditions(filters)))
        .replace("{grades}", also([*picture_conditions(filters, "image_id"), *when(filters)]))
        .replace("{images}", also(collection_condition(filters)))
        .replace("{first_day}", first)
        .replace("{last_day}", last)
    )


def span(filters: Filters) -> tuple[str, str]:
    """The days of a chart over time as SQL: the last month unless told, and a year at the most."""
    last = day(filters.until) if filters.until else "current_date"
    if filters.since is None:
        return f"{last} - {DAYS - 1}", last
    return f"greatest({day(filters.since)}, {last} - {MOST_DAYS - 1})", last


def obeyed(name: str) -> frozenset[str]:
    """The names of the filters that narrow a chart."""
    statement = STATEMENTS[name]
    marks = {
        "{pairs}": ("collection", "judge", "least_votes", "since", "until"),
        "{grades}": ("collection", "since", "until"),
        "{images}": ("collection",),
        "{last_day}": ("since", "until"),
    }
    return frozenset(
        field for mark, fields in marks.items() if mark in statement for field in fields
    )


def also(conditions: Sequence[str]) -> str:
    """Conditions behind others, a line each."""
    return "".join(f"\n   AND {condition}" for condition in conditions)


def pair_conditions(filters: Filters) -> list[str]:
    """What a row of pairs_in_full must fulfil."""
    found = collection_condition(filters)
    if filters.judge is not None:
        found.append(f"{quoted(filters.judge)} = ANY (judges)")
    if filters.least_votes:
        found.append(f"crowd_votes >= {filters.least_votes:d}")
    return found + when(filters)


def collection_condition(filters: Filters) -> list[str]:
    """That a picture is in the collection."""
    if filters.collection is None:
        return []
    return [f"{quoted(filters.collection)} = ANY (collections)"]


def picture_conditions(filters: Filters, column: str) -> list[str]:
    """The same, where only the picture's id is at hand."""
    inside = collection_condition(filters)
    return [
        f"{column} IN (SELECT image_id FROM analytics.images WHERE {condition})"
        for condition in inside
    ]


def when(filters: Filters) -> list[str]:
    """That it was judged between two days."""
    found = []
    if filters.since:
        found.append(f"judged_at >= {day(filters.since)}")
    if filters.until:
        found.append(f"judged_at < {day(filters.until + timedelta(days=1))}")
    return found


def quoted(value: str) -> str:
    """A text as SQL writes it, whatever is in it."""
    return sql.Literal(value).as_string()


def day(value: date) -> str:
    """A day as SQL writes it."""
    return f"date '{value.isoformat()}'"


def judges(conn: Connection) -> list[str]:
    """Everybody whose judgements count, by name."""
    return list(
        conn.execute(
            text("SELECT DISTINCT name FROM judges WHERE excluded_at IS NULL ORDER BY name")
        ).scalars()
    )
