"""The encoders at work: registered once, held to their stored vectors, lent to the workers."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Engine

from service.at_work import AtWork, EncoderRenewed, Follower
from service.config import Settings
from service.db import audit, encoders, encodings, images
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.encoder.port import SHIPPED, Encoder, check_dimension, origin_of
from service.encoder.presets import spec_of
from service.errors import Conflict, GlimpseError
from service.ingest.embed import Embedding, Look
from service.ingest.rounds import Rounds, embed_for_all
from service.jobs import Job
from service.store import Store
from service.transaction import Transactions

log = structlog.get_logger()


class FingerprintChanged(Conflict):
    """The files of the encoder {name} are not those whose vectors are stored.

    Restore them; new ones belong into a folder of their own, to be added as another encoder.
    """


class SettingIgnored(Conflict):
    """GLIMPSE_ENCODER names {wished}, which counts in a new home only.

    To change this one's encoder run: glimpse encoders {step}
    """


@dataclass(frozen=True, slots=True)
class Serving:
    """What the encoders of this process take part in."""

    settings: Settings
    engine: Engine
    transactions: Transactions
    store: Store
    at_work: AtWork
    look: Look
    began: threading.Event = field(default_factory=threading.Event)

    def follow(self) -> Follower:
        """Load and register the encoder in the background, and follow every switch from then on."""
        follower = Follower(self._follow_once)
        follower.start()
        return follower

    def _follow_once(self) -> None:
        with connection(self.engine) as conn:
            if encoders.serving(conn) is not None:
                self.at_work.choose(conn)
                self.at_work.tidy()
                return
        self.register()

    def register(self, *, renewing: bool = False) -> StoredEncoder:
        """The serving encoder; in a new home this one becomes it, which loads its files.

        Whoever embeds renews the one that came with a former version of the program, once when it
        begins: so versions that run side by side for a while do not take turns.
        """
        if renewing and not self.began.is_set():
            self.renew()
            self.began.set()
        with connection(self.engine) as conn:
            present = encoders.serving(conn)
        if present is None:
            encoder = self.at_work.get()
            with self.transactions() as transaction:
                present = encoders.register_first(
                    transaction.conn,
                    spec=encoder.name,
                    fingerprint=encoder.fingerprint,
                    dimension=encoder.dimension,
                )
                origin = origin_of(encoder)
                if origin and present.fingerprint == encoder.fingerprint:
                    encoders.keep_origin(transaction.conn, present.encoder_id, origin)
        self.encoder_of(present)
        return present

    def encoder_of(self, stored: StoredEncoder) -> Encoder:
        """A stored encoder, loaded; refused where it is not the one whose vectors are stored."""
        encoder = self.at_work.shelf.holder(stored.spec).get()
        if encoder.fingerprint != stored.fingerprint and stored.spec == SHIPPED:
            raise EncoderRenewed
        check_dimension(encoder, stored.dimension)
        if encoder.fingerprint != stored.fingerprint:
            raise FingerprintChanged(name=encoder.name)
        return encoder

    def renew(self) -> bool:
        """Put the encoder of this version of the program in its predecessor's place.

        Every picture is embedded anew; what was found by the former stays until somebody removes
        it. Tells whether that was due.
        """
        with connection(self.engine) as conn:
            former = next((one for one in encoders.all_of_them(conn) if one.spec == SHIPPED), None)
        if former is None or former.state == "retired":
            return False
        encoder = self.at_work.shelf.holder(SHIPPED).get()
        if encoder.fingerprint == former.fingerprint:
            return False
        with self.transactions() as transaction:
            renewed = encoders.renew(
                transaction.conn,
                former=former,
                fingerprint=encoder.fingerprint,
                dimension=encoder.dimension,
            )
            if renewed is not None:
                log.warning(
                    "the encoder that comes with Glimpse is a new one",
                    fingerprint=encoder.fingerprint,
                )
                audit.add(
                    transaction.conn,
                    user_id=None,
                    who="glimpse",
                    action="encoder renewed",
                    subject=SHIPPED,
                    detail={"encoder": renewed.encoder_id, "former": former.encoder_id},
                )
                transaction.nudge(Job.EMBED)
        return renewed is not None

    def rebuilding(self) -> int:
        """How many pictures wait for the encoder that took its predecessor's place."""
        with connection(self.engine) as conn:
            known = encoders.all_of_them(conn)
            stored = next((one for one in known if one.state == "serving"), None)
            if stored is None or not any(one.spec.startswith(f"{SHIPPED}@") for one in known):
                return 0
            return encodings.waiting(conn, encoder_id=stored.encoder_id)

    def embedding(self) -> Embedding:
        """What embedding for the serving encoder needs; loads it."""
        return self.embedding_for(self.register(renewing=True))

    def embedding_for(self, stored: StoredEncoder) -> Embedding:
        """What embedding for an encoder needs; loads it."""
        return Embedding(
            transactions=self.transactions,
            store=self.store,
            encoder=self.encoder_of(stored),
            stored=stored,
            batch=self.settings.batch,
            lease_seconds=self.settings.lease_seconds,
            max_pixels=self.settings.max_pixels,
            look=self.look,
        )

    def embed(self, *, seconds: float, stopping: Callable[[], bool] = lambda: False) -> None:
        """Embed for every encoder in use, and hold none that is not."""
        try:
            self.register(renewing=True)
        except GlimpseError as error:
            # Another encoder may be building to take the place of one that is broken.
            log.warning("the serving encoder cannot work", reason=error.message)
        rounds = Rounds(self.transactions, self.embedding_for)
        embed_for_all(rounds, seconds=seconds, stopping=stopping)
        with connection(self.engine) as conn:
            active = [one for one in encoders.all_of_them(conn) if one.state != "retired"]
        self.at_work.shelf.keep_only({self.at_work.name, *(one.spec for one in active)})

    def waiting(self) -> int:
        """How many pictures still wait for the serving encoder."""
        with connection(self.engine) as conn:
            stored = encoders.serving(conn)
            if stored is None:
                return images.counts(conn).pending
            return encodings.waiting(conn, encoder_id=stored.encoder_id)

    def notice(self) -> str | None:
        """What to tell somebody who changed the setting of a home that has its encoder already."""
        if "encoder" not in self.settings.model_fields_set:
            return None
        wished = spec_of(self.settings.encoder)
        with connection(self.engine) as conn:
            known = {one.spec: one for one in encoders.all_of_them(conn)}
        stored = known.get(wished)
        if not known or (stored and stored.state == "serving"):
            return None
        step = f"switch {stored.encoder_id}" if stored else f"add {self.settings.encoder}"
        return SettingIgnored(wished=wished, step=step).message
