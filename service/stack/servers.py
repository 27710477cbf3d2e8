"""The database and Redis for whoever needs them: a setting's, or the embedded ones."""

import contextlib
from collections.abc import Iterator

from service.config import Settings
from service.stack.endpoints import Endpoints
from service.stack.home import Home, open_home
from service.stack.tenancy import Tenancy


def tenancy(settings: Settings, home: Home) -> Tenancy:
    """A use of those servers that no setting replaces."""
    wanted = {"postgres": settings.database_url, "redis": settings.redis_url}
    return Tenancy(home, tuple(name for name, url in wanted.items() if not url))


def endpoints(settings: Settings, use: Tenancy) -> Endpoints:
    """Where database and Redis answer, embedded or not; waits for the embedded ones."""
    urls = use.urls()
    return Endpoints(
        database_url=settings.database_url or urls["postgres"],
        redis_url=settings.redis_url or urls["redis"],
    )


@contextlib.contextmanager
def servers(settings: Settings) -> Iterator[Endpoints]:
    """The database and Redis for as long as the block takes.

    Those that settings name are passed through untouched. The embedded ones are
    joined where they run already, else started, and stop when the last user of
    the home leaves, even by kill -9.
    """
    if settings.database_url and settings.redis_url:
        yield Endpoints(database_url=settings.database_url, redis_url=settings.redis_url)
        return
    with tenancy(settings, open_home(settings.home)) as use:
        yield endpoints(settings, use)
