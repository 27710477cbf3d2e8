"""The picture check's operating point: an encoder's prompts, one threshold, its figures."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.encoder.port import Encoder, Vectors
from service.errors import Conflict
from service.policy.gate import Gate

Scores = NDArray[np.float32]

FEWEST = 50
SHARPNESS = (10.0, 30.0, 100.0)
_HALVES = 2
_DIGITS = 5


class TooFewPictures(Conflict):
    """An operating point needs at least {fewest} pictures with children and as many without.

    There are {children} and {others}. Import more described pictures and measure again.
    """


@dataclass(frozen=True, slots=True)
class Figures:
    """What the check reached on pictures that the threshold was not chosen on."""

    recall: float
    false_flags: float
    children: int
    others: int
    material: str


@dataclass(frozen=True, slots=True, eq=False)
class OperatingPoint:
    """How the pictures of one encoder are checked; it holds for no other."""

    fingerprint: str
    children: Vectors
    others: Vectors
    sharpness: float
    threshold: float
    figures: Figures

    def scores(self, vectors: Vectors) -> Scores:
        """How much more each picture is like children than like anything else."""
        return _scores(vectors, self.children, self.others, self.sharpness)

    def flags(self, vector: NDArray[np.float32]) -> bool:
        """Whether this picture has to be looked at before it is shown."""
        return bool(self.scores(vector[None])[0] > self.threshold)

    def to_json(self) -> dict[str, Any]:
        """A plain document that from_json reads back."""
        return {
            "fingerprint": self.fingerprint,
            "children": np.round(self.children.astype(float), _DIGITS).tolist(),
            "others": np.round(self.others.astype(float), _DIGITS).tolist(),
            "sharpness": self.sharpness,
            "threshold": self.threshold,
            "figures": asdict(self.figures),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "OperatingPoint":
        """The operating point that to_json wrote."""
        return cls(
            fingerprint=document["fingerprint"],
            children=np.array(document["children"], np.float32),
            others=np.array(document["others"], np.float32),
            sharpness=document["sharpness"],
            threshold=document["threshold"],
            figures=Figures(**document["figures"]),
        )


def measure(
    encoder: Encoder,
    vectors: Vectors,
    shows_children: NDArray[np.bool_],
    *,
    false_flags: float,
    material: str,
) -> OperatingPoint:
    """Choose the threshold on every other picture, and take the figures on those between.

    It is set so that no more than this share of the pictures without children is flagged.
    """
    halves = np.arange(len(vectors)) % _HALVES == 0
    counted = [int((shows_children & half).sum()) for half in (halves, ~halves)]
    others = [int((~shows_children & half).sum()) for half in (halves, ~halves)]
    if min(*counted, *others) * _HALVES < FEWEST:
        raise TooFewPictures(fewest=FEWEST, children=sum(counted), others=sum(others))
    prompts = prompt_vectors(encoder)
    tried = []
    for sharpness in SHARPNESS:
        scores = _scores(vectors[halves], *prompts, sharpness)
        threshold = float(np.quantile(scores[~shows_children[halves]], 1 - false_flags))
        recall = float((scores[shows_children[halves]] > threshold).mean())
        tried.append((recall, sharpness, threshold))
    _, sharpness, threshold = max(tried)
    flagged = _scores(vectors[~halves], *prompts, sharpness) > threshold
    shown = shows_children[~halves]
    figures = Figures(
        recall=round(float(flagged[shown].mean()), 4),
        false_flags=round(float(flagged[~shown].mean()), 4),
        children=counted[1],
        others=others[1],
        material=material,
    )
    return OperatingPoint(encoder.fingerprint, *prompts, sharpness, round(threshold, 5), figures)


def prompt_vectors(encoder: Encoder) -> tuple[Vectors, Vectors]:
    """The vectors of the prompts of children and of all others.

    A gate without rules lets them through: they are the product's own words and nobody's query.
    """
    gate = Gate([])
    sides = [[gate.allow(text, "") for text in prompts(side)] for side in ("children", "others")]
    return encoder.encode_texts(sides[0]), encoder.encode_texts(sides[1])


@cache
def prompts(side: str) -> Sequence[str]:
    """The prompts of one side."""
    source = resources.files("service.law").joinpath("data/prompts.tsv")
    rows = (line.split("\t") for line in source.read_text(encoding="utf-8").splitlines())
    return [row[1] for row in rows if row[0] == side]


@cache
def shipped() -> OperatingPoint:
    """The operating point of the bundled encoder, measured on drawings of the sample."""
    source = resources.files("service.law").joinpath("data/bundled_check.json")
    return OperatingPoint.from_json(json.loads(source.read_text(encoding="utf-8")))


def _scores(vectors: Vectors, children: Vectors, others: Vectors, sharpness: float) -> Scores:
    """The soft maximum over the prompts of children less that over the others."""
    return _soft_maximum(vectors @ children.T, sharpness) - _soft_maximum(
        vectors @ others.T, sharpness
    )


def _soft_maximum(similarities: Vectors, sharpness: float) -> Scores:
    weighed: Scores = np.log(np.exp(sharpness * similarities).mean(axis=1)) / np.float32(sharpness)
    return weighed
