"""The picture check of the bundled encoder on fresh drawings: its operating point and figures."""

import io
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import numpy as np
from PIL.Image import Image

from benchmarks.table import show
from sample.dataset import collection
from sample.load import SEED, TEST, TRAIN
from sample.paint.picture import paint
from sample.scene import Scene, make_scene
from service.encoder.openclip import load
from service.encoder.port import Encoder, Vectors
from service.law import operating_point
from service.law.operating_point import OperatingPoint
from service.law.picture_check import FALSE_FLAGS
from service.picture import open_upright

FIRST_SEED = 7_000_000  # apart from those of training, of the collection and of the galleries
CHILDREN, OTHERS = 600, 1_800
PIXELS = 512
BATCH = 50
MATERIAL = "drawings like the sample's, which show what their description says"
WRITTEN = Path(operating_point.__file__).parent / "data" / "bundled_check.json"


def main(arguments: Sequence[str] = ()) -> None:
    """Measure on new drawings; --write makes it the shipped operating point."""
    encoder = load("bundled")
    scenes = list(mixed())
    point = operating_point.measure(
        encoder,
        seen(encoder, scenes),
        np.array([scene.shows_child for scene in scenes]),
        false_flags=FALSE_FLAGS,
        material=MATERIAL,
    )
    figures = point.figures
    row = (
        f"{figures.recall:.1%} of {figures.children}",
        f"{figures.false_flags:.1%} of {figures.others}",
        f"{point.threshold:.4f}",
        f"{point.sharpness:g}",
    )
    head = ("children flagged", "others flagged", "threshold", "sharpness")
    show("Picture check, bundled encoder", head, [row])
    show("Picture check, the sample collection", head[:2], [flagged(encoder, point)])
    if "--write" in arguments:
        WRITTEN.write_text(json.dumps(point.to_json()) + "\n", encoding="utf-8")


def flagged(encoder: Encoder, point: OperatingPoint) -> tuple[str, str]:
    """How many of the sample's own pictures are flagged, with children and without."""
    scenes = [drawn.scene for part in collection(SEED, TRAIN, TEST) for drawn in part]
    found = point.scores(seen(encoder, scenes)) > point.threshold
    shown = np.array([scene.shows_child for scene in scenes])
    children, others = (
        f"{int(found[side].sum())} of {int(side.sum())}" for side in (shown, ~shown)
    )
    return children, others


def mixed() -> Iterator[Scene]:
    """Scenes with children and without, as many of each as wanted, spread evenly."""
    scenes = [make_scene(seed) for seed in range(FIRST_SEED, FIRST_SEED + 12 * CHILDREN)]
    children = (scene for scene in scenes if scene.shows_child)
    others = (scene for scene in scenes if not scene.shows_child)
    chosen = chain(islice(children, CHILDREN), islice(others, OTHERS))
    return iter(sorted(chosen, key=lambda scene: scene.seed))


def seen(encoder: Encoder, scenes: Sequence[Scene]) -> Vectors:
    """The vectors of the scenes, each painted and read back as any picture is."""
    parts = [
        encoder.encode_pictures([kept(scene, encoder) for scene in scenes[at : at + BATCH]])
        for at in range(0, len(scenes), BATCH)
    ]
    return np.concatenate(parts)


def kept(scene: Scene, encoder: Encoder) -> Image:
    """A scene as a JPEG file, opened for the encoder."""
    file = io.BytesIO()
    paint(scene, PIXELS).save(file, "JPEG", quality=90)
    return open_upright(file, max_pixels=PIXELS * PIXELS, side=encoder.picture_side)


if __name__ == "__main__":
    main(sys.argv[1:])
