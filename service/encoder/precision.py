"""Where an encoder computes and how exactly, settled by trying both on a few probes."""

import copy
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from service.encoder.tower import run
from service.errors import Invalid

Device = Literal["auto", "cpu", "cuda", "mps"]
Precision = Literal["auto", "fp32", "bf16", "fp16"]

SAME = 0.999
FASTER = 1.2
QUICK_SECONDS = 0.05
ROUNDS = 3
BUDGET_SECONDS = 2.0
TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


class DeviceMissing(Invalid):
    """This machine has no {device} that PyTorch can use. Set GLIMPSE_DEVICE=auto."""


class PrecisionUnfit(Invalid):
    """In {precision} this encoder's vectors are not those of fp32 any more ({reason}).

    Set GLIMPSE_PRECISION=auto.
    """


def pick_device(wanted: Device) -> torch.device:
    """The device asked for, or the fastest at hand."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return torch.device(next((name for name in there if there[name]), "cpu"))
    if not there.get(wanted, wanted == "cpu"):
        raise DeviceMissing(device=wanted)
    return torch.device(wanted)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a tower computes with, and whether its rows are better taken one by one."""

    module: nn.Module
    dtype: torch.dtype = torch.float32
    alone: bool = False


def settle(
    module: nn.Module, rows: torch.Tensor, *, device: torch.device, wanted: Precision
) -> Settled:
    """The module in the precision to use.

    A lower one is taken only where every probe keeps its direction. On a CPU it
    must be faster as well, unless it was asked for by name; on other devices a
    few probes are too short a work to measure, and half the memory is gain enough.
    """
    dtype = _candidate(device) if wanted == "auto" else TYPES[wanted]
    if dtype is torch.float32:
        return Settled(module)
    with torch.inference_mode():
        if wanted == "auto" and device.type == "cpu" and _is_quick(module, rows):
            return Settled(module)
        lower = cast(module, dtype)
        cosine = _cosine(module, lower, rows, dtype)
        if cosine < SAME and wanted == "auto":
            return Settled(module)
        if cosine < SAME:
            reason = f"cosine {cosine:.5f}, {SAME} is needed"
            raise PrecisionUnfit(precision=wanted, reason=reason)
        if device.type != "cpu":
            return Settled(lower, dtype)
        full, together, alone = _seconds(module, lower, rows, dtype)
    if wanted == "auto" and full < FASTER * min(together, alone):
        return Settled(module)
    return Settled(lower, dtype, alone=together >= FASTER * alone)


def _is_quick(module: nn.Module, rows: torch.Tensor) -> bool:
    """Whether fp32 takes no time worth saving; measuring so little would be guessing."""
    run(module, rows, torch.float32)
    start = time.perf_counter()
    run(module, rows, torch.float32)
    return time.perf_counter() - start < QUICK_SECONDS


def cast(module: nn.Module, dtype: torch.dtype) -> nn.Module:
    """A copy in another precision, made without a second full copy in between."""
    tensors = itertools.chain(module.parameters(), module.buffers())
    memo = {id(each): _lowered(each, dtype) for each in tensors if each.is_floating_point()}
    return copy.deepcopy(module, memo)


def _lowered(tensor: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    lowered = tensor.detach().to(dtype)
    if isinstance(tensor, nn.Parameter):
        return nn.Parameter(lowered, requires_grad=False)
    return lowered


def _candidate(device: torch.device) -> torch.dtype:
    """What the hardware computes fast; fp32 where it has nothing lower of its own."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if device.type == "mps":
        return torch.float16
    abilities = torch.cpu.get_capabilities()
    has = any(there for name, there in abilities.items() if name.endswith("bf16"))
    return torch.bfloat16 if has else torch.float32


def _cosine(module: nn.Module, lower: nn.Module, rows: torch.Tensor, dtype: torch.dtype) -> float:
    """How near the two come on the probe they differ most on; -1 where the lower one fails."""
    full = run(module, rows, torch.float32)
    try:
        vectors = _one_by_one(lower, rows, dtype)
    except RuntimeError:  # an operation that this device lacks in this precision
        return -1.0
    return float((full * vectors).sum(dim=-1).min().nan_to_num(nan=-1.0))


def _one_by_one(module: nn.Module, rows: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    return torch.cat([run(module, rows[at : at + 1], dtype) for at in range(len(rows))])


def _seconds(
    module: nn.Module, lower: nn.Module, rows: torch.Tensor, dtype: torch.dtype
) -> tuple[float, float, float]:
    """How long the probes take: in full, lowered, and lowered one by one; the best of some rounds.

    One by one is a way of its own because torch, in bf16 on a CPU, copies the
    weights of an attention once for each position as soon as two texts go together.
    """
    ways: tuple[Callable[[], torch.Tensor], ...] = (
        lambda: run(module, rows, torch.float32),
        lambda: run(lower, rows, dtype),
        lambda: _one_by_one(lower, rows, dtype),
    )
    best = [float("inf")] * len(ways)
    end = time.monotonic() + BUDGET_SECONDS
    for _ in range(ROUNDS):  # in turn, so that a busy moment of the machine hits all alike
        for at, way in enumerate(ways):
            start = time.perf_counter()
            way()
            best[at] = min(best[at], time.perf_counter() - start)
        if time.monotonic() > end:
            break
    full, together, alone = best
    return full, together, alone
