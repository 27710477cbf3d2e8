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
from service.stack.instance import Instance, only_instance
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
                words = Words(logs, [*use.names, "keeper"])
                prepare(stack)
                supervise(stack, parts(stack), words, use, instance, announce)
        except KeyboardInterrupt:
            # Stopped before there was anything to supervise.
            return
        finally:
            use.wait_for_end()


class Words:
    """What the servers write into their logs, shown as it comes."""

    def __init__(self, logs: Logs, names: Sequence[str]) -> None:
        """Begin with what is written from now on."""
        self.logs = logs
        self.followers = {name: Follower(logs.file(name)) for name in names}

    def show(self) -> None:
        """Show what is new."""
        for name, follower in self.followers.items():
            for line in follower.lines():
                self.logs.show(name, line)


def supervise(
    stack: Stack,
    parts: Sequence[Part],
    words: Words,
    use: Tenancy,
    instance: Instance,
    announce: Callable[[Stack], None],
) -> None:
    """Run the parts until somebody asks to stop, on servers that are kept alive."""

    def tend() -> None:
        words.show()
        use.ensure_keeper()

    locks = [instance.lock, *use.locks]
    supervisor = Supervisor(
        parts, logs=words.logs, tend=tend, inherited=[lock.handle for lock in locks]
    )
    try:
        supervisor.run(lambda: announce(stack))
    finally:
        words.show()


@contextmanager
def _sigterm_as_ctrl_c() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
