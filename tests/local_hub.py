"""A hub of this machine: as much of the protocol as a download needs, with faults on demand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep
from typing import ClassVar

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class LocalHub:
    """Repositories, each a folder of this machine, and what goes wrong with them."""

    repositories: dict[str, Path]
    commit: str = COMMIT
    url: str = ""
    asked: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    # How many bytes of a file are sent before the connection ends; each answer takes one.
    cuts: list[int] = field(default_factory=list)
    # How often a file's bytes are spoiled on the way.
    spoiled: int = 0
    knows_ranges: bool = True
    missing: set[str] = field(default_factory=set)
    pause: float = 0.0

    def folder(self) -> Path:
        """The first repository's files."""
        return next(iter(self.repositories.values()))


@contextmanager
def local_hub(repositories: dict[str, Path]) -> Iterator[LocalHub]:
    """A hub on loopback, until the block ends."""
    local = LocalHub(repositories)

    class Handler(_Handler):
        hub = local

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = Thread(target=server.serve_forever, args=(0.02,))
        serving.start()
        local.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield local
        finally:
            server.shutdown()
            serving.join()


class _Handler(BaseHTTPRequestHandler):
    hub: ClassVar[LocalHub]

    def do_GET(self) -> None:
        """A file, or the list of all."""
        self.hub.asked.append(self.path)
        found = self._listing() or self._file()
        if found is None:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif "/resolve/" in self.path:
            self._send_file(found)
        else:
            self._send(200, found)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the test's output clean."""

    def _send_file(self, content: bytes) -> None:
        asked = self.headers.get("Range", "")
        if asked:
            self.hub.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-") or 0) if self.hub.knows_ranges else 0
        if start and start >= len(content):
            self._send(416, b"")
            return
        if self.hub.spoiled:
            self.hub.spoiled -= 1
            content = bytes(len(content))
        self._send(206 if start else 200, content[start:])

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.hub.cuts and "/resolve/" in self.path:
            content = content[: self.hub.cuts.pop(0)]
        for at in range(0, len(content), 4096 if self.hub.pause else 1 << 20):
            self.wfile.write(content[at : at + (4096 if self.hub.pause else 1 << 20)])
            sleep(self.hub.pause)
        self.close_connection = True

    def _listing(self) -> bytes | None:
        for name, folder in self.hub.repositories.items():
            if self.path.startswith(f"/api/models/{name}"):
                files = [
                    described(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()
                ]
                return json.dumps({"id": name, "sha": self.hub.commit, "siblings": files}).encode()
        return None

    def _file(self) -> bytes | None:
        for name, folder in self.hub.repositories.items():
            start = f"/{name}/resolve/{self.hub.commit}/"
            path = folder / self.path.removeprefix(start)
            if self.path.startswith(start) and path.is_file() and path.name not in self.hub.missing:
                return path.read_bytes()
        return None


def described(path: Path, folder: Path) -> dict[str, object]:
    """A file as a hub lists it: large ones by their SHA-256, small ones as git names them."""
    content = path.read_bytes()
    about: dict[str, object] = {
        "rfilename": path.relative_to(folder).as_posix(),
        "size": len(content),
        "blobId": sha1(b"blob %d\0" % len(content) + content).hexdigest(),  # noqa: S324 - git's own
    }
    if path.suffix in {".safetensors", ".bin"}:
        digest = sha256(content).hexdigest()
        about["lfs"] = {"size": len(content), "sha256": digest, "pointerSize": 134}
    return about
