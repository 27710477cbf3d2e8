"""Ends the parts of `glimpse up` when their supervisor was killed.

Run as a script of its own, with the supervisor's pipe as standard input: a
line `+PID` or `-PID` for each process group that begins or is over. At the end
of the pipe the groups that are left are asked to end, then forced. It inherits
the supervisor's locks, so that the servers stay up while the parts drain.
"""

import os
import signal
import sys
import time

DRAIN_SECONDS = 15.0


def is_left(group: int) -> bool:
    """Whether the group has a process."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def tell(group: int, number: int) -> None:
    """Signal the whole group, if there is one."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def end(groups: set[int]) -> None:
    """Ask every group to end and force those that do not."""
    for group in groups:
        try:
            os.kill(group, signal.SIGTERM)
        except ProcessLookupError:
            tell(group, signal.SIGTERM)
    deadline = time.monotonic() + DRAIN_SECONDS
    while any(map(is_left, groups)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in groups:
        tell(group, signal.SIGKILL)


def main() -> None:
    """Follow the supervisor's notes until it is gone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    end(groups)


if __name__ == "__main__":
    main()
