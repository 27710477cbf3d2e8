"""Becomes another program that cannot outlive the process that started it.

Run as a script of its own: `python -I -S launch.py PARENT SIGNAL UID GID PROGRAM ARGUMENT…`.
The kernel forgets the wish to die with the parent when the user changes, so
the user is changed first. An empty UID keeps the user.
"""

import ctypes
import os
import select
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(uid: str, gid: str) -> None:
    """Lay down root's rights for good."""
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))


def die_with(parent: int, number: int) -> None:
    """Ask for the signal as soon as the parent is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)
    else:
        watch(parent, os.getpid(), number)
    if os.getppid() != parent:
        sys.exit(0)


def watch(parent: int, child: int, number: int) -> None:
    """Leave a grandchild behind that waits for either end and then ends the other one."""
    if os.fork():
        os.wait()
        return
    # Linux has no kqueue and never comes here; it is named for the type checker.
    if os.fork() or sys.platform == "linux":
        os._exit(0)
    os.setsid()
    queue = select.kqueue()
    for pid in (parent, child):
        exits = select.kevent(
            pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD, fflags=select.KQ_NOTE_EXIT
        )
        try:
            queue.control([exits], 0)
        except ProcessLookupError:
            os.kill(child, number)
            os._exit(0)
    if queue.control(None, 1)[0].ident == parent:
        os.kill(child, number)
    os._exit(0)


def main(parent: str, number: str, uid: str, gid: str, *argv: str) -> None:
    """Prepare this process and replace it."""
    os.umask(0o077)
    if uid:
        become(uid, gid)
    die_with(int(parent), int(number))
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.execvp(argv[0], argv)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(*sys.argv[1:])
