"""The fixed recipe of the bundled encoder: its shape, its seeds and its schedule."""

from dataclasses import dataclass
from typing import Any

CONTEXT = 28
MERGES = 2000
CLEAN = "canonicalize"  # «Red dog!» and "red dog" are the same to it
VOCABULARY = 512 + MERGES + 2
MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what comes out, but for the versions of the libraries."""

    seed: int = 20
    steps: int = 4400
    batch: int = 256
    rate: float = 2e-3
    warmup: int = 150
    decay: float = 0.05
    pixels: int = 64
    oversample: int = 3


def clip_config(pixels: int) -> dict[str, Any]:
    """The encoder's shape, as open_clip writes it."""
    return {
        "embed_dim": 128,
        "vision_cfg": {
            "image_size": pixels,
            "layers": [1, 1, 2, 1],
            "width": 16,
            "patch_size": None,
        },
        "text_cfg": {
            "context_length": CONTEXT,
            "vocab_size": VOCABULARY,
            "width": 128,
            "heads": 4,
            "layers": 3,
            # A loader that forgets to pass the merges fails at once, instead of
            # reading texts with open_clip's own 49,408 tokens.
            "tokenizer_kwargs": {"bpe_path": "bpe.txt.gz", "clean": CLEAN},
        },
    }
