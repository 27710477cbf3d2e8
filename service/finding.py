"""Finds candidates: the neighbours of what is wanted, what is not wanted set back, in one order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from service.db import collections, images, orders, vectors
from service.db.encoders import StoredEncoder
from service.db.filters import describing, narrowing
from service.domain import NO_FILTERS, Candidate, Filters, Sort
from service.errors import Conflict, NotFound
from service.law.judging import PictureLaw

# Another order than by match arranges the best matches only: far down everything is a candidate.
ARRANGED = 100
# So many of the pictures whose captions say every word are candidates besides the nearest ones.
MOST_DESCRIBED = 200
# How far above the mean, in deviations, a picture fits an unwanted term before it counts against
# it, and how much it counts then.
STANDS_OUT = 0.5
AGAINST = 1.5

Vector = NDArray[np.float32]


class NoSuchExample(NotFound):
    """There is no picture {image_id} to search with, or it was deleted."""


class ExampleNotReady(Conflict):
    """The picture is still being prepared. Search with it in a moment."""


class NoSuchCollection(NotFound):
    """There is no collection named {name}."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for, as vectors and as words of captions."""

    vector: Vector
    phrases: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    # What captions may say besides, so that they name candidates as well.
    words: str | None = None
    # A picture that was asked with is no answer to itself.
    without: int | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """Among which pictures to look."""

    countries: tuple[str, ...]
    collection: str | None = None
    filters: Filters = NO_FILTERS


def neighbours(
    conn: Connection, *, encoder: StoredEncoder, wanted: Wanted, where: Where, most: int
) -> list[Candidate]:
    """The pictures nearest to what is wanted, and those whose captions say it, if they may match.

    Where fewer are near than were asked for, all there are have been found already.
    """
    look = partial(
        vectors.neighbours,
        conn,
        encoder=encoder,
        vector=wanted.vector,
        collection_id=collection_key(conn, where.collection),
        countries=where.countries,
    )
    narrowed = narrowing(where.filters, phrases=wanted.phrases, unwanted=wanted.unwanted)
    found = {one.key: one for one in look(limit=most, narrowed=narrowed)}
    if wanted.words and len(found) == most:
        described = look(limit=MOST_DESCRIBED, narrowed=describing(narrowed, wanted.words))
        found |= {one.key: one for one in described}
    return [one for one in found.values() if one.key != wanted.without]


def collection_key(conn: Connection, name: str | None) -> int | None:
    """The key of the collection to search in, if it is only one."""
    if not name:
        return None
    found = collections.find(conn, name)
    if found is None:
        raise NoSuchCollection(name=name)
    return found


def rank(candidate: Candidate) -> tuple[float, float, int]:
    """The order of candidates: most probable first unless asked otherwise, then nearest, then age.

    Where nothing scores, the nearest come first.
    """
    given = (candidate.order, candidate.score, candidate.similarity)
    order = next(one for one in given if one is not None)
    return (-order, -candidate.similarity, candidate.key)


def set_back(
    conn: Connection, encoder: StoredEncoder, found: Sequence[Candidate], against: Vector
) -> list[Candidate]:
    """Take from each similarity what the picture fits an unwanted term better than most others do.

    Texts and pictures are never wholly unlike each other, so only what stands out counts.
    """
    keys = [one.key for one in found]
    fits = vectors.similarities(conn, encoder=encoder, vector=against, image_keys=keys)
    if not fits:
        return list(found)
    every = list(fits.values())
    usual = float(np.mean(every) + STANDS_OUT * np.std(every))
    return [
        replace(
            one,
            similarity=one.similarity - AGAINST * max(0.0, fits.get(one.key, usual) - usual),
        )
        for one in found
    ]


def in_order(conn: Connection, found: Sequence[Candidate], sort: Sort) -> list[Candidate]:
    """The best first, or the best few by age or size."""
    ranked = sorted(found, key=rank)
    if sort is Sort.BEST:
        return ranked
    few = ranked[:ARRANGED]
    values = orders.of_pictures(conn, [one.key for one in few], sort)
    return sorted((replace(one, order=values.get(one.key, 0.0)) for one in few), key=rank)


def together(*said_and_shown: Vector | None) -> Vector:
    """One direction for what is said and what is shown, each counting the same."""
    given = [vector for vector in said_and_shown if vector is not None]
    total: Vector = np.sum(given, axis=0, dtype=np.float32)
    length = float(np.linalg.norm(total))
    return total if length == 0 else (total / np.float32(length)).astype(np.float32)


def example_key(
    conn: Connection, law: PictureLaw, image_id: str | None, countries: Sequence[str]
) -> int | None:
    """The picture that is searched with, if any; one that the law keeps back is refused."""
    if not image_id:
        return None
    found = images.stored(conn, image_id)
    if found is None:
        raise NoSuchExample(image_id=image_id)
    law.refuse_if_hidden(conn, found.image_key, countries)
    return found.image_key


def example_vector(conn: Connection, encoder: StoredEncoder, key: int) -> Vector:
    """The stored vector of the picture that is searched with."""
    found = vectors.of_pictures(conn, encoder=encoder, image_keys=[key]).get(key)
    if found is None:
        raise ExampleNotReady
    return found
