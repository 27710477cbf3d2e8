"""The stored copy: there for many judgements only, and in step."""

import pytest
from sqlalchemy import Connection, Engine, text

from service.analytics.refresh import refresh
from service.db.analytics import stored
from service.domain import Asker
from service.policy.gate import Refused
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


def test_a_refused_search_is_counted_by_its_rule(services: Services) -> None:
    """A refusal is a day's row of its rule and country, and no answered search."""
    services.register_encoder()
    for asker in (Asker(country="FR"), Asker(country="FR"), Asker()):
        with pytest.raises(Refused):
            services.search(text="a boy", asker=asker)
    with services.engine.connect() as conn:
        rows = conn.execute(text("TABLE analytics.policy_decisions_daily")).all()
        searches = conn.scalar(text("SELECT count(*) FROM analytics.searches_daily"))
    assert {row.decisions for row in rows} == {1, 2}
    assert len({(row.day, row.rule) for row in rows}) == 1
    assert all(row.rule for row in rows)
    assert searches == 0


def test_a_new_copy_waits_until_the_last_one_has_paid(engine: Engine) -> None:
    """One that took long is not made anew at once, whatever was written."""
    with engine.begin() as conn:
        hand = Judged(conn)
        hand.pairs(UNITS)
        assert refresh(conn, many=2)
        stored.note(conn, is_stored=True, written=-1, seconds=3600)
        assert refresh(conn, many=2) is False
        conn.execute(text("UPDATE analytics_base.reading SET refreshed_at = '2026-01-01'"))
        assert refresh(conn, many=2)


def test_an_excluded_judge_leaves_the_copy_too(engine: Engine) -> None:
    """The copy knows of a judge's exclusion after its next refresh."""
    with engine.begin() as conn:
        hand = Judged(conn)
        (image, query), *_ = hand.pairs(UNITS)
        ann = hand.person("ann")
        hand.grade(image, query, [4], ann)
        before = figures(conn)
        assert refresh(conn, many=2)
        assert figures(conn) == before
        hand.exclude(ann)
        stored.note(conn, is_stored=True, written=-1, seconds=0)
        conn.execute(text("UPDATE analytics_base.reading SET refreshed_at = '2026-01-01'"))
        assert refresh(conn, many=2)
        after = figures(conn)
        stored.empty(conn)
        assert figures(conn) == after != before
