"""Gradient boosting: LightGBM's trees, grown by it, kept in its own text format."""

import ctypes
import ctypes.util
import importlib.util
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.scoring.captions import CAPTION_NAMES
from service.scoring.features import LADDER, NAMES, NEIGHBOURS
from service.scoring.port import Arrays, Document, Lesson, Numbers
from service.scoring.rows import Matrix
from service.scoring.trees import Trees

ROUNDS = 300
# More of these never makes a match less probable. Without that said, trees that were grown on full
# captions answer short queries with the wrong one of two pictures that are alike in all but one of
# these.
RISING = {
    *NAMES[LADDER],
    *NAMES[NEIGHBOURS],
    *("similarity", "above_text", "above_picture", "caption_best", "caption_mean", "caption_words"),
}
SETTINGS = {
    "objective": "cross_entropy",
    "learning_rate": 0.04,
    "num_leaves": 7,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    # Equal seeds give equal bits only so.
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


def lightgbm() -> ModuleType:
    """LightGBM; its wheel takes OpenMP from the system, or else from beside PyTorch."""
    if ctypes.util.find_library("gomp") is None:
        bring_openmp()
    import lightgbm as found

    return found


def bring_openmp() -> None:
    """Load the OpenMP that PyTorch brings along, under the name that LightGBM asks for."""
    torch = importlib.util.find_spec("torch")
    if torch is None or torch.origin is None:
        return
    for path in sorted((Path(torch.origin).parent / "lib").glob("libgomp*.so*")):
        with suppress(OSError):
            ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)


@dataclass(frozen=True, slots=True)
class Boosting:
    """Trees that add up."""

    text: str = field(repr=False)
    trees: Trees = field(compare=False, repr=False)
    kind: str = "boosting"

    def predict(self, features: Matrix) -> Numbers:
        """The sum of the trees' leaves as a probability."""
        found: Numbers = 1 / (1 + np.exp(-self.trees(features)))
        return found

    def parts(self) -> tuple[Arrays, Document]:
        """The trees as text."""
        return {}, {"booster": self.text}


def fit_boosting(lesson: Lesson) -> Boosting:
    """Grow the trees."""
    library = lightgbm()
    names = list((NAMES + CAPTION_NAMES)[: lesson.features.shape[1]])
    data = library.Dataset(lesson.features, lesson.target, weight=lesson.weight, feature_name=names)
    told = {"seed": lesson.seed, "monotone_constraints": [int(one in RISING) for one in names]}
    booster = library.train({**SETTINGS, **told}, data, ROUNDS)
    text = booster.model_to_string()
    return Boosting(text, Trees.read(text))


def restore_boosting(_: Mapping[str, NDArray[Any]], document: Document) -> Boosting:
    """As it was stored."""
    text = str(document["booster"])
    return Boosting(text, Trees.read(text))
