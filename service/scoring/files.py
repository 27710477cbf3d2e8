"""A trained scorer as bytes: safetensors whose header says what it is; never anything that runs."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save

from service.errors import Conflict
from service.scoring.calibrated import Calibrated
from service.scoring.calibration import Calibration
from service.scoring.captions import COUNT
from service.scoring.features import AT, NAMES, FeatureMap
from service.scoring.kinds import restored
from service.scoring.port import Arrays, Numbers
from service.scoring.rows import Matrix

HEADER = "glimpse"
EDITION = 1
MAP, SCORER, DESCRIBED = "map.", "scorer.", "described."


class ArtefactBroken(Conflict):
    """The scorer cannot be used: {reason}. Train it again with glimpse train."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a scorer is: its kind, the encoder it belongs to, and what it was trained from."""

    kind: str
    encoder: str
    policy_version: int
    data_fingerprint: str
    seed: int
    code_version: str
    cutoff: float
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TrainedScorer:
    """Everything that rescoring needs.

    Where it learnt to hear captions, described scores the pictures that have some. Of all features
    it sees those that there were when it was trained.
    """

    manifest: Manifest
    features: FeatureMap
    scorer: Calibrated
    described: Calibrated | None = None
    seen: tuple[str, ...] = NAMES

    @property
    def hears_captions(self) -> bool:
        """Whether it wants to be told what captions say."""
        return self.described is not None

    def probabilities(
        self,
        vectors: Matrix,
        keys: list[int],
        text: Matrix,
        facts: Matrix,
        captions: Matrix | None = None,
    ) -> Numbers:
        """How probably one text fits each of these pictures, in one go."""
        features = self.features.candidates(vectors, keys, text, facts)
        if self.seen != NAMES:
            features = features[:, [AT[name] for name in self.seen]]
        if self.described is None or captions is None:
            return self.scorer(features)
        known = captions[:, COUNT] > 0
        found = np.empty(len(features))
        found[~known] = self.scorer(features[~known])
        found[known] = self.described(np.hstack([features[known], captions[known]]))
        return found


def packed(trained: TrainedScorer) -> bytes:
    """The scorer as bytes; the same scorer gives the same bytes."""
    arrays, document = trained.scorer.scorer.parts()
    header = {
        "edition": EDITION,
        "features": list(trained.seen),
        "manifest": {name: getattr(trained.manifest, name) for name in Manifest.__slots__},
        "curve": trained.scorer.curve.to_json(),
        "scorer": document,
    }
    heard: Arrays = {}
    if trained.described is not None:
        heard, said = trained.described.scorer.parts()
        header |= {"described": said, "described_curve": trained.described.curve.to_json()}
    tensors = {f"{MAP}{name}": each for name, each in trained.features.to_arrays().items()}
    tensors |= {f"{SCORER}{name}": each for name, each in arrays.items()}
    tensors |= {f"{DESCRIBED}{name}": each for name, each in heard.items()}
    # One entry only: several would be written in an order that changes.
    metadata = {HEADER: json.dumps(header, sort_keys=True)}
    return save({name: np.ascontiguousarray(each) for name, each in tensors.items()}, metadata)


def unpacked(data: bytes, *, sha256: str, encoder: str) -> TrainedScorer:
    """A scorer from its bytes, refused when they are not what was stored or for this encoder."""
    if digest(data) != sha256:
        raise ArtefactBroken(reason="its bytes are not those that were stored")
    header, arrays = opened(data)
    seen = tuple(header.get("features") or ())
    if header.get("edition") != EDITION or not seen or not set(seen) <= set(NAMES):
        raise ArtefactBroken(reason="it was made by a Glimpse with other features")
    try:
        manifest = Manifest(**header["manifest"])
        scorer = restored(manifest.kind, part(arrays, SCORER), header["scorer"])
        features = FeatureMap.from_arrays(part(arrays, MAP))
        curve = Calibration.from_json(header["curve"])
        described = heard_of(manifest.kind, header, part(arrays, DESCRIBED))
    except (KeyError, TypeError, ValueError) as error:
        raise ArtefactBroken(reason=f"parts of it are missing ({error})") from error
    if manifest.encoder != encoder:
        raise ArtefactBroken(reason="it belongs to another encoder")
    return TrainedScorer(manifest, features, Calibrated(scorer, curve), described, seen)


def heard_of(
    kind: str, header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> Calibrated | None:
    """What scores pictures with captions, if the scorer learnt to hear them."""
    if "described" not in header:
        return None
    scorer = restored(kind, arrays, header["described"])
    return Calibrated(scorer, Calibration.from_json(header["described_curve"]))


def opened(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The header and the arrays of a file."""
    try:
        length = int.from_bytes(data[:8], "little")
        metadata = json.loads(data[8 : 8 + length])["__metadata__"]
        header = json.loads(metadata[HEADER])
        found = deserialize(data)  # type: ignore[no-untyped-call]
        arrays = {name: array_of(each) for name, each in found}
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise ArtefactBroken(reason="it is not a scorer's file") from error
    return header, arrays


DTYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64}


def array_of(tensor: Mapping[str, Any]) -> NDArray[Any]:
    """One tensor of a file; only plain numbers are taken."""
    found = np.frombuffer(tensor["data"], DTYPES[tensor["dtype"]]).reshape(tensor["shape"])
    if np.isnan(found).any():
        raise ArtefactBroken(reason="it holds numbers that are none")
    return found


def part(arrays: Mapping[str, NDArray[Any]], start: str) -> dict[str, NDArray[Any]]:
    """The arrays whose names begin so, without that beginning."""
    return {
        name.removeprefix(start): each for name, each in arrays.items() if name.startswith(start)
    }


def digest(data: bytes) -> str:
    """The SHA-256 that is stored beside the bytes."""
    return hashlib.sha256(data).hexdigest()
