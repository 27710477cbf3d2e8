"""What captions say, as scorers are told it: vectors under an encoder, and words.

A row belongs to a text, not to a picture: a caption that changes or comes again is looked up by
what it says, so that nothing here ever grows stale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from service.db.encoders import StoredEncoder
from service.db.engine import BINARY
from service.db.vectors import listed, literal

# As the index of captions' words has it: Russian, in which Latin words are read as English.
LEXEMES = "to_tsvector('russian'::regconfig, translate({text}, 'ёЁ', 'еЕ'))"
# Any of the words, each of which counts alike.
ANY_WORD = (
    "replace(plainto_tsquery('russian'::regconfig, translate(CAST(:asked AS text), 'ёЁ', 'еЕ'))"
    "::text, ' & ', ' | ')::tsquery"
)
# ts_rank gives a word that stands once, and weighs 1, this much; divided by it, the rank of words
# without places is the share of the query's words that the caption holds.
ONE_WORD = 1 / 1.64493406685
READ_TOGETHER = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What captions say of a text, picture by picture.

    The best and the mean cosine, the highest share of the text's words that one caption holds, and
    how many captions there are.
    """

    keys: list[int]
    best: NDArray[np.float64]
    mean: NDArray[np.float64]
    words: NDArray[np.float64]
    captions: NDArray[np.float64]


def keep(
    conn: Connection, *, encoder: StoredEncoder, vectors: Mapping[str, NDArray[np.float32] | None]
) -> None:
    """Store what texts say; None where the law lets no encoder see them."""
    if not vectors:
        return
    words = f"strip({LEXEMES.format(text='CAST(:said AS text)')})"
    conn.execute(
        text(
            f"""
            INSERT INTO caption_vectors (encoder_id, digest, embedding, words)
            VALUES ({encoder.encoder_id:d}, CAST(md5(:said) AS uuid), CAST(:embedding AS halfvec),
                    CASE WHEN CAST(:embedding AS text) IS NOT NULL THEN {words} END)
            ON CONFLICT (encoder_id, digest)
            DO UPDATE SET embedding = excluded.embedding, words = excluded.words
            """
        ),
        [
            {"said": said, "embedding": None if vector is None else literal(vector)}
            for said, vector in sorted(vectors.items())
        ],
    )


def missing(conn: Connection, *, encoder: StoredEncoder, most: int) -> list[str]:
    """Captions of pictures that are there, of which this encoder has not been told."""
    rows = conn.execute(
        text(
            f"""
            SELECT DISTINCT c.text
              FROM captions c JOIN images i ON i.id = c.image_id AND i.deleted_at IS NULL
             WHERE NOT EXISTS (SELECT FROM caption_vectors v
                                WHERE v.encoder_id = {encoder.encoder_id:d}
                                  AND v.digest = CAST(md5(c.text) AS uuid))
             LIMIT :most
            """
        ),
        {"most": most},
    )
    return list(rows.scalars())


def said(
    conn: Connection,
    *,
    encoder: StoredEncoder,
    vector: NDArray[np.float32],
    asked: str,
    image_keys: Sequence[int],
) -> Said:
    """What the captions of these pictures say of a text with that vector.

    Pictures without a caption that the encoder knows are left out.
    """
    rows = conn.execute(
        text(
            f"""
            SELECT image_id, max(near) AS best, avg(near) AS mean,
                   max(words) / {ONE_WORD} AS words, count(*) AS captions
              FROM (SELECT c.image_id,
                           CASE WHEN v.words @@ (SELECT {ANY_WORD})
                                THEN ts_rank('{{1,1,1,1}}', v.words, (SELECT {ANY_WORD}))
                                ELSE 0 END AS words,
                           inner_product(v.embedding, CAST(:vector AS halfvec)) AS near
                      FROM captions c
                      JOIN caption_vectors v ON v.encoder_id = {encoder.encoder_id:d}
                                            AND v.digest = CAST(md5(c.text) AS uuid)
                     WHERE c.image_id = ANY(CAST(:keys AS bigint[]))
                       AND v.embedding IS NOT NULL
                    OFFSET 0 -- each product is taken once, and not for either aggregate
                   ) AS heard
             GROUP BY image_id
            """
        ),
        {"vector": literal(vector), "asked": asked, "keys": listed(image_keys)},
        execution_options={BINARY: True},
    ).all()
    told = np.array([row[1:] for row in rows], np.float64).reshape(len(rows), 4)
    return Said([row.image_id for row in rows], *told.T)


def lexemes(conn: Connection, texts: Sequence[str]) -> list[list[str]]:
    """The words of each text, brought to the form in which captions are searched."""
    found: list[list[str]] = []
    for at in range(0, len(texts), READ_TOGETHER):
        rows = conn.execute(
            text(
                f"""
                SELECT tsvector_to_array({LEXEMES.format(text="said.words")})
                  FROM unnest(CAST(:texts AS text[])) WITH ORDINALITY AS said (words, place)
                 ORDER BY place
                """
            ),
            {"texts": list(texts[at : at + READ_TOGETHER])},
        )
        found += rows.scalars()
    return found


def forget(conn: Connection) -> int:
    """Drop what no caption says any more; answers how much that was."""
    gone = conn.execute(
        text(
            """
            DELETE FROM caption_vectors v
             WHERE NOT EXISTS (SELECT FROM captions c WHERE CAST(md5(c.text) AS uuid) = v.digest)
            """
        )
    )
    return int(gone.rowcount)
