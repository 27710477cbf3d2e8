"""Rows of vectors: their lengths and angles, and what is usual among them."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]

SOFT = 10.0
# No cosine is less; and the least that a row's weights are divided by, where all are nothing.
FARTHEST, LEAST = -1.0, 1e-30


def unit(rows: Matrix) -> Matrix:
    """Rows of length one; a row of nothing stays nothing."""
    found: Matrix = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return found.astype(np.float32)


def settled(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Pairs of directions, in columns, each turned so that it is the same every time.

    Of a pair and its opposite either would do, and which of them a decomposition finds is chance.
    """
    probe = np.random.default_rng(0).standard_normal(len(left))
    signs = np.where(probe @ left < 0, -1, 1)
    return left * signs, right * signs


def dots(rows: Matrix, others: Matrix) -> Matrix:
    """The product of each row with its fellow; a single row goes with every other."""
    found: Matrix = np.einsum("ij,ij->i", rows, others)
    return found


def cosines(rows: Matrix, others: Matrix, weights: Matrix) -> Matrix:
    """The cosine of each row with its fellow, in a column for each column of weights.

    These say how much every direction counts: one and nothing make the cosine over some of them.
    """
    size = np.sqrt((rows**2 @ weights) * (others**2 @ weights))
    return ((rows * others) @ weights / np.maximum(size, 1e-9)).astype(np.float32)


def against(rows: Matrix, centre: Matrix, spread: Matrix) -> Matrix:
    """The mean and the deviation of each row's cosine with things of that centre and spread."""
    mean = rows @ centre
    deviation = np.sqrt(np.maximum(dots(rows @ spread, rows), 1e-8))
    return np.stack([mean, deviation], axis=1).astype(np.float32)


def softened(near: Matrix) -> tuple[Matrix, Matrix]:
    """Weights that fall with distance, softly and thrice as sharply, of sum one in each row."""
    if not near.shape[1]:
        return near, near
    # In place, and by products rather than powers: a search waits for this.
    soft = near - near.max(axis=1, keepdims=True, initial=FARTHEST)
    soft *= SOFT
    np.exp(soft, out=soft)
    sharp = soft * soft
    sharp *= soft
    soft /= np.maximum(soft.sum(axis=1, keepdims=True), LEAST)
    sharp /= np.maximum(sharp.sum(axis=1, keepdims=True), LEAST)
    return soft, sharp


def covariance(rows: Matrix) -> Matrix:
    """How the columns vary together."""
    centred = (rows - rows.mean(0)).astype(np.float64)
    found: Matrix = (centred.T @ centred / max(1, len(rows))).astype(np.float32)
    return found
