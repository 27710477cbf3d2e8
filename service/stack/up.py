"""`glimpse up` without its parts: home, lock, port, servers, then the supervisor."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from service.config import Settings
from service.stack.endpoints import Endpoints
from service.stack.follow import Follower
from service.stack.home import check_room, open_home, secret_key
from service.stack.instance import only_instance
from service.stack.logs import Logs
from service.stack.part import Part
from service.stack.port import check_port, page_url
from service.stack.servers import endpoints, tenancy
from service.stack.supervisor import Supervisor
from service.stack.tenancy import Tenancy


@dataclass(frozen=True, slots=True)
class Stack:
    """What is known once the servers answer; port is a real one even where 0 was asked for."""

    settings: Settings
    endpoints: Endpoints
    port: int
    url: str
    secret_key: str = field(repr=False)

    def environment(self) -> dict[str, str]:
        """The environment of a part: this process's own, with everything settled filled in."""
        return os.environ | {
            "GLIMPSE_HOME": str(self.settings.home),
            "GLIMPSE_HOST": self.settings.host,
            "GLIMPSE_PORT": str(self.port),
            "GLIMPSE_SECRET_KEY": self.secret_key,
            "GLIMPSE_DATABASE_URL": self.endpoints.database_url,
            "GLIMPSE_REDIS_URL": self.endpoints.redis_url,
        }


def run(
    settings: Settings,
    *,
    prepare: Callable[[Stack], None],
    parts: Callable[[Stack], Sequence[Part]],
    announce: Callable[[Stack], None],
) -> None:
    """Run everything in the foreground until Ctrl-C or SIGTERM; return when all has stopped.

    In order: the home is opened and locked, the port tried, the secret key
    found, the servers started or joined; `prepare(stack)` migrates the schema
    and makes the first admin; `parts(stack)` names the programs, which start
    in that order and stop in the reverse one; `announce(stack)` tells the
    person that all parts are ready. Whatever goes wrong is raised as one of
    the project's errors, after everything already started has stopped.
    """
    home = open_home(settings.home)
    with only_instance(home) as instance:
        check_room(home)
        port = check_port(settings.host, settings.port)
        key = secret_key(settings, home)
        url = page_url(settings.host, port)
        instance.tell(url)
        use = tenancy(settings, home)
        try:
            with _sigterm_as_ctrl_c(), use, Logs(home.logs) as logs:
                settled = settings.model_copy(update={"home": home.folder})
                stack = Stack(settled, endpoints(settings, use), port, url, key)
                followers = {name: Follower(logs.file(name)) for name in (*use.names, "keeper")}
                prepare(stack)
                supervisor = Supervisor(
                    parts(stack),
                    logs=logs,
                    tend=lambda: tend(use, followers, logs),
                    inherited=[instance.lock.handle, *(lock.handle for lock in use.locks)],
                )
                supervisor.run(lambda: announce(stack))
        except KeyboardInterrupt:
            # Stopped before there was anything to supervise.
            return
        finally:
            use.wait_for_end()


def tend(use: Tenancy, followers: dict[str, Follower], logs: Logs) -> None:
    """Show what the servers have to say, and see that they have a keeper."""
    for name, follower in followers.items():
        for line in follower.lines():
            logs.show(name, line)
    use.ensure_keeper()


@contextmanager
def _sigterm_as_ctrl_c() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
