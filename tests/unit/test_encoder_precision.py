"""Precision and memory: a tower bends no vector, and goes on with less room than it was given."""

import time
from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch

from service.encoder.precision import PrecisionUnfit, Settled, cast, settle
from service.encoder.tower import MemoryTooSmall, Tower, VectorsBroken

CPU = torch.device("cpu")
LOWER = pytest.mark.skipif(
    not any(there for name, there in torch.cpu.get_capabilities().items() if "bf16" in name),
    reason="this processor has no arithmetic lower than fp32",
)
SLOW = 0.06


class Slow(torch.nn.Module):
    """Takes its time where it is told to."""

    def __init__(self, offset: float, is_slow: Callable[[torch.Tensor], bool]) -> None:
        """Add two numbers that lie this far apart."""
        super().__init__()
        self.offset = torch.nn.Parameter(torch.tensor([1.0, 1.0 + offset]))
        self.is_slow = is_slow

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """A direction that hangs on the difference of the two."""
        if self.is_slow(rows):
            time.sleep(SLOW)
        difference = (self.offset - self.offset[0]).expand(len(rows), 2)
        return torch.cat([rows * 1e-4, difference], dim=1)


def in_full(rows: torch.Tensor) -> bool:
    """Slow in fp32 only."""
    return rows.dtype is torch.float32


def in_company(rows: torch.Tensor) -> bool:
    """Slow in fp32, and in bf16 as soon as two rows go together."""
    return in_full(rows) or len(rows) > 1


def everywhere(_: torch.Tensor) -> bool:
    """Slow in any precision."""
    return True


def nowhere(_: torch.Tensor) -> bool:
    """Never slow."""
    return False


@LOWER
@pytest.mark.parametrize(
    ("offset", "is_slow", "kept", "alone"),
    [
        (1.0, in_full, torch.bfloat16, False),
        (1.0, in_company, torch.bfloat16, True),
        (1.0, everywhere, torch.float32, False),
        (0.001, in_full, torch.float32, False),
    ],
)
def test_what_a_tower_settles_on(
    offset: float, is_slow: Callable[[torch.Tensor], bool], kept: torch.dtype, *, alone: bool
) -> None:
    """bf16 is taken where it is faster and bends nothing, one by one if that is faster still."""
    settled = settle(Slow(offset, is_slow), torch.rand(4, 3), device=CPU, wanted="auto")
    assert (settled.dtype, settled.alone) == (kept, alone)


def test_a_lower_precision_that_bends_vectors_is_refused() -> None:
    """What bf16 would turn away is refused even when asked for by name; fp32 always serves."""
    module, rows = Slow(0.001, nowhere), torch.rand(4, 3)
    with pytest.raises(PrecisionUnfit, match=r"0\.999 is needed"):
        settle(module, rows, device=CPU, wanted="bf16")
    assert settle(module, rows, device=CPU, wanted="fp32") == Settled(module)


def test_casting_leaves_the_original_alone() -> None:
    """The probe's copy is of the lower kind throughout, the original is not touched."""
    module = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.BatchNorm1d(3))
    lower = cast(module, torch.bfloat16)
    kinds = {each.dtype for each in lower.state_dict().values() if each.is_floating_point()}
    assert kinds == {torch.bfloat16}
    assert module[0].weight.dtype == torch.float32


class Cramped(torch.nn.Module):
    """Has memory for so many rows and no more."""

    def __init__(self, room: int, complaint: Exception) -> None:
        """Complain beyond the room."""
        super().__init__()
        self.room, self.complaint = room, complaint

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """The rows themselves."""
        if len(rows) > self.room:
            raise self.complaint
        return rows


def cramped(room: int, complaint: Exception) -> Tower[float]:
    """A tower whose vectors point to (number, 1)."""

    def prepare(items: Sequence[float]) -> torch.Tensor:
        return torch.tensor([[item, 1.0] for item in items])

    module = Cramped(room, complaint)
    return Tower(module, prepare, name="cramped", device=CPU, batch=16)


@pytest.mark.parametrize(
    "complaint",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
        MemoryError(),
    ],
)
def test_less_memory_than_a_batch_needs(complaint: Exception) -> None:
    """Out of memory halves the batch, loses nothing, and is remembered."""
    tower = cramped(3, complaint)
    vectors = tower.encode(list(range(20)))
    np.testing.assert_allclose(vectors[:, 0] / vectors[:, 1], np.arange(20), rtol=1e-5)
    assert tower.batch == 2


def test_no_memory_at_all() -> None:
    """Where not even one thing fits, the refusal says what to change."""
    with pytest.raises(MemoryTooSmall, match="GLIMPSE_DEVICE=cpu"):
        cramped(0, torch.OutOfMemoryError()).encode([1.0])


def test_other_errors_are_let_through() -> None:
    """An error that is not about memory is not mistaken for one."""
    with pytest.raises(RuntimeError, match="shapes"):
        cramped(0, RuntimeError("shapes cannot be multiplied")).encode([1.0])


def test_vectors_that_are_no_numbers() -> None:
    """A vector with a hole in it never leaves the encoder."""
    with pytest.raises(VectorsBroken):
        cramped(9, RuntimeError()).encode([1.0, float("nan")])
