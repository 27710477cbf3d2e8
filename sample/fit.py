"""How well claims fit scenes, in the four grades of the annotation guidelines."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sample.claim import Claim
from sample.scene import Scene
from sample.truth import Bits, claim_bits, satisfied, scene_bits

# What a reader minds most when a caption is wrong about it; the bits are truth.py's.
_GROUP_FACTS = (
    (((1 << 28) - 1), 0.5),  # the kind
    (((1 << 10) - 1) << 28, 0.22),  # the colour
    (((1 << 4) - 1) << 38, 0.1),  # the count
    (((1 << 3) - 1) << 42, 0.05),  # the size
    (((1 << 9) - 1) << 45, 0.13),  # the pose
)
_REST_FACTS = (
    (((1 << 10) - 1), 0.18),  # the place
    (((1 << 3) - 1) << 10, 0.06),  # the time
    (((1 << 5) - 1) << 13, 0.08),  # the weather
    (((1 << 9) - 1) << 18, 0.1),  # the relation
)
_FAIR, _CLOSE = 0.34, 0.74

Grades = npt.NDArray[np.int8]


def grades(claims: Sequence[Claim], scenes: Sequence[Scene]) -> Grades:
    """Grade 1 (nothing to do with it) to 4 (says it without a mistake), claims by scenes."""
    said, seen = claim_bits(claims), scene_bits(scenes)
    share = _share(said, seen)
    grade = np.ones(share.shape, dtype=np.int8)
    grade[share >= _FAIR] = 2
    grade[share >= _CLOSE] = 3
    grade[satisfied(said, seen)] = 4
    return grade


def _share(said: Bits, seen: Bits) -> npt.NDArray[np.float64]:
    """The weight of a claim's facts that hold, of the weight of all it says."""
    held = np.zeros((len(said), len(seen), 2))
    weight = np.zeros(len(said))
    for slot, facts in ((0, _GROUP_FACTS), (1, _GROUP_FACTS), (2, _REST_FACTS)):
        for bits, worth in facts:
            stated = ((said[:, slot] & bits) != bits) * worth
            holds = (said[:, None, None, slot] & seen[None, :, :, slot] & bits) != 0
            held += holds * stated[:, None, None]
            weight += stated
    best: npt.NDArray[np.float64] = held.max(axis=2) / weight[:, None]
    return best
