"""What the charts of the analytics page show, and what they can be narrowed to."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from service.db import collections, target_formulas
from service.db.analytics.figures import NAMES, SECONDS, Figure, Filters, figures, judges, question
from service.db.engine import connection
from service.db.target_formulas import StoredFormula
from service.errors import Unavailable


class ChartsTakeLong(Unavailable):
    """The charts took longer than {seconds} seconds. Narrow them, or ask for less in SQL."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen on the page, and the formula that its targets follow."""

    collections: list[str]
    judges: list[str]
    formula: StoredFormula


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of one database."""

    engine: Engine

    def figures(self, filters: Filters, names: Sequence[str] = NAMES) -> list[Figure]:
        """What the named charts show, from one moment."""
        try:
            with connection(self.engine) as conn:
                return figures(conn, filters, names)
        except OperationalError as error:
            if isinstance(error.orig, psycopg.errors.QueryCanceled):
                raise ChartsTakeLong(seconds=SECONDS) from error
            raise

    def question(self, name: str, filters: Filters) -> str:
        """What a chart asks, in SQL."""
        return question(name, filters)

    def choices(self) -> Choices:
        """The collections and judges there are."""
        with connection(self.engine) as conn:
            return Choices(collections.names(conn), judges(conn), target_formulas.in_force(conn))
