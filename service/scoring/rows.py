"""Rows of vectors: their lengths and angles, and what is usual among them."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

SOFT, SHARP = 10.0, 30.0


def unit(rows: Matrix) -> Matrix:
    """Rows of length one; a row of nothing stays nothing."""
    found: Matrix = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return found.astype(np.float32)


def cosine(products: Matrix, squares: tuple[Matrix, Matrix], count: int) -> Matrix:
    """The cosine over the leading directions."""
    size = np.sqrt(squares[0][:, :count].sum(1) * squares[1][:, :count].sum(1))
    found: Matrix = products[:, :count].sum(1) / np.maximum(size, 1e-9)
    return found


def against(rows: Matrix, centre: Matrix, spread: Matrix) -> Matrix:
    """The mean and the deviation of each row's cosine with things of that centre and spread."""
    mean = rows @ centre
    deviation = np.sqrt(np.maximum(np.einsum("ij,ij->i", rows @ spread, rows), 1e-8))
    return np.stack([mean, deviation], axis=1).astype(np.float32)


def softened(near: Matrix) -> tuple[Matrix, Matrix]:
    """Weights that fall with distance, softly and sharply, of sum one in each row."""
    if not near.shape[1]:
        return near, near
    soft = np.exp(SOFT * (near - near.max(axis=1, keepdims=True)))
    sharp = soft ** (SHARP / SOFT)
    return soft / soft.sum(1, keepdims=True), sharp / sharp.sum(1, keepdims=True)


def covariance(rows: Matrix) -> Matrix:
    """How the columns vary together."""
    centred = (rows - rows.mean(0)).astype(np.float64)
    found: Matrix = (centred.T @ centred / max(1, len(rows))).astype(np.float32)
    return found
