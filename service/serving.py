"""The encoder that serves: registered once, held to its stored vectors, lent to the workers."""

import threading
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine

from service.config import Settings
from service.db import encoders, encodings, images
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.encoder.holder import EncoderHolder
from service.encoder.port import check_dimension
from service.errors import Conflict, GlimpseError
from service.ingest.embed import Embedding, Look
from service.store import Store
from service.transaction import Transactions

log = structlog.get_logger()


class FingerprintChanged(Conflict):
    """The files of the encoder {name} are not those whose vectors are stored.

    Restore them, or begin a new home for the new ones.
    """


@dataclass(frozen=True, slots=True)
class Serving:
    """What the serving encoder takes part in."""

    settings: Settings
    engine: Engine
    transactions: Transactions
    store: Store
    encoder: EncoderHolder
    look: Look

    def warm(self) -> None:
        """Load and register the encoder in the background."""
        threading.Thread(target=self._load, name="encoder", daemon=True).start()

    def _load(self) -> None:
        try:
            self.register()
        except GlimpseError as error:
            log.warning("the encoder cannot be used yet", reason=error.message)

    def stored(self) -> list[StoredEncoder]:
        """The encoders whose vectors are stored."""
        with connection(self.engine) as conn:
            return encoders.all_of_them(conn)

    def register(self) -> StoredEncoder:
        """The serving encoder; in a new home this one becomes it, which loads its files."""
        with connection(self.engine) as conn:
            present = encoders.serving(conn)
        encoder = self.encoder.get()
        if present is None:
            with self.transactions() as transaction:
                present = encoders.register_first(
                    transaction.conn,
                    spec=encoder.name,
                    fingerprint=encoder.fingerprint,
                    dimension=encoder.dimension,
                )
        check_dimension(encoder, present.dimension)
        if encoder.fingerprint != present.fingerprint:
            raise FingerprintChanged(name=encoder.name)
        return present

    def embedding(self) -> Embedding:
        """What embedding needs; loads the encoder."""
        stored = self.register()
        return Embedding(
            transactions=self.transactions,
            store=self.store,
            encoder=self.encoder.get(),
            stored=stored,
            batch=self.settings.batch,
            lease_seconds=self.settings.lease_seconds,
            max_pixels=self.settings.max_pixels,
            look=self.look,
        )

    def waiting(self) -> int:
        """How many pictures still wait for the serving encoder."""
        with connection(self.engine) as conn:
            stored = encoders.serving(conn)
            if stored is None:
                return images.counts(conn).pending
            return encodings.waiting(conn, encoder_id=stored.encoder_id)
