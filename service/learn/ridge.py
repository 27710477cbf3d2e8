"""Ridge regression: what a picture's vector will be, foretold from its text."""

import numpy as np

from service.learn.alignment import Solved, Whitened, taken_apart


def regressed(fitted: Whitened, ridge: float) -> Solved:
    """The directions of pictures that texts foretell, the best foretold first.

    `ridge` is added to the variances of the texts, as a share of their average. The regression's
    matrix is taken apart, so that it can be cut down to its strongest directions; a text's vector
    has their strength in it, a picture's has none.
    """
    variances = fitted.texts.variances
    raised = variances + ridge * variances.mean()
    least = variances.max(initial=0) * len(raised) * np.finfo(np.float64).eps
    shrunk = np.where(raised > least, 1 / np.maximum(raised, least or 1), 0)
    left, strengths, right = taken_apart(fitted.between * shrunk)
    return Solved(
        picture_mean=fitted.picture_mean,
        text_mean=fitted.text_mean,
        pictures=fitted.pictures.directions @ left,
        texts=fitted.texts.directions @ (right.T * strengths),
        correlations=strengths,
    )
