"""Long errands beside the jobs: a worker that fetches an encoder goes on embedding meanwhile."""

import threading
from collections.abc import Callable

import structlog

from service.errors import GlimpseError

log = structlog.get_logger()


class Errands:
    """One errand at a time, in a thread that ends with the process.

    Whoever asks while one is under way is told so by nothing: the rows still say what is to do, and
    the schedule asks again.
    """

    def __init__(self) -> None:
        self._busy = threading.Lock()

    def start(self, errand: Callable[[], object]) -> bool:
        """Begin, and answer at once; False while another one is under way."""
        if not self._busy.acquire(blocking=False):
            return False
        threading.Thread(target=self._run, args=(errand,), name="errand", daemon=True).start()
        return True

    def _run(self, errand: Callable[[], object]) -> None:
        try:
            errand()
        except GlimpseError as error:
            log.error("errand put off", reason=error.message)  # noqa: TRY400 - the rows say the rest
        finally:
            self._busy.release()
