"""The formula of targets in force, and how it is changed: by a new version, with a reason."""

from dataclasses import dataclass
from math import isfinite

from sqlalchemy import Engine

from service.db import target_formulas
from service.db.engine import connection
from service.db.target_formulas import StoredFormula
from service.domain import TargetFormula
from service.errors import Invalid
from service.transaction import Transactions

MOST_WEIGHT = 1000.0


class BadFormula(Invalid):
    """Weights go from 0 to 1000 and are not both 0, and at least one grade or vote must count."""


class NoReason(Invalid):
    """Say why the formula changes; everybody who trains will read it."""


@dataclass(frozen=True, slots=True)
class Formulas:
    """The formulas of one installation."""

    engine: Engine
    transactions: Transactions

    def in_force(self) -> StoredFormula:
        """The formula that the views and every training follow."""
        with connection(self.engine) as conn:
            return target_formulas.in_force(conn)

    def history(self) -> list[StoredFormula]:
        """Every formula so far, the one in force first."""
        with connection(self.engine) as conn:
            return target_formulas.all_of_them(conn)

    def change(self, formula: TargetFormula, *, who: str, why: str) -> StoredFormula:
        """Put a formula in force, unless it is already."""
        if not why.strip():
            raise NoReason
        check(formula)
        with self.transactions() as transaction:
            if formula != target_formulas.in_force(transaction.conn).formula:
                target_formulas.put_in_force(transaction.conn, formula, who=who, why=why.strip())
            return target_formulas.in_force(transaction.conn)


def check(formula: TargetFormula) -> None:
    """Refuse what the database would refuse, in words."""
    weights = formula.expert_weight, formula.crowd_weight
    fine = all(isfinite(weight) and 0 <= weight <= MOST_WEIGHT for weight in weights)
    if not fine or sum(weights) == 0 or min(formula.min_grades, formula.min_votes) < 1:
        raise BadFormula
