"""Texts that many threads ask for at the same moment are encoded together."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.domain import AllowedQuery
from service.encoder.port import Encoder
from service.errors import Unavailable

Vector = NDArray[np.float32]


class EncodingStopped(Unavailable):
    """The text was not encoded because the thread that was encoding it stopped. Ask again."""


@dataclass(eq=False, slots=True)
class _Ticket:
    """One thread's text, and what became of it."""

    text: AllowedQuery
    vector: Vector | None = None
    error: BaseException | None = None

    @property
    def settled(self) -> bool:
        return self.vector is not None or self.error is not None


class TextBatcher:
    """Gives each thread the vector of its text.

    The first thread to come encodes at once. Whoever comes meanwhile waits, and
    the next in turn encodes for all who wait. So a lone query loses no time to
    waiting for company, batches grow with the load by themselves, and there is
    no thread of its own that could die or be lost in a fork.
    """

    def __init__(self, encoder: Encoder, *, most: int = 32) -> None:
        """Let the encoder have at most this many texts at a time."""
        self._encoder = encoder
        self._most = most
        self._waiting: list[_Ticket] = []
        self._door = threading.Lock()
        self._turn = threading.Lock()

    def encode(self, text: AllowedQuery) -> Vector:
        """The text's vector, or the error that this text met."""
        ticket = _Ticket(text)
        with self._door:
            self._waiting.append(ticket)
        with self._turn:
            while not ticket.settled:
                self._settle(self._next())
        if ticket.vector is None:
            raise ticket.error or EncodingStopped()
        return ticket.vector

    def _next(self) -> list[_Ticket]:
        with self._door:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        return batch

    def _settle(self, batch: Sequence[_Ticket]) -> None:
        """Give every ticket its end; one text's error must not meet the others."""
        try:
            vectors = self._encoder.encode_texts([ticket.text for ticket in batch])
            for ticket, vector in zip(batch, vectors, strict=True):
                ticket.vector = vector
        except Exception as error:  # noqa: BLE001 - it belongs to the threads that wait
            if len(batch) == 1:
                batch[0].error = error
                return
            for ticket in batch:
                self._settle([ticket])
        finally:  # also when this very thread is being stopped: the others must not wait for ever
            for ticket in batch:
                if not ticket.settled:
                    ticket.error = EncodingStopped()
