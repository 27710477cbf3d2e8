"""Serves the app with gunicorn as a library: one process, many threads, wired after the fork."""

import resource
import sys
from contextlib import ExitStack
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.errors import AppImportError

from service.config import Settings
from service.errors import GlimpseError
from service.leave import leave
from service.logs import configure_logs
from service.matrix_threads import one_thread_each
from service.web.app import create_app
from service.wiring import wire

# Every file of a large upload may hold a descriptor of its own.
DESCRIPTORS = 8192
# Uploads may be slow, but a drain must end: the supervisor waits no longer than this.
DRAIN_SECONDS = 20
IDLE_SECONDS = 65


class Server(BaseApplication):  # type: ignore[misc] # gunicorn ships no types
    """Gunicorn around our app, told everything by our settings."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings: gunicorn asks for its own while it starts."""
        self._settings = settings
        self._open = ExitStack()
        self._loaded = False
        super().__init__()

    def load_config(self) -> None:
        """Translate our settings into gunicorn's."""
        for name, value in gunicorn_config(self._settings).items():
            self.cfg.set(name, value)
        self.cfg.set("worker_exit", lambda _arbiter, _worker: self._end())

    def load(self) -> Flask:
        """Wire the services and make the app; called in the worker, after the fork."""
        try:
            services, opened = wire(self._settings, towers="text")
        except GlimpseError as error:
            # Gunicorn prints the words of this error alone, and stops.
            raise AppImportError(error.message) from error
        self._open.enter_context(opened)
        self._open.callback(services.warm().stop)
        one_thread_each()
        app = create_app(services)
        self._loaded = True
        return app

    def _end(self) -> None:
        """Close everything; a failed start still has to tell gunicorn its status."""
        self._open.close()
        if self._loaded:
            leave(0)


def gunicorn_config(settings: Settings) -> dict[str, Any]:
    """What gunicorn is told; the name of a proxy to trust will join forwarded_allow_ips."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": [f"{host}:{settings.port}"],
        "workers": 1,
        "worker_class": "gthread",
        "threads": settings.web_threads,
        "timeout": 0,  # a worker's heartbeat comes from its main thread; big uploads are no hang
        "graceful_timeout": DRAIN_SECONDS,
        "keepalive": IDLE_SECONDS,
        "accesslog": None,
        "loglevel": "warning",
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
        "proc_name": "glimpse-web",
    }


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C, then finish what was begun."""
    configure_logs(settings)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    try:
        Server(settings).run()
    except SystemExit as end:
        # Gunicorn tells kinds of failure apart by numbers that mean something else here.
        sys.exit(1 if end.code else 0)
