"""What commands run on: the servers and the services, there for as long as the command takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from service.config import Settings
from service.db import migrate
from service.loading import Towers
from service.logs import configure_logs
from service.services import Services
from service.stack.endpoints import Endpoints
from service.stack.home import open_home, secret_key
from service.stack.servers import servers
from service.wiring import wired


@contextmanager
def running_servers(settings: Settings) -> Iterator[Endpoints]:
    """The database and Redis, with the schema of this version."""
    configure_logs(settings)
    with servers(settings) as endpoints:
        if settings.database_url:
            migrate.require_head(endpoints.database_url)
        else:
            migrate.upgrade(endpoints.database_url)
        yield endpoints


@contextmanager
def running_services(settings: Settings, *, towers: Towers = "both") -> Iterator[Services]:
    """The use cases; the encoder is loaded only when one of them needs it."""
    key = secret_key(settings, open_home(settings.home))
    with (
        running_servers(settings) as endpoints,
        wired(settings, endpoints, secret_key=key, towers=towers) as services,
    ):
        yield services
