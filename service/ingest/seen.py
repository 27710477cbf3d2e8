"""What an encoder makes of pictures; a picture tower's own vectors are kept and used again."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from service.db import tower_vectors
from service.encoder.port import Encoder, PictureTower, Vectors, as_aligned
from service.transaction import Transactions

Vector = NDArray[np.float32]


def recalled(
    transactions: Transactions, encoder: Encoder, image_keys: Sequence[int]
) -> dict[int, Vector]:
    """Vectors of those pictures that the encoder's picture tower has seen before."""
    aligned = as_aligned(encoder)
    if aligned is None or aligned.towers.pictures is None:
        return {}
    tower = aligned.towers.pictures.fingerprint
    with transactions() as transaction:
        own = tower_vectors.of_pictures(transaction.conn, tower=tower, image_keys=image_keys)
    if not own:
        return {}
    return dict(zip(own, aligned.align_pictures(np.stack(list(own.values()))), strict=True))


def seen(
    transactions: Transactions, encoder: Encoder, pictures: Mapping[int, Image]
) -> dict[int, Vector]:
    """Vectors of these pictures, by key."""
    if not pictures:
        return {}
    aligned = as_aligned(encoder)
    if aligned is None or aligned.towers.pictures is None:
        found = encoder.encode_pictures(list(pictures.values()))
    else:
        own = look(transactions, aligned.towers.pictures, pictures)
        found = aligned.align_pictures(own)
    return dict(zip(pictures, found, strict=True))


def look(transactions: Transactions, tower: PictureTower, pictures: Mapping[int, Image]) -> Vectors:
    """The tower's own vectors of these pictures, which are kept from now on."""
    # In the precision that is kept, so that the first time is no better than the next.
    own = tower.encode(list(pictures.values())).astype(np.float16).astype(np.float32)
    with transactions() as transaction:
        vectors = dict(zip(pictures, own, strict=True))
        tower_vectors.keep(transaction.conn, tower=tower.fingerprint, vectors=vectors)
    return own
