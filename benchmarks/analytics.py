"""How long analysts' views take at a million judgements: live, and from the stored copy."""

from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import Connection, Engine, text

from benchmarks.table import show
from service.analytics.refresh import refresh
from service.db import migrate
from service.db.analytics import stored
from service.db.analytics.figures import NAMES, Filters, figures
from service.db.engine import make_engine
from tests.servers import throwaway_servers

LOAD = Path(__file__).with_name("judgements.sql")
TIMES = 3
VIEWS = (
    "expert_agreement",
    "expert_vs_crowd",
    "images",
    "noisy_pairs",
    "pairs",
    "policy_decisions_daily",
    "searches_daily",
)
QUESTIONS = {
    "`pairs LIMIT 20`": "SELECT * FROM analytics.pairs LIMIT 20",
    "`pairs` of one query": "SELECT * FROM analytics.pairs WHERE query_id = '5_ab12.jpg#0'",
    "`pairs` of one picture": "SELECT * FROM analytics.pairs WHERE image = '7_5a2dd9b7bd.jpg'",
    "`count(*)` of `pairs`": "SELECT count(*) FROM analytics.pairs",
    "`noisy_pairs LIMIT 20`": "SELECT * FROM analytics.noisy_pairs LIMIT 20",
}


def main() -> None:
    """Measure both ways in one run."""
    questions = {f"all of `{view}`": f"TABLE analytics.{view}" for view in VIEWS} | QUESTIONS
    with throwaway_servers() as endpoints:
        migrate.upgrade(endpoints.database_url)
        engine = make_engine(endpoints.database_url)
        load(engine)
        live = measured(engine, questions)
        first, again = refreshed(engine), refreshed(engine)
        copied = measured(engine, questions)
        engine.dispose()
    show(
        f"A million judgements, seconds (median of {TIMES})",
        ("question", "rows", "from the judgements", "from the copy"),
        [
            (name, f"{rows:,}", f"{seconds:.2f}", f"{copied[name][1]:.2f}")
            for name, (rows, seconds) in live.items()
        ],
    )
    print(f"\nMaking the copy took {first:.1f} s, bringing it up to date {again:.1f} s.")


def load(engine: Engine) -> None:
    """A million judgements."""
    with engine.begin() as conn:
        conn.execution_options(no_parameters=True).exec_driver_sql(LOAD.read_text("utf-8"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("VACUUM ANALYZE"))


def refreshed(engine: Engine) -> float:
    """Seconds to bring the copy up to date."""
    with engine.begin() as conn:
        # As if a judgement had been written, long after the last time.
        stored.note(conn, is_stored=stored.reading(conn).is_stored, written=-1, seconds=0)
    began = perf_counter()
    with engine.begin() as conn:
        assert refresh(conn)  # noqa: S101 - doing nothing would look fast
    return perf_counter() - began


def measured(engine: Engine, questions: Mapping[str, str]) -> dict[str, tuple[int, float]]:
    """Rows and median seconds of each question, and of the page with all its charts."""
    with engine.connect() as conn:
        found = {name: timed(conn, statement) for name, statement in questions.items()}
    with engine.connect() as conn:
        began = perf_counter()
        drawn = figures(conn, Filters())
        found["all charts of `/analytics`"] = len(drawn), perf_counter() - began
    assert len(drawn) == len(NAMES)  # noqa: S101 - a chart that is left out would look fast
    return found


def timed(conn: Connection, statement: str) -> tuple[int, float]:
    """Rows of an answer, and the median of the seconds until all of them are here."""
    times = []
    for _ in range(TIMES):
        began = perf_counter()
        rows = len(conn.exec_driver_sql(statement).fetchall())
        times.append(perf_counter() - began)
    return rows, median(times)
