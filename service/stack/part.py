"""One part of `glimpse up`: what to run and how to treat it."""

import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Part:
    """A program under the supervisor.

    A lasting part is started again whenever it ends; one that is not must end
    with exit status 0 before the next part starts. `is_ready` is asked until
    it says yes (at most `ready_within` seconds) before the next part starts;
    without it a part is ready at once. `env` is the part's whole environment.
    Stopping sends `stop_signal` to the process and, after `stop_within`
    seconds, SIGKILL to its process group.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    is_ready: Callable[[], bool] | None = None
    ready_within: float = 180.0
    is_lasting: bool = True
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 30.0
