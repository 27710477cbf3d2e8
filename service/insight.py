"""What a picture's own page tells: why it was found, what people judged, what is like it."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from service.asking import understand
from service.db import audit, collections, consents, images, insights, restrictions, vectors
from service.db.audit import AuditEntry
from service.db.consents import Consent
from service.db.engine import connection
from service.db.insights import Arrival, EncodedBy, Judged
from service.db.restrictions import Restriction
from service.domain import AllowedQuery, Asker, Candidate, Hit
from service.errors import GlimpseError, NotFound, Unavailable
from service.live_scorer import rescored
from service.rating import score
from service.search import Searching, query_vector, search
from service.search_question import Question

MOST_ALIKE = 12
LATEST = 30


class NothingToTell(NotFound):
    """There is no picture {image_id}, or it was deleted."""


@dataclass(frozen=True, slots=True)
class Why:
    """How a picture fits a query: the score as results show it, and what it is made of.

    By similarity alone it would have 'alone'; below the cutoff results leave it out.
    """

    text: str
    score: float
    scorer: str | None
    similarity: float
    words_shared: int
    words_asked: int
    alone: float
    cutoff: float | None


@dataclass(frozen=True, slots=True)
class Record:
    """What admins may know of a picture besides what everybody may."""

    arrival: Arrival
    collections: tuple[tuple[int, str], ...]
    encodings: tuple[EncodedBy, ...]
    restrictions: tuple[Restriction, ...]
    consents: tuple[Consent, ...]
    history: tuple[AuditEntry, ...]


@dataclass(frozen=True, slots=True)
class Insight:
    """Tells of single pictures, as far as whoever asks may see them."""

    engine: Engine
    searching: Searching

    def why(self, image_id: str, *, text: str, asker: Asker) -> Why | None:
        """How the picture fits the text; None where that cannot be told, as without an encoder."""
        asked = understand(self.searching.gate, text, asker.countries)
        try:
            return None if asked.text is None else self._why(image_id, text, asked.text, asker)
        except Unavailable:
            return None

    def _why(self, image_id: str, text: str, asked: AllowedQuery, asker: Asker) -> Why | None:
        with connection(self.engine) as conn:
            key = self._shown(conn, image_id, asker)
            chosen = self.searching.at_work.choose(conn).checked()
            stored = chosen.stored
            vector = query_vector(self.searching, asked, chosen)
            fits = vectors.similarities(conn, encoder=stored, vector=vector, image_keys=[key])
            if key not in fits:
                return None
            found = [Candidate(key, fits[key])]
            scorer = self.searching.scorer.serving(conn, stored)
            if scorer is not None:
                found = rescored(conn, found, asked, vector, stored, scorer) or found
            shared, words = insights.words_in_captions(conn, image_key=key, words=asked.text)
        return Why(
            text=text,
            score=score(found[0]),
            scorer=scorer.name if scorer else None,
            similarity=fits[key],
            words_shared=shared,
            words_asked=words,
            alone=score(Candidate(key, fits[key])),
            cutoff=scorer.cutoff if scorer else None,
        )

    def alike(self, image_id: str, *, asker: Asker) -> tuple[Hit, ...]:
        """The pictures most like it; none while it is being prepared."""
        question = Question("", asker.countries, MOST_ALIKE, None, None, 0, like=image_id)
        try:
            return search(self.searching, question).hits
        except GlimpseError:
            # The page tells of the picture all the same; a search would say what is missing.
            return ()

    def judgements(self, image_id: str, *, asker: Asker) -> list[Judged]:
        """What people judged about it; texts that the law refuses to the asker are left out."""
        with connection(self.engine) as conn:
            found = insights.judgements(conn, image_key=self._shown(conn, image_id, asker))
        gate = self.searching.gate
        return [one for one in found if not gate.verdict(one.text, asker.countries).blocked]

    def record(self, image_id: str) -> Record:
        """Everything stored about it, for an admin."""
        with connection(self.engine) as conn:
            key = self._key(conn, image_id)
            return Record(
                arrival=insights.arrival(conn, image_key=key),
                collections=tuple(collections.of_picture(conn, image_key=key)),
                encodings=tuple(insights.encodings(conn, image_key=key)),
                restrictions=tuple(restrictions.of_picture(conn, image_key=key)),
                consents=tuple(consents.of_picture(conn, image_key=key)),
                history=tuple(audit.entries(conn, audit.Wanted(subject=image_id), limit=LATEST)),
            )

    def _shown(self, conn: Connection, image_id: str, asker: Asker) -> int:
        key = self._key(conn, image_id)
        self.searching.law.refuse_if_hidden(conn, key, asker.countries)
        return key

    def _key(self, conn: Connection, image_id: str) -> int:
        stored = images.stored(conn, image_id)
        if stored is None:
            raise NothingToTell(image_id=image_id)
        return stored.image_key
