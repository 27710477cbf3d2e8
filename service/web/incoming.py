"""Where files lie while a request brings them: on the home's disk, since /tmp may be memory."""

import tempfile
from pathlib import Path
from typing import IO

from flask import Flask, Request, current_app

# Smaller files stay in memory until they are checked.
IN_MEMORY = 256 * 1024


class IncomingRequest(Request):
    """A request whose files are spooled to the home; they have no name and vanish by themselves."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - werkzeug's signature
        content_type: str | None,  # noqa: ARG002 - as above
        filename: str | None = None,  # noqa: ARG002 - as above
        content_length: int | None = None,  # noqa: ARG002 - as above
    ) -> IO[bytes]:
        return tempfile.SpooledTemporaryFile(IN_MEMORY, dir=current_app.config["INCOMING"])


def init_incoming(app: Flask, home: Path) -> None:
    """Spool below the home, or in the system's own place where the home cannot be written."""
    folder = home / "incoming"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        app.config["INCOMING"] = str(folder)
    except OSError:
        app.config["INCOMING"] = None
    app.request_class = IncomingRequest
