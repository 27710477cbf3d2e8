"""The published scorer of one process, which follows what is published within half a second."""

import threading
from dataclasses import dataclass
from time import monotonic

import structlog
from sqlalchemy import Connection

from service.db import scorers
from service.db.encoders import StoredEncoder
from service.scoring.files import ArtefactBroken, TrainedScorer, unpacked

log = structlog.get_logger()

LOOKED_UP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Serving:
    """The scorer that serves now, under the name that searches tell."""

    scorer_id: int
    name: str
    trained: TrainedScorer

    @property
    def cutoff(self) -> float:
        """Below it nothing is shown unless asked for."""
        return self.trained.manifest.cutoff


class LiveScorer:
    """Knows the published scorer; loading its file is done once for each that is published."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[int | None, str] = (None, "")
        self._serving: Serving | None = None
        self._good_until = 0.0

    def serving(self, conn: Connection, encoder: StoredEncoder) -> Serving | None:
        """The published scorer if it belongs to this encoder; a damaged one does not serve."""
        wanted = encoder.fingerprint
        if monotonic() < self._good_until and self._known[1] == wanted:
            return self._serving
        with self._lock:
            found = scorers.published_id(conn), wanted
            if found != self._known:
                self._serving = loaded(conn, found[0], wanted)
                self._known = found
            self._good_until = monotonic() + LOOKED_UP_SECONDS
            return self._serving

    def look_again(self) -> None:
        """Trust nothing that was looked up before now."""
        self._good_until = 0.0


def loaded(conn: Connection, scorer_id: int | None, encoder: str) -> Serving | None:
    """The scorer with that key, ready to serve."""
    if scorer_id is None:
        return None
    try:
        return opened(conn, scorer_id, encoder)
    except ArtefactBroken as error:
        log.error("the published scorer does not serve", scorer=scorer_id, reason=error.message)  # noqa: TRY400 - said in its docstring
        return None


def opened(conn: Connection, scorer_id: int, encoder: str) -> Serving:
    """A stored scorer, checked against its SHA-256 and the encoder."""
    stored, data = scorers.one(conn, scorer_id), scorers.artefact(conn, scorer_id)
    if stored is None or data is None:
        raise ArtefactBroken(reason="it is gone")
    return Serving(scorer_id, stored.name, unpacked(data, sha256=stored.sha256, encoder=encoder))
