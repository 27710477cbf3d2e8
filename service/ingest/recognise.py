"""Recognises pictures by their content's name alone, so that nobody sends what is here already."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.ingest.upload import Uploading, join_known


@dataclass(frozen=True, slots=True)
class Recognising:
    """Tells which pictures are here, as an upload of them would."""

    uploading: Uploading

    def known(self, digests: Sequence[str], *, collection: str | None = None) -> dict[str, str]:
        """The ids of the pictures with these SHA-256 that are here.

        They join the collection and come back from the bin, as if they had been sent.
        """
        found = {digest: join_known(self.uploading, digest, collection) for digest in digests}
        return {digest: image_id for digest, image_id in found.items() if image_id is not None}
