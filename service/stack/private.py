"""Writes small files that only their owner can read, whole or not at all."""

import os
from pathlib import Path

from service.stack.account import Account


def write_private(path: Path, text: str, *, account: Account | None = None) -> None:
    """Put the file in place at once; the account, if given, becomes its owner."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    if account is not None:
        account.give(fresh)
    fresh.replace(path)
