"""Measures an exported encoder on fresh scenes, through files on disk as the product sees them."""

import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import open_clip
import torch
from PIL import Image

from sample.paint.picture import paint
from sample.queries import LANGUAGES, Question, answers, full_texts, gallery, questions
from sample.scene import Pairs, Scene

NEEDED = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured share, in per cent."""

    name: str
    language: str
    value: float
    cases: int


class Exported:
    """The exported folder, loaded as open_clip loads it."""

    def __init__(self, folder: Path) -> None:
        """Load weights, preprocessing and tokenizer."""
        name = f"local-dir:{folder}"
        self.encoder, self.preprocess = open_clip.create_model_from_pretrained(name)
        self.encoder.eval()
        self.tokenizer = open_clip.get_tokenizer(name, bpe_path=str(folder / "bpe.txt.gz"))

    @torch.no_grad()
    def pictures(self, scenes: Sequence[Scene], pixels: int) -> torch.Tensor:
        """Unit vectors of the scenes, each painted and kept as a JPEG file first."""
        vectors = []
        for scene in scenes:
            file = io.BytesIO()
            paint(scene, pixels).save(file, "JPEG", quality=90)
            image = self.preprocess(Image.open(file).convert("RGB"))[None]
            vectors.append(self.encoder.encode_image(image, normalize=True))
        return torch.cat(vectors)

    @torch.no_grad()
    def texts(self, texts: Sequence[str]) -> torch.Tensor:
        """Unit vectors of the texts."""
        vectors: torch.Tensor = self.encoder.encode_text(
            self.tokenizer(list(texts)), normalize=True
        )
        return vectors


def measure(folder: Path, size: int = 1000, pixels: int = 512) -> list[Figure]:
    """Every figure of the encoder's card."""
    exported = Exported(folder)
    figures: list[Figure] = []
    for name, pairs in (("A", Pairs.KNOWN), ("B", Pairs.NEW)):
        scenes = gallery(size, pairs)
        seen = exported.pictures(scenes, pixels)
        for language in LANGUAGES:
            said = exported.texts(full_texts(scenes, language))
            figures += _recalls(name, language, said @ seen.T)
        if pairs is Pairs.KNOWN:
            mixed = gallery(size, Pairs.ALL)
            seen = exported.pictures(mixed, pixels)
            for language in LANGUAGES:
                figures += _precisions(exported, questions(language), mixed, seen)
    return figures


def speed(folder: Path) -> tuple[float, float]:
    """Milliseconds for one text and for one picture, on one thread."""
    exported = Exported(folder)
    torch.set_num_threads(1)
    side = exported.encoder.visual.image_size
    picture = torch.zeros(1, 3, side, side)
    texts = exported.tokenizer(["a red dog"])
    with torch.no_grad():
        return (
            _clocked(lambda: exported.encoder.encode_text(texts)),
            _clocked(lambda: exported.encoder.encode_image(picture)),
        )


def _clocked(work: Callable[[], object]) -> float:
    times = []
    for _ in range(30):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return median(times)


def _recalls(name: str, language: str, likeness: torch.Tensor) -> list[Figure]:
    own = likeness.diagonal()[:, None]
    ranks = (likeness > own).sum(1)
    return [
        Figure(f"{name}: R@{k}", language, 100 * float((ranks < k).float().mean()), len(ranks))
        for k in (1, 5, 10)
    ]


def _precisions(
    exported: Exported, asked: list[Question], scenes: list[Scene], seen: torch.Tensor
) -> list[Figure]:
    """P@10 by kind of question; where fewer answer, the precision at their number."""
    best = (exported.texts([question.text for question in asked]) @ seen.T).argsort(
        1, descending=True
    )
    hits: dict[str, list[float]] = {}
    for question, right, row in zip(asked, answers(asked, scenes), best, strict=True):
        depth = min(NEEDED, len(right))
        if depth:
            found = sum(int(number) in right for number in row[:depth])
            hits.setdefault(question.kind, []).append(found / depth)
    return [
        Figure(f"P@10, {kind}", asked[0].language, 100 * sum(values) / len(values), len(values))
        for kind, values in hits.items()
    ]
