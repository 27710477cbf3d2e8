"""Each part's log: raw in a rotated file, readable and coloured on the terminal."""

import logging
import os
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from service.stack.readable import RESET, colour_of, readable

LARGEST = 5 * 2**20
KEPT = 3
WIDTH = 8


class Logs:
    """The logs of all parts under one folder, mirrored on one stream."""

    def __init__(self, folder: Path, stream: TextIO | None = None) -> None:
        """Write files to the folder and lines for people to the stream (standard error)."""
        self.folder = folder
        self.stream = stream or sys.stderr
        self.has_colour = self.stream.isatty() and not os.environ.get("NO_COLOR")
        self.files: dict[str, RotatingFileHandler] = {}
        self.lock = threading.Lock()

    def __enter__(self) -> Self:
        """Use as a block that closes the files."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the files."""
        for handler in self.files.values():
            handler.close()

    def file(self, name: str) -> Path:
        """Where the part's log lies."""
        return self.folder / f"{name}.log"

    def write(self, name: str, line: bytes) -> None:
        """Take one line of a part's output."""
        text = _text(line)
        with self.lock:
            record = logging.LogRecord(name, logging.INFO, "", 0, text, None, None)
            self._handler(name).emit(record)
            self._show(name, readable(text, has_colour=self.has_colour))

    def show(self, name: str, line: bytes) -> None:
        """Mirror a line that its writer has put into a file already."""
        with self.lock:
            self._show(name, readable(_text(line), has_colour=self.has_colour))

    def say(self, text: str, *, level: str = "info") -> None:
        """The supervisor's own word."""
        self.write("glimpse", f"{level}: {text}".encode())

    def _handler(self, name: str) -> RotatingFileHandler:
        if name not in self.files:
            handler = RotatingFileHandler(self.file(name), maxBytes=LARGEST, backupCount=KEPT)
            self.files[name] = handler
        return self.files[name]

    def _show(self, name: str, text: str) -> None:
        prefix = f"{name:<{WIDTH}}|"
        if self.has_colour:
            prefix = f"{colour_of(name)}{prefix}{RESET}"
        try:
            for line in text.splitlines() or [""]:
                print(prefix, line, file=self.stream, flush=True)
        except (OSError, ValueError):
            # The terminal is gone; the files still get everything.
            return


def _text(line: bytes) -> str:
    return line.decode(errors="replace").rstrip("\r\n")
