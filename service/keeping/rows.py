"""Whether what stands in the rows goes together: vectors, their states, indexes, scorers, rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine

from service.db import consistency, encoders, encodings, migrate, vector_index
from service.db.consistency import Found
from service.db.encoders import StoredEncoder
from service.db.engine import connection, translated
from service.jobs import Job
from service.keeping.findings import Finding, Problem
from service.transaction import Transactions

AGAIN = "--mend embeds them again"


@dataclass(frozen=True, slots=True)
class Rows:
    """The checks of the database, each a question or two."""

    engine: Engine
    transactions: Transactions

    def findings(self) -> Iterator[Finding]:
        """Everything that is amiss."""
        with connection(self.engine) as conn:
            yield from self.schema(conn)
            yield from self.partitions(conn)
            for stored in encoders.all_of_them(conn):
                if consistency.has_partition(conn, stored.encoder_id):
                    yield from self.encoder(conn, stored)
            yield from self.scorers(conn)
            yield from self.rules(conn)

    def schema(self, conn: Connection) -> Iterator[Finding]:
        """The migrations."""
        at, head = migrate.current(conn), migrate.head()
        if at != head:
            what = f"the schema is at {at or 'nothing'}, this version needs {head}"
            yield Finding(Problem("schema", "the database", what, "run glimpse db upgrade"))

    def partitions(self, conn: Connection) -> Iterator[Finding]:
        """A place for each encoder's vectors, and no other."""
        for stored in encoders.all_of_them(conn):
            if not consistency.has_partition(conn, stored.encoder_id):
                problem = Problem(
                    "vectors lost",
                    told(stored),
                    "the table of its vectors is gone",
                    "--mend makes it, and embeds every picture again",
                )
                yield Finding(problem, partial(self.new_partition, stored))
        for name in consistency.stray_partitions(conn):
            yield Finding(
                Problem(
                    "stray vectors",
                    name,
                    "vectors of an encoder that is not known any more",
                    f"look at it; it is safe to say DROP TABLE {name}",
                )
            )

    def encoder(self, conn: Connection, stored: StoredEncoder) -> Iterator[Finding]:
        """One encoder's vectors against what is said of them."""
        key = stored.encoder_id
        if stored.state != "retired":
            yield from self.amiss(
                "picture not queued",
                stored,
                consistency.without_encoding(conn, key),
                "were never queued for it",
                AGAIN,
            )
        yield from self.amiss(
            "vector missing",
            stored,
            consistency.done_without_vector(conn, key),
            "count as searchable and have no vector",
            AGAIN,
        )
        yield from self.amiss(
            "vector unknown",
            stored,
            consistency.vector_without_encoding(conn, key),
            "have a vector of which nobody knows how old it is",
            AGAIN,
        )
        yield from self.amiss(
            "vector unusable",
            stored,
            consistency.unusable_vectors(conn, stored),
            f"have a vector that is no unit vector of {stored.dimension} dimensions",
            AGAIN,
        )
        yield from self.amiss(
            "lease expired",
            stored,
            consistency.long_expired(conn, key),
            "were taken by a worker that died over an hour ago",
            "--mend hands them out again; start a worker",
        )
        yield from self.index(conn, stored)

    def amiss(
        self, kind: str, stored: StoredEncoder, found: Found, what: str, mend: str
    ) -> Iterator[Finding]:
        """A finding about some pictures under an encoder, where there are any."""
        if found.count:
            more = " …" if found.count > len(found.examples) else ""
            where = f"{told(stored)}: {', '.join(found.examples)}{more}"
            problem = Problem(kind, where, f"{found.count} pictures {what}", mend)
            yield Finding(problem, lambda: self.embed_again(stored))

    def index(self, conn: Connection, stored: StoredEncoder) -> Iterator[Finding]:
        """The index of neighbours where it pays."""
        if stored.state not in {"ready", "serving"}:
            return
        broken = consistency.has_broken_index(conn, stored)
        if broken or vector_index.wants_index(conn, encoder=stored):
            what = "is broken" if broken else "is missing, so every search reads every vector"
            problem = Problem(
                "index", told(stored), f"the index of its vectors {what}", "--mend builds it"
            )
            yield Finding(problem, lambda: self.build_index(stored))

    def scorers(self, conn: Connection) -> Iterator[Finding]:
        """The artefacts of what was trained."""
        for broken in consistency.broken_scorers(conn):
            serves = broken.state == "published"
            mend = (
                "glimpse scorers rollback, or glimpse train --publish" if serves else "train anew"
            )
            what = "its bytes are not those that were stored"
            if serves:
                what += ": results are ordered by similarity alone"
            where = f"scorer {broken.kind}-{broken.scorer_id} ({broken.state})"
            yield Finding(Problem("scorer damaged", where, what, mend))

    def rules(self, conn: Connection) -> Iterator[Finding]:
        """Versions of the rules that something refers to."""
        for table, count in consistency.unknown_policy_versions(conn).items():
            judged = table in {"images", "restrictions"}
            mend = "--mend has them judged again" if judged else "restore a backup that has it"
            what = f"{count} rows name a version of the rules that is not kept"
            problem = Problem("rules lost", f"table {table}", what, mend)
            yield Finding(problem, self.judge_again if judged else None)

    def new_partition(self, stored: StoredEncoder) -> bool:
        """Make the table, and queue every picture."""
        with self.transactions() as transaction:
            encoders.make_partition(transaction.conn, stored.encoder_id)
        return self.embed_again(stored)

    def embed_again(self, stored: StoredEncoder) -> bool:
        """Queue whatever has no usable vector; the workers do the rest."""
        with self.transactions() as transaction:
            conn = transaction.conn
            consistency.forget_unusable(conn, stored)
            consistency.queue_again(conn, stored.encoder_id)
            encodings.mark_abandoned(conn, encoder_id=stored.encoder_id)
            if stored.state != "retired":
                encoders.queue_missing(conn, encoder_id=stored.encoder_id)
            transaction.nudge(Job.EMBED)
        return True

    def build_index(self, stored: StoredEncoder) -> bool:
        """Build the index anew; a twin may be at it."""
        with translated():
            return vector_index.build_index(self.engine, encoder=stored)

    def judge_again(self) -> bool:
        """Have the rules that hold look at those pictures."""
        with self.transactions() as transaction:
            consistency.judge_again(transaction.conn)
            transaction.nudge(Job.JUDGE)
        return True


def told(stored: StoredEncoder) -> str:
    """An encoder, by key and name."""
    return f"encoder {stored.encoder_id} ({stored.spec})"
