"""How alike two pictures are: from 0, no more than any two here are, to 1, the same picture.

A cosine of two pictures means something else under every encoder, and for some even strangers come
near 1. What strangers have is measured on the collection itself, so that the number a person reads,
or asks for as the least, means the same everywhere.
"""

import struct

import numpy as np
from sqlalchemy import Connection

from service.cache import Cache
from service.db import vectors
from service.db.encoders import StoredEncoder

SAMPLE = 300
KEPT_SECONDS = 3600
# Where all pictures are nearly the same there is hardly room between a stranger and a twin.
MOST_USUAL = 0.98
FEWEST = 2
DOUBLE = struct.Struct("<d")


def likeness(similarity: float, usual: float) -> float:
    """A cosine of two pictures as a number from 0 to 1."""
    return round(min(1.0, max(0.0, (similarity - usual) / (1 - usual))), 4)


def usual_likeness(conn: Connection, cache: Cache, encoder: StoredEncoder) -> float:
    """The mean cosine of two pictures picked at random; looked up once an hour for everybody."""
    key = f"usual-likeness:{encoder.encoder_id}:{encoder.fingerprint[:16]}"
    kept = cache.get(key)
    if kept is not None and len(kept) == DOUBLE.size:
        return float(DOUBLE.unpack(kept)[0])
    found = measured(conn, encoder)
    cache.set(key, DOUBLE.pack(found), seconds=KEPT_SECONDS)
    return found


def measured(conn: Connection, encoder: StoredEncoder) -> float:
    """The mean over all pairs of a sample, from the length of its sum."""
    keys = vectors.some_keys(conn, encoder=encoder, most=SAMPLE)
    _, rows = vectors.matrix(conn, encoder=encoder, image_keys=keys)
    count = len(rows)
    if count < FEWEST:
        return 0.0
    total = rows.astype(np.float64).sum(axis=0)
    own = float((rows.astype(np.float64) ** 2).sum())
    mean = (float(total @ total) - own) / (count * (count - 1))
    return min(max(mean, 0.0), MOST_USUAL)
