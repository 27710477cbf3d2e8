"""The encoders that one process holds, by name: each loaded when it is needed, dropped when not."""

import threading
from collections.abc import Callable, Collection

from service.encoder.holder import EncoderHolder
from service.encoder.port import Encoder


class Shelf:
    """Holders by the encoder's name; a name always gives the same holder until it is dropped."""

    def __init__(self, load: Callable[[str], Encoder], *holders: EncoderHolder) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._holders = {holder.spec: holder for holder in holders}

    def holder(self, spec: str) -> EncoderHolder:
        """The holder for that encoder, which loads nothing yet."""
        with self._lock:
            if spec not in self._holders:
                self._holders[spec] = EncoderHolder(spec, lambda: self._load(spec))
            return self._holders[spec]

    def keep_only(self, specs: Collection[str]) -> None:
        """Let go of all others; whoever works with one of them right now still has it."""
        with self._lock:
            self._holders = {k: held for k, held in self._holders.items() if k in specs}
