"""Ends a process whose work is done and closed, without taking its libraries apart."""

import contextlib
import os
import sys
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """Exit at once: Python would spend over a second on PyTorch alone, at every stop and search."""
    for stream in (sys.stdout, sys.stderr):
        # Whoever read it may have gone, as after `| head`.
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
