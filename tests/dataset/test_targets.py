"""Targets: one formula in Python and in SQL, and judges who count by their reliability."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from service.db import judges, targets
from service.db.targets import JudgeError
from service.domain import TargetFormula
from service.learn.targets import reliability, target
from tests.factories import an_image

FORMULAS = (
    TargetFormula(),
    TargetFormula(expert_weight=0.6, crowd_weight=0.4),
    TargetFormula(expert_weight=1, crowd_weight=0),
    TargetFormula(expert_weight=0, crowd_weight=1, min_votes=5),
    TargetFormula(min_grades=3, min_votes=1),
)


def a_query(conn: Connection, number: int) -> int:
    """A query's key."""
    return int(
        conn.execute(
            text("INSERT INTO queries (query_id, text) VALUES (:id, 'text') RETURNING id"),
            {"id": f"query.jpg#{number}"},
        ).scalar_one()
    )


def a_judge(conn: Connection, name: str) -> int:
    """A person who judges."""
    user_id = conn.execute(
        text("INSERT INTO users (name, role) VALUES (:name, 'annotator') RETURNING id"),
        {"name": name},
    ).scalar_one()
    return judges.ensure_person(conn, user_id=user_id)


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_statement_and_the_function_agree(engine: Engine, formula: TargetFormula) -> None:
    """For pairs judged by experts, by the crowd, by both, by too few and by excluded judges."""
    with engine.begin() as conn:
        image, people = an_image(conn), [a_judge(conn, name) for name in "abcd"]
        for number in range(12):
            query = a_query(conn, number)
            for at, judge in enumerate(people[: number % 4]):
                judges.grade(conn, judge_id=judge, image_key=image, query_key=query,
                             grade=1 + (number + at) % 4)  # fmt: skip
            for at, judge in enumerate(people[: (number * 3) % 5]):
                judges.vote(conn, judge_id=judge, image_key=image, query_key=query,
                            fits=(number + at) % 3 == 0)  # fmt: skip
        judges.exclude(conn, judge_id=people[0], reason="He graded without looking.")
        found = targets.targets(conn, formula)
    assert found
    for one in found:
        expected = target(formula, expert_mean=one.expert_mean, grades=one.grades,
                          crowd_score=one.crowd_score, votes=one.votes)  # fmt: skip
        assert one.target == (None if expected is None else pytest.approx(expected))


def test_a_reliable_judge_counts_more(engine: Engine) -> None:
    """With weights of three to one the mean grade moves to the first judge's."""
    with engine.begin() as conn:
        image, query = an_image(conn), a_query(conn, 0)
        first, second = a_judge(conn, "first"), a_judge(conn, "second")
        judges.grade(conn, judge_id=first, image_key=image, query_key=query, grade=4)
        judges.grade(conn, judge_id=second, image_key=image, query_key=query, grade=1)
        (alike,) = targets.targets(conn, TargetFormula())
        (weighed,) = targets.targets(conn, TargetFormula(), reliability={first: 3.0})
        errors = targets.judge_errors(conn)
    assert alike.target == pytest.approx(0.5)
    assert weighed.target == pytest.approx(0.75)
    assert [one.mean_square for one in errors] == [pytest.approx(1.0)] * 2


def test_an_outlier_weighs_little_and_a_newcomer_once() -> None:
    """Weights follow squared errors, within bounds, and a few pairs hardly move them."""
    errors = [JudgeError(1, 500, 0.01), JudgeError(2, 500, 0.09), JudgeError(3, 1, 0.03)]
    weights = reliability(errors)
    assert weights[1] > 1.5 > weights[3] > 0.9 > weights[2]
    assert reliability([]) == {}


@given(
    mean=st.none() | st.floats(1, 4),
    share=st.none() | st.floats(0, 1),
    formula=st.sampled_from(FORMULAS),
)
def test_targets_lie_between_0_and_1(
    mean: float | None, share: float | None, formula: TargetFormula
) -> None:
    """Whoever judged, however few."""
    found = target(formula, expert_mean=mean, grades=0 if mean is None else 3,
                   crowd_score=share, votes=0 if share is None else 3)  # fmt: skip
    assert found is None or 0 <= found <= 1
