"""How probably one text fits one picture, stored or sent in a file; stores nothing."""

from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import Connection, Engine

from service.at_work import AtWork
from service.db import encoders, images, vectors
from service.db.engine import connection
from service.domain import Asker
from service.errors import Conflict, NotFound
from service.ingest.upload import sha256_of
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.live_scorer import LiveScorer, Serving, heard_by, mapped
from service.picture import open_upright
from service.scoring.features import text_facts
from service.scoring.rows import Matrix

# No picture has this key.
NOT_STORED = -2


class NoSuchPictureToScore(NotFound):
    """There is no picture {image_id}, or it was deleted."""


class NoVector(Conflict):
    """The picture {image_id} is not embedded yet. Try again in a moment."""


@dataclass(frozen=True, slots=True)
class PairScore:
    """How probably one text fits one picture."""

    score: float
    similarity: float
    scorer: str | None
    encoder: str


@dataclass(frozen=True, slots=True)
class OnePair:
    """Scores one pair as a search would."""

    engine: Engine
    gate: LiveGate
    law: PictureLaw
    encoder: AtWork
    live: LiveScorer
    # The picture tower is loaded when a picture is first sent to be scored.
    eye: AtWork
    max_pixels: int

    def score(
        self,
        *,
        text: str,
        asker: Asker,
        image_id: str | None = None,
        file: BinaryIO | None = None,
    ) -> PairScore:
        """How probably the text fits a stored picture or the one in a file; stores nothing."""
        query = self.gate.allow(text, asker.countries)
        with connection(self.engine) as conn:
            chosen = self.encoder.choose(conn)
            stored = chosen.stored
            key, vector = (
                self._of_file(conn, file, asker)
                if file is not None
                else self._of_stored(conn, image_id or "", asker)
            )
            serving = self.live.serving(conn, stored)
            wanted = chosen.encode_text(query)
            heard = heard_by(conn, serving, stored, query.text, wanted, [key or NOT_STORED])
        similarity = float(vector @ wanted)
        return PairScore(
            score=round(probability(serving, key, vector, wanted, text, similarity, heard), 4),
            similarity=round(similarity, 4),
            scorer=None if serving is None else serving.name,
            encoder=stored.spec,
        )

    def _of_file(self, conn: Connection, file: BinaryIO, asker: Asker) -> tuple[int | None, Matrix]:
        known = images.by_content(conn, sha256_of(file))
        if known is not None and not known.deleted:
            self.law.refuse_if_hidden(conn, known.image_key, asker.countries)
        file.seek(0)
        encoder = self.eye.choose(conn).checked().encoder.get()
        picture = open_upright(file, max_pixels=self.max_pixels, side=encoder.picture_side)
        return known.image_key if known else None, encoder.encode_pictures([picture])[0]

    def _of_stored(
        self, conn: Connection, image_id: str, asker: Asker
    ) -> tuple[int | None, Matrix]:
        stored, encoder = images.stored(conn, image_id), encoders.serving(conn)
        if stored is None or encoder is None:
            raise NoSuchPictureToScore(image_id=image_id)
        self.law.refuse_if_hidden(conn, stored.image_key, asker.countries)
        _, found = vectors.matrix(conn, encoder=encoder, image_keys=[stored.image_key])
        if not len(found):
            raise NoVector(image_id=image_id)
        return stored.image_key, found[0]


def probability(
    serving: Serving | None,
    key: int | None,
    vector: Matrix,
    wanted: Matrix,
    text: str,
    similarity: float,
    heard: Matrix | None,
) -> float:
    """What the published scorer says, or the similarity mapped to 0..1 where none is."""
    if serving is None:
        return mapped(similarity)
    (facts,) = text_facts([text])
    keys = [key or NOT_STORED]
    told = serving.trained.probabilities(vector[None, :], keys, wanted, facts, heard)
    return float(told[0])
