"""Agreement of judges, against computations made another way."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import permutations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from sqlalchemy import Connection, Engine, text

from tests.analytics.judged import Judged, real_rows

Measured = dict[str, float | None]


def measured(conn: Connection, source: str = "panel") -> Measured:
    """What the view says of one source."""
    rows = conn.execute(
        text("SELECT * FROM analytics.expert_agreement WHERE source = :source"), {"source": source}
    )
    return dict(rows.mappings().one())


def alpha_by_definition(units: Iterable[Sequence[int]]) -> float:
    """Krippendorff's ordinal alpha, from pairs of values one by one."""
    kept = [unit for unit in units if len(unit) > 1]
    times = Counter(value for unit in kept for value in unit)
    total = sum(times.values())

    def distance(one: int, other: int) -> float:
        low, high = sorted((one, other))
        between = sum(times[value] for value in range(low, high + 1))
        return (between - (times[one] + times[other]) / 2) ** 2

    observed = sum(
        distance(*pair) / (len(unit) - 1) for unit in kept for pair in permutations(unit, 2)
    )
    expected = sum(times[a] * times[b] * distance(a, b) for a in times for b in times if a != b) / (
        total - 1
    )
    return 1 - observed / expected


def pairs_of(units: Iterable[Sequence[int]]) -> np.ndarray:
    """Every ordered pair of values within a unit."""
    return np.array([pair for unit in units for pair in permutations(unit, 2)])


UNITS = [(1, 1, 2), (4, 4, 4), (1, 2, 4), (3, 3, 4), (1, 1, 1), (2, 3, 3), (1, 1, 1)]


def test_a_panel_s_judges_are_exchangeable(engine: Engine) -> None:
    """Each judge of a panel is compared with every other, whatever column a grade stood in."""
    with engine.begin() as conn:
        Judged(conn).pairs(UNITS)
        found = measured(conn)
    pairs = pairs_of(UNITS)
    gaps = np.abs(pairs[:, 0] - pairs[:, 1])
    assert found["pairs"] == 7
    assert found["judgements"] == 21
    assert found["exact_agreement"] == pytest.approx((gaps == 0).mean())
    assert found["within_one_grade"] == pytest.approx((gaps <= 1).mean())
    assert found["quadratic_weighted_kappa"] == pytest.approx(
        cohen_kappa_score(pairs[:, 0], pairs[:, 1], weights="quadratic", labels=[1, 2, 3, 4])
    )
    assert found["krippendorff_alpha"] == pytest.approx(alpha_by_definition(UNITS))


def test_alpha_takes_panels_of_any_size(engine: Engine) -> None:
    """Pairs with two, three and four grades count as the definition says, single grades do not."""
    units = [(1, 1), (2, 4, 4), (1, 1, 2, 3), (4,), (3, 4), (1, 1, 1, 1)]
    with engine.begin() as conn:
        Judged(conn).pairs(units)
        found = measured(conn)
    assert found["krippendorff_alpha"] == pytest.approx(alpha_by_definition(units))


def test_judges_who_always_agree_reach_one(engine: Engine) -> None:
    """Perfect agreement on different grades is 1 by every measure."""
    with engine.begin() as conn:
        Judged(conn).pairs([(1, 1, 1), (4, 4, 4), (2, 2, 2)])
        found = measured(conn)
    assert [found[key] for key in MEASURES] == [1.0, 1.0, 1.0, 1.0]


MEASURES = (
    "exact_agreement",
    "within_one_grade",
    "quadratic_weighted_kappa",
    "krippendorff_alpha",
)


def test_agreement_by_chance_cannot_be_told_from_one_grade(engine: Engine) -> None:
    """Where only one grade was ever given, the measures that correct for chance are unknown."""
    with engine.begin() as conn:
        Judged(conn).pairs([(2, 2, 2), (2, 2, 2)])
        found = measured(conn)
    assert found["exact_agreement"] == 1.0
    assert found["quadratic_weighted_kappa"] is None
    assert found["krippendorff_alpha"] is None


