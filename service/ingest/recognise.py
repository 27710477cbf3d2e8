"""Recognises pictures by their content's name alone, so that nobody sends what is here already."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.ingest.upload import Uploading, is_lost, join_known


@dataclass(frozen=True, slots=True)
class Recognising:
    """Tells which pictures are here, as an upload of them would."""

    uploading: Uploading

    def known(self, digests: Sequence[str], *, collection: str | None = None) -> dict[str, str]:
        """The ids of the pictures with these SHA-256 that are here.

        They join the collection and come back from the bin, as if they had been sent. One whose
        file the store has lost is to be sent again.
        """
        found = {digest: join_known(self.uploading, digest, collection) for digest in digests}
        return {
            digest: known.public_id
            for digest, known in found.items()
            if known is not None and not is_lost(self.uploading, known)
        }
