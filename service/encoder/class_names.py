"""What a picture tower's classifier takes a picture for, told in the text tower's own space.

A tower that learned to tell a thousand named classes apart knows words for what it sees. How much
of each class is in a picture, times what the text tower makes of the classes' names, is a vector
beside a query's, and nobody's captions had to teach it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """A picture tower's last layer, from its own vectors to its classes.

    Its bias is left out: that tells how common a class was where the tower was trained. rooted
    says that the own vectors are signed roots of what the layer was made for.
    """

    matrix: Matrix
    rooted: bool = False

    def shares(self, rows: ArrayLike, *, sharpness: float) -> Matrix:
        """How much of each class is in each picture; a picture's shares add up to one.

        Own vectors have length one, so how loud a network was is not known any more: a picture's
        evidence is brought to one spread over the classes, which is the sharpness.
        """
        own = np.asarray(rows, np.float32)
        evidence = (own * np.abs(own) if self.rooted else own) @ self.matrix
        evidence -= evidence.mean(axis=-1, keepdims=True)
        spread = evidence.std(axis=-1, keepdims=True)
        evidence *= sharpness / np.where(spread > 0, spread, 1)
        found: Matrix = np.exp(evidence - evidence.max(axis=-1, keepdims=True))
        found /= found.sum(axis=-1, keepdims=True)
        return found

    def only(self, places: NDArray[np.intp]) -> "Classifier":
        """The same with these classes alone."""
        return Classifier(np.ascontiguousarray(self.matrix[:, places]), self.rooted)


@dataclass(frozen=True, slots=True, eq=False)
class ClassNames:
    """The classes, the text tower's vectors of their names, and how much all this counts."""

    classifier: Classifier
    vectors: Matrix
    weight: float = 0.0
    sharpness: float = 1.0

    def pictures(self, rows: ArrayLike) -> Matrix:
        """Pictures as their classes' names, away from the mean of all names; of any length."""
        shares = self.classifier.shares(rows, sharpness=self.sharpness)
        found: Matrix = shares @ (self.vectors - self.vectors.mean(axis=0))
        return found

    def beside(self, aligned: Matrix, named: Matrix) -> Matrix:
        """Either's unit vectors as one, so that the dot product adds up both likenesses."""
        both = np.concatenate([aligned, np.sqrt(np.float32(self.weight)) * named], axis=-1)
        found: Matrix = (both / np.sqrt(np.float32(1 + self.weight))).astype(np.float32)
        return found
