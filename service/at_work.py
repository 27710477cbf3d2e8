"""Which encoder this process answers with, and how it passes to the next one without a pause.

The database says which encoder serves. A process follows once it has that encoder's text tower in
memory, and until then goes on answering with the former, whose vectors are still there. Every
answer is made with one encoder from its text to its last hit.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import Connection

from service.db import encoders
from service.db.encoders import StoredEncoder
from service.domain import AllowedQuery
from service.encoder.holder import EncoderHolder
from service.encoder.port import SHIPPED, Encoder
from service.encoder.shelf import Shelf
from service.errors import GlimpseError, Unavailable

log = structlog.get_logger()

# The former encoder stays in memory as long as somebody may still turn its pages, or go back.
LINGER_SECONDS = 15 * 60.0


class NoEncoderYet(Unavailable):
    """No encoder is registered yet: a worker does so when it starts. Try again in a moment."""


class EncoderChanged(Unavailable):
    """The files of the encoder {loaded} are not those whose vectors are stored ({stored}).

    Restore them; new ones belong into a folder of their own, to be added as another encoder.
    """


class EncoderRenewed(Unavailable):
    """This Glimpse brings a new encoder, and the pictures are still to be prepared for it.

    A worker begins with that when it starts. Start glimpse up, or say glimpse verify --mend while
    it runs; pictures, captions and judgements stay as they are.
    """


@dataclass(frozen=True, slots=True)
class Chosen:
    """An encoder whose vectors are stored, and what encodes texts for it."""

    stored: StoredEncoder
    encoder: EncoderHolder

    def checked(self) -> "Chosen":
        """Loaded, and the very encoder whose vectors are stored."""
        if self.encoder.fingerprint != self.stored.fingerprint:
            if self.stored.spec == SHIPPED:
                raise EncoderRenewed
            raise EncoderChanged(loaded=self.encoder.name, stored=self.stored.spec)
        return self

    def encode_text(self, text: AllowedQuery) -> NDArray[np.float32]:
        """The unit vector of one text."""
        return self.checked().encoder.encode_text(text)


class AtWork:
    """The encoder that answers, seen from one process."""

    def __init__(self, shelf: Shelf, first: str, clock: Callable[[], float] = monotonic) -> None:
        """Begin with the encoder of this name, until the database says otherwise."""
        self.shelf = shelf
        self._clock = clock
        self._first = first
        self._now: StoredEncoder | None = None
        self._coming: StoredEncoder | None = None
        self._lingering: dict[str, float] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The name of the encoder that answers."""
        return self._now.spec if self._now else self._first

    @property
    def holder(self) -> EncoderHolder:
        """What holds the encoder that answers."""
        return self.shelf.holder(self.name)

    @property
    def fingerprint(self) -> str:
        """What its vectors depend on."""
        return self.holder.fingerprint

    def get(self) -> Encoder:
        """The encoder that answers; waits until it is loaded."""
        return self.holder.get()

    def state(self) -> str | None:
        """Why it cannot be used now, or None when it can."""
        return self.holder.state()

    def encode_text(self, text: AllowedQuery) -> NDArray[np.float32]:
        """One text under the encoder that answers."""
        return self.holder.encode_text(text)

    def choose(self, conn: Connection) -> Chosen:
        """What to answer with now.

        The serving encoder if it is in memory; while it is being loaded, the former one.
        """
        wanted = encoders.serving(conn)
        if wanted is None:
            raise NoEncoderYet
        now = self._now
        if now is None or now.fingerprint == wanted.fingerprint:
            return self._take(wanted)
        if self.is_usable(wanted) or encoders.find(conn, now.encoder_id) is None:
            return self._take(wanted)
        self._follow(wanted)
        return Chosen(now, self.shelf.holder(now.spec))

    def _follow(self, wanted: StoredEncoder) -> None:
        """Load what is to answer next; where it turns out another one, say so once."""
        if self._coming != wanted:
            log.info("the next encoder is being loaded", encoder=wanted.spec)
            self._coming = wanted
        self.shelf.holder(wanted.spec).load_soon()

    def why_not_yet(self) -> str | None:
        """Why this process does not answer with the serving encoder; None when it does."""
        if self._coming is None:
            return None
        holder = self.shelf.holder(self._coming.spec)
        waiting = holder.state() or EncoderChanged(loaded=holder.name, stored=holder.name).message
        return f"{self.name} answers until {self._coming.spec} can. {waiting}"

    def is_usable(self, stored: StoredEncoder) -> bool:
        """Whether this process could answer with it at once."""
        holder = self.shelf.holder(stored.spec)
        return holder.state() is None and holder.fingerprint == stored.fingerprint

    def others(self, conn: Connection, chosen: Chosen) -> list[Chosen]:
        """Every other encoder whose pages somebody may still be turning."""
        return [
            Chosen(stored, self.shelf.holder(stored.spec))
            for stored in encoders.all_of_them(conn)
            if stored.encoder_id != chosen.stored.encoder_id
        ]

    def tidy(self) -> None:
        """Let go of encoders that answered once and are not needed any more."""
        with self._lock:
            now = self._clock()
            self._lingering = {k: at for k, at in self._lingering.items() if at > now}
            coming = [self._coming.spec] if self._coming else []
            keep = {self.name, *self._lingering, *coming}
        self.shelf.keep_only(keep)

    def _take(self, wanted: StoredEncoder) -> Chosen:
        chosen = Chosen(wanted, self.shelf.holder(wanted.spec))
        self._coming = None
        if self._now is None or self._now.fingerprint != wanted.fingerprint:
            chosen.checked()
            with self._lock:
                former, self._now = self._now, wanted
                if former is not None:
                    self._lingering[former.spec] = self._clock() + LINGER_SECONDS
                    log.info("another encoder answers", encoder=wanted.spec, former=former.spec)
        return chosen


class Follower:
    """A thread that looks which encoder serves, so that its text tower is there before a search."""

    def __init__(self, look: Callable[[], None], every: float = 0.5) -> None:
        self._look = look
        self._every = every
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, name="encoder", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def _run(self) -> None:
        said = ""
        while not self._stopped.is_set():
            try:
                self._look()
                said = ""
            except Exception as error:  # noqa: BLE001 - whatever happens, the next look may succeed
                why = error.message if isinstance(error, GlimpseError) else repr(error)
                if why != said:
                    log.warning("the encoder cannot be used yet", reason=why)
                said = why
            self._stopped.wait(self._every)
