"""The law on real photographs: how many pictures and pairs are excluded, and a sample to read.

    python -m benchmarks.law_flickr8k [FILE]

The data set is found by GLIMPSE_FLICKR8K. With FILE, a hundred pictures and a
hundred pairs of either side of the line, chosen by a seed, are written there to
be read and judged; it holds other people's captions, so keep it to yourself.
"""

import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from benchmarks.table import show
from service.config import read_settings
from service.db import migrate
from service.db.engine import connection
from service.domain import Asker
from service.ingest.dataset.work import NobodyWatches
from service.policy.gate import Gate
from service.policy.shipped import shipped_rules
from service.services import Services
from service.wiring import wired
from tests.servers import throwaway_servers

DATA = Path(
    os.environ.get("GLIMPSE_FLICKR8K", Path(__file__).parents[1] / "../shared/data/flickr8k")
)
SEED = 20
EACH = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A picture, or a pair, with what is known of it and on which side of the line it is."""

    name: str
    texts: tuple[str, ...]
    excluded: bool
    why: str


def main(arguments: Sequence[str] = ()) -> None:
    """Import the data into a throw-away home, judge it, count, and write what is to be read."""
    if not DATA.is_dir():
        print(f"No data set at {DATA}: set GLIMPSE_FLICKR8K.")
        return
    with tempfile.TemporaryDirectory() as folder, throwaway_servers() as endpoints:
        migrate.upgrade(endpoints.database_url)
        settings = read_settings(home=Path(folder))
        with wired(settings, endpoints, secret_key="bench") as services:  # noqa: S106 - thrown away
            found = imported(services)
    for name, rows in found.items():
        show(f"The law on Flickr8k: {name}", ("", name), counted(rows))
    if arguments:
        write(Path(arguments[0]), found)


def imported(services: Services) -> dict[str, list[Row]]:
    """The pictures and the pairs after an import, judged by the rules in force."""
    services.gate.warm()
    services.import_dataset(folder=DATA, name="flickr8k", asker=Asker(), watch=NobodyWatches())
    services.law.judge_waiting(services.transactions)
    with connection(services.engine) as conn:
        pictures = list(pictures_of(conn))
        restricted = {row.name for row in pictures if row.excluded}
        return {"pictures": pictures, "pairs": list(pairs_of(conn, restricted))}


def pictures_of(conn: Connection) -> Iterator[Row]:
    """Every picture with all its texts and what restricts it."""
    rows = conn.execute(
        text(
            """
            SELECT i.name,
                   ARRAY(SELECT c.text FROM captions c WHERE c.image_id = i.id
                         UNION SELECT t.text FROM test_queries t WHERE t.image_id = i.id) AS texts,
                   ARRAY(SELECT r.kind || ': ' || r.reason FROM restrictions r
                          WHERE r.image_id = i.id ORDER BY 1) AS reasons
              FROM images i ORDER BY i.name
            """
        )
    )
    for row in rows:
        yield Row(row.name, tuple(row.texts), bool(row.reasons), "; ".join(row.reasons))


def pairs_of(conn: Connection, restricted: set[str]) -> Iterator[Row]:
    """Every judged pair; it is excluded for its picture or for its own text."""
    gate = Gate([shipped_rules()])
    rows = conn.execute(
        text(
            """
            SELECT i.name, q.text
              FROM (SELECT image_id, query_key FROM expert_grades
                    UNION SELECT image_id, query_key FROM crowd_votes) p
              JOIN images i ON i.id = p.image_id JOIN queries q ON q.id = p.query_key
             WHERE q.text IS NOT NULL ORDER BY i.name, q.text
            """
        )
    )
    refused: dict[str, bool] = {}
    for row in rows:
        if row.text not in refused:
            refused[row.text] = gate.verdict(row.text, "").blocked
        why = [
            w for w, so in (("picture", row.name in restricted), ("text", refused[row.text])) if so
        ]
        yield Row(row.name, (row.text,), bool(why), " and ".join(why))


def counted(rows: Sequence[Row]) -> list[tuple[object, ...]]:
    """How many there are, how many are excluded, and for what."""
    excluded = [row for row in rows if row.excluded]
    kinds = Counter(kind for row in excluded for kind in kinds_of(row.why))
    return [
        ("all", f"{len(rows):,}"),
        ("excluded", f"{len(excluded):,} ({len(excluded) / len(rows):.1%})"),
        *((f"for its {kind}", f"{number:,}") for kind, number in kinds.most_common()),
    ]


def kinds_of(why: str) -> set[str]:
    """The kinds of reasons, each once: a caption, a judgement; a pair's picture or text."""
    return {part.split(":")[0] for one in why.split("; ") for part in one.split(" and ")[:2]}


def write(path: Path, found: dict[str, list[Row]]) -> None:
    """A seeded sample of either side, to be read."""
    rng = random.Random(SEED)
    with path.open("w", encoding="utf-8") as file:
        for name, rows in found.items():
            for excluded in (True, False):
                side = [row for row in rows if row.excluded == excluded]
                for row in rng.sample(side, min(EACH, len(side))):
                    fields = (name, str(excluded), row.name, row.why, *row.texts)
                    file.write("\t".join(fields) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
