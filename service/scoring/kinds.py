"""Every kind of scorer by its name: how it is fitted, and how it comes back from a file."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from service.errors import Invalid
from service.scoring.blend import PARTS, restore_blend
from service.scoring.port import Document, Fit, Restore, Scorer
from service.scoring.simple import fit_constant, fit_cosine, restore_constant, restore_cosine

ALL = "all"
BLEND = "blend"


class NoSuchKind(Invalid):
    """There is no scorer named {kind}. Choose one of {known}."""

    field = "scorer"


SIMPLE: dict[str, tuple[Fit, Restore]] = {
    "constant": (fit_constant, restore_constant),
    "cosine": (fit_cosine, restore_cosine),
}
ALONE = SIMPLE | PARTS
KINDS = (*ALONE, BLEND)


def chosen(kind: str) -> list[str]:
    """The kinds that are meant by a name, or all of them."""
    if kind == ALL:
        return list(KINDS)
    if kind not in KINDS:
        raise NoSuchKind(kind=kind, known=", ".join([*KINDS, ALL]))
    return [kind]


def restored(kind: str, arrays: Mapping[str, NDArray[Any]], document: Document) -> Scorer:
    """A scorer as it was stored."""
    if kind == BLEND:
        return restore_blend(arrays, document)
    if kind not in ALONE:
        raise NoSuchKind(kind=kind, known=", ".join(KINDS))
    return ALONE[kind][1](arrays, document)
