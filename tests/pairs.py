"""Pairs small enough for a test: a real architecture with weights by chance, and counted words."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import timm
import torch
from PIL import Image
from safetensors.torch import save_file

from service.domain import AllowedQuery
from service.encoder import weights
from service.encoder.class_names import ClassNames
from service.encoder.hub import Hub
from service.encoder.pair.folder import ALIGNMENT, Card, TowerFacts, write_card
from service.encoder.pair.spec import TfIdfSpec, picture_spec
from service.encoder.pair.tfidf import fit_tfidf
from service.encoder.pair.towers import Machine, load_pictures
from service.learn.alignment import fit_alignment
from service.learn.methods import Setting

CAPTIONS = [
    "a red dog",
    "the red dog runs",
    "red dogs on the grass",
    "a blue car",
    "the blue car stands",
    "blue cars in a row",
    "красная собака",
    "собаки бегут по красной траве",
    "красной собаке",
    "синяя машина",
    "синей машине",
    "машины синие стоят",
]


def allowed(texts: Sequence[str]) -> list[AllowedQuery]:
    """Texts as the gate lets them through."""
    return [AllowedQuery(text, policy_version=1) for text in texts]


def colours() -> list[Image.Image]:
    """A red picture and a blue one."""
    return [Image.new("RGB", (70, 50), name) for name in ("red", "blue")]


def random_weights(folder: Path, architecture: str, *, seed: int = 0) -> Path:
    """A file of weights for an architecture, drawn by chance, with a classifier like real ones."""
    torch.manual_seed(seed)
    network = timm.create_model(architecture, pretrained=False).eval()
    path = folder / f"{architecture}-{seed}.safetensors"
    save_file({name: each.contiguous() for name, each in network.state_dict().items()}, path)
    return path


def make_pair(folder: Path, path: Path, *, side: int = 64, naming: float = 0.0) -> Path:
    """A pair of that network and counted words, aligned on plain pictures.

    With a weight for them the network's classes are named, each by one of the captions.
    """
    spec = f"timm:test_efficientnet?weights={path}&size={side}&squash=yes"
    machine = Machine(device="cpu", precision="fp32", hub=Hub(offline=True))
    tower, words = load_pictures(picture_spec(spec), machine), fit_tfidf(
        allowed(CAPTIONS), TfIdfSpec(width=8)
    )  # fmt: skip
    chance = np.random.default_rng(0)
    shades = [(200, 20, 20), (20, 20, 200)]
    shown = [
        Image.fromarray(
            np.clip(chance.normal(shades[at // 3 % 2], 20, (side, side, 3)), 0, 255).astype(
                np.uint8
            )
        )
        for at in range(len(CAPTIONS))
    ]
    fitted = fit_alignment(tower.encode(shown), words.encode(allowed(CAPTIONS)), dimension=4)
    if naming and tower.classifier:
        called = [CAPTIONS[at % len(CAPTIONS)] for at in range(tower.classifier.matrix.shape[1])]
        names = ClassNames(tower.classifier, words.encode(allowed(called)), naming)
        fitted = replace(fitted, names=names)
    fitted.save(folder / ALIGNMENT)
    words.save(folder)
    card = Card(
        picture=TowerFacts(tower.spec, tower.fingerprint, tower.width),
        text=TowerFacts(words.spec, words.fingerprint, words.width),
        alignment=weights.sha256(folder / ALIGNMENT),
        dimension=fitted.dimension,
        side=tower.side,
        learned={"setting": asdict(Setting(4, (0.1, 0.1), naming=naming))} if naming else {},
    )
    write_card(folder, card)
    return folder