def test_a_named_judge_is_compared_with_the_rest(engine: Engine) -> None:
    """A person's grade meets the grades of everybody else on the pair, and only those."""
    own = [2, 4, 1, 4]
    with engine.begin() as conn:
        hand = Judged(conn)
        person = hand.person("ann")
        for (image, query), grade in zip(hand.pairs(UNITS[:4]), own, strict=True):
            hand.grade(image, query, [grade], person)
        found = measured(conn, "ann")
    mine = [grade for grade in own for _ in range(3)]
    theirs = [grade for unit in UNITS[:4] for grade in unit]
    gaps = np.abs(np.array(mine) - np.array(theirs))
    assert found["judgements"] == 4
    assert found["exact_agreement"] == pytest.approx((gaps == 0).mean())
    assert found["within_one_grade"] == pytest.approx((gaps <= 1).mean())
    assert found["quadratic_weighted_kappa"] == pytest.approx(
        cohen_kappa_score(mine, theirs, weights="quadratic", labels=[1, 2, 3, 4])
    )


def test_alpha_of_two_named_judges_is_that_of_their_pairs(engine: Engine) -> None:
    """With one other judge the rest is that judge, and alpha is the ordinary one of two."""
    units = [(1, 2), (4, 4), (3, 1), (2, 2), (1, 1), (3, 4)]
    with engine.begin() as conn:
        hand = Judged(conn)
        ann, bob = hand.person("ann"), hand.person("bob")
        image = hand.picture()
        for number, (one, other) in enumerate(units):
            query = hand.query(f"x#{number}")
            hand.grade(image, query, [one], ann)
            hand.grade(image, query, [other], bob)
        found = measured(conn, "ann"), measured(conn, "bob")
    for one_s in found:
        assert one_s["krippendorff_alpha"] == pytest.approx(alpha_by_definition(units))


def test_a_judge_alone_cannot_be_compared(engine: Engine) -> None:
    """Somebody who judged what nobody else did is listed, with no figures."""
    with engine.begin() as conn:
        hand = Judged(conn)
        hand.grade(hand.picture(), hand.query("x#0"), [3], hand.person("ann"))
        found = measured(conn, "ann")
    assert found["judgements"] == 1
    assert all(found[key] is None for key in MEASURES)


def test_an_excluded_judge_counts_for_nobody(engine: Engine) -> None:
    """Who is excluded is no longer listed, and the others' figures are as if he had not judged."""
    with engine.begin() as conn:
        hand = Judged(conn)
        pairs = hand.pairs(UNITS)
        ann, bob = hand.person("ann"), hand.person("bob")
        for image, query in pairs:
            hand.grade(image, query, [2], ann)
        before = measured(conn, "ann")
        for image, query in pairs:
            hand.grade(image, query, [4], bob)
        assert measured(conn, "ann") != before
        hand.exclude(bob)
        assert measured(conn, "ann") == before
        with pytest.raises(Exception, match="No row"):
            measured(conn, "bob")


def test_the_real_panel_agrees_as_computed_outside(real: Engine) -> None:
    """On the real data the view tells what scikit-learn and the definition tell."""
    units = [tuple(map(int, row[2:])) for row in real_rows("ExpertAnnotations.tsv")]
    with real.connect() as conn:
        found = measured(conn)
    pairs = pairs_of(units)
    gaps = np.abs(pairs[:, 0] - pairs[:, 1])
    assert found["judgements"] == 3 * len(units)
    assert found["exact_agreement"] == pytest.approx((gaps == 0).mean())
    assert found["within_one_grade"] == pytest.approx((gaps <= 1).mean())
    assert found["quadratic_weighted_kappa"] == pytest.approx(
        cohen_kappa_score(pairs[:, 0], pairs[:, 1], weights="quadratic")
    )
    assert found["krippendorff_alpha"] == pytest.approx(alpha_by_definition(units))
