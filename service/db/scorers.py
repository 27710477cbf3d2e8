"""Trained scorers: stored, listed, published one at a time, and taken back."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, RowMapping, text

COLUMNS = (
    "id, kind, encoder_id, state, sha256, figures, cutoff, policy_version, data_fingerprint,"
    " pairs, seed, code_version, reason, created_at, published_at, retrieval"
)


@dataclass(frozen=True, slots=True)
class StoredScorer:
    """A scorer as the database knows it, without its artefact."""

    scorer_id: int
    kind: str
    encoder_id: int
    state: str
    sha256: str
    figures: Mapping[str, Any]
    cutoff: float
    policy_version: int
    data_fingerprint: str
    pairs: int
    seed: int
    code_version: str
    reason: str | None
    created_at: datetime
    published_at: datetime | None
    # What rescoring did to the test questions when they were last asked, if there were any.
    retrieval: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        """What it is called where it serves."""
        return f"{self.kind}-{self.scorer_id}"


@dataclass(frozen=True, slots=True)
class NewScorer:
    """A scorer that was just trained; pairs are (picture, query) keys."""

    kind: str
    encoder_id: int
    artefact: bytes
    sha256: str
    figures: Mapping[str, Any]
    cutoff: float
    policy_version: int
    data_fingerprint: str
    pairs: Sequence[tuple[int, int]]
    seed: int
    code_version: str


def from_row(row: RowMapping) -> StoredScorer:
    """A row as a value."""
    return StoredScorer(**{"scorer_id": row["id"], **{k: v for k, v in row.items() if k != "id"}})


def insert(conn: Connection, scorer: NewScorer) -> int:
    """Store a scorer; answers its key."""
    packed = zlib.compress(np.array(scorer.pairs, np.int64).tobytes())
    return int(
        conn.execute(
            text(
                """
                INSERT INTO scorers (kind, encoder_id, artefact, sha256, figures, cutoff,
                                     policy_version, data_fingerprint, trained_pairs, pairs, seed,
                                     code_version)
                VALUES (:kind, :encoder_id, :artefact, :sha256, CAST(:figures AS jsonb), :cutoff,
                        :policy_version, :data_fingerprint, :trained_pairs, :pairs, :seed,
                        :code_version)
                RETURNING id
                """
            ),
            {
                "kind": scorer.kind,
                "encoder_id": scorer.encoder_id,
                "artefact": scorer.artefact,
                "sha256": scorer.sha256,
                "figures": json.dumps(scorer.figures),
                "cutoff": scorer.cutoff,
                "policy_version": scorer.policy_version,
                "data_fingerprint": scorer.data_fingerprint,
                "trained_pairs": packed,
                "pairs": len(scorer.pairs),
                "seed": scorer.seed,
                "code_version": scorer.code_version,
            },
        ).scalar_one()
    )


def keep_retrieval(conn: Connection, scorer_id: int, found: Mapping[str, Any]) -> None:
    """Note what the scorer does to the test questions, as gain() in service/learn tells it."""
    conn.execute(
        text("UPDATE scorers SET retrieval = CAST(:found AS jsonb) WHERE id = :id"),
        {"id": scorer_id, "found": json.dumps(found)},
    )


def lately_published(conn: Connection, encoder_id: int, *, most: int) -> list[StoredScorer]:
    """The scorers of an encoder that serve or have served, the last one first."""
    rows = conn.execute(
        text(
            f"""
            SELECT {COLUMNS} FROM scorers
             WHERE encoder_id = :encoder_id AND published_at IS NOT NULL
             ORDER BY published_at DESC LIMIT :most
            """
        ),
        {"encoder_id": encoder_id, "most": most},
    ).mappings()
    return [from_row(row) for row in rows]


def trained_pairs(conn: Connection, scorer_id: int) -> list[tuple[int, int]]:
    """The (picture, query) keys of the pairs that a scorer learnt from."""
    packed = conn.scalar(
        text("SELECT trained_pairs FROM scorers WHERE id = :id"), {"id": scorer_id}
    )
    if packed is None:
        return []
    found = np.frombuffer(zlib.decompress(packed), np.int64).reshape(-1, 2)
    return [(int(image), int(query)) for image, query in found]


def artefact(conn: Connection, scorer_id: int) -> bytes | None:
    """What a scorer learnt, as it was stored."""
    found = conn.scalar(text("SELECT artefact FROM scorers WHERE id = :id"), {"id": scorer_id})
    return None if found is None else bytes(found)


def one(conn: Connection, scorer_id: int) -> StoredScorer | None:
    """One scorer."""
    row = (
        conn.execute(text(f"SELECT {COLUMNS} FROM scorers WHERE id = :id"), {"id": scorer_id})
        .mappings()
        .one_or_none()
    )
    return None if row is None else from_row(row)


def listed(conn: Connection) -> list[StoredScorer]:
    """Every scorer, the newest first."""
    rows = conn.execute(text(f"SELECT {COLUMNS} FROM scorers ORDER BY id DESC")).mappings()
    return [from_row(row) for row in rows]


def published(conn: Connection) -> StoredScorer | None:
    """The scorer that serves, or None."""
    row = (
        conn.execute(text(f"SELECT {COLUMNS} FROM scorers WHERE state = 'published'"))
        .mappings()
        .one_or_none()
    )
    return None if row is None else from_row(row)


def published_id(conn: Connection) -> int | None:
    """The key of the scorer that serves: asked so often that it reads one row of an index."""
    found = conn.scalar(text("SELECT id FROM scorers WHERE state = 'published'"))
    return None if found is None else int(found)


def retire(conn: Connection, *, state: str = "retired") -> None:
    """Whatever serves does so no longer."""
    conn.execute(
        text(
            """
            UPDATE scorers SET state = :state,
                   retired_at = CASE WHEN :state = 'retired' THEN clock_timestamp() END
             WHERE state = 'published'
            """
        ),
        {"state": state},
    )


def publish(conn: Connection, scorer_id: int, *, reason: str | None = None) -> None:
    """Let this one serve; the former one must have been retired."""
    conn.execute(
        text(
            """
            UPDATE scorers SET state = 'published', published_at = clock_timestamp(),
                   retired_at = NULL, reason = coalesce(:reason, reason)
             WHERE id = :id
            """
        ),
        {"id": scorer_id, "reason": reason},
    )


def former(conn: Connection) -> int | None:
    """The one that served before."""
    found = conn.scalar(
        text("SELECT id FROM scorers WHERE state = 'retired' ORDER BY retired_at DESC LIMIT 1")
    )
    return None if found is None else int(found)


def newest_of(conn: Connection, encoder_id: int) -> int | None:
    """The scorer of an encoder that was published last, or else the one trained last."""
    found = conn.scalar(
        text(
            """
            SELECT id FROM scorers WHERE encoder_id = :encoder_id AND kind <> 'constant'
             ORDER BY published_at DESC NULLS LAST, id DESC LIMIT 1
            """
        ),
        {"encoder_id": encoder_id},
    )
    return None if found is None else int(found)
