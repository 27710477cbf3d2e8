"""Judgements for tests, by hand and from the real files."""

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.factories import an_image

REAL = Path(os.environ.get("GLIMPSE_FLICKR8K", "../shared/data/flickr8k"))


class Judged:
    """A data set whose rows are written one by one."""

    def __init__(self, conn: Connection) -> None:
        """Make the data set with its panel and its crowd."""
        self.conn = conn
        self.dataset = self._key("INSERT INTO datasets (name) VALUES ('hand') RETURNING id")
        self.panel = self._judge("panel")
        self.crowd = self._judge("crowd")

    def picture(self, name: str = "a.jpg") -> int:
        """A picture of that file name."""
        return an_image(self.conn, name=name)

    def query(self, query_id: str, words: str | None = None, *, image: int | None = None) -> int:
        """A query, with the picture it was written for where that is known."""
        return self._key(
            "INSERT INTO queries (query_id, text, image_id) VALUES (:q, :t, :i) RETURNING id",
            q=query_id,
            t=words,
            i=image,
        )

    def person(self, name: str) -> int:
        """A named judge."""
        return self._key(
            "INSERT INTO judges (kind, name) VALUES ('person', :n) RETURNING id", n=name
        )

    def grade(
        self, image: int, query: int, grades: Sequence[int], judge: int | None = None
    ) -> None:
        """Grades of the panel, or of a named judge."""
        self.conn.execute(
            text("INSERT INTO expert_grades VALUES (:i, :q, :j, CAST(:g AS smallint[]))"),
            {"i": image, "q": query, "j": judge or self.panel, "g": list(grades)},
        )

    def vote(self, image: int, query: int, yes: int, no: int) -> None:
        """Votes of the crowd."""
        self.conn.execute(
            text("INSERT INTO crowd_votes VALUES (:i, :q, :j, :y, :n)"),
            {"i": image, "q": query, "j": self.crowd, "y": yes, "n": no},
        )

    def exclude(self, judge: int) -> None:
        """Take a judge out of the count."""
        self.conn.execute(
            text("UPDATE judges SET excluded_reason = 'r', excluded_at = now() WHERE id = :j"),
            {"j": judge},
        )

    def pairs(self, grades: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
        """A pair for each row of the panel's grades; answers their keys."""
        image, made = self.picture(), []
        for number, row in enumerate(grades):
            made.append((image, self.query(f"x.jpg#{number}")))
            self.grade(*made[-1], row)
        return made

    def _judge(self, kind: str) -> int:
        return self._key(
            "INSERT INTO judges (kind, name, dataset_id) VALUES (:k, :k, :d) RETURNING id",
            k=kind,
            d=self.dataset,
        )

    def _key(self, statement: str, **values: object) -> int:
        return int(self.conn.execute(text(statement), values).scalar_one())


def real_rows(name: str) -> list[list[str]]:
    """The rows of a file of the real data, which must be there."""
    path = REAL / name
    if not path.exists():
        pytest.skip(f"the real data is not in {REAL}; name its folder by GLIMPSE_FLICKR8K")
    comma = name.endswith(".csv")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="," if comma else "\t"))
    return rows[1:] if comma else rows


def load_real(conn: Connection) -> None:
    """The real judgements as rows: names, texts, grades and votes, without the pictures."""
    experts, crowd = real_rows("ExpertAnnotations.tsv"), real_rows("CrowdAnnotations.tsv")
    captions = real_rows("captions.csv")
    texts = {row[1]: row[2] for row in [*real_rows("train_dataset.csv"), *captions]}
    hand = Judged(conn)
    names = {row[0] for row in [*experts, *crowd, *captions]}
    images = {name: hand.picture(name) for name in sorted(names)}
    queries = {}
    for query_id in sorted({row[1] for row in [*experts, *crowd]}):
        own = images.get(query_id.partition("#")[0])
        queries[query_id] = hand.query(query_id, texts.get(query_id), image=own)
    copy(conn, "captions", ((images[i], int(q[-1]), t) for i, q, t in captions))
    copy(
        conn,
        "expert_grades",
        ((images[i], queries[q], hand.panel, f"{{{a},{b},{c}}}") for i, q, a, b, c in experts),
    )
    copy(
        conn,
        "crowd_votes",
        ((images[i], queries[q], hand.crowd, int(y), int(n)) for i, q, _, y, n in crowd),
    )


COLUMNS = {
    "captions": "image_id, position, text",
    "expert_grades": "image_id, query_key, judge_id, grades",
    "crowd_votes": "image_id, query_key, judge_id, yes, no",
}


def copy(conn: Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Write many rows."""
    raw = conn.connection.driver_connection
    assert raw is not None
    with raw.cursor().copy(f"COPY {table} ({COLUMNS[table]}) FROM STDIN") as to:
        for row in rows:
            to.write_row(row)
