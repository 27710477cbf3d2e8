"""The neural network: a few small ones, trained with torch and asked without it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.scoring.port import Arrays, Document, Lesson, Numbers
from service.scoring.rows import Matrix

SEEDS = 3
HIDDEN = 24
EPOCHS = 24
BATCH = 128
MOST_STEPS = 2_500
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 3e-2
DROPOUT = 0.2


@dataclass(frozen=True, slots=True)
class Network:
    """Several networks of one hidden layer, whose answers are averaged."""

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    first: NDArray[np.float32]
    first_offset: NDArray[np.float32]
    last: NDArray[np.float32]
    last_offset: NDArray[np.float32]

    @property
    def kind(self) -> str:
        """Which scorer it is."""
        return "network"

    def predict(self, features: Matrix) -> Numbers:
        """The mean of the networks' probabilities."""
        rows = np.clip((features - self.mean) / self.scale, -5, 5)
        hidden = np.maximum(np.einsum("ij,sjh->sih", rows, self.first, optimize=True)
                            + self.first_offset[:, None, :], 0)  # fmt: skip
        raw = np.einsum("sih,sh->si", hidden, self.last, optimize=True)
        raw += self.last_offset[:, None]
        found: Numbers = (1 / (1 + np.exp(-raw.astype(np.float64)))).mean(axis=0)
        return found

    def parts(self) -> tuple[Arrays, Document]:
        """The layers."""
        return {name: getattr(self, name) for name in LAYERS}, {}


LAYERS = ("mean", "scale", "first", "first_offset", "last", "last_offset")


def fit_network(lesson: Lesson) -> Network:
    """Train each network from its own seed; equal seeds give equal bits."""
    features = lesson.features
    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale < 1e-6, np.inf, scale).astype(np.float32)  # noqa: PLR2004 - rounding
    rows = np.clip((features - mean) / scale, -5, 5)
    layers = [trained(rows, lesson, lesson.seed * 1_000 + number) for number in range(SEEDS)]
    return Network(**dict(zip(LAYERS, [mean, scale, *joined(layers)], strict=True)))


def trained(rows: Matrix, lesson: Lesson, seed: int) -> tuple[NDArray[np.float32], ...]:
    """One network, by cross-entropy with the targets as probabilities."""
    import torch

    threads = torch.get_num_threads()
    # More threads add up in another order, and would not give the same bits.
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network: Any = torch.nn.Sequential(
                torch.nn.Linear(rows.shape[1], HIDDEN),
                torch.nn.ReLU(),
                torch.nn.Dropout(DROPOUT),
                torch.nn.Linear(HIDDEN, 1),
            )
            descend(network, rows, lesson)
    finally:
        torch.set_num_threads(threads)
    first, last = network[0], network[3]
    return tuple(
        part.detach().numpy().copy()
        for part in (first.weight.T, first.bias, last.weight[0], last.bias[0])
    )


def joined(
    layers: Sequence[tuple[NDArray[np.float32], ...]],
) -> list[NDArray[np.float32]]:
    """The layers of all networks, each kind in one array."""
    return [np.stack(part) for part in zip(*layers, strict=True)]


def descend(network: Any, rows: Matrix, lesson: Lesson) -> None:
    """Take the steps of the training."""
    import torch

    inputs = torch.from_numpy(np.ascontiguousarray(rows, np.float32))
    target = torch.from_numpy(lesson.target.astype(np.float32))
    weight = torch.from_numpy((lesson.weight / lesson.weight.mean()).astype(np.float32))
    epochs = max(2, min(EPOCHS, MOST_STEPS * BATCH // max(1, len(rows))))
    steps = epochs * -(-len(rows) // BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps)
    for _ in range(epochs):
        order: Any = torch.randperm(len(inputs))
        for batch in order.split(BATCH):
            loss: Any = torch.nn.functional.binary_cross_entropy_with_logits(
                network(inputs[batch])[:, 0], target[batch], weight=weight[batch]
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            rate.step()


def restore_network(arrays: Mapping[str, NDArray[Any]], _: Document) -> Network:
    """As it was stored."""
    return Network(**{name: arrays[name] for name in LAYERS})
