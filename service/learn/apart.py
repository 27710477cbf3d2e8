"""The towers' own vectors of an aligned encoder, so that folds can fit the alignment anew.

The alignment that serves was fitted on every caption. Whoever measured with it would hold out
pictures that it has seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np
from sqlalchemy import Connection

from service.db import tower_vectors
from service.domain import AllowedQuery
from service.encoder.pair.spec import TFIDF, TfIdfSpec, text_spec
from service.encoder.port import AlignedEncoder, Encoder, TextTower, as_aligned
from service.errors import Conflict
from service.learn.adapter import Taught
from service.learn.methods import CCA, Setting
from service.learn.pairs import Judged, PairVectors
from service.learn.spaces import Reread, Turning
from service.scoring.rows import Matrix


class OwnVectorsMissing(Conflict):
    """{missing} of {pictures} pictures lack the vectors of the encoder's own picture tower.

    Scorers cannot be measured honestly without them. Add the encoder again (glimpse encoders add),
    which looks at every picture, and switch to it.
    """


class TakenApart(Protocol):
    """Two towers that can be asked on their own."""

    def texts(self, queries: Sequence[AllowedQuery], /) -> Matrix:
        """The text tower's own vectors."""

    def own(
        self,
        conn: Connection,
        vectors: PairVectors,
        judged: Judged,
        said: tuple[AllowedQuery, ...],
        /,
    ) -> PairVectors:
        """Pairs, of which the texts are so already, with the picture tower's own vectors.

        What was judged and said is for what is fitted anew in every fold.
        """

    def joined(self, rows: Matrix, /) -> Matrix:
        """Texts in the space that serves, if there is one."""


@dataclass(frozen=True, slots=True)
class Apart:
    """An aligned encoder, taken apart into its towers and how they were brought together.

    That is an alignment's setting, or how strong the ridge of a joint encoder's adapter is.
    """

    encoder: AlignedEncoder
    setting: Setting | float

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

    def own(
        self,
        conn: Connection,
        vectors: PairVectors,
        judged: Judged,
        said: tuple[AllowedQuery, ...],
    ) -> PairVectors:
        """The same pairs with the towers' own vectors, for folds to align; texts are so already."""
        pictures = self.pictures(conn, [int(key) for key in vectors.keys])
        setting: Setting | Turning
        if isinstance(self.setting, float):
            taught = Taught(judged.picture, judged.text, judged.truth.target)
            setting = Turning(self.setting, taught)
        else:
            setting = self.setting
        return replace(
            vectors,
            pictures=pictures,
            align=True,
            setting=setting,
            reread=reread(self.encoder.towers.texts, said),
            names=self.encoder.class_names,
        )

    def joined(self, rows: Matrix) -> Matrix:
        """Texts in the space that serves."""
        return self.encoder.align_texts(rows) if len(rows) else rows


def apart(encoder: Encoder) -> Apart | None:
    """The encoder's towers; None where its halves were trained together and nothing was added."""
    found = as_aligned(encoder)
    if found is None:
        return None
    told = found.fitting
    if "strength" in told:
        return Apart(found, float(told["strength"]))
    if "dimension" not in told:
        return None
    first, second = told["regularisation"]
    setting = Setting(
        dimension=int(told["dimension"]),
        regularisation=(float(first), float(second)),
        weight=float(told["weight"]),
        # Pairs made before there was a choice say none of these.
        method=str(told.get("method", CCA)),
        steps=int(told.get("steps", 0)),
        naming=float(told.get("naming", 0)),
        sharpness=float(told.get("sharpness", 1)),
    )
    return Apart(found, setting)


def reread(tower: TextTower | None, said: tuple[AllowedQuery, ...]) -> Reread | None:
    """Has counted words learn their terms anew in every fold; other towers read as they always do.

    scipy's decomposition is needed only where somebody counts words.
    """
    spec = None if tower is None or not tower.spec.startswith(TFIDF) else text_spec(tower.spec)
    if not isinstance(spec, TfIdfSpec):
        return None
    from service.encoder.pair.tfidf import fit_tfidf

    return Reread(partial(fit_tfidf, spec=spec), said)
