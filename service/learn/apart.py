"""The towers' own vectors of an aligned encoder, so that folds can fit the alignment anew.

The alignment that serves was fitted on every caption. Whoever measured with it would hold out
pictures that it has seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from sqlalchemy import Connection

from service.db import tower_vectors
from service.domain import AllowedQuery
from service.encoder.port import AlignedEncoder, Encoder, as_aligned
from service.errors import Conflict
from service.learn.methods import CCA, Setting
from service.learn.pairs import PairVectors
from service.scoring.features import Matrix


class OwnVectorsMissing(Conflict):
    """{missing} of {pictures} pictures lack the vectors of the encoder's own picture tower.

    Scorers cannot be measured honestly without them. Add the encoder again (glimpse encoders add),
    which looks at every picture, and switch to it.
    """


class TakenApart(Protocol):
    """Two towers that can be asked on their own."""

    def texts(self, queries: Sequence[AllowedQuery], /) -> Matrix:
        """The text tower's own vectors."""

    def own(self, conn: Connection, vectors: PairVectors, /) -> PairVectors:
        """Pairs, of which the texts are so already, with the picture tower's own vectors."""

    def joined(self, rows: Matrix, /) -> Matrix:
        """Texts in the space that serves, if there is one."""


@dataclass(frozen=True, slots=True)
class Apart:
    """An aligned encoder, taken apart into its towers and how they were aligned."""

    encoder: AlignedEncoder
    setting: Setting

    def texts(self, queries: Sequence[AllowedQuery]) -> Matrix:
        """The text tower's own vectors."""
        tower = self.encoder.towers.texts
        if tower is None:
            return self.encoder.encode_texts(queries)  # which says what is missing
        return tower.encode(queries)

    def pictures(self, conn: Connection, keys: Sequence[int]) -> Matrix:
        """The picture tower's own vectors of stored pictures, in this order."""
        tower = self.encoder.picture_tower
        known = tower_vectors.of_pictures(conn, tower=tower, image_keys=keys)
        if len(known) < len(keys):
            raise OwnVectorsMissing(missing=len(keys) - len(known), pictures=len(keys))
        return np.stack([known[key] for key in keys])

    def own(self, conn: Connection, vectors: PairVectors) -> PairVectors:
        """The same pairs with the towers' own vectors, for folds to align; texts are so already."""
        pictures = self.pictures(conn, [int(key) for key in vectors.keys])
        return replace(vectors, pictures=pictures, align=True, setting=self.setting)

    def joined(self, rows: Matrix) -> Matrix:
        """Texts in the space that serves."""
        return self.encoder.align_texts(rows) if len(rows) else rows


def apart(encoder: Encoder) -> Apart | None:
    """The encoder's towers; None where its halves were trained together.

    An adapter of a joint encoder is no alignment that could be fitted anew, and stays as it is.
    """
    found = as_aligned(encoder)
    if found is None or "dimension" not in found.fitting:
        return None
    told = found.fitting
    first, second = told["regularisation"]
    setting = Setting(
        dimension=int(told["dimension"]),
        regularisation=(float(first), float(second)),
        weight=float(told["weight"]),
        # Pairs made before there was a choice say neither.
        method=str(told.get("method", CCA)),
        steps=int(told.get("steps", 0)),
    )
    return Apart(found, setting)
