"""Texts that people searched for lately, where the operator keeps them at all."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, text

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class KeptQuery:
    """One text as askers of some countries searched for it; none means unknown."""

    text: str
    countries: tuple[str, ...]
    searches: int


def add(conn: Connection, *, query_text: str, country: str) -> None:
    """Keep the text of an answered search."""
    conn.execute(
        text("INSERT INTO kept_queries (country, query_text) VALUES (:country, :query_text)"),
        {"country": country, "query_text": query_text},
    )


def latest(conn: Connection, *, most: int) -> list[KeptQuery]:
    """Texts of answered and of refused searches of the last 30 days, the latest first."""
    rows = conn.execute(
        text(
            """
            SELECT query_text, country, count(*) AS searches
              FROM (SELECT created_at, query_text, country FROM kept_queries
                     WHERE created_at > now() - :kept
                    UNION ALL
                    SELECT created_at, query_text, country FROM refusals
                     WHERE created_at > now() - :kept AND query_text IS NOT NULL) searched
             GROUP BY query_text, country ORDER BY max(created_at) DESC LIMIT :most
            """
        ),
        {"most": most, "kept": KEPT},
    )
    return [
        KeptQuery(row.query_text, tuple(filter(None, row.country.split(","))), row.searches)
        for row in rows
    ]


def most_frequent(conn: Connection, *, most: int) -> list[KeptQuery]:
    """Texts of answered searches of the last 30 days, the most frequent first, by whom ever asked.

    Texts that differ in capitals and outer blanks only count as one, written as they were last.
    """
    rows = conn.execute(
        text(
            """
            SELECT (array_agg(query_text ORDER BY created_at DESC))[1] AS query_text,
                   count(*) AS searches
              FROM kept_queries WHERE created_at > now() - :kept
             GROUP BY lower(btrim(query_text))
             ORDER BY count(*) DESC, max(created_at) DESC LIMIT :most
            """
        ),
        {"most": most, "kept": KEPT},
    )
    return [KeptQuery(row.query_text, (), row.searches) for row in rows]


def forget_old(conn: Connection) -> int:
    """Forget texts of more than 30 days ago; answers how many there were."""
    result = conn.execute(
        text("DELETE FROM kept_queries WHERE created_at <= now() - :kept"), {"kept": KEPT}
    )
    cleared = conn.execute(
        text(
            "UPDATE refusals SET query_text = NULL"
            " WHERE created_at <= now() - :kept AND query_text IS NOT NULL"
        ),
        {"kept": KEPT},
    )
    return result.rowcount + cleared.rowcount
