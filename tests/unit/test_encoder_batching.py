"""Texts asked for at the same moment are encoded together, and one that fails, fails alone."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from service.domain import AllowedQuery
from service.encoder.batching import EncodingStopped, TextBatcher
from service.encoder.port import Vectors


class Gated:
    """An encoder that waits at a gate, notes its batches, and fails on some words."""

    name = "gated"
    fingerprint = "0"
    dimension = 1
    picture_side = 1

    def __init__(self) -> None:
        """Begin with the gate closed."""
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.batches: list[list[str]] = []

    def encode_texts(self, texts: Sequence[AllowedQuery]) -> Vectors:
        """Each text's length, once the gate is open."""
        words = [each.text for each in texts]
        self.batches.append(words)
        self.entered.set()
        self.gate.wait()
        if "bad" in words:
            raise ValueError(*words)
        if "stop" in words:
            raise KeyboardInterrupt
        return np.array([[len(word)] for word in words], np.float32)

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Not wanted here."""
        raise NotImplementedError


class Crowd:
    """Threads that ask while the first of them is still being served."""

    def __init__(self, encoder: Gated, most: int = 32) -> None:
        """Nobody has asked yet."""
        self.encoder = encoder
        self.batcher = TextBatcher(encoder, most=most)
        self.threads = ThreadPoolExecutor(16)

    def ask(self, *words: str) -> list[Future[float]]:
        """One thread for each word; the gate opens when all wait."""
        first = self.threads.submit(self._one, words[0])
        self.encoder.entered.wait()
        others = [self.threads.submit(self._one, word) for word in words[1:]]
        while len(self.batcher._waiting) < len(others):  # noqa: SLF001 - no other way to know
            threading.Event().wait(0.001)
        self.encoder.gate.set()
        return [first, *others]

    def _one(self, word: str) -> float:
        return float(self.batcher.encode(AllowedQuery(word, policy_version=1))[0])


def test_a_lone_text_does_not_wait() -> None:
    """Without company a text is encoded at once and alone."""
    encoder = Gated()
    encoder.gate.set()
    assert TextBatcher(encoder).encode(AllowedQuery("dog", policy_version=1)) == 3
    assert encoder.batches == [["dog"]]


def test_those_who_come_meanwhile_go_together() -> None:
    """While one text is encoded the others gather, and each gets its own vector."""
    encoder = Gated()
    words = ["a", "bb", "ccc", "dddd", "eeeee"]
    assert [each.result(30) for each in Crowd(encoder).ask(*words)] == [1, 2, 3, 4, 5]
    assert [len(batch) for batch in encoder.batches] == [1, 4]


def test_a_crowd_goes_in_groups() -> None:
    """No batch is larger than allowed, and nobody is left out."""
    encoder = Gated()
    words = ["x" * length for length in range(1, 12)]
    asked = Crowd(encoder, most=4).ask(*words)
    assert [each.result(30) for each in asked] == list(range(1, 12))
    assert [len(batch) for batch in encoder.batches] == [1, 4, 4, 2]


def test_an_error_meets_its_own_text_only() -> None:
    """A text that cannot be encoded takes none of its neighbours with it."""
    asked = Crowd(Gated()).ask("a", "bb", "bad", "cccc", "bad")
    assert [each.result(30) for each in (asked[0], asked[1], asked[3])] == [1, 2, 4]
    errors = [asked[2].exception(30), asked[4].exception(30)]
    assert [type(error) for error in errors] == [ValueError, ValueError]
    assert errors[0] is not errors[1]


def test_a_thread_that_is_stopped_leaves_nobody_waiting() -> None:
    """When the thread that encodes for others is interrupted they get an error, not silence."""
    crowd = Crowd(Gated())
    asked = crowd.ask("a", "stop", "cc")
    ends = [each.exception(30) for each in asked[1:]]
    assert asked[0].result(30) == 1
    assert all(isinstance(end, KeyboardInterrupt | EncodingStopped) for end in ends)
    assert sum(isinstance(end, KeyboardInterrupt) for end in ends) == 1
    assert crowd.ask("fine")[0].result(30) == 4


def test_too_few_vectors_are_an_error() -> None:
    """An encoder that returns fewer vectors than texts is not believed."""

    class Forgetful(Gated):
        def encode_texts(self, texts: Sequence[AllowedQuery]) -> Vectors:
            return super().encode_texts(texts)[1:]

    encoder = Forgetful()
    encoder.gate.set()
    with pytest.raises(ValueError, match="shorter"):
        TextBatcher(encoder).encode(AllowedQuery("dog", policy_version=1))
