"""One part of `glimpse up`: what to run and how to treat it."""

import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum


class Life(Enum):
    """What the end of a part means.

    LASTING: it should not end, and is started again whenever it does.
    ERRAND: its work is done when it ends with status 0; else it is started again.
    STEP: the next part starts when it has ended with status 0; else everything stops.
    """

    LASTING = "lasting"
    ERRAND = "errand"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Part:
    """A program under the supervisor.

    `is_ready` is asked until it says yes (at most `ready_within` seconds)
    before the next part starts; without it a part is ready at once. `env` is
    the part's whole environment. Stopping sends `stop_signal` to the process
    and, after `stop_within` seconds, SIGKILL to its process group.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    life: Life = Life.LASTING
    is_ready: Callable[[], bool] | None = None
    ready_within: float = 180.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 30.0
