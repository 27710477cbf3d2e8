"""Small worlds to learn from: pictures and texts that match by how alike their vectors are."""

import numpy as np

from service.learn.figures import Truth
from service.learn.own_captions import words_of
from service.learn.pairs import Judged, PairVectors
from service.scoring.rows import Matrix, unit


def a_world(
    *,
    pictures: int = 80,
    dimension: int = 12,
    judged: int = 6,
    seed: int = 0,
    align: bool = False,
    spoken: bool = False,
) -> tuple[PairVectors, Judged]:
    """Two captions a picture, each picture judged with some texts by the truth and a little noise.

    Where an alignment is to be fitted, the texts' space is another one. Spoken, each text holds a
    word of its own and one that only its picture's captions share.
    """
    rng = np.random.default_rng(seed)
    seen = unit(rng.normal(size=(pictures, dimension)).astype(np.float32))
    owner = np.repeat(np.arange(pictures), 2)
    noise = rng.normal(size=(2 * pictures, dimension)).astype(np.float32)
    said = unit(seen[owner] + 0.15 * noise)
    picture = np.repeat(np.arange(pictures), judged)
    text = rng.integers(2 * pictures, size=len(picture))
    text[::judged] = 2 * np.arange(pictures)
    truth = np.clip((likeness(seen, said, picture, text) + 0.2) / 1.2, 0, 1)
    grades = np.clip(np.round(1 + 3 * truth[:, None] + rng.normal(size=(len(truth), 3)) / 3), 1, 4)
    foreign = np.flatnonzero(owner[text] != picture)
    other = np.linalg.qr(rng.normal(size=(dimension, dimension)))[0].astype(np.float32)
    vectors = PairVectors(
        pictures=seen,
        keys=np.arange(100, 100 + pictures, dtype=np.int64),
        texts=said @ other if align else said,
        facts=np.ones((2 * pictures, 2), np.float32),
        written_for=owner,
        captions=np.arange(2 * pictures),
        align=align,
        words=words_of(
            [[f"own{number}", f"of{one}"] for number, one in enumerate(owner)],
            [f"text {number}" for number in range(2 * pictures)],
        )
        if spoken
        else None,
    )
    return vectors, Judged(
        picture=picture,
        text=text,
        truth=Truth(
            target=(grades.mean(axis=1) - 1) / 3,
            graded=np.repeat(foreign, 3),
            grades=grades[foreign].ravel(),
            crowd=np.full(len(picture), np.nan),
        ),
        weight=np.ones(len(picture)),
        by_crowd=np.zeros(len(picture), bool),
    )


def likeness(
    seen: Matrix, said: Matrix, picture: "np.ndarray[tuple[int], np.dtype[np.intp]]",
    text: "np.ndarray[tuple[int], np.dtype[np.intp]]",
) -> Matrix:  # fmt: skip
    """The cosine of each pair."""
    found: Matrix = np.einsum("ij,ij->i", seen[picture], said[text])
    return found
