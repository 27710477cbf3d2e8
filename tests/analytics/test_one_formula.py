"""Targets are the same in Python, in the statement that trainings read, and in the view."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from service.analytics.formulas import BadFormula, NoReason
from service.db import target_formulas, targets
from service.db.targets import JudgeError
from service.domain import TargetFormula
from service.learn.targets import reliability, target
from service.services import Services
from tests.analytics.judged import Judged

PEOPLE = ("ann", "bob", "cid")
GRADE = st.integers(1, 4)


@dataclass(frozen=True)
class Pair:
    """What everybody says of one pair."""

    panel: Sequence[int] = ()
    people: Mapping[str, int] | None = None
    votes: tuple[int, int] | None = None
    share: float | None = None


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """A pair with any mix of judges."""
    kind = draw(st.sampled_from(("votes", "share", "none")))
    return Pair(
        panel=sorted(draw(st.lists(GRADE, max_size=3))),
        people=draw(st.dictionaries(st.sampled_from(PEOPLE), GRADE, max_size=3)),
        votes=draw(st.sampled_from([(0, 1), (1, 1), (0, 3), (2, 1), (5, 2)]))
        if kind == "votes"
        else None,
        share=draw(st.sampled_from([0.0, 1 / 3, 0.5, 1.0])) if kind == "share" else None,
    )


WEIGHT = st.sampled_from([0.0, 0.1, 0.4, 0.9, 3.0])
FORMULAS = st.builds(
    TargetFormula,
    expert_weight=WEIGHT,
    crowd_weight=WEIGHT.filter(bool),
    min_grades=st.integers(1, 4),
    min_votes=st.integers(1, 4),
    weigh_judges=st.booleans(),
)


def store(conn: Connection, judged: Sequence[Pair], excluded: str) -> dict[str, int]:
    """Write all of it down; answers the judges' keys."""
    hand = Judged(conn)
    keys = {name: hand.person(name) for name in PEOPLE} | {"panel": hand.panel, "crowd": hand.crowd}
    image = hand.picture()
    for number, pair in enumerate(judged):
        query = hand.query(f"x.jpg#{number}")
        if pair.panel:
            hand.grade(image, query, pair.panel)
        for name, grade in (pair.people or {}).items():
            hand.grade(image, query, [grade], keys[name])
        if pair.votes:
            hand.vote(image, query, *pair.votes)
        if pair.share is not None:
            conn.execute(
                text(
                    "INSERT INTO crowd_votes (image_id, query_key, judge_id, share)"
                    " VALUES (:i, :q, :j, :s)"
                ),
                {"i": image, "q": query, "j": hand.crowd, "s": pair.share},
            )
    hand.exclude(keys[excluded])
    return keys


def grades_of(pair: Pair, excluded: str) -> dict[str, Sequence[int]]:
    """The grades that count, by judge."""
    found: dict[str, Sequence[int]] = {name: [grade] for name, grade in (pair.people or {}).items()}
    if pair.panel:
        found["panel"] = pair.panel
    found.pop(excluded, None)
    return found


def errors(judged: Sequence[Pair], excluded: str, keys: Mapping[str, int]) -> list[JudgeError]:
    """Every judge against the mean of the others, by hand."""
    squares: dict[str, list[float]] = defaultdict(list)
    for pair in judged:
        found = grades_of(pair, excluded)
        for name, own in found.items():
            others = [grade for other, said in found.items() if other != name for grade in said]
            if others:
                gap = sum(own) / len(own) - sum(others) / len(others)
                squares[name].append((gap / 3) ** 2)
    return [
        JudgeError(keys[name], len(all_), sum(all_) / len(all_)) for name, all_ in squares.items()
    ]


