"""Writes the bundled encoder's card from what was measured."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from sample.train.measure import Figure
from sample.train.recipe import Recipe

HEAD = """# The bundled encoder

A small open_clip encoder that Glimpse trains itself, so that search works on a machine
without a network. It knows the drawn pictures of the sample collection and the words of
their captions, in English and in Russian. **It does not understand photographs**: for
your own pictures choose a real encoder (`GLIMPSE_ENCODER`).

- {pixels} × {pixels} pixels in, vectors of 128 numbers out; {size:.1f} MB in half precision
- one text {text:.1f} ms, one picture {picture:.1f} ms on one thread, measured where it was trained
- trained for {steps} steps of {batch} freshly drawn scenes with seed {seed}; every picture of
  a batch of which a caption is true counts as right
- made with torch {torch} and open_clip {open_clip}, by `python -m sample train`

## Measured

Each picture was drawn at 512 pixels, saved as JPEG, and read back as any picture is.
**A**: {gallery} unseen scenes whose pairs of colour and kind are known from training.
**B**: {gallery} unseen scenes in which every pair of colour and kind is new.
R@k: how many of the full captions find their own picture among the first k. P@10: how many
of the first ten pictures answer a short question (of the first n, where only n < 10 pictures do).

| per cent | English | Russian | questions (en, ru) |
|---|---|---|---|
"""

TAIL = """
## Limits

It knows {kinds} kinds of things, ten colours, ten places, and little else; a word it never
met is read letter by letter and means nothing to it. Any text lies near some picture, so a
similarity alone cannot say that nothing matches.
"""


def write_card(
    folder: Path,
    recipe: Recipe,
    figures: Sequence[Figure],
    clocked: tuple[float, float],
    gallery: int,
) -> None:
    """Write CARD.md beside the weights."""
    from sample.things import KINDS

    rows: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        rows.setdefault(figure.name, {})[figure.language] = figure
    table = "".join(
        f"| {name} | {row['en'].value:.1f} | {row['ru'].value:.1f} "
        f"| {row['en'].cases}, {row['ru'].cases} |\n"
        for name, row in rows.items()
    )
    head = HEAD.format(
        pixels=recipe.pixels,
        size=(folder / "open_clip_model.safetensors").stat().st_size / 1e6,
        text=clocked[0],
        picture=clocked[1],
        steps=recipe.steps,
        batch=recipe.batch,
        seed=recipe.seed,
        torch=version("torch").partition("+")[0],
        open_clip=version("open_clip_torch"),
        gallery=gallery,
    )
    text = head + table + TAIL.format(kinds=len(KINDS))
    (folder / "CARD.md").write_text(text, encoding="utf-8")
