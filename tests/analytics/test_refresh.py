"""The stored copy: there for many judgements only, and in step."""

from sqlalchemy import Connection, Engine, text

from service.analytics.refresh import refresh
from service.db.analytics import stored
from service.domain import Asker
from service.services import Services
from tests.analytics.judged import Judged
from tests.factories import searchable

UNITS = [(1, 1, 2), (4, 4, 4), (1, 2, 4)]


def figures(conn: Connection) -> tuple[object, ...]:
    """What a few views say."""
    return (
        conn.execute(text("SELECT * FROM analytics.pairs ORDER BY query_id")).all(),
        conn.execute(text("SELECT * FROM analytics.noisy_pairs")).all(),
        conn.execute(text("SELECT * FROM analytics.expert_agreement")).all(),
    )


def test_few_judgements_are_read_as_they_are(engine: Engine) -> None:
    """Nothing is stored, and a new judgement is seen at once."""
    with engine.begin() as conn:
        Judged(conn).pairs(UNITS)
        assert refresh(conn) is False
        assert conn.scalar(text("SELECT count(*) FROM analytics.pairs")) == 3


def test_many_judgements_are_read_from_the_copy(engine: Engine) -> None:
    """The views say the same from the copy, which is refreshed only after something was written."""
    with engine.begin() as conn:
        hand = Judged(conn)
        hand.pairs(UNITS)
        before = figures(conn)
    with engine.begin() as conn:
        conn.execute(text("SELECT pg_stat_force_next_flush()"))
    with engine.begin() as conn:
        assert refresh(conn, many=2)
        conn.execute(
            text("UPDATE analytics_base.reading SET written = :n"), {"n": stored.written(conn)}
        )
        assert refresh(conn, many=2) is False
        assert figures(conn) == before
        assert conn.scalar(text("SELECT is_stored FROM analytics_base.reading"))


def test_the_copy_is_left_when_judgements_become_few(engine: Engine) -> None:
    """After most of them went, the views read the judgements themselves again."""
    with engine.begin() as conn:
        hand = Judged(conn)
        (_image, query), *_ = hand.pairs(UNITS)
        assert refresh(conn, many=2)
        conn.execute(text("DELETE FROM expert_grades WHERE query_key <> :q"), {"q": query})
        assert refresh(conn, many=2) is False
        assert conn.scalar(text("SELECT count(*) FROM analytics.pairs")) == 1


def test_a_search_is_counted_once(services: Services) -> None:
    """The first page of a search is a row, a further page is none, and the text is nowhere."""
    searchable(services, "red", "blue", "green")
    page = services.search(text="red", asker=Asker(), limit=1)
    services.search(text="red", asker=Asker(), limit=1, cursor=page.next_cursor)
    with services.engine.connect() as conn:
        rows = conn.execute(text("SELECT searches, empty_results FROM analytics.searches_daily"))
        assert [tuple(row) for row in rows] == [(1, 0)]