def by_hand(
    pair: Pair, formula: TargetFormula, excluded: str, weights: Mapping[str, float]
) -> float | None:
    """The target of one pair, from service/learn/targets.py."""
    found = grades_of(pair, excluded)
    weight = {name: weights.get(name, 1.0) if formula.weigh_judges else 1.0 for name in found}
    heavy = sum(weight[name] * len(said) for name, said in found.items())
    total = sum(weight[name] * sum(said) for name, said in found.items())
    yes, votes = (0.0, 0)
    if pair.votes and excluded != "crowd":
        yes, votes = pair.votes[0], sum(pair.votes)
    elif pair.share is not None and excluded != "crowd":
        yes, votes = 3 * pair.share, 3
    return target(
        formula,
        expert_mean=total / heavy if found else None,
        grades=sum(map(len, found.values())),
        crowd_score=yes / votes if votes else None,
        votes=votes,
    )


@given(
    judged=st.lists(pairs(), min_size=1, max_size=8),
    formula=FORMULAS,
    excluded=st.sampled_from([*PEOPLE, "panel", "crowd"]),
)
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_python_statement_and_view_agree(
    engine: Engine, judged: list[Pair], formula: TargetFormula, excluded: str
) -> None:
    """For any judgements, any excluded judge and any formula in force."""
    with engine.connect() as conn:
        keys = store(conn, judged, excluded)
        names = {key: name for name, key in keys.items()}
        known = errors(judged, excluded, keys)
        weights = reliability(known)
        assert targets.judge_weights(conn) == pytest.approx(weights)
        target_formulas.put_in_force(conn, formula, who="a test", why="drawn")
        expected = {
            f"x.jpg#{number}": by_hand(
                pair, formula, excluded, {names[key]: value for key, value in weights.items()}
            )
            for number, pair in enumerate(judged)
            if grades_of(pair, excluded)
            or ((pair.votes or pair.share is not None) and excluded != "crowd")
        }
        read = {
            one.query_key: one.target
            for one in targets.targets(conn, target_formulas.in_force(conn).formula)
        }
        stated = {
            row.query_id: read[row.id]
            for row in conn.execute(text("SELECT id, query_id FROM queries"))
            if row.id in read
        }
        seen = {
            row.query_id: row.target
            for row in conn.execute(text("SELECT query_id, target FROM analytics.pairs"))
        }
        conn.rollback()
    for found in (stated, seen):
        assert found.keys() == expected.keys()
        for query_id, value in expected.items():
            assert found[query_id] == (None if value is None else pytest.approx(value))


def test_the_first_formula_is_the_default(services: Services) -> None:
    """What a new installation follows is what service/domain.py says."""
    first = services.formulas.in_force()
    assert (first.version, first.formula) == (1, TargetFormula())


def test_a_change_is_a_version(services: Services) -> None:
    """Views follow it at once, what was before stays readable, and saying the same adds none."""
    with services.transactions() as transaction:
        hand = Judged(transaction.conn)
        (image, query), *_ = hand.pairs([(4, 4, 4)])
        hand.vote(image, query, 0, 3)
    half = TargetFormula(expert_weight=0.5, crowd_weight=0.5)
    services.formulas.change(half, who="ann", why="More crowd.")
    again = services.formulas.change(half, who="ann", why="The same.")
    with services.engine.connect() as conn:
        assert conn.scalar(text("SELECT target FROM analytics.pairs")) == pytest.approx(0.5)
    assert again.version == 2
    assert [one.why for one in services.formulas.history()] == ["More crowd.", "The default."]


@pytest.mark.parametrize(
    "formula",
    [
        TargetFormula(expert_weight=0, crowd_weight=0),
        TargetFormula(expert_weight=-1),
        TargetFormula(crowd_weight=float("nan")),
        TargetFormula(crowd_weight=1001),
        TargetFormula(min_votes=0),
        TargetFormula(min_grades=0),
    ],
)
def test_a_formula_without_sense_is_refused(services: Services, formula: TargetFormula) -> None:
    """Before anything is written."""
    with pytest.raises(BadFormula):
        services.formulas.change(formula, who="ann", why="A try.")
    assert services.formulas.in_force().version == 1


def test_a_formula_needs_a_reason(services: Services) -> None:
    """A blank one is none."""
    with pytest.raises(NoReason):
        services.formulas.change(TargetFormula(crowd_weight=0.2), who="ann", why=" ")
