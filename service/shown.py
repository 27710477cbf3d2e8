"""Pictures that somebody searches with: nothing of them is kept but their vector, for a week."""

import hashlib
import hmac
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.cache import Cache
from service.db.encoders import StoredEncoder
from service.errors import LegallyUnavailable, NotFound
from service.law.picture_check import PictureCheck
from service.policy.rules import DISCLAIMER

KEPT_SECONDS = 7 * 24 * 3600
NAME_LETTERS = 32

Vector = NDArray[np.float32]


class PictureForgotten(NotFound):
    """The picture that was searched with is no longer kept here. Choose it again."""


class PictureRefused(LegallyUnavailable):
    """{disclaimer}"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that was sent and may be searched with, as one encoder sees it."""

    name: str
    fingerprint: str
    vector: Vector


@dataclass(frozen=True, slots=True)
class ShownPictures:
    """What pictures that were sent look like to an encoder, under names that can be shared.

    A name tells nothing of the picture, and equal pictures have equal names, so that the pages
    of one search belong together.
    """

    cache: Cache
    check: PictureCheck
    secret_key: str

    def name(self, sha256: str) -> str:
        """What the picture with this digest is called in addresses."""
        keyed = hmac.new(self.secret_key.encode(), f"picture {sha256}".encode(), hashlib.sha256)
        return keyed.hexdigest()[:NAME_LETTERS]

    def keep(self, shown: Shown) -> None:
        """Remember what it looks like."""
        kept = shown.vector.astype(np.float32).tobytes()
        self.cache.set(key(shown.name, shown.fingerprint), kept, seconds=KEPT_SECONDS)

    def vector(self, name: str, stored: StoredEncoder, *, policy_version: int) -> Vector:
        """What a picture looks like to the encoder; checked again, since rules may have changed."""
        kept = self.cache.get(key(name, stored.fingerprint))
        if kept is None or len(kept) != 4 * stored.dimension:
            raise PictureForgotten
        vector = np.frombuffer(kept, dtype=np.float32)
        if self.check.flags(vector, stored.fingerprint):
            raise PictureRefused(disclaimer=DISCLAIMER, policy_version=policy_version)
        return vector


def key(name: str, fingerprint: str) -> str:
    """Where the vector lies in the cache."""
    return f"picture:{fingerprint[:16]}:{name}"
