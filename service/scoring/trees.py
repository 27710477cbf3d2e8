"""LightGBM's trees, walked all at once: read from its own text, and asked without the library.

A search waits for this. LightGBM goes from row to row and from tree to tree, and takes five times
as long for a few hundred rows; besides, whoever only asks need not load it. Each tree has so few
splits that the answers of all of them, taken together as one number, name the leaf: for every
such number the leaf's value is looked up in a table.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.scoring.rows import Matrix

# The splits of a tree of at most nine leaves make one byte.
MOST_SPLITS = 8
# So many rows stay in the processor's nearest memory.
CHUNK = 256


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """For every split of every tree its feature and threshold, and the value of every outcome."""

    feature: NDArray[np.intp]
    threshold: Matrix
    values: NDArray[np.float64]
    first: NDArray[np.intp]

    @classmethod
    def read(cls, text: str) -> "Trees":
        """The trees as LightGBM writes them down."""
        trees = [Tree.read(block) for block in blocks(text)]
        splits = max([1, *(len(one.feature) for one in trees)])
        if splits > MOST_SPLITS:
            raise ValueError(f"a tree has {splits} splits, which are more than {MOST_SPLITS}")
        none = [0] * splits
        return cls(
            feature=np.array([[*one.feature, *none][:splits] for one in trees], np.intp),
            threshold=np.stack([one.thresholds(splits) for one in trees]),
            values=np.concatenate([one.outcomes(splits) for one in trees]),
            first=np.arange(len(trees), dtype=np.intp) << splits,
        )

    def __call__(self, features: Matrix) -> NDArray[np.float64]:
        """The sum of the leaves that each row falls into."""
        found = np.empty(len(features))
        for at in range(0, len(features), CHUNK):
            here = slice(at, at + CHUNK)
            found[here] = self.some(np.ascontiguousarray(features[here].T, np.float32))
        return found

    def some(self, columns: Matrix) -> NDArray[np.float64]:
        """The same for a few rows, which stand upright here."""
        right = columns[self.feature] > self.threshold[:, :, None]
        bits = right.view(np.uint8)
        outcome = bits[:, 0].copy()
        for split in range(1, bits.shape[1]):
            outcome |= bits[:, split] << split
        found: NDArray[np.float64] = self.values[outcome + self.first[:, None]].sum(axis=0)
        return found


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree: of each split its feature, threshold and where it leads; of each leaf its value.

    A split leads to the split of that number, or to the leaf whose number is the complement.
    """

    feature: list[int]
    threshold: list[float]
    left: list[int]
    right: list[int]
    value: list[float]

    @classmethod
    def read(cls, told: Mapping[str, str]) -> "Tree":
        """A tree from the lines about it."""
        if any(int(kind) & 1 for kind in told.get("decision_type", "").split()):
            raise ValueError("a tree splits by categories")
        return cls(
            feature=[int(one) for one in told.get("split_feature", "").split()],
            threshold=[float(one) for one in told.get("threshold", "").split()],
            left=[int(one) for one in told.get("left_child", "").split()],
            right=[int(one) for one in told.get("right_child", "").split()],
            value=[float(one) for one in told["leaf_value"].split()],
        )

    def thresholds(self, splits: int) -> Matrix:
        """The thresholds, and what nothing is above for the splits that it lacks.

        Features are of single precision. What is above a threshold is above the nearest number of
        that kind that does not lie over it, and the other way round.
        """
        exact = np.array(self.threshold + [np.inf] * (splits - len(self.threshold)))
        found = exact.astype(np.float32)
        over = found.astype(np.float64) > exact
        found[over] = np.nextafter(found[over], np.float32(-np.inf))
        return found

    def outcomes(self, splits: int) -> NDArray[np.float64]:
        """The leaf's value for all that the splits can say together."""
        return np.array([self.value[self.leaf(said)] for said in range(1 << splits)])

    def leaf(self, said: int) -> int:
        """Where one goes who turns right at those splits whose bits are set."""
        place = 0 if self.feature else -1
        while place >= 0:
            place = (self.right if said >> place & 1 else self.left)[place]
        return ~place


def blocks(text: str) -> Iterator[dict[str, str]]:
    """What is said of each tree, by name."""
    trees, _, _ = text.partition("end of trees")
    for block in trees.split("\nTree=")[1:]:
        yield dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
