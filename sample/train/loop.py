"""Runs the recipe: learns, reports the time left, and can go on where it was stopped."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from open_clip.model import CLIP

from sample.train.batches import Batch, loader
from sample.train.encoder import loss_of, new_encoder, normal
from sample.train.recipe import Recipe
from sample.train.words import write_merges

SAVE_EVERY = 100


def train(
    recipe: Recipe, folder: Path, tell: Callable[[str], None], *, until: int | None = None
) -> CLIP:
    """Follow the recipe to its end, or until a step; the folder keeps what is needed to resume."""
    last = recipe.steps if until is None else min(until, recipe.steps)
    # Two threads hinder each other while the drawing process is at work.
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    folder.mkdir(parents=True, exist_ok=True)
    merges = folder / "bpe.txt.gz"
    if not merges.exists():
        write_merges(merges, recipe.seed)
    encoder = new_encoder(recipe.pixels)
    optimizer = torch.optim.AdamW(
        _parameters(encoder, recipe.decay), lr=recipe.rate, betas=(0.9, 0.98)
    )
    done = _resume(folder, encoder, optimizer)
    started, average = time.monotonic(), 0.0
    encoder.train()
    for step, batch in enumerate(loader(recipe, merges, done, last), start=done):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, recipe)
        loss = _learn(encoder, optimizer, batch)
        average = loss if step == done else 0.97 * average + 0.03 * loss
        if (step + 1) % 20 == 0:
            pace = (time.monotonic() - started) / (step + 1 - done)
            left = pace * (last - step - 1) / 60
            progress = f"step {step + 1}/{recipe.steps}  loss {average:.3f}"
            tell(f"{progress}  {pace:.2f} s a step, {left:.0f} min left")
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == last:
            _save(folder, encoder, optimizer, step + 1)
    return encoder.eval()


def rate_at(step: int, recipe: Recipe) -> float:
    """A short warm-up, then a cosine down to a fiftieth."""
    if step < recipe.warmup:
        return recipe.rate * (step + 1) / recipe.warmup
    share = (step - recipe.warmup) / max(1, recipe.steps - recipe.warmup)
    wave = 0.5 * (1 + float(torch.cos(torch.tensor(share * 3.141592653589793))))
    return recipe.rate * (0.02 + 0.98 * wave)


def _learn(encoder: CLIP, optimizer: torch.optim.Optimizer, batch: Batch) -> float:
    with torch.autocast("cpu", torch.bfloat16):
        loss = loss_of(encoder, normal(batch.pictures), batch.texts.long(), batch.truth)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
    optimizer.step()
    with torch.no_grad():
        encoder.logit_scale.clamp_(0, 4.6052)
    return loss.item()


def _parameters(encoder: CLIP, decay: float) -> list[dict[str, Any]]:
    """Weights decay; gains, biases and positions do not."""
    heavy = [p for p in encoder.parameters() if p.ndim >= 2]
    light = [p for p in encoder.parameters() if p.ndim < 2]
    return [{"params": heavy, "weight_decay": decay}, {"params": light, "weight_decay": 0.0}]


def _resume(folder: Path, encoder: CLIP, optimizer: torch.optim.Optimizer) -> int:
    path = folder / "progress.pt"
    if not path.exists():
        return 0
    kept = torch.load(path, weights_only=True)
    encoder.load_state_dict(kept["encoder"])
    optimizer.load_state_dict(kept["optimizer"])
    return int(kept["step"])


def _save(folder: Path, encoder: CLIP, optimizer: torch.optim.Optimizer, step: int) -> None:
    fresh = folder / "progress.pt.new"
    torch.save(
        {"encoder": encoder.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, fresh
    )
    os.replace(fresh, folder / "progress.pt")  # noqa: PTH105 - atomic, over the older one
