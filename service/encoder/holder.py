"""An encoder that is loaded when it is first needed, once for all threads of a process."""

import threading
from collections.abc import Callable
from time import monotonic

import numpy as np
import structlog
from numpy.typing import NDArray

from service.domain import AllowedQuery
from service.encoder.batching import TextBatcher
from service.encoder.port import Encoder
from service.errors import GlimpseError, Unavailable

log = structlog.get_logger()

RETRY_SECONDS = 15.0


class EncoderLoading(Unavailable):
    """The encoder is still being loaded. Try again in a moment."""


class EncoderUnusable(Unavailable):
    """The encoder {name} cannot be used. {reason}"""


class EncoderHolder:
    """Loads an encoder in the background or at first use; a failed load is tried again later."""

    def __init__(self, name: str, load: Callable[[], Encoder]) -> None:
        self.spec = name
        self._load = load
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None
        self._batcher: TextBatcher | None = None
        self._failure: GlimpseError | None = None
        self._failed_at = 0.0

    @property
    def name(self) -> str:
        """The encoder's spec."""
        return self.spec

    @property
    def fingerprint(self) -> str:
        """What its vectors depend on."""
        return self.get().fingerprint

    def get(self) -> Encoder:
        """The encoder; waits while another thread loads it."""
        if self._encoder is None:
            with self._lock:
                if self._encoder is None:
                    self._encoder = self._loaded()
        return self._encoder

    def load_soon(self) -> None:
        """Load it in a thread of its own, unless that is done, under way or failed a moment ago."""
        if self._encoder is None and not self._lock.locked() and not self._failed_lately():
            threading.Thread(target=self._load_quietly, name="encoder-load", daemon=True).start()

    def _load_quietly(self) -> None:
        try:
            self.get()
        except GlimpseError as error:
            log.warning("the encoder cannot be loaded yet", reason=error.message)

    def state(self) -> str | None:
        """Why the encoder cannot be used now, or None when it can."""
        if self._encoder is not None:
            return None
        return self._failure.message if self._failure else EncoderLoading().message

    def encode_text(self, text: AllowedQuery) -> NDArray[np.float32]:
        """One text, encoded together with what other threads ask for at the same moment."""
        encoder = self.get()
        if self._batcher is None:
            with self._lock:
                self._batcher = self._batcher or TextBatcher(encoder)
        return self._batcher.encode(text)

    def _failed_lately(self) -> bool:
        return self._failure is not None and monotonic() - self._failed_at < RETRY_SECONDS

    def _loaded(self) -> Encoder:
        if self._failure is not None and self._failed_lately():
            raise EncoderUnusable(name=self.spec, reason=self._failure.message)
        try:
            encoder = self._load()
        except GlimpseError as error:
            self._failure, self._failed_at = error, monotonic()
            raise EncoderUnusable(name=self.spec, reason=error.message) from error
        self._failure = None
        return encoder
