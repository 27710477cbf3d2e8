"""What features are relative to: fitted on training pictures and their captions, and kept."""

from collections.abc import Sequence

import numpy as np

from service.scoring.features import FeatureMap, Places
from service.scoring.rows import Matrix, covariance, settled, unit

MOST_DIRECTIONS = 128
BANK_PICTURES = 512


def fit_features(
    *,
    pictures: Matrix,
    keys: Sequence[int],
    captions: Matrix,
    owner: Places,
    seed: int,
) -> FeatureMap:
    """Fit the map on training pictures, of which captions says how they are described.

    owner names each caption's row among the pictures. The directions are those in which pictures
    and their captions vary together most, strongest first.
    """
    if len(captions) < 2:  # noqa: PLR2004 - nothing varies together in fewer
        return without_captions(pictures)
    own = pictures[owner]
    picture_mean, text_mean = own.mean(0), captions.mean(0)
    together = (own - picture_mean).T.astype(np.float64) @ (captions - text_mean) / len(captions)
    left, strength, right = np.linalg.svd(together, full_matrices=False)
    kept = min(MOST_DIRECTIONS, len(strength))
    turns = [one.astype(np.float32) for one in settled(left[:, :kept], right[:kept].T)]
    seen = unit((pictures - picture_mean) @ turns[0])
    said = unit((captions - text_mean) @ turns[1])
    described = np.unique(owner)
    rng = np.random.default_rng(seed)
    bank = np.sort(rng.permutation(described)[:BANK_PICTURES])
    order = np.argsort(owner, kind="stable")
    rows = order[np.isin(owner[order], bank)]
    return FeatureMap(
        picture_mean=picture_mean,
        text_mean=text_mean,
        picture_turn=turns[0],
        text_turn=turns[1],
        strength=(strength[:kept] / max(strength[0], 1e-12)).astype(np.float32),
        picture_centre=seen.mean(0),
        picture_spread=covariance(seen),
        text_centre=said.mean(0),
        text_spread=covariance(said),
        bank_keys=np.asarray(keys, np.int64)[bank],
        bank_pictures=seen[bank],
        bank_captions=said[rows],
        bank_owner=np.searchsorted(bank, owner[rows]).astype(np.int64),
    )


def without_captions(pictures: Matrix) -> FeatureMap:
    """A map for pictures that nobody described: the encoder's own directions, and no bank."""
    dimension = pictures.shape[1]
    same = np.eye(dimension, min(dimension, MOST_DIRECTIONS), dtype=np.float32)
    nothing = np.zeros(dimension, np.float32)
    kept = same.shape[1]
    return FeatureMap(
        picture_mean=nothing,
        text_mean=nothing,
        picture_turn=same,
        text_turn=same,
        strength=np.ones(kept, np.float32),
        picture_centre=pictures[:, :kept].mean(0),
        picture_spread=covariance(pictures[:, :kept]),
        text_centre=np.zeros(kept, np.float32),
        text_spread=np.eye(kept, dtype=np.float32),
        bank_keys=np.zeros(0, np.int64),
        bank_pictures=np.zeros((0, kept), np.float32),
        bank_captions=np.zeros((0, kept), np.float32),
        bank_owner=np.zeros(0, np.int64),
    )
