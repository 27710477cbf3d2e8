"""The console: what it answers, and that nothing can be done with it but read the views."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import text

from service.analytics import console as consoles
from service.analytics.console import (
    NotAQuestion,
    QuestionFailed,
    QuestionTooLong,
    StillAsking,
    TookTooLong,
    TooManyColumns,
)
from service.errors import GlimpseError
from service.services import Services
from tests.analytics.judged import Judged

ATTACKS = [
    line
    for line in Path(__file__).with_name("attacks.sql").read_text("utf-8").splitlines()
    if not line.startswith("--")
]
SECRETS = """
    SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM images),
           (SELECT count(*) FROM searches), (SELECT count(*) FROM pg_roles),
           (SELECT count(*) FROM pg_largeobject_metadata),
           (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),
           (SELECT count(*) FROM pg_class WHERE relnamespace NOT IN
               (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg_toast%'))
"""


def judged(services: Services) -> None:
    """A few judgements to ask about."""
    with services.transactions() as transaction:
        Judged(transaction.conn).pairs([(1, 1, 2), (4, 4, 4)])


def test_a_question_is_answered_with_types(services: Services) -> None:
    """Names, kinds and values come back, in the order that was asked for."""
    judged(services)
    found = services.console.ask(
        "SELECT query_id, expert_mean AS mean, restricted, expert_grades"
        " FROM pairs ORDER BY expert_mean DESC; "
    )
    assert [(c.name, c.kind) for c in found.columns] == [
        ("query_id", "text"),
        ("mean", "number"),
        ("restricted", "boolean"),
        ("expert_grades", "text"),
    ]
    assert found.rows[0] == ("x.jpg#1", 4.0, False, "{4,4,4}")
    assert not found.is_cut


def test_a_comment_at_the_end_hides_nothing(services: Services) -> None:
    """The frame around a question survives a comment and a percent sign."""
    assert services.console.ask("SELECT '50%s' AS a -- all").rows == (("50%s",),)


def test_a_large_answer_is_cut(services: Services) -> None:
    """Rows, cells and the answer as a whole have bounds, and the answer says that it was cut."""
    rows = services.console.ask("SELECT n FROM generate_series(1, 100) n", most=10)
    assert (len(rows.rows), rows.is_cut) == (10, True)
    wide = services.console.ask("SELECT repeat('x', 1000000) FROM generate_series(1, 10000)")
    assert wide.is_cut
    assert len(str(wide.rows[0][0])) == 4_000
    assert len(wide.rows) * 4_000 <= consoles.MOST_BYTES


def test_a_plan_runs_nothing(services: Services) -> None:
    """EXPLAIN tells the plan of a question that would take hours."""
    plan = services.console.explain("SELECT pg_sleep(3600)")
    assert any("Result" in line for line in plan)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ("SELEC 1", QuestionFailed),
        ("SELECT nothing FROM pairs", QuestionFailed),
        ("SELECT 1 / 0", QuestionFailed),
        ("SHOW search_path; SELECT 1", QuestionFailed),
        ("SET work_mem = '1GB'", NotAQuestion),
        ("SELECT '" + "x" * 20_001 + "'", QuestionTooLong),
        ("SELECT " + ", ".join(["1"] * 101), TooManyColumns),
    ],
)
def test_what_cannot_be_asked_is_told(
    services: Services, asked: str, error: type[GlimpseError]
) -> None:
    """A wrong statement is answered by the reason, not by a failure."""
    with pytest.raises(error):
        services.console.ask(asked)


def test_no_attack_works(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every attack is refused in time; afterwards everything is as before and answers go on."""
    monkeypatch.setattr(consoles, "SECONDS", 0.4)
    judged(services)
    services.console.ask("SELECT 1")
    with services.engine.connect() as conn:
        before = conn.execute(text(SECRETS)).one()
    worked = []
    for attack in ATTACKS:
        try:
            worked.append((attack, services.console.ask(attack).rows[:3]))
        except GlimpseError:
            continue
    with services.engine.connect() as conn:
        after = conn.execute(text(SECRETS)).one()
    assert len(ATTACKS) >= 40
    assert worked == []
    assert after == before
    assert services.console.ask("SELECT count(*) FROM pairs").rows == ((2,),)


def test_a_question_cannot_outlive_its_time(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database's own limit can be switched off, that does not help."""
    monkeypatch.setattr(consoles, "SECONDS", 0.4)
    services.console.ask("SELECT 1")
    let_all_set(services)
    with pytest.raises(TookTooLong):
        services.console.ask("SELECT set_config('statement_timeout', '0', false), pg_sleep(60)")


def test_a_question_leaves_nothing_behind(services: Services) -> None:
    """What one question sets is not there for the next."""
    services.console.ask("SELECT 1")
    let_all_set(services)
    services.console.ask("SELECT set_config('search_path', 'public', false)")
    assert services.console.ask("SELECT current_setting('search_path')").rows == (("analytics",),)


def let_all_set(services: Services) -> None:
    """As in a database whose account is no superuser, which cannot forbid it."""
    with services.transactions() as transaction:
        transaction.conn.execute(text("GRANT EXECUTE ON FUNCTION set_config TO PUBLIC"))


def test_nobody_sees_what_others_ask(services: Services) -> None:
    """The server's own views of its sessions and statistics keep silent about everybody else."""
    services.console.ask("SELECT 1")
    with services.engine.connect() as other:
        other.execute(text("SELECT 'a secret that is being worked on'"))
        activity = services.console.ask("SELECT query FROM pg_stat_activity").rows
        statistics = services.console.ask("SELECT most_common_vals FROM pg_stats").rows
    assert not any("secret" in str(row) for row in activity)
    assert len(statistics) == len(services.console.ask("SELECT 1 FROM pg_stats").rows)
    hidden = services.console.ask(
        "SELECT count(*) FROM pg_stats WHERE schemaname IN ('public', 'analytics_base')"
    )
    assert hidden.rows == ((0,),)


BOMBS = (
    "SELECT pg_sleep(60)",
    "WITH RECURSIVE bomb(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM bomb) SELECT max(n) FROM bomb",
    "SELECT count(*) FROM generate_series(1, 1000000000) a",
    "SELECT " + ", ".join(["length(repeat('x', 1000000000))"] * 9),
)


def test_others_work_on_while_somebody_attacks(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bombs of time, memory and disk leave the service's own statements and other people alone."""
    judged(services)
    services.console.ask("SELECT 1")
    monkeypatch.setattr(consoles, "SECONDS", 1)
    with ThreadPoolExecutor(1) as pool:
        refused = pool.submit(lambda: [refusal(services, bomb) for bomb in BOMBS])
        answers = []
        while not refused.done():
            answers.append(services.console.ask("SELECT count(*) FROM pairs", asker=2).rows)
            with services.engine.connect() as conn:
                answers.append(conn.scalar(text("SELECT count(*) FROM expert_grades")))
            sleep(0.05)
    assert set(map(str, answers)) == {"((2,),)", "2"}
    assert len(refused.result()) == len(BOMBS)


def refusal(services: Services, bomb: str) -> str:
    """What an attacker is told."""
    with pytest.raises(GlimpseError) as told:
        services.console.ask(bomb, asker=1)
    return told.value.message


def test_a_person_asks_one_question_at_a_time(services: Services) -> None:
    """Whoever asks again meanwhile is told at once; another person is not kept waiting."""
    services.console.ask("SELECT 1")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(services.console.ask, "SELECT pg_sleep(1)", asker=1)
        while 1 not in services.console.askers:
            sleep(0.01)
        with pytest.raises(StillAsking):
            services.console.ask("SELECT 1", asker=1)
        assert services.console.ask("SELECT 2", asker=2).rows == ((2,),)
        assert first.result().rows == (("",),)
    assert services.console.ask("SELECT 1", asker=1).rows == ((1,),)
