"""One tower of an encoder, ready to work: batches in, unit vectors out, one thread at a time."""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np
import torch
from torch import nn

from service.encoder.port import Vectors
from service.errors import Unavailable

Item = TypeVar("Item")


class MemoryTooSmall(Unavailable):
    """The encoder {name} does not fit into the memory of {device}, not even for a batch of one.

    Choose a smaller encoder, or set GLIMPSE_DEVICE=cpu.
    """


class VectorsBroken(Unavailable):
    """The encoder {name} made vectors that are not numbers.

    Set GLIMPSE_PRECISION=fp32; if that does not help, fetch its weights again.
    """


class Tower(Generic[Item]):
    """Turns pictures, or texts, into vectors."""

    def __init__(
        self,
        module: nn.Module,
        prepare: Callable[[Sequence[Item]], torch.Tensor],
        *,
        name: str,
        device: torch.device,
        dtype: torch.dtype = torch.float32,
        batch: int = 16,
    ) -> None:
        """Take a module that is in eval mode and on the device already."""
        self.module = module
        self.device = device
        self.dtype = dtype
        self.batch = batch
        self._prepare = prepare
        self._name = name
        self._turn = threading.Lock()

    def encode(self, items: Sequence[Item]) -> Vectors:
        """One vector for each item; where memory runs out, with half the batch from then on."""
        done: list[Vectors] = []
        at = 0
        while at < len(items):
            chunk = items[at : at + self.batch]
            try:
                done.append(self._encode_batch(chunk))
            except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
                self._shrink(len(chunk), error)
            else:
                at += len(chunk)
        return np.concatenate(done)

    def _encode_batch(self, items: Sequence[Item]) -> Vectors:
        with self._turn, torch.inference_mode():
            rows = self._prepare(items).to(self.device)
            vectors = run(self.module, rows, self.dtype).cpu().numpy()
        if not np.isfinite(vectors).all() or not vectors.any(axis=1).all():
            raise VectorsBroken(name=self._name)
        return vectors

    def _shrink(self, size: int, error: Exception) -> None:
        """Halve the batch if memory was what lacked, else let the error through."""
        if not _is_out_of_memory(error):
            raise error
        if size == 1:
            raise MemoryTooSmall(name=self._name, device=self.device) from error
        self.batch = size // 2
        if self.device.type == "cuda":
            torch.cuda.empty_cache()


def run(module: nn.Module, rows: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Unit vectors in full precision, computed in the given one; token numbers stay whole."""
    vectors = module(rows.to(dtype) if rows.is_floating_point() else rows)
    return nn.functional.normalize(vectors.float(), dim=-1)


def _is_out_of_memory(error: Exception) -> bool:
    """On the CPU and on Apple's devices torch says so only in words."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    words = str(error).lower()
    return "out of memory" in words or "can't allocate memory" in words
