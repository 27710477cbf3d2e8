"""Where the database and Redis are reached, whoever runs them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The URLs for SQLAlchemy and redis-py."""

    database_url: str
    redis_url: str
