"""Draws training batches: pictures, captions in both languages, and which fit which."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from open_clip.tokenizer import SimpleTokenizer
from torch.utils.data import DataLoader, Dataset

from sample.paint.picture import paint
from sample.scene import Pairs, make_scene
from sample.train.recipe import CLEAN, CONTEXT, Recipe
from sample.train.words import lesson
from sample.truth import claim_bits, satisfied, scene_bits

FIRST_SCENE = 10_000_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures (bytes), token rows, and a table of which text is true of which picture."""

    pictures: torch.Tensor
    texts: torch.Tensor
    truth: torch.Tensor


class Lessons(Dataset[Batch]):
    """Batch number n is the same on every run of a recipe."""

    def __init__(self, recipe: Recipe, merges: Path, first: int, last: int) -> None:
        """Batches from the first to before the last."""
        self.recipe, self.first, self.last = recipe, first, last
        self.tokenizer = SimpleTokenizer(str(merges), context_length=CONTEXT, clean=CLEAN)

    def __len__(self) -> int:
        """How many batches are still to come."""
        return self.last - self.first

    def __getitem__(self, index: int) -> Batch:
        """Draw one batch."""
        recipe, number = self.recipe, self.first + index
        rng = Random(recipe.seed * 1_000_003 + number)
        start = FIRST_SCENE + (recipe.seed * 100_000 + number) * recipe.batch
        scenes = [make_scene(start + i, Pairs.KNOWN) for i in range(recipe.batch)]
        said = [lesson(scene, rng, language) for scene in scenes for language in ("en", "ru")]
        truth = satisfied(claim_bits([claim for _, claim in said]), scene_bits(scenes))
        pictures = np.stack(
            [np.asarray(paint(scene, recipe.pixels, rng.choice((2, 3, 3, 4)))) for scene in scenes]
        )
        return Batch(
            torch.from_numpy(pictures),
            self.tokenizer([text for text, _ in said]).to(torch.int16),
            torch.from_numpy(truth),
        )


def loader(recipe: Recipe, merges: Path, first: int, last: int) -> "DataLoader[Batch]":
    """Batches in order, drawn by one process beside the one that learns."""
    return DataLoader(
        Lessons(recipe, merges, first, last), batch_size=None, shuffle=False, num_workers=1,
        prefetch_factor=6,
    )  # fmt: skip
