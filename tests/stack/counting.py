"""A part for tests: adds a row again and again and outlives outages of the database."""

import contextlib
import os
import signal
import sys
import time

import psycopg


def main(name: str) -> None:
    """Insert this part's name until told to stop, then once more as drained."""
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    while not stopping:
        try:
            insert(name)
        except psycopg.OperationalError:
            sys.stdout.write(f"{name} waits\n")
            sys.stdout.flush()
        time.sleep(0.1)
    insert(f"{name} drained")
    # Nobody may be left to read it.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{name} drains\n")
        sys.stdout.flush()


def insert(name: str) -> None:
    """Add one row."""
    url = os.environ["GLIMPSE_DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(url, connect_timeout=5) as connection:
        connection.execute("INSERT INTO beats (name, pid) VALUES (%s, %s)", [name, os.getpid()])


if __name__ == "__main__":
    main(sys.argv[1])
