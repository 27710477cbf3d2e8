"""What a scorer is to predict of a pair: one number from 0 to 1 out of people's judgements.

    E = (mean grade − 1) / 3            grades 1 to 4 of experts, a judge's by his reliability
    C = share of yes                    votes of the crowd, likewise
    target = (a·E + b·C) / (a + b)      a = expert_weight where there are min_grades grades, else 0
                                        b = crowd_weight where there are min_votes votes, else 0

A pair with neither has no target. docs/decisions/0011-targets.md argues the defaults of
TargetFormula; the formula in force is a stored one (service/db/target_formulas.py). The database
knows it as analytics_base.target, which service/db/targets.py and the view analytics.pairs both
call; a test holds all three to this file.
"""

from collections.abc import Iterable

from service.db.targets import JudgeError
from service.domain import TargetFormula

# A judge whom nobody can be compared with counts once; a few pairs say little, so this many
# average ones are added to everybody's.
PRIOR_PAIRS = 20
LEAST, MOST = 0.25, 4.0


def target(
    formula: TargetFormula,
    *,
    expert_mean: float | None,
    grades: int,
    crowd_score: float | None,
    votes: int,
) -> float | None:
    """The target of one pair, or None where too few people judged it."""
    experts = formula.expert_weight if grades >= formula.min_grades else 0.0
    crowd = formula.crowd_weight if votes >= formula.min_votes else 0.0
    if experts + crowd == 0:
        return None
    from_experts = 0.0 if expert_mean is None else (expert_mean - 1) / 3
    from_crowd = 0.0 if crowd_score is None else crowd_score
    return (experts * from_experts + crowd * from_crowd) / (experts + crowd)


def reliability(errors: Iterable[JudgeError]) -> dict[int, float]:
    """How much each judge counts: the average judge's squared error over his own, within bounds."""
    known = list(errors)
    pairs = sum(one.pairs for one in known)
    if not pairs:
        return {}
    average = sum(one.pairs * one.mean_square for one in known) / pairs
    return {one.judge_id: weight(one, average) for one in known}


def weight(one: JudgeError, average: float) -> float:
    """One judge's weight."""
    own = (one.pairs * one.mean_square + PRIOR_PAIRS * average) / (one.pairs + PRIOR_PAIRS)
    return min(MOST, max(LEAST, average / own)) if own else 1.0
