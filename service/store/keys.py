"""Where a picture's files lie in the store: by content, so that no two names can clash."""

import re

ORIGINAL, SERVED, THUMBNAIL = "original", "served", "thumbnail"
KINDS = (ORIGINAL, SERVED, THUMBNAIL)

# No part starts with a dot, so no key leads out of the store.
_KEY = re.compile(r"[a-z]+(/[a-z0-9][a-z0-9._-]*)+")


def original_key(sha256: str, suffix: str) -> str:
    """The file as it was sent."""
    return f"{folder(ORIGINAL, sha256)}/{sha256}{suffix}"


def served_key(sha256: str, suffix: str) -> str:
    """The file without metadata, as it is shown."""
    return f"{folder(SERVED, sha256)}/{sha256}{suffix}"


def thumbnail_key(sha256: str, width: int) -> str:
    """The thumbnail of this width."""
    return f"{folder(THUMBNAIL, sha256)}/{sha256}-{width}.webp"


def folder(kind: str, sha256: str) -> str:
    """The folder of a picture's files of one kind; 65,536 of them keep each small."""
    return f"{kind}/{sha256[:2]}/{sha256[2:4]}"


def sha_of(key: str) -> str:
    """Which picture a file belongs to."""
    return key.rpartition("/")[2].partition(".")[0].partition("-")[0]


def is_key(text: str) -> bool:
    """Whether this can be a key at all."""
    return _KEY.fullmatch(text) is not None
