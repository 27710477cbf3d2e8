"""What determines an encoder's vectors, in one hash that is the same on every machine."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from service.encoder import tokenizer, weights
from service.encoder.checkpoint import Checkpoint

RECIPE = 1
"""To be raised when this package comes to prepare pictures or texts in another way."""

PLACES = {"tokenizer_kwargs", "hf_tokenizer_name"}
"""Configuration that says where the tokenizer lies; its content is hashed instead."""


def take(checkpoint: Checkpoint, preprocessing: Mapping[str, Any]) -> str:
    """The fingerprint of a checkpoint whose pictures are prepared so."""
    text = checkpoint.text
    options = dict(text.get("tokenizer_kwargs") or {})
    options.pop("bpe_path", None)
    facts = {
        "recipe": RECIPE,
        "architecture": {
            **checkpoint.architecture,
            "text_cfg": {key: value for key, value in text.items() if key not in PLACES},
        },
        "preprocessing": preprocessing,
        "tokenizer": {"options": options, **tokenizer.contents(checkpoint.tokenizer, text)},
        "weights": weights.sha256(checkpoint.weights),
    }
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
