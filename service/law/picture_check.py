"""The picture check: pictures that look like children are hidden until an admin has decided.

It is on where the encoder has an operating point of its own, keyed by the
encoder's fingerprint; the bundled encoder's is shipped. Each picture is flagged
once at most, so what an admin has decided stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from service.at_work import NoEncoderYet
from service.db import audit, encoders, picture_checks, restrictions, vectors
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.db.restrictions import Restriction
from service.domain import Check
from service.encoder.port import Encoder
from service.errors import Conflict
from service.law.operating_point import Figures, OperatingPoint, measure, shipped
from service.law.versions import Editor
from service.policy.rules import EVERYWHERE
from service.transaction import Transactions

log = structlog.get_logger()

BATCH = 500
MOST_MEASURED = 20_000
FALSE_FLAGS = 0.01
STORED_PICTURES = "described pictures of this installation, taken at the word of their texts"


class NothingToCheckBy(Conflict):
    """{encoder} has no operating point. Measure one with glimpse picture-check --measure."""


@dataclass(frozen=True, slots=True)
class PictureCheck:
    """Which pictures have to be looked at before they are shown."""

    engine: Engine
    transactions: Transactions
    known: OperatingPoint = field(default_factory=shipped)

    def point(self, conn: Connection, fingerprint: str) -> OperatingPoint | None:
        """The encoder's operating point; None while it has none, and the check is off."""
        stored = picture_checks.point(conn, fingerprint=fingerprint)
        if stored is not None:
            return None if picture_checks.OFF in stored else OperatingPoint.from_json(stored)
        return self.known if self.known.fingerprint == fingerprint else None

    def works_with(self, conn: Connection, encoder: StoredEncoder) -> bool:
        """Whether pictures can be checked while that encoder serves."""
        return self.point(conn, encoder.fingerprint) is not None

    def flags(self, vector: NDArray[np.float32], fingerprint: str) -> bool:
        """Whether a picture that somebody asks with looks like a child's, by this encoder."""
        with connection(self.engine) as conn:
            point = self.point(conn, fingerprint)
        return point is not None and point.flags(vector)

    def look(
        self,
        conn: Connection,
        encoder: StoredEncoder,
        found: Mapping[int, NDArray[np.float32]],
    ) -> list[int]:
        """Check pictures in the transaction that stores their vectors; answers the flagged."""
        point = self.point(conn, encoder.fingerprint) if found else None
        if point is None:
            return []
        scores = dict(zip(found, point.scores(np.stack(list(found.values()))), strict=True))
        over = {key: float(score) for key, score in scores.items() if score > point.threshold}
        flagged = picture_checks.flag(conn, over, fingerprint=encoder.fingerprint)
        restrictions.add(
            conn,
            [
                Restriction(key, "review", (EVERYWHERE,), reason(over[key], point.threshold))
                for key in flagged
            ],
        )
        return flagged

    def catch_up(self, *, batch: int = BATCH) -> int:
        """Check what was stored before the serving encoder had its operating point."""
        checked = 0
        while True:
            with self.transactions() as transaction:
                conn = transaction.conn
                encoder = encoders.serving(conn)
                point = self.point(conn, encoder.fingerprint) if encoder else None
                if encoder is None or point is None:
                    return checked
                picture_checks.save_first(
                    conn, fingerprint=point.fingerprint, point=point.to_json()
                )
                keys = picture_checks.next_unchecked(conn, encoder=encoder, most=batch)
                if not keys:
                    return checked
                found = vectors.of_pictures(conn, encoder=encoder, image_keys=keys)
                flagged = self.look(conn, encoder, found)
                picture_checks.checked_to(
                    conn, fingerprint=encoder.fingerprint, image_key=max(keys)
                )
            checked += len(keys)
            log.info("pictures checked", pictures=len(keys), flagged=len(flagged))

    def measure(
        self, encoder: Encoder, stored: StoredEncoder, *, false_flags: float = FALSE_FLAGS
    ) -> Figures:
        """Measure and store the operating point of an encoder on what is described here.

        Its texts decide which picture shows a child, so a child that none of them mentions
        counts against the check.
        """
        with connection(self.engine) as conn:
            labels = picture_checks.described(conn, encoder=stored, most=MOST_MEASURED)
            keys = list(labels)
            parts = [
                vectors.of_pictures(conn, encoder=stored, image_keys=keys[at : at + BATCH])
                for at in range(0, len(keys), BATCH)
            ]
        found = {key: vector for part in parts for key, vector in part.items()}
        kept = [key for key in keys if key in found]
        point = measure(
            encoder,
            np.array([found[key] for key in kept], np.float32).reshape(-1, stored.dimension),
            np.array([labels[key] for key in kept], bool),
            false_flags=false_flags,
            material=STORED_PICTURES,
        )
        with self.transactions() as transaction:
            picture_checks.save(
                transaction.conn, fingerprint=point.fingerprint, point=point.to_json()
            )
        return point.figures

    def switch_off(self, editor: Editor) -> int:
        """Stop checking with the serving encoder; answers how many pictures wait no longer.

        What it flagged and nobody has decided on is shown again; what admins decided stands.
        """
        with self.transactions() as transaction:
            conn = transaction.conn
            encoder = self._serving(conn)
            picture_checks.switch_off(conn, fingerprint=encoder.fingerprint)
            freed = picture_checks.forget_undecided(conn, fingerprint=encoder.fingerprint)
            self._note(conn, editor, "picture check off", encoder, pictures=freed)
        return freed

    def switch_on(self, editor: Editor) -> None:
        """Check again with the serving encoder, what is stored as well, by the next pass."""
        with self.transactions() as transaction:
            conn = transaction.conn
            encoder = self._serving(conn)
            if self.point(conn, encoder.fingerprint) is None:
                picture_checks.forget(conn, fingerprint=encoder.fingerprint)
            if self.point(conn, encoder.fingerprint) is None:
                raise NothingToCheckBy(encoder=encoder.spec)
            self._note(conn, editor, "picture check on", encoder)

    def _serving(self, conn: Connection) -> StoredEncoder:
        encoder = encoders.serving(conn)
        if encoder is None:
            raise NoEncoderYet
        return encoder

    def _note(
        self, conn: Connection, editor: Editor, action: str, encoder: StoredEncoder, **detail: int
    ) -> None:
        audit.add(
            conn,
            user_id=editor.user_id,
            who=editor.who,
            action=action,
            subject=encoder.spec,
            detail={"reason": editor.why, **detail},
        )

    def state(self) -> Check:
        """Whether the check is on for the serving encoder, for whoever looks after the service."""
        with connection(self.engine) as conn:
            encoder = encoders.serving(conn)
            point = self.point(conn, encoder.fingerprint) if encoder else None
            stored = (
                picture_checks.point(conn, fingerprint=encoder.fingerprint) if encoder else None
            )
            _, waiting = picture_checks.counts(conn)
        if encoder and stored and picture_checks.OFF in stored:
            back = "glimpse picture-check --on checks again"
            return Check(ok=True, detail=f"off: switched off for {encoder.spec}; {back}")
        if encoder is None or point is None:
            mend = "measure one with glimpse picture-check --measure"
            name = encoder.spec if encoder else "the encoder"
            return Check(ok=True, detail=f"off: {name} has no operating point; {mend}")
        detail = f"on: {told(point.figures)}; {waiting} pictures wait for an admin"
        return Check(ok=True, detail=detail)


def told(figures: Figures) -> str:
    """The figures of an operating point in a line."""
    return (
        f"flags {figures.recall:.1%} of {figures.children} pictures with children and "
        f"{figures.false_flags:.1%} of {figures.others} without ({figures.material})"
    )


def reason(score: float, threshold: float) -> str:
    """Why a picture waits for an admin."""
    return f"{picture_checks.SAID}{score:.3f}, above {threshold:.3f}"
