"""The embedded Redis: a broker and short-lived cache whose loss loses no data."""

import signal
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from service.stack.programs import reachable_redis
from service.stack.server import Place, Server

DUMP = "dump.rdb"


class EmbeddedRedis(Server):
    """Redis on a unix socket in an owner-only folder, without any port."""

    name: ClassVar[str] = "Redis"
    program: ClassVar[str] = "redis-server"
    stop_signals: ClassVar[tuple[tuple[signal.Signals, float], ...]] = ((signal.SIGTERM, 10.0),)

    def __init__(self, place: Place, *, durable: bool = True) -> None:
        """Only remember; durable=False writes nothing to the disk at all."""
        super().__init__(place)
        self.durable = durable
        self.has_answered = True

    @property
    def socket(self) -> Path:
        """The socket's path."""
        return self.place.sockets / "redis.sock"

    @property
    def url(self) -> str:
        """The URL for redis-py."""
        return f"unix://{quote(str(self.socket))}?db=0"

    def prepare(self) -> list[str]:
        """Set a dump aside that the last start did not survive, and name the settings."""
        if not self.has_answered:
            self._set_dump_aside()
        self.has_answered = False
        self.socket.unlink(missing_ok=True)
        settings = {
            "port": "0",
            "unixsocketperm": "700",
            "dir": ".",
            "dbfilename": DUMP,
            "save": "300 10" if self.durable else "",
            "appendonly": "no",
            # A full disk must not stop the nudges: nothing here is the only copy.
            "stop-writes-on-bgsave-error": "no",
            "maxmemory": "256mb",
            "maxmemory-policy": "volatile-lru",
            "loglevel": "notice",
        }
        argv = [str(reachable_redis(self.place.account, self.place.home))]
        argv += ["--unixsocket", str(self.socket)]
        for key, value in settings.items():
            # Redis 6 ignores "save" without a word when its two numbers are one argument.
            argv += [f"--{key}", *(value.split() or [""])]
        return argv

    def answers(self) -> bool:
        """Whether it answers a ping."""
        # By itself the client would try for seconds before it says no.
        once = Retry(NoBackoff(), 0)
        try:
            with redis.Redis.from_url(self.url, socket_timeout=5, retry=once) as client:
                client.ping()
        except (redis.ConnectionError, redis.TimeoutError):
            return False
        self.has_answered = True
        return True

    def wait(self, seconds: float = 60.0) -> None:
        """Return once it answers; a dump that cannot be read costs one more start."""
        try:
            super().wait(seconds)
        except Exception:
            if not (self.place.data / DUMP).exists():
                raise
            self.stop()
            self.start()
            super().wait(seconds)

    def _set_dump_aside(self) -> None:
        dump = self.place.data / DUMP
        if dump.exists():
            dump.replace(dump.with_suffix(".unreadable"))
