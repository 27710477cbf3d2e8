"""Writes small files that only their owner can read, whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.stack.account import Account


def write_private(path: Path, text: str, *, account: Account | None = None) -> None:
    """Put the file in place at once; the account, if given, becomes its owner."""
    with _fresh(path, text) as fresh:
        if account is not None:
            account.give(fresh)
        fresh.replace(path)


def write_once(path: Path, text: str) -> str:
    """Put the file in place unless it is there already; return what it holds in the end."""
    if not path.exists():
        with _fresh(path, text) as fresh:
            try:
                path.hardlink_to(fresh)
            except FileExistsError:
                return path.read_text()
            except OSError:
                # Some file systems have no second names for a file.
                fresh.replace(path)
    return path.read_text()


@contextmanager
def _fresh(path: Path, text: str) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)
