"""An alignment: how two towers that never met are brought into one space; made, kept, applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from service.encoder.class_names import Classifier, ClassNames
from service.encoder.port import Vectors
from service.errors import Invalid

PARTS = ("picture.mean", "picture.matrix", "text.mean", "text.matrix")
NAMED = ("classes.matrix", "classes.names", "classes.numbers")
"""Only where class names count; the numbers are their weight, the sharpness, and 1 for roots."""


class AlignmentBroken(Invalid):
    """The alignment in {path} cannot be used: {reason}.

    Make it again with glimpse encoders align, or copy the file again.
    """


class WidthMismatch(Invalid):
    """The alignment was made for vectors of {wanted} numbers, these have {found}.

    Its tower has changed since; make the alignment again with glimpse encoders align.
    """


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """One tower's way into the common space: from its mean, through a matrix, to length one."""

    mean: NDArray[np.float32]
    matrix: NDArray[np.float32]

    def __call__(self, rows: ArrayLike) -> Vectors:
        """One unit vector for each row."""
        own = np.asarray(rows, np.float32)
        if own.shape[-1] != len(self.mean):
            raise WidthMismatch(wanted=len(self.mean), found=own.shape[-1])
        return unit((own - self.mean) @ self.matrix)


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """The two projections; the dot product of a projected picture and text is their likeness.

    Where class names count, a picture's are beside its projection and a text as it was, away from
    the mean text, beside the text's; the dot product then is the weighted mean of both likenesses.
    """

    picture: Projection
    text: Projection
    names: ClassNames | None = None

    def __post_init__(self) -> None:
        """Both must lead into the same space."""
        widths = self.picture.matrix.shape[1], self.text.matrix.shape[1]
        if widths[0] != widths[1]:
            raise WidthMismatch(wanted=widths[0], found=widths[1])

    @property
    def dimension(self) -> int:
        """How many numbers a projected vector has."""
        named = 0 if self.names is None else self.names.vectors.shape[1]
        return int(self.picture.matrix.shape[1] + named)

    def pictures(self, rows: ArrayLike) -> Vectors:
        """A picture tower's own vectors, as unit vectors of the common space."""
        found = self.picture(rows)
        if self.names is None:
            return found
        return self.names.beside(found, unit(self.names.pictures(rows)))

    def texts(self, rows: ArrayLike) -> Vectors:
        """A text tower's own vectors, as unit vectors of the common space."""
        found = self.text(rows)
        if self.names is None:
            return found
        return self.names.beside(found, unit(np.asarray(rows, np.float32) - self.text.mean))

    def tensors(self) -> dict[str, NDArray[np.float32]]:
        """All numbers, by the names that the file has for them."""
        found = self.picture.mean, self.picture.matrix, self.text.mean, self.text.matrix
        every = dict(zip(PARTS, found, strict=True))
        if self.names is not None:
            one = self.names
            numbers = np.array([one.weight, one.sharpness, one.classifier.rooted])
            named = one.classifier.matrix, one.vectors, numbers
            every |= dict(zip(NAMED, named, strict=True))
        return {name: np.ascontiguousarray(each, np.float32) for name, each in every.items()}

    def save(self, path: Path, *, notes: Mapping[str, str] | None = None) -> None:
        """Write a safetensors file; the notes go into its header."""
        save_file(self.tensors(), path, metadata=dict(notes or {}) or None)


def load_alignment(path: Path) -> Alignment:
    """Read an alignment that save() wrote; nothing in the file is run."""
    try:
        with safe_open(path, framework="numpy") as file:
            there = set(file.keys())
            wanted = [*PARTS, *(NAMED if there.intersection(NAMED) else ())]
            found = [file.get_tensor(name) for name in wanted]
    except (SafetensorError, OSError) as error:
        raise AlignmentBroken(path=path, reason=" ".join(str(error).split())[:160]) from error
    if not all(np.isfinite(each).all() for each in found):
        raise AlignmentBroken(path=path, reason="it holds numbers that are none")
    mean, matrix, text_mean, text_matrix, *named = found
    if matrix.shape[:1] != mean.shape or text_matrix.shape[:1] != text_mean.shape:
        raise AlignmentBroken(path=path, reason="its means and matrices differ in width")
    picture, text = Projection(mean, matrix), Projection(text_mean, text_matrix)
    if not named:
        return Alignment(picture, text)
    classes, vectors, numbers = named
    if classes.shape != (len(mean), len(vectors)) or vectors.shape[1:] != text_mean.shape:
        raise AlignmentBroken(path=path, reason="its class names differ in width from its towers")
    weight, sharpness, rooted = (float(each) for each in numbers)
    names = ClassNames(Classifier(classes, rooted=rooted > 0), vectors, weight, sharpness)
    return Alignment(picture, text, names)


def unit(rows: ArrayLike) -> Vectors:
    """The rows at length one; one that has no direction gets the first axis."""
    found = np.array(rows, np.float32)
    lengths = np.linalg.norm(found, axis=-1, keepdims=True)
    nowhere = lengths[..., 0] == 0
    found[nowhere, 0] = 1
    lengths[nowhere] = 1
    found /= lengths
    return found
