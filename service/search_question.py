"""A search as it was asked, and what cannot be searched."""

from dataclasses import dataclass

from service.domain import NO_FILTERS, Filters, Sort
from service.errors import Forbidden, Invalid
from service.query import speaks

LONGEST_QUERY = 1_000
MOST_RESULTS = 500


class EmptyQuery(Invalid):
    """Describe what the picture shows: the query holds no letter and no digit."""

    field = "q"


class QueryTooLong(Invalid):
    """The query has {length} characters; at most {most} are read. Shorten it."""

    field = "q"


class BadLimit(Invalid):
    """The limit must be a whole number from 1 to {most}, not {limit}."""

    field = "limit"


class BadMinScore(Invalid):
    """The minimum score must lie between 0 and 1, not {min_score}."""

    field = "min_score"


class StatesAreForAdmins(Forbidden):
    """Only admins may search by the state of pictures. Leave the parameter state out."""


@dataclass(frozen=True, slots=True)
class Question:
    """A search as it was asked, checked."""

    text: str
    countries: tuple[str, ...]
    limit: int
    collection: str | None
    cursor: str | None
    min_score: float | None
    like: str | None = None
    filters: Filters = NO_FILTERS
    sort: Sort = Sort.BEST
    # The name of a picture that was sent, which service/shown.py remembers.
    picture: str | None = None

    @property
    def has_example(self) -> bool:
        """Whether it is asked with a picture, of ours or sent."""
        return bool(self.like or self.picture)


def check(question: Question) -> None:
    """Refuse what cannot be searched, saying why."""
    if len(question.text) > LONGEST_QUERY:
        raise QueryTooLong(length=len(question.text), most=LONGEST_QUERY)
    if not speaks(question.text) and not (question.has_example and not question.text.strip()):
        raise EmptyQuery
    if not 1 <= question.limit <= MOST_RESULTS:
        raise BadLimit(limit=question.limit, most=MOST_RESULTS)
    if question.min_score is not None and not 0 <= question.min_score <= 1:
        raise BadMinScore(min_score=question.min_score)
